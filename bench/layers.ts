/**
 * `npm run bench`, the part about file systems that store: small files in our overlay, union and tmpfs beside
 * fuse-overlayfs and unionfs-fuse, which are written in C; and what a nullfs costs beside what it shows.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contender, Contenders, MAIN, pinned } from './contenders.ts';
import { type Subject, measure, median, medianRatio, warmUp } from './measure.ts';
import { formatTable } from './table.ts';

/** Our time by theirs, at most. */
const SMALL_BOUND = 1.5;
/** The time of a stat(2) through a nullfs by that without, at most. */
const NULL_BOUND = 1.1;
/** How often a bound that was missed is measured again. */
const ATTEMPTS = 3;

const NULL_PROGRAM = fileURLToPath(new URL('./null-cost.js', import.meta.url));

/** Two directories to be shown as one, and what else those who show them want. */
function layers(directory: string, name: string): { lower: string; upper: string; work: string } {
  const [lower, upper, work] = ['lower', 'upper', 'work'].map((part) => join(directory, name, part)) as [string, string, string];
  for (const path of [lower, upper, work]) mkdirSync(path, { recursive: true });
  writeFileSync(join(lower, 'there'), 'a file\n');
  return { lower, upper, work };
}

function start(contenders: Contenders, directory: string): Contender[] {
  const ours = (type: string, options: string, ...source: string[]) => (target: string): readonly string[] => [
    process.execPath, MAIN, 'mount', '-t', type, '-o', options, ...source, target,
  ];
  const [memory, host, copying, theirs, union] = ['memory', 'host', 'copying', 'theirs', 'union'].map((name) => layers(directory, name)) as [
    ReturnType<typeof layers>, ReturnType<typeof layers>, ReturnType<typeof layers>, ReturnType<typeof layers>, ReturnType<typeof layers>,
  ];
  return [
    contenders.stored('tmpfs', ours('tmpfs', 'mode=755')),
    contenders.stored('overlay in memory', ours('overlay', `lowerdir=${memory.lower},upper=tmpfs`)),
    contenders.stored('overlay', ours('overlay', `lowerdir=${host.lower},upperdir=${host.upper},workdir=${host.work}`)),
    contenders.stored('unionfs', ours('unionfs', 'cow', `${copying.upper}=RW:${copying.lower}=RO`)),
    contenders.stored('fuse-overlayfs', (target) => [
      'fuse-overlayfs', '-f', '-o', `lowerdir=${theirs.lower},upperdir=${theirs.upper},workdir=${theirs.work}`, target,
    ]),
    contenders.stored('unionfs-fuse', (target) => ['unionfs-fuse', '-f', '-o', 'cow', `${union.upper}=RW:${union.lower}=RO`, target]),
  ].filter((contender) => contender !== undefined);
}

const THEIRS: readonly string[] = ['fuse-overlayfs', 'unionfs-fuse'];

/** Measures and prints. Returns how many figures were worse than `slack` times their bounds. */
export function benchLayers(directory: string, client: string, { quick, slack }: { quick: boolean; slack: number }): number {
  // On a disk that is memory, so that none is measured.
  const stored = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : directory, 'compatfs-bench-'));
  const contenders = new Contenders(join(directory, 'layers'));
  let failures = 0;
  try {
    const all = start(contenders, stored);
    const subject: Subject = { title: 'create+write+unlink', mode: 'small', file: '', count: quick ? 1500 : 5000 };
    warmUp(client, subject, all);
    const times = measure(client, subject, all, quick ? 7 : 11);
    console.log(
      formatTable([
        ['median of one, us', ...all.map(({ name }) => name)],
        [subject.title, ...all.map((contender) => median(times.get(contender) ?? []).toFixed(1))],
      ]),
    );
    console.log();
    const rows = all
      .filter(({ name }) => !THEIRS.includes(name))
      .flatMap((own) =>
        THEIRS.map((name) => {
          const other = all.find((contender) => contender.name === name);
          if (!other) return [own.name, name, '-', String(SMALL_BOUND), 'not measured'];
          const found = medianRatio(times.get(own) ?? [], times.get(other) ?? []);
          if (found > SMALL_BOUND * slack) failures++;
          return [own.name, name, found.toFixed(2), String(SMALL_BOUND), found > SMALL_BOUND ? 'MISSED' : 'reached'];
        }),
      );
    const cost = nullCost(stored, quick);
    if (!(cost <= NULL_BOUND * slack)) failures++;
    rows.push(['stat of nullfs', 'what it shows', cost.toFixed(3), String(NULL_BOUND), cost > NULL_BOUND ? 'MISSED' : 'reached']);
    console.log(formatTable([['time of', 'by that of', 'ratio', 'bound', ''], ...rows]));
    console.log();
    for (const reason of contenders.missing) console.log(`not measured: ${reason}`);
  } finally {
    contenders.stop();
    rmSync(stored, { recursive: true, force: true });
  }
  return failures;
}

/** What a look-up and stat(2) in a host directory take through a nullfs, by what they take without. */
function nullCost(directory: string, quick: boolean): number {
  let best = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && !(best <= NULL_BOUND); attempt++) {
    const [program = '', ...words] = pinned([process.execPath, NULL_PROGRAM, directory, quick ? '9' : '21']);
    best = Math.min(best, Number(spawnSync(program, words, { encoding: 'utf8' }).stdout));
  }
  return best;
}
