/**
 * `npm run bench`: how fast our /proc is, beside the kernel's, lxcfs and servers in C, our overlay and tmpfs
 * beside fuse-overlayfs and unionfs-fuse, and our 9P server beside diod. `--quick` takes a few minutes. Exit status 1 when a figure misses its bound, or, with `--slack FACTOR`, that many
 * times its bound. docs/benchmarks.md says how it is measured.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, Contenders } from './contenders.ts';
import { benchLayers } from './layers.ts';
import { type Subject, type Times, measure, median, medianRatio, warmUp } from './measure.ts';
import { measureMemory } from './memory.ts';
import { buildNative } from './native.ts';
import { benchNinep } from './ninep.ts';
import { benchPortable } from './portable.ts';
import { measurePrograms } from './programs.ts';
import { benchSimulated } from './simulated.ts';
import { formatTable } from './table.ts';

/** A ratio of two contenders' times with the bound that it must keep. */
interface Bound {
  readonly subject: string;
  readonly of: string;
  readonly to: string;
  readonly most: number;
  readonly aim?: number;
}

const {
  values: { quick, slack: slackText },
} = parseArgs({ options: { quick: { type: 'boolean', default: false }, slack: { type: 'string', default: '1' } } });
const slack = Number(slackText);
if (!(slack >= 1)) throw new Error(`--slack ${slackText}: not a factor of 1 or more`);
const scale = quick ? 1 : 4;
const rounds = quick ? 9 : 11;
/** How often a subject is measured before a bound of it counts as missed: other work on the machine may come between. */
const ATTEMPTS = 3;

const SUBJECTS: readonly (Subject & { readonly contenders: readonly string[] })[] = [
  {
    title: 'open+read+close stat',
    mode: 'cycle',
    file: 'stat',
    count: 2500 * scale,
    contenders: ['compatfs', 'fuse-native', 'lxcfs', 'kernel'],
  },
  {
    title: 'open+read+close loadavg',
    mode: 'cycle',
    file: 'loadavg',
    count: 2500 * scale,
    contenders: ['compatfs', 'fuse-native', 'C generating', 'kernel'],
  },
  { title: 'stat(2) loadavg', mode: 'stat', file: 'loadavg', count: 10000 * scale, contenders: ['compatfs', 'C generating', 'kernel'] },
  { title: 'stat(2) 1/stat', mode: 'stat', file: '1/stat', count: 10000 * scale, contenders: ['compatfs', 'C copying', 'kernel'] },
  {
    title: 'scan, per file',
    mode: 'scan',
    file: '',
    count: 8 * scale,
    contenders: ['compatfs', 'fuse-native', 'C copying', 'kernel'],
  },
  { title: 'list /proc', mode: 'list', file: '', count: 50 * scale, contenders: ['compatfs', 'C copying', 'kernel'] },
];

const BOUNDS: readonly Bound[] = [
  { subject: 'open+read+close stat', of: 'compatfs', to: 'lxcfs', most: 0.6, aim: 0.4 },
  { subject: 'open+read+close loadavg', of: 'compatfs', to: 'C generating', most: 1.2 },
  { subject: 'stat(2) loadavg', of: 'compatfs', to: 'C generating', most: 1.05 },
  { subject: 'stat(2) 1/stat', of: 'compatfs', to: 'C copying', most: 1.05 },
  { subject: 'scan, per file', of: 'compatfs', to: 'kernel', most: 11, aim: 8 },
  { subject: 'scan, per file', of: 'compatfs', to: 'C copying', most: 1.3 },
];

/** What one subject came to. */
interface Result {
  readonly subject: Subject;
  readonly times: Times;
  readonly ratios: ReadonlyMap<Bound, number | undefined>;
  /** The greatest ratio by its bound. */
  readonly excess: number;
}

function ratio(times: Times, of: Contender | undefined, to: Contender | undefined): number | undefined {
  const [ours, theirs] = [of && times.get(of), to && times.get(to)];
  return ours && theirs && medianRatio(ours, theirs);
}

const directory = mkdtempSync(join(tmpdir(), 'compatfs-bench-'));
const contenders = new Contenders(directory);
let failures = 0;
try {
  const client = buildNative('client', directory) as string;
  const all = [
    contenders.ours(),
    contenders.ours(['--driver', 'fuse-native'], 'fuse-native'),
    contenders.lxcfs(),
    contenders.native('generated-server', 'C generating'),
    contenders.native('copying-server', 'C copying'),
    contenders.kernel(),
  ].filter((contender) => contender !== undefined);
  const named = (name: string): Contender | undefined => all.find((contender) => contender.name === name);
  const results = SUBJECTS.map((subject) => {
    const taking = subject.contenders.map(named).filter((contender) => contender !== undefined);
    const bounds = BOUNDS.filter((bound) => bound.subject === subject.title);
    warmUp(client, subject, taking);
    let best: Result | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && (!best || best.excess > 1); attempt++) {
      const times = measure(client, subject, taking, rounds);
      const ratios = new Map(bounds.map((bound) => [bound, ratio(times, named(bound.of), named(bound.to))]));
      const excess = Math.max(0, ...bounds.map((bound) => (ratios.get(bound) ?? 0) / bound.most));
      if (!best || excess < best.excess) best = { subject, times, ratios, excess };
    }
    return best as Result;
  });
  const names = all.map((contender) => contender.name);
  const time = ({ times }: Result, name: string): string => {
    const contender = named(name);
    const taken = contender && times.get(contender);
    return taken ? median(taken).toFixed(2) : '-';
  };
  console.log(
    formatTable([
      ['median of one, us', ...names],
      ...results.map((result) => [result.subject.title, ...names.map((name) => time(result, name))]),
    ]),
  );
  console.log();
  const bounds = results.flatMap(({ ratios }) =>
    [...ratios].map(([{ subject, to, most, aim }, found]) => {
      if (found === undefined) return [subject, to, '-', String(most), '-', 'not measured'];
      if (found > most * slack) failures++;
      const verdict = found > most ? 'MISSED' : aim !== undefined && found > aim ? 'kept' : 'reached';
      return [subject, to, found.toFixed(2), String(most), String(aim ?? '-'), verdict];
    }),
  );
  console.log(formatTable([['time of compatfs', 'by that of', 'ratio', 'bound', 'aim', ''], ...bounds]));
  console.log();
  const programs = await measurePrograms(directory, rounds);
  const heading = ['whole programs, ms', 'compatfs', 'kernel', 'ratio'];
  const rows = programs.map(({ program, ours, kernel }) => [program, ours.toFixed(1), kernel.toFixed(1), (ours / kernel).toFixed(2)]);
  console.log(formatTable([heading, ...rows]));
  console.log();
  const ours = named('compatfs');
  if (ours?.process?.pid !== undefined) failures += measureMemory(client, ours, 1_000_000);
  failures += benchLayers(directory, client, { quick, slack });
  failures += await benchSimulated(directory, client, contenders, { quick, slack });
  failures += await benchPortable(directory, { quick, slack });
  failures += await benchNinep(directory, quick, slack);
  for (const reason of contenders.missing) console.log(`not measured: ${reason}`);
} finally {
  contenders.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failures ? 1 : 0);
