/** What a scenario file can say about a system: what the system itself offers, and the grammar that comes of it. */
import type { SystemDefinition } from '../system/definition.ts';
import type { System } from '../system/system.ts';
import type { Verbs } from '../system/verb.ts';
import type { CommandStep, Expectation, Given, InvariantSection, Named, Scenario, Sent } from './language/ast.ts';
import type { Speech, Spelling, Thing } from './language/speech.ts';
import type { StepType } from './language/step-types.ts';
import type { FieldTable, Form } from './language/structures.ts';
import type { Type } from './language/types.ts';
import type { Inventory } from './language/inventory.ts';
import type { Wordings } from './language/wording.ts';
import type { Journal, Telling } from './runner/journal.ts';
import type { Names } from './runner/names.ts';

/** What the judge looks at. */
export interface Bench {
  readonly system: System;
  readonly journal: Journal;
  readonly names: Names;
  readonly grammar: Grammar;
}

/** A kind of expectation: how it is written, and how it is judged. */
export interface ClaimKind<Claim extends Expectation = Expectation> {
  readonly form: Claim['form'];
  /** One for each thing that it can look at. */
  readonly forms: readonly Form<Claim>[];
  /** Judges it, now. Throws NotPassed where it does not hold. */
  judge(bench: Bench, claim: Claim): Promise<void> | void;
  /** True where it is about what the steps before it did, or named; then no invariant can be about it. */
  readonly isOfSteps?: true;
  /** What it looks at beside what the system shows over HTTP; undefined where that is all. */
  needs?(claim: Claim): 'tables' | 'events' | undefined;
  /** True where it is judged as it is, without rest before it. */
  readonly isJudgedAtOnce?: true;
  /** What makes it one that could hold too early, by the word that the file uses; undefined where nothing does. */
  negativeWord?(claim: Claim): string | undefined;
  /** What says that something has happened, which can not be so from the first moment on; undefined where nothing does. */
  positiveWord?(claim: Claim): string | undefined;
  /** What must have been named before there is anything to hold. */
  about?(claim: Claim): readonly Named[];
  /** Whether what it describes has not come to be yet. */
  isMissing?(bench: Bench, claim: Claim): Promise<boolean> | boolean;
}

/** Something that a system shows over HTTP, one for each thing, as expectations know it. */
export interface ResourceKind {
  /** `cooking` */
  readonly key: string;
  /** `/foodCookings` */
  readonly path: string;
  /** The thing whose name it goes by; absent where it goes by an id as it stands. */
  readonly of?: string;
  /** What stands after its key: `a customer's id`; absent for the name of a thing. */
  readonly says?: string;
  readonly doc: string;
  readonly examples: readonly string[];
  /** Each status, and the word that is shown for it; absent for what has none. */
  readonly statuses?: Readonly<Record<string, string>>;
}

/**
 * What the given world is made with. What is asked for there must be granted; what is not throws an OperatingError
 * (infrastructure) at its place.
 */
export interface GivenWorld {
  readonly names: Names;
  /** Asks by a verb of the system about the thing of this id; resolves to the id that the answer tells. */
  readonly ask: (verb: string, id: string | undefined, body?: Readonly<Record<string, Sent>>) => Promise<string>;
  /** Gives a command as a step does, and keeps the names of what it makes. */
  readonly give: (step: CommandStep) => Promise<void>;
  readonly settle: () => Promise<void>;
}

/** Something that people do, to what, and what it makes. */
export interface GivenDeed {
  /** The verb, as files call it. */
  readonly deed: string;
  readonly about: Named | undefined;
  readonly makes: Named | undefined;
}

/** A kind of thing of the given world. */
export interface GivenKind<Thing extends Given = Given> {
  readonly kind: Thing['kind'];
  readonly form: Form<Omit<Thing, 'position' | 'text'>>;
  make(world: GivenWorld, given: Thing): Promise<void>;
  /** What is done for it, in order. */
  deeds(given: Thing): readonly GivenDeed[];
}

/** The fields of a verb's step that are sent as its body. */
export interface BodyFields {
  readonly table: FieldTable;
  /** What their values are sent as; what is left out as the language says. */
  readonly sent: (values: Readonly<Record<string, unknown>>) => Readonly<Record<string, Sent>>;
}

/** The same by the name of a verb, for what speaks of it in another form. */
export type BodyFieldsOf = (verb: string) => BodyFields;

/** Where an event comes from. */
export interface Origin {
  /** What it is the answer to: a verb, as files call it, or another event; where several, any of them. */
  readonly of: readonly string[];
  /** What the context that publishes it has heard by then, since it would refuse the command otherwise. */
  readonly after?: readonly string[];
}

/** What brings events about, and decides about commands: by it, lint tells what hangs on chance. */
export interface Causes {
  /** By the event's type. */
  readonly origins: Readonly<Record<string, Origin>>;
  /**
   * By the verb, as files call it: those that decide whether it is granted, once the other's context has heard of them. `refused`
   * says of one given too early that it is refused, `granted` of one that is refused when it comes too late.
   */
  readonly decidedBy: Readonly<Record<string, { readonly refused: readonly string[]; readonly granted: readonly string[] }>>;
}

/** How a system is spoken of in scenario files, where that is not as its verbs and tables say by themselves. */
export interface Language {
  /** What steps make and name, where that is otherwise than what the verbs make, or more. */
  readonly things?: readonly Thing[];
  /** By the names of verbs. */
  readonly wordings?: Wordings;
  readonly resources?: readonly ResourceKind[];
  /** Kinds of expectations of its own. */
  readonly claims?: readonly ClaimKind[];
  /** What the world can be given; by default whatever its verbs make. */
  readonly given?: (bodyFieldsOf: BodyFieldsOf) => readonly GivenKind[];
  readonly spelling?: Spelling;
  readonly causes?: Causes;
  /** A scenario to begin with, as a file: what `food-sim init` makes. */
  readonly first?: string;
  /** Examples of generic steps and expectations that speak of this system, by their keys. */
  readonly examples?: Readonly<Record<string, readonly string[]>>;
}

/** A system that scenarios can be about. */
export interface SpokenSystem<Name extends string = string> extends SystemDefinition<Name> {
  readonly verbs: Verbs;
  readonly language?: Language;
  /** The folder of the scenarios that come with it: what is played where nobody names files. */
  readonly bundled?: URL;
}

/** All that can be said about a system, made from it and its language. */
export interface Grammar {
  readonly system: SpokenSystem;
  readonly speech: Speech;
  readonly inventory: Inventory;
  readonly commands: readonly StepType<CommandStep>[];
  /** Every kind of step, in the order of the reference. */
  readonly steps: readonly StepType[];
  /** Those that journeys of a load can have. */
  readonly journeySteps: readonly StepType[];
  /** Every kind of expectation, in the order of the reference. */
  readonly claims: readonly ClaimKind[];
  readonly kindOf: (form: string) => ClaimKind;
  readonly resources: ReadonlyMap<string, ResourceKind>;
  readonly given: readonly GivenKind[];
  readonly invariants: readonly Form<Omit<InvariantSection, 'position'>>[];
  readonly causes: Causes | undefined;
  /** What of events tells whose story they belong to. */
  readonly telling: Telling;
  /** The sections of a scenario. */
  readonly sections: FieldTable;
  /** A whole scenario, still without its position. */
  readonly scenario: Type<Omit<Scenario, 'position'>>;
}
