import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { isListening, removeDeadSocket } from './dead-sockets.ts';

/** Leaves a socket as a server does that is killed. */
function leaveSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
}

function listening(path: string): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(path, () => resolve(server));
  });
}

async function inDirectory(body: (path: string, directory: string) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  try {
    await body(join(directory, 'socket'), directory);
  } finally {
    removeDirectory(directory);
  }
}

test('what is there', () =>
  inDirectory(async (path) => {
    assert.is(await removeDeadSocket(path), 'nothing');
    const server = await listening(path);
    assert.is(await removeDeadSocket(path), 'living');
    assert.ok(await isListening(path));
    await new Promise((resolve) => server?.close(resolve));
    mkdirSync(path);
    assert.is(await removeDeadSocket(path), 'other');
    writeFileSync(`${path}2`, '');
    assert.is(await removeDeadSocket(`${path}2`), 'other');
  }));

test('of many who find a dead socket at once one gets its place, and keeps it', () =>
  inDirectory(async (path, directory) => {
    leaveSocket(path);
    assert.equal(readdirSync(directory), ['socket']);
    assert.not(await isListening(path));
    const take = async (): Promise<Server | undefined> => ((await removeDeadSocket(path)) === 'nothing' ? listening(path) : undefined);
    const servers = (await Promise.all(Array.from({ length: 20 }, take))).filter((one) => one !== undefined);
    assert.is(servers.length, 1);
    assert.ok(await isListening(path));
    assert.equal(readdirSync(directory), ['socket']);
    await new Promise((resolve) => servers[0]?.close(resolve));
  }));

test.run();
