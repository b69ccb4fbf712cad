import { OperatingError } from '../../kernel/errors.ts';
import type { BusChoice } from '../../system/options.ts';
import type { OptionName, Settings } from './options.ts';

const EXTERNAL: readonly (readonly [OptionName, string])[] = [
  ['nats-user', 'user'],
  ['nats-password', 'password'],
  ['nats-token', 'token'],
  ['nats-creds', 'credentialsFile'],
  ['js-domain', 'jetStreamDomain'],
  ['tls-ca', 'tlsCaFile'],
  ['tls-cert', 'tlsCertFile'],
  ['tls-key', 'tlsKeyFile'],
];

/** The bus that the options choose. Throws an OperatingError (usage) where they contradict each other. */
export const busChoiceOf = (settings: Settings): BusChoice => {
  const { bus } = settings;
  const natsServerPath = settings['nats-server'];
  if (natsServerPath !== undefined && bus !== 'embedded') {
    throw new OperatingError('usage', '--nats-server names a server to start, and --bus chooses one that needs no start', {
      mend: 'Leave one of the two out.',
    });
  }
  const credentials = EXTERNAL.flatMap(([option, name]) => (settings[option] === undefined ? [] : [[name, settings[option]] as const]));
  if (bus === 'embedded') return { kind: 'embedded', ...(natsServerPath === undefined ? {} : { natsServerPath }) };
  if (bus === 'memory') return { kind: 'memory' };
  if ((settings['tls-cert'] === undefined) !== (settings['tls-key'] === undefined)) {
    throw new OperatingError('usage', '--tls-cert and --tls-key belong together', { mend: 'Give both, or neither.' });
  }
  return { kind: 'external', servers: bus, ...Object.fromEntries(credentials) };
};
