import { OperatingError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { portsOf as defaultPortsOf, type SystemDefinition } from '../../system/definition.ts';
import type { Ports } from '../../system/options.ts';
import type { Pair } from './values.ts';

const wrong = (what: string): OperatingError =>
  new OperatingError('usage', `--port: ${what}`, { mend: 'For example: --port gateway=9000, or --port all=0 for any free ones' });

/** The ports of a system, with those that `--port NAME=PORT` changes. Throws an OperatingError (usage) for a name or port that is none. */
export const portsOf = (system: SystemDefinition, changes: readonly Pair[]): Ports => {
  const defaults: Ports = defaultPortsOf(system);
  const ports: Record<string, number> = { ...defaults };
  for (const [name, text] of changes) {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(port <= 65_535)) throw wrong(`${JSON.stringify(text)} is not a port (0 to 65535)`);
    const names = name === 'all' ? Object.keys(defaults) : [name];
    for (const one of names) {
      if (!Object.hasOwn(defaults, one)) {
        const hint = nearest(one, [...Object.keys(defaults), 'all']);
        throw wrong(`there is no ${JSON.stringify(one)}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
      }
      ports[one] = port;
    }
  }
  return ports;
};
