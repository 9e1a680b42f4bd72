/** Small C programs that make system calls run natively and in the emulator, and print the same. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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
      const compiled = spawnSync('gcc', ['-O1', '-static', '-w', '-pthread', '-o', program, join(SOURCES, source)], { encoding: 'utf8' });
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

test('every number of the kernel\'s headers has a row', async () => {
  const { x64 } = await import('../../emulator/syscalls/table-x64.ts');
  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
  let text: string;
  try {
    text = readFileSync(header, 'latin1');
  } catch {
    console.log('skipped: no headers');
    return;
  }
  const missingRows = [...text.matchAll(/#define __NR_(\w+) (\d+)/g)].filter(([, name, number]) => x64.rows[Number(number)]?.name !== name);
  // Headers may be newer than the table.
  assert.equal(missingRows.filter(([, , number]) => Number(number) <= 450).map(([line]) => line), []);
});

test('a row that does less than Linux says why', async () => {
  const { x64 } = await import('../../emulator/syscalls/table-x64.ts');
  assert.equal(
    x64.rows.filter((row) => row && row.level !== 'full' && row.note === '').map((row) => row!.name),
    [],
  );
  const names = x64.rows.flatMap((row) => (row ? [row.name] : []));
  assert.is(new Set(names).size, names.length);
});

test.run();
