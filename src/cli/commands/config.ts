import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { OPTION_NAMES, optionOf } from '../options/options.ts';
import { fill } from '../../reports/width.ts';

/** A value as it would stand in the configuration file. */
const asYaml = (value: unknown): string => {
  if (value === undefined) return '';
  if (value instanceof RegExp) return JSON.stringify(value.source);
  if (Array.isArray(value))
    return `[${value.map((item) => (Array.isArray(item) ? JSON.stringify(item.join('=')) : JSON.stringify(item))).join(', ')}]`;
  return JSON.stringify(value);
};

/** `food-sim config`: every option and where its value came from, as a configuration file that would say the same. */
export const run: Run = async ({ io, settings, origins }) => {
  const lines = OPTION_NAMES.filter((name) => name !== 'config').map((name) => {
    const option = optionOf(name);
    const value = settings[name];
    const isTime = option.kind === 'one' && option.placeholder === 'TIME' && value !== undefined;
    const said = name === 'bus' ? String(value) : isTime ? `${String(value)}ms` : value;
    const text = asYaml(said);
    const isSet = said !== undefined && !(Array.isArray(said) && said.length === 0);
    const origin = origins[name] === 'default' && option.defaultSays !== undefined ? `default: ${option.defaultSays}` : origins[name];
    return { pair: `${isSet ? '' : '# '}${name}:${text === '' ? '' : ` ${text}`}`, origin };
  });
  const columns = Math.min(48, Math.max(...lines.map(({ pair }) => pair.length)));
  for (const { pair, origin } of lines) io.stdout.write(`${fill(pair, columns)}  # ${origin}\n`);
  return EXIT.passed;
};
