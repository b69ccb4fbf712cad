import { expect, it } from 'vitest';
import { envelopes } from './bus.contract.ts';
import { createMessageLog } from './memory-log.ts';

it.each([
  ['all that nobody needs, and not one more', 299, 300],
  ['no more than leaves those that are retained', 399, 301],
  ['nothing, where it is not worth the work', 200, 1],
])('a log forgets %s', (_what, upTo, firstSeq) => {
  const log = createMessageLog(100);
  for (const message of envelopes('a', 400)) log.append(message);
  log.forgetUpTo(upTo);
  expect([log.firstSeq(), log.lastSeq(), log.at(log.firstSeq())]).toEqual([firstSeq, 400, envelopes('a', 400)[firstSeq - 1]]);
});
