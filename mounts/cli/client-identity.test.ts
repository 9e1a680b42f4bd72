/** As whom the clients of `compatfs serve` are served. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCertificate } from '../../test/support/certificates.ts';
import { type CommandLine, MAIN, until } from '../../test/support/command-line.ts';
import { Exports, code, serving } from '../../test/support/exports.ts';
import { missingProgram, unless } from '../../test/support/requirements.ts';
import { Client } from '../node-9p/client.ts';

const isRoot = process.getuid?.() === 0;

/** What an unprivileged program sees of a file of root's, as the user that it says it is: the environment of this process. */
function askAsUser(address: string, uid: number): string {
  const program = `
    const { Client } = await import(${JSON.stringify(new URL('../node-9p/client.js', import.meta.url).href)});
    const client = await Client.connect(${JSON.stringify(address)});
    const root = await client.attach({ userId: ${uid} });
    console.log(await root.readFile('${process.pid}/environ').then(() => 'read', (error) => error.code));
    client.close();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    cwd: '/',
    ...(isRoot && { uid: 65_534, gid: 65_534 }),
  });
  return stdout.trim() || stderr;
}

/** Whether another user can run what was built here. */
const others = isRoot && spawnSync(process.execPath, ['--check', MAIN], { uid: 65_534, gid: 65_534, cwd: '/' }).status === 0;

unless(others ? undefined : 'not root, or other users cannot read this directory', 'who comes over TCP is who the kernel says', async () => {
  const exports = new Exports(['-l', 'tcp!127.0.0.1!0', '-v']);
  try {
    const [address = ''] = await exports.addresses();
    assert.is(askAsUser(address, 0), 'EACCES');
    await until('it is logged', () => /attached to \/ as user 65534/.test(exports.complained));
    const client = await Client.connect(address);
    const read = async (userId: number): Promise<string | undefined> =>
      code((await client.attach({ userId })).readFile(`${process.pid}/environ`));
    assert.is(await read(0), undefined, "root's processes are whoever they say");
    assert.is(await read(65_534), 'EACCES');
    client.close();
  } finally {
    await exports.line.remove();
  }
});

serving(
  '--map says as whom a client is served',
  ['-l', 'unix!socket', '-v', '--map', '7=none', '--map', 'nobody=same', '--map', '*=12345'],
  async (exports) => {
    const [address = ''] = await exports.addresses();
    const client = await Client.connect(address);
    assert.is(await code(client.attach({ userId: 7 })), 'EACCES');
    await client.attach({ userId: 65_534 });
    await client.attach({ userId: 0 });
    const served = (): string => [...exports.complained.matchAll(/as user (\d+)/g)].map(([, uid]) => uid).join(' ');
    await until('it is logged', () => served() === '65534 12345');
    client.close();
  },
);

unless(missingProgram('openssl'), 'TLS, and who a certificate names', async () => {
  const make = ({ directory }: CommandLine): void => {
    makeCertificate(directory, 'host', 'localhost', 'DNS:localhost');
    makeCertificate(directory, 'user', 'glenda');
  };
  const tls = ['--tls-cert', 'DIRECTORY/host.pem', '--tls-key', 'DIRECTORY/host.key', '--tls-ca', 'DIRECTORY/user.pem'];
  const exports = new Exports(['-l', 'tcp!127.0.0.1!0', '-v', ...tls, '--map', '@glenda=4711', 'tmpfs'], make);
  try {
    const [address = ''] = await exports.addresses();
    const read = (name: string): Buffer => readFileSync(join(exports.line.directory, name));
    const known = { ca: read('host.pem'), servername: 'localhost' };
    const client = await Client.connect(address, { tls: { ...known, cert: read('user.pem'), key: read('user.key') } });
    const root = await client.attach({ userId: 0 });
    await root.mkdir('d', 0o755);
    assert.is((await (await root.walk('d')).getattr()).uid, 4711);
    client.close();
    assert.ok(await Client.connect(address, { tls: known }).then(() => false, () => true), 'without a certificate');
  } finally {
    await exports.line.remove();
  }
});

test.run();
