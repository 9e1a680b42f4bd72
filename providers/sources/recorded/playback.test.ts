/** A recording with a history is played by a clock: a sample holds until the next one. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../../fs/caller.ts';
import { EPERM, EROFS, ESRCH, isErrno } from '../../../fs/errno.ts';
import { DEFAULT_OPTIONS } from '../../linprocfs/options.ts';
import { linprocfs } from '../../linprocfs/tree.ts';
import { find, listNames, readWhole, writeOnce } from '../../../test/support/tree-reader.ts';
import { SampleChanges } from './changes.ts';
import { encodeEnd, encodeSampleSection, encodeStart } from './encode.ts';
import type { Entry } from './entry.ts';
import { RecordedSource } from './recorded-source.ts';
import { Recording, bytesInMemory } from './recording.ts';

const attributes = { links: 2, uid: 0, gid: 0, size: 0, fileSystem: 0x9fa0 };

function directory(path: string, other?: string): Entry {
  return { kind: 'directory', path, attributes: { ...attributes, mode: 0o040555 }, unlisted: false, error: 0, other };
}

function file(path: string, text: string, mode = 0o100644): Entry {
  return { kind: 'file', path, attributes: { ...attributes, mode }, unlisted: false, openError: 0, readError: 0, text: Buffer.from(text) };
}

function link(path: string, target: string): Entry {
  return { kind: 'link', path, attributes: { ...attributes, mode: 0o120777 }, unlisted: false, error: 0, target };
}

function statLine(id: number, name: string, start: number): string {
  return `${id} (${name}) S 1 ${id} ${id} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 ${start} 0 0 0 ${'0 '.repeat(28)}0\n`;
}

function task(id: number, name: string, start: number): Entry[] {
  const stat = statLine(id, name, start);
  return [directory(`proc/${id}`), file(`proc/${id}/stat`, stat, 0o100444), file(`proc/${id}/status`, `Name:\t${name}\nTgid:\t${id}\n`, 0o100444)];
}

function machine(load: string, tasks: readonly Entry[]): Entry[] {
  return [
    directory('proc'),
    file('proc/loadavg', `${load} 0.00 0.00 1/2 3\n`, 0o100444),
    directory('proc/sys'),
    directory('proc/sys/kernel'),
    file('proc/sys/kernel/hostname', 'there\n'),
    file('proc/sys/kernel/panic', '0\n'),
    ...tasks,
    link('proc/self', '1'),
    directory('dev'),
    file('dev/kmsg', '6,1,10,-;first\n6,2,20,-;second\n continued=1\n'),
  ];
}

/** Samples at 0, 1000 and 3000 ms: a process comes, and another gets the id of one that ends. */
const SAMPLES = [
  [0, machine('1.00', [...task(1, 'init', 1), ...task(9, 'old', 5)])],
  [1000, machine('2.00', [...task(1, 'init', 1), ...task(9, 'new', 700), ...task(12, 'more', 600)])],
  [3000, machine('3.00', [...task(1, 'init', 1), ...task(12, 'more', 600)])],
] as const;

function played(playback: { at?: number; speed?: number } = {}, samples: readonly (readonly [number, Entry[]])[] = SAMPLES): { source: RecordedSource; clock: { now: number } } {
  const changes = new SampleChanges();
  const sections = samples.map(([milliseconds, entries]) => encodeSampleSection(milliseconds, changes.next(entries)) as Buffer);
  const start = encodeStart({ recorder: 'test', time: 0, architecture: 'x64', redacted: false });
  const clock = { now: 5000 };
  const recording = new Recording(bytesInMemory(Buffer.concat([start, ...sections, encodeEnd()])));
  return { source: new RecordedSource(recording, { at: 0, speed: 1, ...playback }, () => clock.now), clock };
}

function loadOf(source: RecordedSource): number {
  return source.view().loadAverage().averages[0];
}

test('each sample holds until the next, and the last one for ever', () => {
  const { source, clock } = played();
  const seen: number[] = [];
  for (const after of [0, 999, 1000, 2999, 3000, 1e9]) {
    clock.now = 5000 + after;
    seen.push(loadOf(source));
  }
  assert.equal(seen, [100, 100, 200, 200, 300, 300]);
});

