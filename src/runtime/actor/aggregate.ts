import type { EventDefinition } from '../../kernel/event.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import type { Reads, Table, Tx } from '../tables/tables.ts';
import type { Scope } from './scope-port.ts';

/**
 * Something that a context keeps and decides about: how it is loaded, changed by events, told of and saved. `After` is
 * what it may be after an event.
 */
export interface AggregateDeclaration<State, Event, After extends State = State> {
  /** What is kept under this id; for an id that there is not, whatever stands for that. */
  readonly load: (read: Reads, id: string) => State;
  /** What an event makes of it; pure. */
  readonly evolve: (state: State, event: Event) => After;
  /** Tells others of an event; `state` is what the event made. */
  readonly publish?: (scope: Scope, event: Event, state: After) => void;
  /** Keeps what the events made; called once, and only where that is another than before. `now` is RFC 3339. */
  readonly save: (tables: Tx, state: After, id: string, now: string) => void;
}

/** Something that happened, as it is told. */
export interface Happened {
  readonly type: string;
  readonly data: unknown;
}

/** The same, where a row of a table with one key is all of its state (undefined where there is none), and what happens is told as it is. */
export interface RowAggregateDeclaration<Row extends object, Event extends Happened> {
  readonly table: Table<Row>;
  readonly evolve: (row: Row | undefined, event: Event) => Row | undefined;
  /** The events that others may know, by their types; one that is not among them stays here. */
  readonly publishes: Readonly<Record<string, EventDefinition>>;
  /** The id of what an event is about: events of one subject are heard one after the other. */
  readonly subjectOf: (event: Event) => string;
}

/** Decides about one of them, within a transaction; gives what it is then. Throws what `decide` throws, and nothing is changed. */
export type Change<State, Event> = (scope: Scope, id: string, decide: (state: State) => readonly Event[]) => State;

const ofRow = <Row extends object, Event extends Happened>({
  table,
  evolve,
  publishes,
  subjectOf,
}: RowAggregateDeclaration<Row, Event>): AggregateDeclaration<Row | undefined, Event> => ({
  load: (read, id) => read.get(table, id),
  evolve,
  publish: (scope, event) => {
    const definition = publishes[event.type];
    if (definition !== undefined) scope.emit(definition, subjectOf(event), event.data);
  },
  save: (tables, row, id) => {
    if (row === undefined) tables.remove(table, id);
    else tables.put(table, row);
  },
});

const changing =
  <State, Event, After extends State>({ load, evolve, publish, save }: AggregateDeclaration<State, Event, After>): Change<State, Event> =>
  (scope, id, decide) => {
    const before = load(scope.tables, id);
    let state: State = before;
    for (const event of decide(before)) {
      const after = evolve(state, event);
      publish?.(scope, event, after);
      state = after;
    }
    // It is another than before, so an event made it.
    if (state !== before) save(scope.tables, state as After, id, rfc3339(scope.now));
    return state;
  };

/** Declares an aggregate: load, decide, evolve, publish and save, in this order, stand here once. */
export function aggregate<Row extends object, Event extends Happened>(
  declared: RowAggregateDeclaration<Row, Event>,
): Change<Row | undefined, Event>;
export function aggregate<State, Event, After extends State = State>(
  declared: AggregateDeclaration<State, Event, After>,
): Change<State, Event>;
export function aggregate<Row extends object, Event extends Happened>(
  declared: RowAggregateDeclaration<Row, Event> | AggregateDeclaration<Row | undefined, Event>,
): Change<Row | undefined, Event> {
  return changing('table' in declared ? ofRow(declared) : declared);
}
