import type { TuiAction } from '../session-port.ts';
import type { Around } from './screen-state.ts';
import type { ScreenWords } from './screen-words.ts';

/** What can be done to the system, a line of the menu. */
export interface FaultItem {
  readonly text: string;
  readonly action: TuiAction;
}

/** The menu of faults, as the system stands now: what is on can be ended, what is down can be started. */
export const faultMenu = ({ model, system }: Pick<Around, 'model' | 'system'>, words: ScreenWords): readonly FaultItem[] => {
  const { slowness } = system.screen;
  const isSlow = slowness !== undefined && model.live?.faults.some(({ name }) => name.startsWith(slowness.fault)) === true;
  return [
    ...(slowness === undefined
      ? []
      : [{ text: isSlow ? words.say.slowOff : words.say.slowOn, action: { kind: 'slow-calls', isOn: !isSlow } } as const]),
    { text: words.say.duplicateNext, action: { kind: 'strike-next', fault: 'duplicate' } },
    { text: words.say.dropNext, action: { kind: 'strike-next', fault: 'drop' } },
    { text: words.say.holdAll, action: { kind: 'hold' } },
    { text: words.say.releaseAll, action: { kind: 'release' } },
    ...system.contexts.flatMap((context): FaultItem[] => {
      const state = model.contexts.find((view) => view.context === context)?.state;
      if (state === 'stopped' || state === 'crashed')
        return [{ text: words.changeContext('start', context), action: { kind: 'context', change: 'start', context } }];
      return (['stop', 'crash'] as const).map((change) => ({
        text: words.changeContext(change, context),
        action: { kind: 'context', change, context },
      }));
    }),
  ];
};
