/** Small C programs that make system calls run natively and in the emulator, and print the same. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeEngine } from '../../emulator/engine.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { makeMachine, runProgram } from './machine.ts';

const SOURCES = fileURLToPath(new URL('../../../test/emulator/guest', import.meta.url));
const TMPFS_MAGIC = 0x01021994;

/** What a missing tool or right says, or undefined. */
function missing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'another processor or system';
  if (process.getuid?.() !== 0) return 'not root: programs look at what root may';
  if (spawnSync('gcc', ['--version']).status !== 0) return 'no gcc';
  try {
    return statfsSync('/dev/shm').type === TMPFS_MAGIC ? undefined : '/dev/shm is no tmpfs';
  } catch {
    return 'no /dev/shm';
  }
}

const reason = missing();
if (reason) console.log(`skipped: ${reason}`);

/** The lines in which two texts differ, with those of the first marked with a minus. */
function difference(expected: string, actual: string): string[] {
  const [one, other] = [expected.split('\n'), actual.split('\n')];
  const lines: string[] = [];
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    if (one[index] !== other[index]) lines.push(`- ${one[index] ?? ''}`, `+ ${other[index] ?? ''}`);
  }
  return lines.slice(0, 20);
}

if (!reason) {
  const directory = temporaryDirectory();
  const native = `/dev/shm/compatfs-guest-${process.pid}`;
  for (const source of readdirSync(SOURCES).filter((name) => name.endsWith('.c'))) {
    test(source, () => {
      const program = join(directory, source.slice(0, -2));
      const compiled = spawnSync('gcc', ['-O1', '-static', '-w', '-pthread', '-o', program, join(SOURCES, source), '-lm'], { encoding: 'utf8' });
      assert.is(compiled.status, 0, compiled.stderr);
      mkdirSync(native);
      chmodSync(native, 0o1777);
      // Nothing is inherited but the three: descriptors are printed.
      const expected = spawnSync('setsid', ['--wait', program, native], { cwd: native, encoding: 'latin1', env: { PATH: '/bin' }, stdio: ['ignore', 'pipe', 'pipe'] });
      removeDirectory(native);
      const machine = makeMachine({ '/program': directory });
      const got = runProgram(machine.kernel, [`/program/${source.slice(0, -2)}`, '/tmp'], { cwd: '/tmp', env: ['PATH=/bin'] });
      machine.dispose();
      assert.equal(difference(expected.stdout, got.output), []);
      assert.is(got.status.signal === 0 ? got.status.code : got.status.signal + 128, expected.status ?? 0);
    });
  }
  test.after(() => removeDirectory(directory));
}

/** How many programs make random calls. */
const FUZZ_SEEDS = 12;

if (!reason) {
  test('random calls do no harm', () => {
    const directory = temporaryDirectory();
    const program = join(directory, 'fuzz');
    assert.is(spawnSync('gcc', ['-O1', '-static', '-w', '-o', program, join(SOURCES, '../fuzz.c')]).status, 0);
    for (let seed = 1; seed <= FUZZ_SEEDS; seed++) {
      const machine = makeMachine({ '/program': directory });
      const { output } = runProgram(machine.kernel, ['/program/fuzz', `${seed}`], { cwd: '/tmp' });
      machine.dispose();
      assert.ok(output.endsWith('done 1\n'), `seed ${seed}`);
    }
    removeDirectory(directory);
  });

  test('what the translator fails at is interpreted, and told of', () => {
    const directory = temporaryDirectory();
    const program = join(directory, 'loop');
    writeFileSync(`${program}.c`, 'int main(void) { volatile int sum = 0; for (int at = 0; at < 9000; at++) sum += at & 3; return sum / 100; }');
    assert.is(spawnSync('gcc', ['-static', '-o', program, `${program}.c`]).status, 0);
    const translator = (): never => {
      throw new Error('at a loss');
    };
    const machine = makeMachine({ '/program': directory }, { engine: makeEngine({ threshold: 50, translator }) });
    const { status } = runProgram(machine.kernel, ['/program/loop']);
    machine.dispose();
    removeDirectory(directory);
    assert.is(status.code, 135);
    assert.ok(machine.unsupported.some(({ kind, what }) => kind === 'translation' && /^of 0x[\da-f]+ \(Error: at a loss\)$/.test(what)));
  });

  test('nothing of the host is reachable but what was mounted', () => {
    const directory = temporaryDirectory();
    const program = join(directory, 'escape');
    assert.is(spawnSync('gcc', ['-O1', '-static', '-w', '-o', program, join(SOURCES, '../escape.c')]).status, 0);
    const machine = makeMachine({ '/program': directory });
    const { output, status } = runProgram(machine.kernel, ['/program/escape', '/tmp']);
    machine.dispose();
    removeDirectory(directory);
    assert.is(status.code, 0);
    const tries = output.split('\n').filter((line) => /passwd|\/sh|proc|mem|kmsg|sys/.test(line));
    assert.ok(tries.length > 15);
    assert.equal(tries.filter((line) => line.endsWith('= ok')), []);
  });
}

test.run();
