/**
 * `npm run bench`: how fast our /proc is, beside the kernel's, lxcfs and servers in C, and our 9P server
 * beside diod. `--quick` takes about two minutes. Exit status 1 when a figure misses its bound.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, Contenders } from './contenders.ts';
import { type Subject, measure } from './measure.ts';
import { measureMemory } from './memory.ts';
import { buildNative } from './native.ts';
import { benchNinep } from './ninep.ts';
import { formatTable } from './table.ts';

/** A ratio of two contenders' times with the bound that it must keep. */
interface Bound {
  readonly subject: string;
  readonly of: string;
  readonly to: string;
  readonly most: number;
  readonly aim?: number;
}

const quick = process.argv.includes('--quick');
const scale = quick ? 1 : 4;
const rounds = quick ? 5 : 11;

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
    return { subject, times: measure(client, subject, taking, rounds) };
  });
  const time = (subject: string, name: string): number | undefined => {
    const contender = named(name);
    return contender && results.find((result) => result.subject.title === subject)?.times.get(contender);
  };
  const names = all.map((contender) => contender.name);
  console.log(
    formatTable([
      ['median of one, us', ...names],
      ...results.map(({ subject }) => [subject.title, ...names.map((name) => time(subject.title, name)?.toFixed(2) ?? '-')]),
    ]),
  );
  console.log();
  const bounds = BOUNDS.map((bound) => {
    const [ours, theirs] = [time(bound.subject, bound.of), time(bound.subject, bound.to)];
    if (ours === undefined || theirs === undefined) return [bound.subject, bound.to, '-', String(bound.most), '-', 'not measured'];
    const ratio = ours / theirs;
    if (ratio > bound.most) failures++;
    const verdict = ratio > bound.most ? 'MISSED' : bound.aim !== undefined && ratio > bound.aim ? 'kept' : 'reached';
    return [bound.subject, bound.to, ratio.toFixed(2), String(bound.most), String(bound.aim ?? '-'), verdict];
  });
  console.log(formatTable([['time of compatfs', 'by that of', 'ratio', 'bound', 'aim', ''], ...bounds]));
  console.log();
  const ours = named('compatfs');
  if (ours?.process?.pid !== undefined) failures += measureMemory(client, ours, quick ? 200_000 : 1_000_000);
  failures += await benchNinep(directory, quick);
  for (const reason of contenders.missing) console.log(`not measured: ${reason}`);
} finally {
  contenders.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failures ? 1 : 0);
