import { useApp, useInput, usePaste } from 'ink';
import { useEffect, type ReactElement } from 'react';
import { nameKeys, pasted, type KeyPress } from './keys.ts';
import type { Scene } from './scene.ts';
import { Screen } from './screen.tsx';

/** Gives the terminal away while `meanwhile` lasts, as it was found; then takes it again. */
export type Suspend = (meanwhile: () => Promise<void>) => Promise<void>;

/** Who hears the keys, and who is told how the terminal can be given away. */
interface Hearers {
  readonly onKey: (key: KeyPress) => void;
  readonly onOpen: (suspend: Suspend) => void;
}

const Root = ({ scene, onKey, onOpen }: Hearers & { readonly scene: Scene }): ReactElement => {
  const { suspendTerminal } = useApp();
  useEffect(() => {
    onOpen(suspendTerminal);
  }, [onOpen, suspendTerminal]);
  useInput((input, key) => {
    for (const pressed of nameKeys(input, key)) onKey(pressed);
  });
  usePaste((text) => {
    onKey(pasted(text));
  });
  return <Screen scene={scene} />;
};

/** The whole terminal: a frame, and who hears the keys. */
export const rootOf = (scene: Scene, hearers: Hearers): ReactElement => <Root scene={scene} {...hearers} />;
