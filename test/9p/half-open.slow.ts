/** Ten thousand connections that say half of something, and readers who do not read, beside a client that is served. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../mounts/node-9p/codec.ts';
import { Client } from '../../mounts/node-9p/client.ts';
import { NOFID, NOTAG } from '../../mounts/node-9p/protocol.ts';
import { Exports } from '../support/exports.ts';

const READERS = 300;
/** How much memory the server may take for each, in KiB, besides what it takes anyway. */
const ROOM_KIB = 32;

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** A program that opens connections, says half a Tversion on each, and tells how many are open once all were taken. */
const OPENER = `
import { connect } from 'node:net';
const [port, count] = process.argv.slice(1).map(Number);
const half = Buffer.from([19, 0, 0, 0, 100]);
let open = 0, ended = 0, next = 0;
const one = () => {
  if (next++ >= count) return;
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(half);
    if (++open === count) console.log('open');
    one();
  });
  socket.on('error', () => {});
  socket.on('close', () => { if (++ended === count) console.log('ended'); });
};
for (let at = 0; at < 100; at++) one();
`;

/** Ten thousand, or as many as one process may have. */
const [, limit = '1024'] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? ['', '65536'];
const CONNECTIONS = Math.min(10_000, Number(limit) - 500);

test('ten thousand half-open connections', async () => {
  const exports = new Exports(['-l', 'tcp!127.0.0.1!0', '--limit', `connections=${CONNECTIONS + 10}`]);
  let opener: ReturnType<typeof spawn> | undefined;
  try {
    const [address = ''] = await exports.addresses();
    const port = address.split('!')[2] ?? '';
    const client = await Client.connect(address);
    const root = await client.attach({});
    const pid = exports.pid;
    const before = residentKiB(pid);
    opener = spawn(process.execPath, ['--input-type=module', '-e', OPENER, port, String(CONNECTIONS)]);
    let said = '';
    opener.stdout?.on('data', (text: Buffer) => (said += String(text)));
    // Somebody else is served all the while.
    const serves = async (): Promise<void> => assert.match(String(await root.readFile('uptime')), /^\d/);
    while (!said.includes('ended')) {
      await serves();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const grown = residentKiB(pid) - before;
    assert.ok(grown < CONNECTIONS * ROOM_KIB, `${grown} KiB more for ${CONNECTIONS} connections`);
    await serves();
    assert.match(exports.complained, /closed: no Tversion within \d+ ms/);
    client.close();
    assert.is((await exports.stop()).status, 0);
  } finally {
    opener?.kill();
    await exports.line.remove();
  }
});

test('hundreds of readers who do not read', async () => {
  const exports = new Exports(['-l', 'unix!socket']);
  const sockets: Socket[] = [];
  try {
    const [address = ''] = await exports.addresses();
    const pid = exports.pid;
    const begin = Buffer.concat([
      encode('Tversion', NOTAG, { msize: 1 << 20, version: '9P2000.L' }, '9P2000.L'),
      encode('Tattach', 1, { fid: 0, afid: NOFID, uname: '', aname: '', n_uname: 0 }, '9P2000.L'),
      encode('Twalk', 1, { fid: 0, newfid: 1, wnames: ['cpuinfo'] }, '9P2000.L'),
      encode('Tlopen', 1, { fid: 1, flags: 0 }, '9P2000.L'),
    ]);
    const reads = Buffer.concat(
      Array.from({ length: 2000 }, () => encode('Tread', 1, { fid: 1, offset: 0, count: 65_536 }, '9P2000.L')),
    );
    for (let at = 0; at < READERS; at++) {
      const socket = connect(address.slice(5));
      socket.on('error', () => {});
      socket.pause();
      socket.write(begin);
      socket.write(reads);
      sockets.push(socket);
    }
    const client = await Client.connect(address);
    const root = await client.attach({});
    for (let round = 0; round < 50; round++) assert.match(String(await root.readFile('uptime')), /^\d/);
    // Each may have some replies waiting, and no more of its requests are looked at then.
    assert.ok(residentKiB(pid) < READERS * 6 * 1024 + 200_000, `${residentKiB(pid)} KiB`);
    for (const socket of sockets) socket.destroy();
    const connections = async (): Promise<number> => {
      const { stdout } = await exports.line.run('status', '--json');
      return (JSON.parse(stdout) as { exports: { connections: number }[] }).exports[0]?.connections ?? 0;
    };
    let left = 0;
    for (let tries = 0; tries < 100 && (left = await connections()) > 1; tries++);
    assert.is(left, 1);
    client.close();
  } finally {
    for (const socket of sockets) socket.destroy();
    await exports.line.remove();
  }
});

test.run();
