/** Mounts of servers that are there and say nothing: nobody has to wait for them for ever. */

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine, ended, isMounted, until } from '../../test/support/command-line.ts';
import { Exports } from '../../test/support/exports.ts';
import { mountRemote } from '../../test/support/remote-tree.ts';
import { reasonNotToMount, unless } from '../../test/support/requirements.ts';
import { TYPES } from '../node-9p/layout.ts';
import { Server } from '../node-9p/server.ts';
import { directory, file } from '../node-9p/simple-files.ts';
import { listen } from '../node-9p/transports/listen.ts';

const reason = reasonNotToMount();

/** What a test has: a server, which it stops, a command line of another user's, and what is mounted on it. */
interface World {
  readonly line: CommandLine;
  readonly address: string;
  /** Stops the server in the midst of what it does, and lets it go on. */
  stop(): void;
  goOn(): void;
  /** Mounts in the foreground; resolves once it is there. */
  mount(options?: string): Promise<{ readonly end: ReturnType<typeof ended> }>;
}

function withServer(name: string, body: (world: World) => Promise<void>): void {
  unless(reason, name, async () => {
    const exports = new Exports(['-l', 'unix!socket', '-o', 'mode=1777', 'tmpfs', 'files=DIRECTORY/files'], ({ directory }) => {
      mkdirSync(join(directory, 'files'));
      writeFileSync(join(directory, 'files/file'), 'text\n');
    });
    const line = new CommandLine();
    try {
      const [address = ''] = await exports.addresses();
      const world: World = {
        line,
        address,
        stop: () => void process.kill(exports.pid, 'SIGSTOP'),
        goOn: () => void process.kill(exports.pid, 'SIGCONT'),
        async mount(options = 'rw') {
          const end = ended(line.start(['mount', '-t', '9p', '-o', options, address, line.target]));
          await until('the mount', () => isMounted(line.target));
          assert.is((await line.shell('cat target/files/file')).stdout, 'text\n');
          return { end };
        },
      };
      await body(world);
    } finally {
      await line.remove();
      await exports.line.remove();
    }
  });
}

/** How long a silent server is waited for; a busy machine answers sooner. */
const TIMEOUT = 'timeout=4';

/** The signal that ends a program which was sent one while it waits. */
async function endedBy(line: CommandLine, signal: NodeJS.Signals, program: string, ...args: string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(program, args, { cwd: line.directory, stdio: 'ignore' });
  const end = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_status, by) => resolve(by)));
  await until('it waits', () => isWaiting(child.pid ?? 0, program));
  child.kill(signal);
  return end;
}

/** Whether a process has become a program, and waits for something. */
function isWaiting(id: number, program: string): boolean {
  return readFileSync(`/proc/${id}/stat`, 'latin1').startsWith(`${id} (${program}) S`);
}

withServer('whoever waits can be interrupted, and nothing is lost when the server comes back', async ({ line, stop, goOn, mount }) => {
  const { end } = await mount();
  stop();
  for (const command of ['cat target/files/file', 'mkdir target/tmp/d', 'touch target/tmp/f', 'ls -l target/files', 'stat -f target']) {
    const [program = '', ...args] = command.split(' ');
    assert.is(await endedBy(line, 'SIGINT', program, ...args), 'SIGINT', command);
  }
  assert.is(await endedBy(line, 'SIGKILL', 'cat', 'target/files/file'), 'SIGKILL');
  goOn();
  assert.is((await line.shell('cat target/files/file; ls target')).stdout, 'text\nfiles\ntmp\n');
  const { stdout } = await line.shell('for i in $(seq 100); do echo $i >target/tmp/n; cat target/tmp/n target/files/file; done | sort -u | wc -l');
  assert.is(stdout, '101\n');
  assert.is((await line.run('umount', line.target)).stderr, '');
  assert.is((await end).stderr, '');
});

withServer('the mount can be taken away in every way', async ({ line, stop, goOn, mount }) => {
  const ways: (() => Promise<unknown>)[] = [
    () => line.run('umount', line.target),
    () => line.run('umount', '-l', line.target),
    () => line.shell('umount -l target'),
    async () => process.kill(line.serverId(), 'SIGINT'),
  ];
  for (const takeAway of ways) {
    const { end } = await mount();
    stop();
    await takeAway();
    assert.equal(await end.then(({ status, stderr }) => ({ status, stderr })), { status: 0, stderr: '' });
    assert.not(isMounted(line.target));
    goOn();
  }
});

withServer('a server that was silent for too long is gone', async ({ line, address, stop, goOn, mount }) => {
  const { end } = await mount(TIMEOUT);
  stop();
  assert.match((await line.shell('cat target/files/file')).stderr, 'Input/output error');
  assert.match((await line.shell('cat target/files/file')).stderr, 'Input/output error');
  goOn();
  await line.run('umount', line.target);
  const { stderr } = await end;
  assert.is(stderr, `compatfs: ${line.target}: ${address} is gone (connection timed out); every access fails from now on\n`);
});

withServer('a mount of a server that is silent from the beginning', async ({ line, address, stop, goOn }) => {
  stop();
  const { status, stderr } = await line.run('mount', '-t', '9p', '-o', 'timeout=1', address, line.target);
  assert.equal({ status, stderr }, { status: 1, stderr: `compatfs: ${address}: connection timed out\n` });
  const child = line.start(['mount', '-t', '9p', address, line.target]);
  const end = ended(child);
  await until('it begins', () => line.leftovers().length > 0);
  child.kill('SIGINT');
  assert.is((await end).status, 1);
  assert.equal(line.leftovers(), []);
  assert.not(isMounted(line.target));
  goOn();
});

unless(reason, 'a server that is slow is asked for a sign of life, and is not given up', async () => {
  const tree = directory({
    slow: file({
      async read() {
        // Each of the questions comes half a timeout after the last thing that was heard.
        while ((server.counts.byType[TYPES.Tflush] ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
        return 'at last\n';
      },
    }),
  });
  const server = new Server({ attach: () => tree });
  const listener = await listen(server, 'tcp!127.0.0.1!0');
  const mount = await mountRemote(String(listener.address), { timeout: 4 });
  try {
    const { stdout } = await ended(spawn('cat', [join(mount.path, 'slow')], { stdio: ['ignore', 'pipe', 'ignore'] }));
    assert.is(stdout, 'at last\n');
    assert.equal([...mount.notices, ...mount.faults], []);
  } finally {
    await mount.end();
    await server.close();
    await listener.close();
  }
});

test.run();
