import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Address, Secret, maskUrl } from './secret.ts';

const WEB = ['http:', 'https:'];

const read = (text: string, protocols = WEB): Address => {
  const result = Address.read(text, protocols);
  if ('fault' in result) throw new Error(result.fault);
  return result.address;
};

/** All ways in which a value gets into an output. */
const shownBy = (value: unknown): string =>
  [
    String(value),
    JSON.stringify({ value }),
    inspect(value, { depth: 9, showHidden: true }),
    inspect({ inner: [value] }, { depth: 9 }),
  ].join('\n');

describe('a secret', () => {
  it('is shown nowhere, and is there for who asks for it', () => {
    const secret = new Secret('hush');
    expect(shownBy(secret)).not.toContain('hush');
    expect(secret.reveal()).toBe('hush');
  });
});

describe('an address', () => {
  it.each([
    ['http://kim:hush@host:81/notices', 'http://***@host:81/notices'],
    ['HTTPS://hush@Host/', 'https://***@host'],
    ['http://host/hook?key=hush', 'http://host/hook?***'],
    ['http://host:80', 'http://host'],
    ['http://[::1]:8088/base/', 'http://[::1]:8088/base/'],
  ])('%s is shown as %s', (text, shown) => {
    expect(String(read(text))).toBe(shown);
    expect(shownBy(read(text))).not.toContain('hush');
  });

  it('knows who we are there, decoded', () => {
    expect(read('nats://kim:p%40ss@host:4222', ['nats:']).credentials).toEqual({ user: 'kim', password: 'p@ss' });
    expect(read('nats://token@host', ['nats:']).credentials).toEqual({ user: 'token', password: undefined });
    expect(read('http://host').credentials).toBeUndefined();
    expect(read('http://kim:%EA%B9%80@host').authorization).toBe(`Basic ${Buffer.from('kim:김').toString('base64')}`);
  });

  it('keeps apart what is asked, and where', () => {
    const { origin, hostname, port, path, query } = read('HTTP://kim:p@[::1]:81/base?key=1');
    expect({ origin, hostname, port, path, query }).toEqual({
      origin: 'http://[::1]:81',
      hostname: '::1',
      port: 81,
      path: '/base',
      query: '?key=1',
    });
  });

  it.each([
    'http://k%im:p@host',
    'http://kim:5%@host',
    'http://kim:p@host:99999',
    'http://kim:12/34@host',
    'http://kim:1@2/34@host',
    'http://kim:12#34@host',
    'http://kim:12?34@host',
    'ftp://host',
    'host:81',
    'http://',
    '%',
    '',
  ])('%j is none', (text) => {
    expect(Address.read(text, WEB)).toHaveProperty('fault');
  });
});

describe('a text that is no address', () => {
  it.each([
    ['http://kim:hu/sh@host:99999', 'http://***@host:99999'],
    ['kim:hush@host', '***@host'],
    ['nats://kim:a@hush@host:1x', 'nats://***@host:1x'],
    ['http://host:x/?token=hush', 'http://host:x/?***'],
    ['nats://host:99999', 'nats://host:99999'],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskUrl(text)).toBe(shown);
  });
});
