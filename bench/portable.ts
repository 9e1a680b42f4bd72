/**
 * The source portable: what a refresh costs the read that takes it over, beside what a read costs, however many processes there are. Both
 * are of reads that come by themselves, as those of a program do that looks at a machine now and then: code that runs once a second is
 * never as fast as in a loop.
 */

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
import { median } from './measure.ts';
import { formatTable } from './table.ts';

const SIZES = [100, 10_000];
const FILE = 'stat';
/** From one read to the next, in milliseconds. */
const PAUSE_MS = 20;
const LIMIT_MS = 120_000;
/** How often a size is measured before its bound counts as missed: other work on the machine may come between. */
const ATTEMPTS = 3;

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
  const feed = await LiveFeed.start({ collector: collectorOf(directory, processes), timing: { ...USUAL_TIMING, interest: 120_000 }, first: LIMIT_MS });
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
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const end = steadyNow() + LIMIT_MS;
  while (taking.length < refreshes && steadyNow() < end) {
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    const pending = feed.isPending();
    const start = process.hrtime.bigint();
    read();
    (pending ? taking : plain).push(Number(process.hrtime.bigint() - start) / 1000);
  }
  source.dispose();
  return { plain, taking };
}

/** Prints what was measured; returns how many bounds were missed. */
export async function benchPortable(directory: string, { quick, slack }: { quick: boolean; slack: number }): Promise<number> {
  const rows = [['portable, us in the serving thread', 'processes', 'open+read+close stat', 'longer with a refresh', 'bound', '']];
  let failures = 0;
  for (const processes of SIZES) {
    let best = { usual: 0, delay: Number.POSITIVE_INFINITY };
    for (let attempt = 0; attempt < ATTEMPTS && best.delay > best.usual; attempt++) {
      const { plain, taking } = await readsOf(directory, processes, quick ? 15 : 40);
      const usual = median(plain);
      const delay = Math.max(0, median(taking) - usual);
      if (delay / usual < best.delay / best.usual || attempt === 0) best = { usual, delay };
    }
    const { usual, delay } = best;
    if (delay > usual * slack) failures++;
    rows.push([`reads that come every ${PAUSE_MS} ms`, String(processes), usual.toFixed(1), delay.toFixed(1), usual.toFixed(1), delay > usual ? 'MISSED' : 'reached']);
  }
  console.log(formatTable(rows));
  console.log();
  return failures;
}
