/** Ways in which a healthy history goes wrong. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { alsoCommits, answering, events, firstEvent, lastRow, leaving, rewrites, type Happening, type Spoil } from './history.fixture.ts';

/** Gives a row this status. */
export const withStatus =
  (status: string) =>
  (row: Row): Row => ({ ...row, status });
/** Whether a row has this status. */
export const isIn =
  (status: string) =>
  (row: Row): boolean =>
    row['status'] === status;
/** The rows with this status were not kept. */
export const gone =
  (table: string, status: string): Spoil =>
  (history) =>
    rewrites(table, null, isIn(status))(history);
/** Nothing was ever written there. */
export const without =
  (table: string): Spoil =>
  (history) => ({
    ...history,
    happenings: history.happenings.map((one) =>
      one.kind === 'committed' ? { ...one, changes: one.changes.filter((change) => change.table !== table) } : one,
    ),
  });
/** Whatever was written there was removed. */
export const removing =
  (table: string): Spoil =>
  (history) => ({
    ...history,
    happenings: history.happenings.map((one) =>
      one.kind === 'committed'
        ? { ...one, changes: one.changes.map((change) => (change.table === table ? { ...change, row: null } : change)) }
        : one,
    ),
  });
/** Where this context took in an event of this type, it did something else. */
export const instead =
  (context: string, type: string, otherwise: (changes: readonly RowChange[], id: string) => readonly RowChange[]): Spoil =>
  (history) => {
    const { id } = firstEvent(history, type);
    const isIt = (happening: Happening): boolean =>
      happening.kind === 'committed' &&
      happening.context === context &&
      happening.changes.some(({ table, key }) => table === 'inbox' && key[0] === id);
    return {
      ...history,
      happenings: history.happenings.map((one) =>
        one.kind === 'committed' && isIt(one) ? { ...one, changes: otherwise(one.changes, id) } : one,
      ),
    };
  };
/** One event says something else of itself. */
export const envelope = (spoil: Partial<Envelope>): Spoil => events('CookingCanceled', (event) => ({ ...event, ...spoil }));
/** The events of one type say that those of another caused them. */
export const causedBy =
  (type: string, causes: string): Spoil =>
  (history) =>
    events(type, (event) => ({ ...event, causationid: firstEvent(history, causes).id }))(history);
/** What was taken in last was taken in once more. */
export const twice: Spoil = (history) => {
  const { context, ...change } = lastRow(history, 'inbox');
  return alsoCommits(context, change)(history);
};
/** Nobody asked to pick anything up. */
export const letterless: Spoil = (history) =>
  leaving({ letters: history.rest.letters.filter(({ errand }) => errand.deed !== 'pick') })(history);
/** Who confirmed was answered by this status. */
export const answeredBy =
  (status: number): Spoil =>
  (history) =>
    leaving({
      letters: history.rest.letters.map((letter) =>
        letter.errand.deed === 'confirm' ? { ...letter, answer: { status, headers: {} } } : letter,
      ),
    })(history);
/** People asked for something else. */
export const wishing =
  (spoil: Row): Spoil =>
  (history) =>
    leaving({
      letters: history.rest.letters.map((letter) =>
        letter.wanted === undefined ? letter : { ...letter, wanted: { ...letter.wanted, ...spoil } },
      ),
    })(history);
/** Who accepted was shown something else. */
export const showing = (spoil: Row): Spoil =>
  answering('accept', (answered) => ({
    ...answered,
    response: { ...answered.response, body: { ...(answered.response.body as Row), ...spoil } },
  }));
/** A page of a collection. */
export const page = (items: readonly Row[], totalItems: number) => ({
  status: 200,
  headers: {},
  body: { items, page: { number: 0, size: 20, totalItems, totalPages: 1 } },
});
/** A row as the board shows it. */
export const onBoard = (row: Row): Row => ({
  id: row['orderId'],
  ...row,
  status: 'ready',
  statusText: '배송가능',
  updatedAt: row['createdAt'],
});
