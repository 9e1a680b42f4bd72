/**
 * `npm run bench:9p-kernel`: how long Linux's own 9P client, in a guest, takes with our server and with diod. The guest's
 * processor is emulated, so that the times say nothing by themselves; what counts is how they compare.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDiod } from '../test/support/diod.ts';
import { Exports } from '../test/support/exports.ts';
import { missingProgram } from '../test/support/requirements.ts';
import { Guest, reasonNotToBoot } from '../test/guest/guest.ts';
import { median } from './measure.ts';
import { MessageCounter } from './message-counter.ts';
import { formatTable } from './table.ts';

const CLIENT = fileURLToPath(new URL('../../bench/native/client.c', import.meta.url));
const ENTRIES = 10_000;
const CATS = 30;
const CYCLES = 200;
/** How often each is measured; the first time does not count, if there are more. */
const ROUNDS = process.argv.includes('--quick') ? 1 : 3;
const LIMIT_MS = 600_000;

/** Who is measured, and where the guest has their trees mounted. */
interface Contender {
  readonly name: string;
  readonly proc: string;
  readonly files: string;
}

/** A server's trees in the guest below a directory. */
function below(name: string, directory: string): Contender {
  return { name, proc: `${directory}/proc`, files: `${directory}/files` };
}

const OURS = below('compatfs', '/mnt/ours');
const DIOD = below('diod', '/mnt/diod');
const CONTENDERS: readonly Contender[] = [OURS, DIOD, { name: "the guest's own", proc: '/proc', files: '/tmp/files' }];
/** The servers once more, over connections whose messages are counted. */
const COUNTED_OURS = below(OURS.name, '/mnt/counted/ours');
const COUNTED_DIOD = below(DIOD.name, '/mnt/counted/diod');

/** What is measured: a script that does it so many times. */
const SUBJECTS: readonly { readonly title: string; readonly times: number; readonly script: (contender: Contender) => string }[] = [
  { title: `ls -l of ${ENTRIES} entries`, times: 1, script: ({ files }) => `ls -l ${files} | wc -l | grep -q ${ENTRIES + 1}` },
  { title: 'cat stat', times: CATS, script: ({ proc }) => `i=0; while [ $i -lt ${CATS} ]; do cat ${proc}/stat >/dev/null; i=$((i + 1)); done` },
  { title: 'open+read+close stat', times: CYCLES, script: ({ proc }) => `client cycle ${proc}/stat ${CYCLES} >/dev/null` },
];

/** Milliseconds of one, by the guest's clock. */
async function measure(guest: Guest, script: string, times: number): Promise<number> {
  const said = await guest.output(`read from x </proc/uptime; ${script} || exit 1; read to x </proc/uptime; echo $from $to`, LIMIT_MS);
  const [from = 0, to = 0] = said.trim().split(' ').map(Number);
  return ((to - from) * 1000) / times;
}

/** How many requests of each type one of `times` made, the most frequent first. */
function requests(counts: ReadonlyMap<string, number>, times: number): string {
  return [...counts]
    .filter(([name]) => name.startsWith('T'))
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${(count / times).toFixed(times === 1 ? 0 : 1)} ${name}`)
    .join(', ');
}

/** The load generator without libraries. */
function clientProgram(directory: string): Buffer {
  const program = join(directory, 'client');
  execFileSync('cc', ['-static', '-O2', '-o', program, CLIENT]);
  return readFileSync(program);
}

const reason = missingProgram('cc', 'diod') ?? (await reasonNotToBoot());
if (reason !== undefined) {
  console.log(`not measured: ${reason}`);
  process.exit(1);
}
const directory = mkdtempSync(join(tmpdir(), 'compatfs-bench-'));
const files = join(directory, 'files');
mkdirSync(files);
for (let index = 0; index < ENTRIES; index++) writeFileSync(join(files, `entry-${index}`), '');
const exports = new Exports(['-l', 'tcp!127.0.0.1!0', 'linprocfs', `files=${files}`]);
const diod = await startDiod([files, '/proc']);
const guest = await Guest.boot({ modules: ['9p', '9pnet_fd'], files: { 'bin/client': clientProgram(directory) } });
try {
  const [address = ''] = await exports.addresses();
  const ours = Number(address.split('!')[2]);
  const counters = [await MessageCounter.to(ours), await MessageCounter.to(diod.port)] as const;
  const mount = (port: number, tree: string, place: string): string =>
    `mkdir -p ${place} && mount -t 9p -o trans=tcp,version=9p2000.L,cache=none,uname=root,port=${port},aname=${tree} $HOST ${place}`;
  const mounts = (port: number, { proc, files: place }: Contender, trees: Omit<Contender, 'name'>): string[] => [
    mount(port, trees.proc, proc),
    mount(port, trees.files, place),
  ];
  const [ourTrees, diodTrees] = [{ proc: 'proc', files: 'files' }, { proc: '/proc', files }];
  await guest.output(
    [
      'set -e',
      ...mounts(ours, OURS, ourTrees),
      ...mounts(diod.port, DIOD, diodTrees),
      ...mounts(counters[0].port, COUNTED_OURS, ourTrees),
      ...mounts(counters[1].port, COUNTED_DIOD, diodTrees),
      `mkdir /tmp/files && cd /tmp/files && i=0; while [ $i -lt ${ENTRIES} ]; do : >entry-$i; i=$((i + 1)); done`,
    ].join('\n'),
    LIMIT_MS,
  );
  const rows: string[][] = [];
  for (const { title, times, script } of SUBJECTS) {
    const taken = CONTENDERS.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, contender] of CONTENDERS.entries()) {
        const time = await measure(guest, script(contender), times);
        if (round > 0 || ROUNDS === 1) taken[index]?.push(time);
      }
    }
    const [ours = 0, theirs = 0, own = 0] = taken.map(median);
    rows.push([title, ours.toFixed(2), theirs.toFixed(2), own.toFixed(2), (ours / theirs).toFixed(2)]);
  }
  const names = CONTENDERS.map(({ name }) => name);
  console.log(formatTable([[`Linux ${guest.release}, cache=none, ms`, ...names, 'compatfs by diod'], ...rows]));
  console.log('\nRequests of one:');
  for (const { title, times, script } of SUBJECTS) {
    for (const [counter, contender] of [[counters[0], COUNTED_OURS], [counters[1], COUNTED_DIOD]] as const) {
      counter.take();
      await guest.output(script(contender), LIMIT_MS);
      console.log(`  ${title}, ${contender.name}: ${requests(counter.take(), times)}`);
    }
  }
} finally {
  await guest.end();
  await diod.kill();
  await exports.line.remove();
  rmSync(directory, { recursive: true, force: true });
}
