/** The dead exports under a checkout's src/, each as `file:line name`. */
export declare const findDeadCode: (home: string) => string[];
