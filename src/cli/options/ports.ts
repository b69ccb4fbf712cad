import { DEFAULT_PORTS } from '../../contexts/names.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { nearest } from '../../runtime/nearest.ts';
import type { Ports } from '../../system/options.ts';
import type { Pair } from './values.ts';

const wrong = (what: string): OperatingError => new OperatingError('usage', `--port: ${what}`, { mend: 'For example: --port gateway=9000, or --port all=0 for any free ones' });

/** The seed's ports, with those that `--port NAME=PORT` changes. Throws an OperatingError (usage) for a name or port that is none. */
export const portsOf = (changes: readonly Pair[]): Ports => {
  const ports: Record<string, number> = { ...DEFAULT_PORTS };
  for (const [name, text] of changes) {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(port <= 65_535)) throw wrong(`${JSON.stringify(text)} is not a port (0 to 65535)`);
    const names = name === 'all' ? Object.keys(DEFAULT_PORTS) : [name];
    for (const one of names) {
      if (!Object.hasOwn(DEFAULT_PORTS, one)) {
        const hint = nearest(one, [...Object.keys(DEFAULT_PORTS), 'all']);
        throw wrong(`there is no ${JSON.stringify(one)}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
      }
      ports[one] = port;
    }
  }
  return ports;
};
