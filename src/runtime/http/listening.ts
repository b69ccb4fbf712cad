import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Timers } from '../../kernel/clock.ts';
import { OperatingError, messageOf } from '../../kernel/errors.ts';

/** What listens, and how people reach it. */
export interface Listening {
  /** `http://127.0.0.1:8081`. */
  readonly url: string;
  readonly port: number;
  /**
   * Closes within a bounded time: what is being answered is finished, and says that its connection ends with it; connections on
   * which nobody waits for an answer are ended at once, whether they were ever used or not; what takes longer is cut off.
   */
  closeWithin(timers: Timers, timeoutMs: number): Promise<void>;
}

/** Where and for whom to listen. */
export interface ListenOptions {
  readonly name: string;
  readonly port: number;
  readonly host: string;
  /** The option that sets the port, for the one who must choose another. */
  readonly portOption: string;
}

/** Knows what is being answered on which connection; `close` ends each as soon as that is nothing. */
const createConnectionWatch = (server: Server) => {
  const answers = new Map<Socket, Set<ServerResponse>>();
  let isClosing = false;
  const isLast = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close');
  };
  server.on('connection', (socket: Socket) => {
    answers.set(socket, new Set());
    socket.once('close', () => answers.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const underWay = answers.get(socket);
    underWay?.add(response);
    if (isClosing) isLast(response);
    response.once('close', () => {
      underWay?.delete(response);
      // An answer that had begun before could not say that its connection ends with it.
      if (isClosing && underWay?.size === 0) socket.destroySoon();
    });
  });
  return {
    close: (): void => {
      isClosing = true;
      for (const [socket, underWay] of answers) {
        // Node would wait for a connection on which nothing ever came, as for one that is busy.
        if (underWay.size === 0) socket.destroy();
        else underWay.forEach(isLast);
      }
    },
  };
};

const LISTEN_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is already taken by another process',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'can not be opened on this address',
};

/** The address of whoever listens on this host; one that stands for every address is reached on this machine's own. */
export const originOf = (host: string, port: number): string => {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
};

/** Starts listening; a port that can't be had is an OperatingError (infrastructure) that names the option. */
export const listen = async (app: FastifyInstance, options: ListenOptions): Promise<Listening> => {
  const connections = createConnectionWatch(app.server);
  try {
    await app.listen({ port: options.port, host: options.host });
  } catch (error) {
    await app.close();
    const trouble = LISTEN_TROUBLE[(error as NodeJS.ErrnoException).code ?? ''];
    if (trouble === undefined) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new OperatingError('infrastructure', `${options.name} can't listen on ${JSON.stringify(options.host)}: ${messageOf(error)}`, {
        mend: 'Name an address of this machine with --host, for example 127.0.0.1.',
        cause: error,
      });
    }
    throw new OperatingError('infrastructure', `port ${options.port} for ${options.name} ${trouble}`, {
      mend: `Stop what uses it, or choose another with ${options.portOption} (0 for any free one).`,
      cause: error,
    });
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: originOf(options.host, port),
    port,
    closeWithin: async (timers, timeoutMs) => {
      const cancel = timers.after(timeoutMs, () => app.server.closeAllConnections());
      connections.close();
      await app.close();
      cancel();
    },
  };
};
