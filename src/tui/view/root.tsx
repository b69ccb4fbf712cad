import { useInput, usePaste } from 'ink';
import type { ReactElement } from 'react';
import { nameKeys, pasted, type KeyPress } from './keys.ts';
import type { Scene } from './scene.ts';
import { Screen } from './screen.tsx';

const Root = ({ scene, onKey }: { readonly scene: Scene; readonly onKey: (key: KeyPress) => void }): ReactElement => {
  useInput((input, key) => {
    for (const pressed of nameKeys(input, key)) onKey(pressed);
  });
  usePaste((text) => {
    onKey(pasted(text));
  });
  return <Screen scene={scene} />;
};

/** The whole terminal: a frame, and who hears the keys. */
export const rootOf = (scene: Scene, onKey: (key: KeyPress) => void): ReactElement => <Root scene={scene} onKey={onKey} />;
