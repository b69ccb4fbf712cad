import { basename } from 'node:path';
import { composed } from '../../kernel/words.ts';
import type { Scenario } from '../language/ast.ts';

/** What a former run recorded of its scenarios. */
export interface Former {
  /** The recording, as the user named it. */
  readonly file: string;
  /** By {@link formerKey}. */
  readonly told: ReadonlyMap<string, FormerResult>;
}

/** How a scenario went then. */
export interface FormerResult {
  readonly isBad: boolean;
  readonly durationMs: number;
}

/** What tells a scenario from others in every run: its name and its file's; folders differ from machine to machine. */
export const formerKey = ({ name, position }: Pick<Scenario, 'name' | 'position'>): string =>
  `${basename(position.file)}\n${composed(name)}`;