test('it begins where and goes as fast as it is told', () => {
  const { source, clock } = played({ at: 900, speed: 10 });
  assert.is(loadOf(source), 100);
  clock.now += 10;
  assert.is(loadOf(source), 200);
  clock.now += 200;
  assert.is(loadOf(source), 300);
  const still = played({ at: 1500, speed: 0 });
  still.clock.now += 1e6;
  assert.is(loadOf(still.source), 200);
});

test('it can be told otherwise while it is played, and go back', () => {
  const { source, clock } = played();
  clock.now += 3000;
  assert.is(loadOf(source), 300);
  source.play({ at: 0, speed: 0 });
  clock.now += 3000;
  assert.is(loadOf(source), 100);
  assert.is(source.position, 0);
  source.play({ speed: 2 });
  clock.now += 500;
  assert.is(loadOf(source), 200);
  source.play({ at: 2999 });
  assert.is(loadOf(source), 200);
  clock.now += 1;
  assert.is(loadOf(source), 300);
});

test('processes come and go, and an id that is used again is another process', () => {
  const { source, clock } = played();
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const ids = (): string[] => (listNames(tree, '', SUPERUSER) as string[]).filter((name) => /^\d/.test(name)).sort();
  assert.equal(ids(), ['1', '9']);
  const old = source.view().task(9);
  assert.is(old?.commandName(), 'old');
  clock.now += 1000;
  source.view();
  assert.equal(ids(), ['1', '12', '9']);
  assert.is(old?.stat(true), ESRCH);
  assert.is(source.view().task(9)?.commandName(), 'new');
  clock.now += 2000;
  source.view();
  assert.equal(ids(), ['1', '12']);
  assert.is(source.view().task(9), undefined);
  source.play({ at: 0 });
  assert.is(source.view().task(9)?.commandName(), 'old');
});

test('a sample that has gone bad leaves the one before it', () => {
  const changes = new SampleChanges();
  const sections = SAMPLES.map(([milliseconds, entries]) => encodeSampleSection(milliseconds, changes.next(entries)) as Buffer);
  const start = encodeStart({ recorder: 'test', time: 0, architecture: 'x64', redacted: false });
  const bytes = Buffer.concat([start, ...sections, encodeEnd()]);
  const clock = { now: 0 };
  const source = new RecordedSource(new Recording(bytesInMemory(bytes)), { at: 0, speed: 1 }, () => clock.now);
  const told: string[] = [];
  source.onProblem = ({ message }) => told.push(message);
  // The file is written over while it is played.
  bytes.fill(0, start.length + (sections[0] as Buffer).length + 16, bytes.length - 20);
  clock.now = 5000;
  assert.is(loadOf(source), 100);
  assert.match(told.join(), /^section at byte \d+: damaged/);
  source.play({ at: 0 });
  assert.is(loadOf(source), 100);
});

test('whoever asks stands for the one who recorded', () => {
  const { source } = played();
  assert.is(source.view().visitor?.(), 1);
  const link = find(linprocfs(source, DEFAULT_OPTIONS), 'thread-self', new FixedCaller({ uid: 0, gid: 0 }));
  assert.is(isErrno(link) ? link : link.readlink?.(SUPERUSER), '1/task/1');
});

test('parameters that are written are remembered, and nothing else can be', () => {
  const { source, clock } = played();
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  assert.is(readWhole(tree, 'sys/kernel/hostname'), 'there\n');
  assert.is(writeOnce(tree, 'sys/kernel/hostname', 'here\n'), 5);
  assert.is(readWhole(tree, 'sys/kernel/hostname'), 'here\n');
  assert.is(writeOnce(tree, 'sys/kernel/panic', '10\n'), 3);
  clock.now += 3000;
  assert.is(readWhole(tree, 'sys/kernel/panic'), '10\n');
  assert.ok(isErrno(writeOnce(tree, 'sys/kernel/panic', 'much\n')));
  assert.is(readWhole(linprocfs(played().source, DEFAULT_OPTIONS), 'sys/kernel/panic'), '0\n');
  assert.is(source.host.files.write('1/stat', Buffer.from('1')), EROFS);
});

