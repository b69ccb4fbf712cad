import type { BusHost } from '../bus/bus.ts';
import { createEmbeddedBusHost } from '../bus/embedded-server.ts';
import { createMemoryBusHost } from '../bus/memory.ts';
import type { NatsOptions } from '../bus/nats-connection.ts';
import { createNatsBusHost } from '../bus/nats.ts';
import type { OnHandlerFailure } from '../bus/redelivery.ts';
import type { Timers } from '../kernel/clock.ts';
import type { BusChoice } from './options.ts';

/** What a bus needs beside the user's choice. */
export interface BusHostOptions {
  readonly timers: Timers;
  /** Where an embedded server keeps its streams. */
  readonly storeDir: string;
  /** Whether what is stored must outlive a power cut: every write is synced. */
  readonly isDurable: boolean;
  /** Hears of each batch that comes again because its handling failed; one that nobody heard of would block its context in silence. */
  readonly onHandlerFailure: OnHandlerFailure;
  /** Hears of limits of a server that were adapted to, and of consumers that get nowhere. */
  readonly onNote?: (text: string) => void;
  /** Hears of a server of ours that ended, and of a connection that is lost for good. */
  readonly onTrouble?: (error: unknown) => void;
  /** Removed when an embedded server has ended because this process did not live to end it. */
  readonly temporaryFolder?: string;
}

const natsOptionsOf = (choice: Extract<BusChoice, { kind: 'external' }>): NatsOptions => {
  const { kind: _kind, servers, password, token, credentialsFile, tlsCaFile, tlsCertFile, tlsKeyFile, ...rest } = choice;
  const tls = {
    ...(tlsCaFile === undefined ? {} : { caFile: tlsCaFile }),
    ...(tlsCertFile === undefined ? {} : { certFile: tlsCertFile }),
    ...(tlsKeyFile === undefined ? {} : { keyFile: tlsKeyFile }),
  };
  return {
    ...rest,
    servers: servers.map((server) => server.reveal()),
    ...(password === undefined ? {} : { password: password.reveal() }),
    ...(token === undefined ? {} : { token: token.reveal() }),
    ...(credentialsFile === undefined ? {} : { credsFile: credentialsFile }),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
  };
};

/** Opens the bus that the user chose. Throws an OperatingError (infrastructure) that names what can't be had, and the mend. */
export const openBusHost = async (choice: BusChoice, options: BusHostOptions): Promise<BusHost> => {
  const { onHandlerFailure, onNote, onTrouble } = options;
  const heard = { onHandlerFailure, ...(onNote === undefined ? {} : { onNote }), ...(onTrouble === undefined ? {} : { onTrouble }) };
  switch (choice.kind) {
    case 'memory':
      return createMemoryBusHost({ timers: options.timers, onHandlerFailure });
    case 'embedded':
      return createEmbeddedBusHost({
        storeDir: options.storeDir,
        durable: options.isDurable,
        ...heard,
        ...(options.temporaryFolder === undefined ? {} : { temporaryFolder: options.temporaryFolder }),
        ...(choice.natsServerPath === undefined ? {} : { natsServerPath: choice.natsServerPath }),
      });
    case 'external':
      return createNatsBusHost({ ...natsOptionsOf(choice), ...heard });
  }
};
