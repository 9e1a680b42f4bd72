/** The source portable: what a refresh costs the read that takes it over, beside what a read costs, however many processes there are. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUPERUSER } from '../fs/caller.ts';
import { isErrno } from '../fs/errno.ts';
import { O_RDONLY } from '../fs/flags.ts';
import { open } from '../fs/operations.ts';
import { DEFAULT_OPTIONS } from '../providers/linprocfs/options.ts';
import { linprocfs } from '../providers/linprocfs/tree.ts';
import { LiveFeed } from '../providers/sources/portable/live-feed.ts';
import { USUAL_TIMING, steadyNow } from '../providers/sources/portable/parts.ts';
import { PortableSource } from '../providers/sources/portable/portable-source.ts';
import { find } from '../test/support/tree-reader.ts';
import type { Contenders } from './contenders.ts';
import { type Subject, measure, median, warmUp } from './measure.ts';
import { formatTable } from './table.ts';

const SIZES = [100, 10_000];
const FILE = 'stat';

/** A collector of a machine with so many processes, which answers at once. */
function collectorOf(directory: string, processes: number): { readonly program: string; readonly args: readonly string[] } {
  const script = join(directory, `collector-${processes}.cjs`);
  writeFileSync(
    script,
    `const os = require('node:os');
     const list = Array.from({ length: ${processes} }, (_, index) => ({
       pid: index + 1, parentPid: 1, name: 'process' + index, cpuu: 0.01, cpus: 0, memVsz: 100000, memRss: 20000, nice: 0, started: '2026-01-01 00:00:00',
       state: 'sleeping', tty: '', user: 'root', command: 'process' + index, params: '--with --some words', path: '/usr/bin',
     }));
     const results = { times: () => ({ cpus: os.cpus(), uptime: os.uptime(), load: os.loadavg() }), processes: () => ({ uptime: os.uptime(), processes: { list } }) };
     const asked = {};
     process.on('disconnect', () => process.exit());
     process.on('message', (part) => process.send({
       part, platform: 'linux', wall: Date.now(), steady: Number(process.hrtime.bigint() / 1000n) / 1000, first: !asked[part] && (asked[part] = true), results: results[part]?.() ?? {},
     }));`,
  );
  return { program: process.execPath, args: [script] };
}

/** Microseconds of reads that took nothing over, and of those that took a refresh over. */
async function readsOf(directory: string, processes: number, refreshes: number): Promise<{ readonly plain: number[]; readonly taking: number[] }> {
  const feed = await LiveFeed.start({ collector: collectorOf(directory, processes), timing: { ...USUAL_TIMING, interest: 120_000 } });
  const source = new PortableSource(feed, 1);
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const buffer = Buffer.alloc(65536);
  const vnode = find(tree, FILE);
  if (isErrno(vnode)) throw new Error(`${FILE}: ${vnode}`);
  const read = (): void => {
    const file = open(vnode, O_RDONLY, SUPERUSER);
    if (isErrno(file)) throw new Error(`${FILE}: ${file}`);
    file.read?.(buffer, 0, buffer.length, 0, SUPERUSER);
    file.release();
  };
  for (let round = 0; round < 20_000; round++) read();
  const plain: number[] = [];
  const taking: number[] = [];
  const end = steadyNow() + 120_000;
  while (taking.length < refreshes && steadyNow() < end) {
    // Looking is what a read does first: whether it has something to take over is only known before.
    const pending = feed.isPending();
    const start = process.hrtime.bigint();
    read();
    const microseconds = Number(process.hrtime.bigint() - start) / 1000;
    if (pending) taking.push(microseconds);
    else if (plain.length < 1_000_000) plain.push(microseconds);
  }
  source.dispose();
  return { plain, taking };
}

/** Prints what was measured; returns how many bounds were missed. */
export async function benchPortable(directory: string, client: string, contenders: Contenders, { quick, slack }: { quick: boolean; slack: number }): Promise<number> {
  const mounted = contenders.ours(['-o', 'source=portable'], 'portable');
  if (!mounted) return 0;
  const subject: Subject = { title: FILE, mode: 'cycle', file: FILE, count: quick ? 2500 : 10_000 };
  warmUp(client, subject, [mounted]);
  const cost = median(measure(client, subject, [mounted], 5).get(mounted) ?? []);
  const rows = [['portable, us', 'processes', 'median', 'worst of 9 in 10', 'bound', '']];
  rows.push([`open+read+close ${FILE}, mounted`, '', cost.toFixed(1), '', '', '']);
  let failures = 0;
  for (const processes of SIZES) {
    const { plain, taking } = await readsOf(directory, processes, quick ? 12 : 40);
    const usual = median(plain);
    const delays = taking.map((time) => Math.max(0, time - usual)).sort((a, b) => a - b);
    const delay = median(delays);
    const most = delays[Math.floor(delays.length * 0.9)] ?? 0;
    if (delay > cost * slack) failures++;
    rows.push(['the same in the serving thread', String(processes), usual.toFixed(1), '', '', '']);
    rows.push(['longer when it takes a refresh over', String(processes), delay.toFixed(1), most.toFixed(1), cost.toFixed(1), delay > cost ? 'MISSED' : 'reached']);
  }
  console.log(formatTable(rows));
  console.log();
  return failures;
}
