/** A bank: accounts, and transfers between them as a saga. What is taken from one account is given to another, or returned. */
import { aggregate, always, atRest, command, defineContext, defineEvent, defineSystem, defineTable, inAll, inContext, onChange, perRow, reacting, Refusal, refusalKind, rowsOf, whenever, z, type EventDefinition, type EventOf } from 'food-sim';

const id = z.string().min(1).max(40);
const amount = z.int().min(1).max(1_000);
const transfer = z.object({ transferId: id, from: id, to: id, amount });
type Transfer = z.infer<typeof transfer>;

const Opened = defineEvent('Opened', z.object({ accountId: id, balance: z.int() }));
const Closed = defineEvent('Closed', z.object({ accountId: id, paidOut: z.int() }));
const Requested = defineEvent('Requested', transfer);
const Taken = defineEvent('Taken', transfer);
const TakeRefused = defineEvent('TakeRefused', transfer);
const Given = defineEvent('Given', transfer);
const GiveRefused = defineEvent('GiveRefused', transfer);
const Returned = defineEvent('Returned', transfer);

/* ── accounts ─────────────────────────────────────────────────────────────────────────────────── */

interface Account {
  readonly accountId: string;
  readonly status: 'open' | 'closed';
  readonly balance: number;
  /** In cash, at the closing and after it. */
  readonly paidOut: number;
}

const accounts = defineTable<Account>({ name: 'accounts', columns: { accountId: 'text', status: 'text', balance: 'integer', paidOut: 'integer' }, key: ['accountId'] });

const PUBLISHED = { Opened, Closed, Taken, TakeRefused, Given, GiveRefused, Returned };
type AccountEvent = EventOf<typeof PUBLISHED>;

const evolve = (account: Account | undefined, { type, data }: AccountEvent): Account | undefined => {
  if (type === 'Opened') return { ...data, status: 'open', paidOut: 0 };
  if (account === undefined) return undefined;
  switch (type) {
    case 'Closed':
      return { ...account, status: 'closed', balance: 0, paidOut: data.paidOut };
    case 'Taken':
      return { ...account, balance: account.balance - data.amount };
    case 'Given':
      return { ...account, balance: account.balance + data.amount };
    case 'Returned':
      return account.status === 'open' ? { ...account, balance: account.balance + data.amount } : { ...account, paidOut: account.paidOut + data.amount };
    case 'TakeRefused':
    case 'GiveRefused':
      return account;
  }
};

const change = aggregate<Account, AccountEvent>({
  table: accounts,
  evolve,
  publishes: PUBLISHED,
  subjectOf: ({ data }) => ('transferId' in data ? data.transferId : data.accountId),
});

const open = (account: Account | undefined, data: { accountId: string; balance: number }): AccountEvent[] => {
  if (account !== undefined) throw new Refusal('account-exists', `There is an account ${data.accountId} already.`);
  return [{ type: 'Opened', data }];
};
const close = (account: Account | undefined): AccountEvent[] => {
  if (account === undefined) throw new Refusal('accounts-not-found', 'There is no such account.');
  if (account.status === 'closed') throw new Refusal('account-closed', 'The account is closed already.');
  return [{ type: 'Closed', data: { accountId: account.accountId, paidOut: account.balance } }];
};
const take = (account: Account | undefined, data: Transfer): AccountEvent[] => [{ type: account?.status === 'open' && account.balance >= data.amount ? 'Taken' : 'TakeRefused', data }];
const give = (account: Account | undefined, data: Transfer): AccountEvent[] => [{ type: account?.status === 'open' ? 'Given' : 'GiveRefused', data }];

const accountsContext = defineContext({
  name: 'accounts',
  tables: [accounts],
  events: Object.values(PUBLISHED),
  refusals: {
    'account-exists': refusalKind(409, 'Account exists', 'An account of this id was opened before.', 'Choose another id.'),
    'account-closed': refusalKind(409, 'Account closed', 'The account was closed before.', 'Leave it at that.'),
  },
  commands: [
    command('POST /accounts', {
      body: z.strictObject({ accountId: id, balance: z.int().min(0).max(10_000) }),
      refuses: ['account-exists'],
      execute: ({ body }, scope) => change(scope, body.accountId, (account) => open(account, body)),
    }),
    command('DELETE /accounts/:accountId', { refuses: ['accounts-not-found', 'account-closed'], execute: ({ params }, scope) => change(scope, params['accountId'] ?? '', close) }),
  ],
  policies: [
    whenever(Requested, ({ data }, scope) => void change(scope, data.from, (account) => take(account, data))),
    whenever(Taken, ({ data }, scope) => void change(scope, data.to, (account) => give(account, data))),
    whenever(GiveRefused, ({ data }, scope) => void change(scope, data.from, () => [{ type: 'Returned', data }])),
  ],
});

