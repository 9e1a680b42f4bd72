/** 9P servers mounted over FUSE: versions, users, locks, interrupts, and a server that goes away. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { CommandLine, ended, isMounted, until } from '../../test/support/command-line.ts';
import { HOST_ROOTS } from '../../test/support/fuse-tree.ts';
import { mountRemote, serveRemote } from '../../test/support/remote-tree.ts';
import { reasonNotToMount, unless } from '../../test/support/requirements.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import type { TreeDescription } from '../cli/trees.ts';
import { ENOENT } from '../node-9p/errors.ts';
import { Server } from '../node-9p/server.ts';
import { directory, file } from '../node-9p/simple-files.ts';
import { listen } from '../node-9p/transports/listen.ts';

const reason = reasonNotToMount();
const FILES: TreeDescription = { type: 'tmpfs', roots: HOST_ROOTS, options: defaultTmpfsOptions() };
const PROC: TreeDescription = { type: 'linprocfs', source: 'host', roots: HOST_ROOTS, options: DEFAULT_OPTIONS };

/** Runs a line of shell in a directory, which may be served by this very process. */
async function shell(script: string, cwd: string): Promise<string> {
  const { stdout, stderr } = await ended(spawn('sh', ['-c', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] }));
  return stdout + stderr;
}

for (const dialect of ['9P2000.L', '9P2000.u', '9P2000'] as const) {
  unless(reason, `files by ${dialect}`, async () => {
    const server = await serveRemote({ files: FILES, proc: PROC });
    const files = await mountRemote(server.address, { tree: 'files', dialects: [dialect] });
    const proc = await mountRemote(server.address, { tree: 'proc', dialects: [dialect] });
    try {
      const run = (script: string): Promise<string> => shell(script, files.path);
      assert.is(await run('echo one >a && cat a && echo two >>a && cat a'), 'one\none\ntwo\n');
      assert.is(await run('mkdir d && cp a d/b && ls -A . d && mv a c && rm c d/b && rmdir d && ls -A'), '.:\na\nd\n\nd:\nb\n');
      assert.is(await run('seq 100 | xargs touch && ls | wc -l && ls -a | sed 2q && rm * && ls -A'), '100\n.\n..\n');
      assert.is(await run('head -c 3000000 /dev/zero | tr "\\0" x >big; wc -c <big; tr -d x <big; truncate -s 5 big; cat big; rm big'), '3000000\nxxxxx');
      if (dialect !== '9P2000') assert.is(await run('touch f; ln -s f l; ln f h; readlink l; stat -c %h f; rm f l h'), `f\n${dialect === '9P2000.L' ? 2 : 1}\n`);
      if (dialect === '9P2000.L') assert.is(await run('mkfifo p; mknod n c 1 3; stat -c "%F %t %T" p n; rm p n'), 'fifo 0 0\ncharacter special file 1 3\n');
      // Files whose size is said to be 0.
      assert.match(await shell('cat version uptime | wc -l; head -c 12 meminfo; cat 1/stat', proc.path), /^2\nMemTotal:   1 \(/);
      assert.equal([...files.faults, ...proc.faults], []);
    } finally {
      await files.end();
      await proc.end();
      await server.kill();
    }
  });
}

unless(reason, 'the server sees who asks', async () => {
  const server = await serveRemote({ files: FILES });
  const mount = await mountRemote(server.address);
  const everybody = await mountRemote(server.address, { access: 'any' });
  const one = await mountRemote(server.address, { access: 1234 });
  try {
    const as = (uid: number, script: string, { path }: { path: string }): Promise<string> =>
      shell(`setpriv --reuid ${uid} --clear-groups sh -c '${script}'`, path);
    assert.is(await as(1000, 'touch mine && stat -c %u mine', mount), '1000\n');
    assert.is(await as(1000, 'chmod 600 mine && echo private >mine && cat mine', mount), 'private\n');
    assert.match(await as(1001, 'cat mine', mount), 'Permission denied');
    assert.is(await as(0, 'touch any && stat -c %u any', everybody), '0\n');
    assert.is(await as(1234, 'touch one && stat -c %u one', one), '1234\n');
    assert.match(await as(1235, 'ls', one), 'Permission denied');
  } finally {
    for (const { end } of [mount, everybody, one]) await end();
    await server.kill();
  }
});

unless(reason, 'locks meet on the server', async () => {
  const server = await serveRemote({ files: FILES });
  const [one, other] = [await mountRemote(server.address), await mountRemote(server.address)];
  try {
    await shell('touch file', one.path);
    const holder = spawn('flock', ['file', 'sh', '-c', 'echo held; read line'], { cwd: one.path, stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    assert.is(await shell('flock -n file true || echo refused', other.path), 'refused\n');
    const waiting = shell('flock file echo mine', other.path);
    holder.stdin.end('go\n');
    assert.is(await waiting, 'mine\n');
    assert.is(await shell('flock -n file echo free', one.path), 'free\n');
  } finally {
    await one.end();
    await other.end();
    await server.kill();
  }
});

unless(reason, 'an interrupt gives a request up', async () => {
  let [asked, given] = [(): void => {}, (): void => {}];
  const began = new Promise<void>((resolve) => (asked = resolve));
  const flushed = new Promise<void>((resolve) => (given = resolve));
  const tree = directory({
    slow: file({
      read: (request) =>
        new Promise<string>((resolve) => {
          asked();
          request.onAbort(() => {
            given();
            resolve('');
          });
        }),
    }),
  });
  const listener = await listen(new Server({ attach: () => tree }), 'tcp!127.0.0.1!0');
  const mount = await mountRemote(String(listener.address));
  try {
    const cat = spawn('cat', [join(mount.path, 'slow')], { stdio: 'ignore' });
    const end = new Promise((resolve) => cat.once('close', (_status, signal) => resolve(signal)));
    await began;
    cat.kill('SIGINT');
    await flushed;
    assert.is(await end, 'SIGINT');
  } finally {
    await mount.end();
    await listener.close();
  }
});

unless(reason, 'a server that goes away', async () => {
  const server = await serveRemote({ files: FILES });
  const command = new CommandLine();
  try {
    const child = command.start(['mount', '-t', '9p', server.address, command.target]);
    const done = ended(child);
    await until('the mount', () => isMounted(command.target));
    assert.is(await shell('echo text >file; cat file', command.target), 'text\n');
    await server.kill();
    assert.match(await shell(`cat ${command.target}/file`, '/'), 'Input/output error');
    child.kill('SIGINT');
    const { status, stderr } = await done;
    assert.match(stderr, new RegExp(`^compatfs: .*target: ${server.address.replaceAll('.', '\\.')} is gone \\(connection reset by peer\\); every access fails from now on\n$`));
    assert.is(status, 0);
  } finally {
    await command.remove();
    await server.kill();
  }
});

unless(reason, 'what cannot be mounted is told in one line', async () => {
  const command = new CommandLine();
  const silent = createServer((socket) => socket.end());
  const path = join(command.directory, 'silent');
  await new Promise<void>((resolve) => silent.listen(path, resolve));
  const address = `unix!${join(command.directory, 'server')}`;
  const listener = await listen(new Server({ attach: ({ tree }) => (tree === '' ? directory({}) : ENOENT) }), address);
  try {
    const say = async (...words: string[]): Promise<string> => {
      const { status, stderr } = await command.run('mount', '-t', '9p', ...words, command.target);
      return `${status} ${stderr.replaceAll(command.directory, 'DIR')}`;
    };
    assert.is(await say('tcp!127.0.0.1!1'), '1 compatfs: tcp!127.0.0.1!1: connection refused\n');
    assert.is(await say('-o', 'port=1', '127.0.0.1'), '1 compatfs: tcp!127.0.0.1!1: connection refused\n');
    assert.is(await say(join(command.directory, 'none')), '1 compatfs: unix!DIR/none: no such file or directory\n');
    assert.is(await say(path), '1 compatfs: unix!DIR/silent: connection reset by peer\n');
    assert.is(await say('-o', 'aname=other', address), '1 compatfs: unix!DIR/server: other cannot be attached: no such file or directory\n');
    assert.match(await say('-o', 'access=x', address), '2 compatfs: mount: bad value in access=x: user, client, any or a number');
    assert.match(await say('-o', 'hidepid=2', address), '2 compatfs: mount: unknown option hidepid');
    assert.match((await command.run('mount', '-t', '9p', command.target)).stderr, 'SOURCE is missing');
  } finally {
    silent.close();
    await command.remove();
    await listener.close();
  }
});

test.run();
