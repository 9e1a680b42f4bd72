/** Reads and writes that wait, interrupts and polls, through the kernel, in both forms of serving. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, test as plain } from 'uvu';
import * as assert from 'uvu/assert';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import { canServeEvents } from '../../mounts/fuse/serve-events.ts';
import { until } from '../support/command-line.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonNotToMount } from '../support/requirements.ts';

const SOURCE = fileURLToPath(new URL('../../../test/fuse/waiting.c', import.meta.url));
const POLLIN_EVENTS = /^1 [0-9a-f]*1\n/;

interface Waiter {
  readonly pid: number;
  readonly output: Promise<string>;
}

function start(program: string, mode: string, path: string): Waiter {
  const child = spawn(program, [mode, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (more: string) => (text += more));
  return { pid: child.pid ?? 0, output: new Promise((resolve) => child.on('close', () => resolve(text))) };
}

function testForm(form: string, polled: boolean): void {
  const test = suite(form);
  const directory = temporaryDirectory();
  const program = join(directory, 'waiting');
  const path = join(directory, 'mount');
  const pipe = join(path, 'pipe');
  const faults: string[] = [];
  let mount: FuseMount;

  test.before(async () => {
    const made = spawnSync('cc', ['-o', program, SOURCE], { encoding: 'utf8' });
    assert.is(made.status, 0, made.stderr);
    mkdirSync(path);
  });
  test.before.each(async () => {
    mount = await FuseMount.start({
      target: path,
      label: 'waiting',
      type: 'pipetest',
      readOnly: false,
      allowOther: false,
      worker: new URL('../support/pipe-worker.js', import.meta.url),
      tree: 8,
      polled,
      onFault: (report) => faults.push(report),
    });
  });
  test.after.each(async () => {
    await mount.unmount();
    assert.equal(faults, []);
  });
  test.after(() => removeDirectory(directory));

  const parked = (count: number): Promise<void> => until(`${count} requests wait`, () => mount.counters.parked === count);

  test('a read waits until somebody writes', async () => {
    const reader = start(program, 'read', pipe);
    await parked(1);
    await writeFile(pipe, 'hello');
    assert.is(await reader.output, '5 hello\n');
    await parked(0);
  });

  test('ten readers are served one by one', async () => {
    const readers = Array.from({ length: 10 }, () => start(program, 'read', pipe));
    await parked(10);
    for (let left = 9; left >= 0; left--) {
      await writeFile(pipe, 'x');
      await parked(left);
    }
    for (const { output } of readers) assert.is(await output, '1 x\n');
  });

  test('a write waits for room', async () => {
    await writeFile(pipe, '123456');
    const writer = start(program, 'write', pipe);
    await parked(1);
    assert.is(await start(program, 'read', pipe).output, '8 123456ab\n');
    assert.is(await start(program, 'read', pipe).output, '4 cdef\n');
    assert.is(await writer.output, '2 4 \n');
  });

  test('a signal ends a read with EINTR', async () => {
    const reader = start(program, 'read', pipe);
    await parked(1);
    process.kill(reader.pid, 'SIGUSR1');
    assert.is(await reader.output, 'EINTR\n');
    await parked(0);
  });

  test('a signal ends a read even where the program wants it carried on: FUSE cannot tell', async () => {
    const reader = start(program, 'restart', pipe);
    await parked(1);
    process.kill(reader.pid, 'SIGUSR1');
    assert.is(await reader.output, 'EINTR\n');
  });

  test('a killed reader leaves nothing behind', async () => {
    const reader = start(program, 'read', pipe);
    await parked(1);
    process.kill(reader.pid, 'SIGKILL');
    await reader.output;
    await parked(0);
    await until('its file is closed', () => mount.counters.read().openFiles === 0);
  });

  test('who does not wait is told to try again', async () => {
    assert.is(await start(program, 'nonblock', pipe).output, 'EAGAIN\n');
    await writeFile(pipe, 'now');
    assert.is(await start(program, 'nonblock', pipe).output, '3 now\n');
  });

  for (const mode of ['poll', 'epoll']) {
    test(`${mode} wakes when somebody writes`, async () => {
      const waiter = start(program, mode, pipe);
      await parked(1);
      await writeFile(pipe, 'news');
      const output = await waiter.output;
      assert.match(output, POLLIN_EVENTS);
      assert.match(output, /\n4 news\n$/);
      await parked(0);
    });

    test(`${mode} returns at once when there is something`, async () => {
      await writeFile(pipe, 'old');
      assert.match(await start(program, mode, pipe).output, /\n3 old\n$/);
    });
  }

  test('unmounting ends those who wait', async () => {
    const reader = start(program, 'read', pipe);
    await parked(1);
    await mount.unmount();
    assert.match(await reader.output, /^E(NOTCONN|CONNABORTED|INTR|IO)\n$/);
  });

  if (polled) {
    test('the serving thread has timers of its own, whose doings wake readers', async () => {
      const reader = start(program, 'read', pipe);
      await parked(1);
      await mount.ask('ticks');
      assert.is(await reader.output, '5 ticks\n');
      const poller = start(program, 'poll', pipe);
      await parked(1);
      await mount.ask('again');
      assert.match(await poller.output, /\n5 again\n$/);
    });
  }

  test.run();
}

const missing = reasonNotToMount() ?? (spawnSync('cc', ['--version']).error ? 'no C compiler' : undefined);
if (missing) {
  console.log(`skipped: ${missing}`);
  plain.skip('requests that wait', () => {});
  plain.run();
} else {
  testForm('the blocking loop', false);
  if (canServeEvents()) testForm('the event loop', true);
  else console.log('skipped: the event loop: this Node cannot poll /dev/fuse');
}