/* ── transfers ────────────────────────────────────────────────────────────────────────────────── */

type Status = 'requested' | 'taken' | 'done' | 'refused' | 'returned';
const transfers = defineTable<Transfer & { readonly status: Status }>({ name: 'transfers', columns: { transferId: 'text', from: 'text', to: 'text', amount: 'integer', status: 'text' }, key: ['transferId'] });
const ENDS: ReadonlySet<Status> = new Set(['done', 'refused', 'returned']);

/** News may overtake each other: an end stays. */
const becomes = (event: EventDefinition<string, Transfer>, status: Status) =>
  whenever(event, ({ data }, { tables }) => {
    const before = tables.get(transfers, data.transferId);
    if (before !== undefined && !ENDS.has(before.status)) tables.put(transfers, { ...before, status });
  });

const transfersContext = defineContext({
  name: 'transfers',
  tables: [transfers],
  events: [Requested],
  commands: [
    command('POST /transfers', {
      body: z.strictObject({ from: id, to: id, amount }),
      execute: ({ body }, scope) => {
        const made = { transferId: scope.newId(), ...body };
        scope.tables.put(transfers, { ...made, status: 'requested' });
        scope.emit(Requested, made.transferId, made);
        return made;
      },
    }),
  ],
  policies: [becomes(Taken, 'taken'), becomes(Given, 'done'), becomes(TakeRefused, 'refused'), becomes(Returned, 'returned')],
});

/* ── the bank ─────────────────────────────────────────────────────────────────────────────────── */

export default defineSystem({
  name: 'bank',
  contexts: [accountsContext, transfersContext],
  verbs: {
    open: { context: 'accounts', method: 'POST', path: '/accounts', by: 'customers', makes: { what: 'account', table: 'accounts', status: 'open' }, tells: 'Opened' },
    transfer: { context: 'transfers', method: 'POST', path: '/transfers', by: 'customers', makes: { what: 'transfer', table: 'transfers' }, tells: 'Requested' },
    close: { context: 'accounts', method: 'DELETE', path: '/accounts/:accountId', by: 'customers', at: { table: 'accounts', status: 'open' }, tells: 'Closed' },
  },
  people: (random) => [
    ...['A', 'B'].map((accountId) => ({ deed: 'open', about: accountId, afterMs: 0, wish: { accountId, balance: 1_000 } })),
    ...['X', 'Y', 'Z'].map((about) => ({ deed: 'transfer', about, afterMs: 3 + random.below(20), wish: random.below(2) === 0 ? { from: 'A', to: 'B' } : { from: 'B', to: 'A' } })),
    ...(random.below(2) === 0 ? [{ deed: 'close', about: 'B', afterMs: random.below(30) }] : []),
  ],
  invariants: [
    always('A closed account is empty.', onChange('money in a closed account', ['accounts'], ({ after }) => (after?.['status'] === 'closed' && after['balance'] !== 0 ? `It holds ${String(after['balance'])}.` : undefined))),
    atRest('Every transfer comes to an end.', perRow('a transfer on its way', 'transfers', (_id, { status }) => (ENDS.has(status as Status) ? undefined : `It is ${String(status)}.`))),
    atRest('Money is neither made nor lost.', inAll('money that is made or lost', ({ world }, say) => {
      const opened = world.stream.reduce((sum, { type, data }) => (type === 'Opened' ? sum + (data as { balance: number }).balance : sum), 0);
      const held = [...rowsOf(world, accounts).values()].reduce((sum, { balance, paidOut }) => sum + balance + paidOut, 0);
      if (held !== opened) say(`${opened} came in, and ${held} is there.`, '');
    })),
  ],
  /** What a test of `give` alone does not show: somebody forgot that an account may close while money is on its way to it. */
  mutations: [{ name: 'gives-to-anybody', what: 'What was taken is given, whatever became of the account.', breaks: 'Money lies in a closed account.', define: inContext('accounts', reacting(Taken, (data, scope) => void change(scope, data.to, () => [{ type: 'Given', data }]))) }],
});
