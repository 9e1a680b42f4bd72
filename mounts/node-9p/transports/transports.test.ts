import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Client } from '../client.ts';
import type { Peer } from '../operations.ts';
import { Server } from '../server.ts';
import { MemoryFiles } from '../testing/memory-files.ts';
import { formatAddress, isLocal, parseAddress } from './address.ts';
import { listen } from './listen.ts';
import { joinStreams } from './streams.ts';

test('addresses', () => {
  const parse = (text: string): string => {
    const address = parseAddress(text);
    return typeof address === 'string' ? `error: ${address}` : `${formatAddress(address)} ${isLocal(address)}`;
  };
  assert.is(parse('tcp!127.0.0.1!5640'), 'tcp!127.0.0.1!5640 true');
  assert.is(parse('tcp!localhost'), 'tcp!localhost!564 true');
  assert.is(parse('tcp!::1!9'), 'tcp!::1!9 true');
  assert.is(parse('tcp!10.0.0.1!9'), 'tcp!10.0.0.1!9 false');
  assert.is(parse('tcp!*!9'), 'tcp!::!9 false');
  assert.is(parse('tcp!127.example.org!9'), 'tcp!127.example.org!9 false');
  assert.is(parse('unix!/a!b'), 'unix!/a!b true');
  assert.match(parse('tcp!h!65536'), /^error: 65536 is no port/);
});

test("a unix socket is its owner's", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'node-9p-'));
  const server = new Server(new MemoryFiles());
  try {
    for (const [mode, expected] of [
      [undefined, 0o600],
      [0o666, 0o666],
    ] as const) {
      const path = join(directory, `socket${expected}`);
      const listener = await listen(server, `unix!${path}`, mode === undefined ? {} : { mode });
      assert.is(statSync(path).mode & 0o777, expected);
      await listener.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('an address that is taken', async () => {
  const server = new Server(new MemoryFiles());
  const listener = await listen(server, 'tcp!127.0.0.1!0');
  let code: unknown;
  await listen(server, listener.address).catch((error: NodeJS.ErrnoException) => (code = error.code));
  assert.is(code, 'EADDRINUSE');
  await listener.close();
});

const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl) console.log('skipped: needs openssl');
(openssl ? test : test.skip)('TLS, with and without a client certificate', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'node-9p-'));
  const make = (name: string): { cert: Buffer; key: Buffer } => {
    const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync(
      'openssl',
      [...words, '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
      { stdio: 'ignore' },
    );
    return { cert: readFileSync(cert), key: readFileSync(key) };
  };
  const peers: Peer[] = [];
  const files = new MemoryFiles();
  const server = new Server({
    attach(attach, request) {
      peers.push(request.peer);
      void attach;
      return files.attach(attach);
    },
  });
  try {
    const [host, glenda, stranger] = [make('host'), make('glenda'), make('stranger')];
    const listener = await listen(server, 'tcp!127.0.0.1!0', {
      tls: { ...host, ca: glenda.cert, requestCert: true, rejectUnauthorized: true },
    });
    const client = await Client.connect(listener.address, { tls: { ...glenda, ca: host.cert } });
    const root = await client.attach();
    assert.is(String(await root.readFile('text')), 'The quick brown fox\n');
    const file = await (await root.clone()).create('large', 2, 0o644);
    const data = Buffer.alloc(2_500_000, 'tls');
    await file.write(0, data);
    assert.ok((await file.readAll()).equals(data));
    assert.is(peers[0]?.certified, 'glenda');
    client.close();
    for (const tls of [{ ca: host.cert }, { ...stranger, ca: host.cert }]) {
      let refused = false;
      await Client.connect(listener.address, { tls }).catch(() => (refused = true));
      assert.ok(refused, 'without the certificate that is asked for');
    }
    await server.close();
    await listener.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('standard input and output', async () => {
  const script = `
    import { Server } from '${fileURLToPath(new URL('../server.js', import.meta.url))}';
    import { directory, file } from '${fileURLToPath(new URL('../simple-files.js', import.meta.url))}';
    import { standardStreams } from '${fileURLToPath(new URL('./streams.js', import.meta.url))}';
    new Server({ attach: () => directory({ greeting: file('hello\\n') }) }).serve(standardStreams(), 'stdio');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const client = await Client.connect(joinStreams(child.stdout, child.stdin));
  const root = await client.attach();
  assert.is(String(await root.readFile('greeting')), 'hello\n');
  client.close();
  const status = await new Promise((resolve) => child.once('exit', resolve));
  assert.is(status, 0);
});

test.run();
