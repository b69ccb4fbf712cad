import type { Random } from '../../kernel/random.ts';
import type { Errand, Plan } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/**
 * Has people write whatever the routes take, all of it other than what others write; but for what they wish, and what they
 * copy. Who is one stays one.
 */
export const withDrawnBodies = (plan: Plan, random: Random, { bodies, verbs }: Repertoire): Plan => {
  const taken = new Set<unknown>();
  const known = new Map<string, unknown>();
  const written = (errand: Errand): Errand => {
    const { method, path, names = [], copies = [] } = verbs[errand.deed]!;
    const { wish = {} } = errand;
    const draw = bodies.get(`${method} ${path}`);
    if (draw === undefined) return errand;
    const body: Record<string, unknown> = {
      ...draw(random, taken, [...copies, ...Object.keys(wish).filter((name) => !names.includes(name))]),
    };
    for (const name of names) {
      const who = `${name} ${String(wish[name])}`;
      body[name] = known.get(who) ?? body[name];
      known.set(who, body[name]);
    }
    return { ...errand, body };
  };
  return { ...plan, errands: plan.errands.map(written) };
};