test('what is written of a process is remembered as long as it lives', () => {
  const values = (id: number): Entry[] => [
    file(`proc/${id}/oom_score_adj`, '0\n'),
    file(`proc/${id}/timerslack_ns`, '50000\n', 0o100666),
    file(`proc/${id}/coredump_filter`, '00000033\n'),
    file(`proc/${id}/autogroup`, `/autogroup-${id} nice 0\n`),
    file(`proc/${id}/loginuid`, '4294967295'),
    file(`proc/${id}/clear_refs`, '', 0o100200),
  ];
  const samples = SAMPLES.map(([time, entries]): [number, Entry[]] => [time, [...entries, ...values(1), ...(time < 3000 ? values(9) : [])]]);
  const { source, clock } = played({}, samples);
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const write = (path: string, text: string): number => writeOnce(tree, path, text, SUPERUSER);
  for (const id of [1, 9]) {
    assert.is(write(`${id}/oom_score_adj`, '-500\n'), 5);
    assert.is(write(`${id}/timerslack_ns`, '70000\n'), 6);
    assert.is(write(`${id}/coredump_filter`, '0x7f\n'), 5);
    assert.is(write(`${id}/autogroup`, '5\n'), 2);
    const read = (name: string): unknown => readWhole(tree, `${id}/${name}`);
    assert.equal(['oom_score_adj', 'oom_adj', 'timerslack_ns', 'coredump_filter', 'autogroup'].map(read), ['-500\n', '-8\n', '70000\n', '0000007f\n', `/autogroup-${id} nice 5\n`]);
    assert.is(write(`${id}/clear_refs`, '1\n'), EROFS);
  }
  assert.ok(isErrno(write('1/oom_score_adj', '5000\n')));
  assert.is(write('1/loginuid', '1000'), 4);
  assert.is(readWhole(tree, '1/loginuid'), '1000');
  assert.is(write('9/loginuid', '1000'), EPERM);
  assert.is(write('1/oom_adj', '15\n'), 3);
  assert.is(write('1/timerslack_ns', '0\n'), 2);
  clock.now += 1000;
  assert.equal(['1/oom_score_adj', '1/timerslack_ns', '9/oom_score_adj'].map((path) => readWhole(tree, path)), ['1000\n', '50000\n', '0\n']);
});

test('the log is read record by record', () => {
  const { source } = played();
  const log = source.view().openLog();
  if (isErrno(log)) throw new Error(`openLog: ${log}`);
  const texts = [log.next(), log.next()].map((record) => (record === undefined || isErrno(record) ? record : record.lines));
  assert.equal(texts, [['first'], ['second']]);
  assert.is(log.next(), undefined);
  log.close();
});

test('what a sample has of its threads as in the one before costs nothing', () => {
  const changes = new SampleChanges();
  const [, first] = SAMPLES[0];
  assert.is(changes.next(first).length, first.length);
  assert.equal(changes.next(first), []);
});

test('a name that is its own no more is as in the other directory again', () => {
  const changes = new SampleChanges();
  const base = [directory('proc'), directory('proc/1'), file('proc/1/wchan', 'one')];
  const own = [...base, directory('proc/2', 'proc/1'), file('proc/2/wchan', 'two')];
  const sections = [own, [...base, directory('proc/2', 'proc/1')]].map((entries, at) => encodeSampleSection(at, changes.next(entries)) as Buffer);
  const start = encodeStart({ recorder: 'test', time: 0, architecture: 'x64', redacted: false });
  const clock = { now: 0 };
  const source = new RecordedSource(new Recording(bytesInMemory(Buffer.concat([start, ...sections, encodeEnd()]))), { at: 0, speed: 1 }, () => clock.now);
  const text = (): string => source.host.files.bytes.toString('latin1', 0, source.host.files.read('2/wchan'));
  assert.is(text(), 'two');
  clock.now = 1;
  source.view();
  assert.is(text(), 'one');
});

test.run();
