/**
 * `npm run bench:emulator`: how fast programs run in the emulator, beside qemu-x86_64 and the machine itself. `--quick` takes a minute or two, `--only WORD` runs the
 * subjects whose title contains it, `--verbose` tells of each as it is done. Exit status 1 when a figure misses its bound, or, with `--slack FACTOR`, that many times its
 * bound. docs/benchmarks.md says how it is measured.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, medianRatio } from '../measure.ts';
import { formatTable } from '../table.ts';
import { type Usage, usageOf } from './cpu-time.ts';
import { type Group, type Subject, compile, subjects } from './subjects.ts';

const MAIN = fileURLToPath(new URL('../../mounts/cli/main.cjs', import.meta.url));
const QEMU = 'qemu-x86_64';

/** The most that the ratios of a group may be in geometric mean. */
interface Bound {
  readonly group: Group;
  readonly what: string;
  readonly most: number;
  readonly aim?: number;
}

const BOUNDS: readonly Bound[] = [
  { group: 'integer', what: 'integer programs, geometric mean', most: 0.55, aim: 0.33 },
  { group: 'double', what: 'double precision', most: 0.08, aim: 0.04 },
  { group: 'interpreter', what: 'interpreter alone, geometric mean', most: 5, aim: 3 },
  { group: 'calls', what: 'cheap system calls', most: 1, aim: 0.4 },
  { group: 'true', what: '/bin/true, cold', most: 3, aim: 1 },
  { group: 'python', what: 'python3 -c 1, cold', most: 2, aim: 0.9 },
];
const MOST_MEMORY = 150;

/** What one subject took, in milliseconds; ours without Node's own start. */
interface Result {
  readonly subject: Subject;
  readonly ours: readonly number[];
  readonly qemu: readonly number[];
  readonly native: readonly number[];
  readonly mebibytes: number;
}

const {
  values: { quick, slack: slackText, only, verbose },
} = parseArgs({
  options: { quick: { type: 'boolean', default: false }, slack: { type: 'string', default: '1' }, only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } },
});
const slack = Number(slackText);
if (!(slack >= 1)) throw new Error(`--slack ${slackText}: not a factor of 1 or more`);
if (spawnSync(QEMU, ['--version']).error) {
  console.log(`not measured: ${QEMU} is missing`);
  process.exit(0);
}

const directory = mkdtempSync(join(tmpdir(), 'compatfs-bench-'));
let failures = 0;
try {
  const runner = compile('cpu-time', directory, ['-O2']);
  const nothing = join(directory, 'nothing.cjs');
  writeFileSync(nothing, '');
  const start = (): number => usageOf(runner, [process.execPath, nothing]).milliseconds;
  const starts: number[] = [];
  const ownTimes = (subject: Subject): Usage => usageOf(runner, [process.execPath, MAIN, 'run', ...(subject.options ?? []), '--', ...subject.command]);
  const time = (command: readonly string[]): number => usageOf(runner, command).milliseconds;

  const measure = (subject: Subject): Result => {
    const [ours, qemu, native, memory]: [number[], number[], number[], number[]] = [[], [], [], []];
    // Files are in the kernel's cache, and what is kept of the first run is there.
    if (subject.rounds > 1) ownTimes(subject);
    for (let round = 0; round < subject.rounds; round++) {
      const own = start();
      const usage = ownTimes(subject);
      starts.push(own);
      ours.push(usage.milliseconds - own);
      memory.push(usage.mebibytes);
      qemu.push(time([QEMU, ...subject.command]));
      native.push(time(subject.command));
    }
    return { subject, ours, qemu, native, mebibytes: median(memory) };
  };

  const ratio = ({ ours, qemu }: Result): number => medianRatio(ours, qemu);
  const results: Result[] = [];
  const failed: string[] = [];
  for (const subject of subjects(directory, quick).filter(({ title }) => title.includes(only))) {
    try {
      const result = measure(subject);
      results.push(result);
      if (process.stderr.isTTY || verbose) console.error(`${subject.title}: ${ratio(result).toFixed(3)}`);
    } catch (error) {
      failures++;
      failed.push(`not measured: ${subject.title}: ${(error as Error).message}`);
    }
  }
  console.log(
    formatTable([
      ['CPU time, ms', 'compatfs', 'qemu', 'native', 'by qemu', 'by native', 'MiB'],
      ...results.map((result) => [
        result.subject.title,
        ...[result.ours, result.qemu, result.native].map((times) => median(times).toFixed(1)),
        ratio(result).toFixed(3),
        medianRatio(result.ours, result.native).toFixed(2),
        result.mebibytes.toFixed(0),
      ]),
    ]),
  );
  console.log(`\nNode's own start, which is not in the table: ${median(starts).toFixed(1)} ms\n`);
  const verdict = (found: number, most: number, aim?: number): string => {
    if (found > most * slack) failures++;
    return found > most ? 'MISSED' : aim !== undefined && found > aim ? 'kept' : 'reached';
  };
  const bounds = BOUNDS.flatMap(({ group, what, most, aim }) => {
    const ratios = results.filter(({ subject }) => subject.group === group).map(ratio);
    if (ratios.length === 0) return [];
    const mean = Math.exp(ratios.reduce((sum, one) => sum + Math.log(one), 0) / ratios.length);
    return [[what, mean.toFixed(3), String(most), String(aim ?? '-'), verdict(mean, most, aim)]];
  });
  const smallest = results.find(({ subject }) => subject.group === 'true');
  if (smallest) bounds.push(['memory of /bin/true, MiB', smallest.mebibytes.toFixed(0), String(MOST_MEMORY), '-', verdict(smallest.mebibytes, MOST_MEMORY)]);
  console.log(formatTable([['time of compatfs by qemu', 'ratio', 'bound', 'aim', ''], ...bounds]));
  for (const line of failed) console.log(line);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failures ? 1 : 0);
