/** Simulated machines: whether what a file costs depends on how many processes there are, and what htop asks of the largest example. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { mountFuse, trees } from '../mounts/cli/library.ts';
import { missingProgram } from '../test/support/requirements.ts';
import { type Contender, type Contenders, pinned } from './contenders.ts';
import { type Subject, measure, median, medianRatio, warmUp } from './measure.ts';
import { formatTable } from './table.ts';

const FEW = 100;
const MANY = 10_000;
/** How much more a file may cost among many processes than among few. */
const BOUND = 1.2;
const ATTEMPTS = 3;

const BIG = fileURLToPath(new URL('../../examples/simulated/big.json', import.meta.url));
/** Tenths of a second between htop's looks, and how long it is watched. */
const HTOP_DELAY = 50;
const WATCHED_SECONDS = 80;
/** A gap in the requests that is longer than this lies between two looks; milliseconds. */
const GAP_MS = 600;

/** A description with so many processes, of templates that are the same whatever their number. */
function describe(processes: number): string {
  const share = (part: number): number => Math.round((processes - 1) * part);
  const counts = [share(0.5), share(0.3), share(0.15)];
  const rest = processes - 1 - counts.reduce((sum, count) => sum + count, 0);
  const [workers = 0, databases = 0, idle = 0] = counts;
  return JSON.stringify({
    version: 1,
    kernel: { threads: false },
    processors: { sockets: 2, cores: 32, threads: 2 },
    memory: { total: '1TiB', cache: '100GiB' },
    processes: [
      { name: 'worker', command: ['/usr/bin/worker', '--number', '{index}'], count: workers, threads: 4, cpu: workers / 200, rss: '20MiB' },
      { name: 'database', command: ['database: connection {index}'], count: databases, cpu: databases / 300, rss: '40MiB' },
      { name: 'idle', command: ['/usr/bin/idle'], count: idle, rss: '4MiB' },
      { name: 'passing', command: ['/usr/bin/passing'], count: rest, lifetime: 600, cpu: rest / 100, rss: '4MiB' },
    ],
  });
}

/** Prints what was measured; returns how many bounds were missed. */
export async function benchSimulated(directory: string, client: string, contenders: Contenders, { quick, slack }: { quick: boolean; slack: number }): Promise<number> {
  const made = [FEW, MANY].map((count): Contender | undefined => {
    const file = join(directory, `${count}.json`);
    writeFileSync(file, describe(count));
    return contenders.ours(['-o', `source=simulated:${file}`], `simulated ${count}`);
  });
  const [few, many] = made;
  let failures = 0;
  if (few && many) {
    const rounds = quick ? 5 : 9;
    const rows = [['simulated, us', `${FEW} processes`, `${MANY} processes`, 'ratio', 'bound', '']];
    for (const [title, mode] of [['list, per process', 'list'], ['scan, per file', 'scan']] as const) {
      // As many files for the one as for the other.
      const subject = (count: number): Subject => ({ title, mode, file: '', count });
      const per = (times: readonly number[], processes: number): number[] => (mode === 'list' ? times.map((time) => time / processes) : [...times]);
      for (const contender of [few, many]) warmUp(client, subject(contender === few ? 20 : 1), [contender]);
      let best = { ratio: Number.POSITIVE_INFINITY, few: 0, many: 0 };
      for (let attempt = 0; attempt < ATTEMPTS && best.ratio > BOUND; attempt++) {
        const taken = { few: [] as number[], many: [] as number[] };
        for (let round = 0; round < rounds; round++) {
          taken.few.push(...per(measure(client, subject(MANY / FEW), [few], 1).get(few) ?? [], FEW));
          taken.many.push(...per(measure(client, subject(1), [many], 1).get(many) ?? [], MANY));
        }
        const ratio = medianRatio(taken.many, taken.few);
        if (ratio < best.ratio) best = { ratio, few: median(taken.few), many: median(taken.many) };
      }
      if (best.ratio > BOUND * slack) failures++;
      rows.push([title, best.few.toFixed(2), best.many.toFixed(2), best.ratio.toFixed(2), String(BOUND), best.ratio > BOUND ? 'MISSED' : 'reached']);
    }
    console.log(formatTable(rows));
    console.log();
  }
  await watchHtop(directory, contenders);
  return failures;
}

/** One look of htop at all processes. */
interface Look {
  readonly start: number;
  end: number;
  requests: number;
}

/** Has all threads of this process, which serve the mount, be real-time ones or no longer, where that is allowed. */
function setRealTime(on: boolean): void {
  spawnSync('chrt', ['-a', ...(on ? ['-r', '-p', '1'] : ['-o', '-p', '0']), String(process.pid)], { stdio: 'ignore' });
}

/** Has htop look at the largest example, and tells how often it looks and what that costs. */
export async function watchHtop(directory: string, contenders: Contenders): Promise<void> {
  const missing = missingProgram('htop', 'script', 'unshare', 'mount');
  if (missing !== undefined) {
    contenders.missing.push(`htop on a simulated machine: ${missing}`);
    return;
  }
  const target = join(directory, 'big');
  mkdirSync(target, { recursive: true });
  const mount = await mountFuse({ target, tree: trees.linprocfs({ source: `simulated:${BIG}` }) });
  setRealTime(true);
  // It runs where it is not in the way of the thread that serves it.
  const terminal = `stty rows 60 cols 200; TERM=xterm exec ${pinned(['htop', '-d', String(HTOP_DELAY)], true).join(' ')}`;
  const line = `mount --bind ${target} /proc && exec script -qfec '${terminal}' /dev/null`;
  const child = spawn('unshare', ['-m', 'sh', '-c', line], { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, HOME: directory } });
  const looks: Look[] = [];
  try {
    let before = mount.counts().requests;
    const end = performance.now() + WATCHED_SECONDS * 1000;
    while (performance.now() < end) {
      await sleep(20);
      const now = performance.now();
      const { requests } = mount.counts();
      if (requests !== before) {
        const last = looks.at(-1);
        if (last && now - last.end < GAP_MS) {
          last.end = now;
          last.requests += requests - before;
        } else {
          looks.push({ start: now, end: now, requests: requests - before });
        }
      }
      before = requests;
    }
  } finally {
    child.kill('SIGTERM');
    setRealTime(false);
    await mount.unmount();
  }
  // The first look finds everything for the first time, and the last one may not have come to its end.
  const usual = looks.slice(1, -1);
  if (usual.length === 0) {
    contenders.missing.push('htop on a simulated machine: it did not look often enough');
    return;
  }
  const waits = usual.map((look, index) => look.start - (looks[index] as Look).end);
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
  const requests = median(usual.map((look) => look.requests));
  console.log(
    formatTable([
      [`htop -d ${HTOP_DELAY} on big.json`, ''],
      ['seconds that it waits between two looks', seconds(median(waits))],
      ['seconds that a look takes', seconds(median(usual.map((look) => look.end - look.start)))],
      ['requests of a look', String(requests)],
      [`requests of a look, for each of ${MANY} processes`, (requests / MANY).toFixed(2)],
    ]),
  );
  console.log();
}
