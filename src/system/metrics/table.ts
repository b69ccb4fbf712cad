/** A metric as it is documented. */
export interface MetricDescription {
  /** By the conventions of Prometheus, and of OpenTelemetry where it has one for what is measured. */
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

const gauge = (name: string, help: string, ...labels: readonly string[]): MetricDescription => ({ name, type: 'gauge', help, labels });
const counter = (name: string, help: string, ...labels: readonly string[]): MetricDescription => ({ name, type: 'counter', help, labels });

/** Every metric of a process, by what it says. `cell` is empty where the world is not split; what is counted is counted over all cells. */
export const METRICS = {
  requests: {
    name: 'http_server_request_duration_seconds',
    type: 'histogram',
    help: "How long requests took, on each context's port and on the gateway's; a request that met no route has an empty one.",
    labels: ['context', 'http_request_method', 'http_route', 'http_response_status_code'],
  },
  info: gauge('food_sim_info', '1, and what runs here.', 'version', 'system', 'world'),
  up: gauge('food_sim_context_up', '1 where the context takes requests, 0 where it is down.', 'context', 'cell'),
  lag: gauge('food_sim_consumer_lag_messages', 'Messages on the bus for the context, not yet delivered.', 'context', 'cell'),
  unacknowledged: gauge(
    'food_sim_consumer_unacknowledged_messages',
    'Messages delivered to the context, not yet acknowledged.',
    'context',
    'cell',
  ),
  outbox: gauge('food_sim_outbox_messages', 'Events that the context committed, not yet stored on the bus.', 'context', 'cell'),
  outboxAge: gauge(
    'food_sim_outbox_oldest_age_seconds',
    'How long the oldest of these has waited; 0 where there is none.',
    'context',
    'cell',
  ),
  parked: gauge('food_sim_parked_messages', 'Messages that the context has put aside, to be tried again.', 'context', 'cell'),
  deadLetters: gauge('food_sim_dead_letters', 'Messages that the context has given up on.', 'context', 'cell'),
  deadlines: gauge('food_sim_overdue_deadlines', 'Deadlines that have passed, and whose events are not yet told.', 'context', 'cell'),
  outlet: gauge('food_sim_outlet_messages', 'What is to leave the system by the context, and has not left.', 'context', 'cell'),
  circuit: gauge(
    'food_sim_circuit_state',
    '1 for the state in which the circuit of the call is, 0 for the others.',
    'context',
    'cell',
    'call',
    'state',
  ),
  calls: counter('food_sim_calls_total', 'Calls to other contexts, by how they ended for their caller.', 'context', 'call', 'outcome'),
  transactions: counter('food_sim_transactions_total', 'Transactions of the database: committed, or rolled back.', 'context', 'outcome'),
  sent: counter(
    'messaging_client_sent_messages_total',
    'Events that the bus stored for the context, by type.',
    'context',
    'messaging_system',
    'event_type',
  ),
  consumed: counter(
    'messaging_client_consumed_messages_total',
    'Messages that the context took in, by type and by what became of them; what is not an event of the system is _OTHER.',
    'context',
    'messaging_system',
    'event_type',
    'handling',
  ),
  cpu: counter('process_cpu_seconds_total', 'Time of processors that the process has used.'),
  memory: gauge('process_resident_memory_bytes', 'Memory that the process holds.'),
  startedAt: gauge('process_start_time_seconds', 'When the process began, since the Unix epoch.'),
} as const satisfies Readonly<Record<string, MetricDescription>>;
