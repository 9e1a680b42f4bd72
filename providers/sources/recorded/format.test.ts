/** The format of recordings: what was written is read, and what is damaged, cut off or made to do harm is refused with its place. */

import { brotliCompressSync, constants } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EACCES, ENOENT, ESRCH } from '../../../fs/errno.ts';
import { checksum } from './checksum.ts';
import { BadRecording } from './decode.ts';
import { encodeEnd, encodeSample, encodeSampleSection, encodeStart } from './encode.ts';
import type { Entry, RecordedAttributes } from './entry.ts';
import { FILE_HEADER_BYTES, MAXIMUM_SAMPLE_BYTES, SECTION_HEADER_BYTES, SECTION_SAMPLE } from './layout.ts';
import { RecordedSource } from './recorded-source.ts';
import { Recording, bytesInMemory } from './recording.ts';

const HEADER = { recorder: 'test 1', time: 1_700_000_000_000, architecture: 'x64', redacted: true };
const DIRECTORY: RecordedAttributes = { mode: 0o040555, links: 9, uid: 0, gid: 0, size: 0, fileSystem: 0x9fa0 };
const FILE: RecordedAttributes = { mode: 0o100444, links: 1, uid: 1000, gid: 0xffff_fffe, size: 2 ** 57 + 4096, fileSystem: 0x9123_683e };

function directory(path: string, other?: string): Entry {
  return { kind: 'directory', path, attributes: DIRECTORY, unlisted: false, error: 0, other };
}

function file(path: string, text: string): Entry {
  return { kind: 'file', path, attributes: FILE, unlisted: false, openError: 0, readError: 0, text: Buffer.from(text, 'latin1') };
}

const FIRST: readonly Entry[] = [
  directory('proc'),
  file('proc/version', 'Linux version 51.50.0\n'),
  file('proc/empty', ''),
  directory('proc/7'),
  file('proc/7/comm', 'caf\xe9\n\0'),
  { kind: 'file', path: 'proc/7/environ', attributes: FILE, unlisted: false, openError: EACCES, readError: 0, text: Buffer.alloc(0) },
  { kind: 'file', path: 'proc/7/stack', attributes: FILE, unlisted: false, openError: 0, readError: ESRCH, text: Buffer.alloc(0) },
  { kind: 'link', path: 'proc/7/exe', attributes: FILE, unlisted: false, error: ENOENT, target: '' },
  { kind: 'directory', path: 'proc/7/fd', attributes: DIRECTORY, unlisted: false, error: EACCES, other: undefined },
  { kind: 'directory', path: 'proc/8', attributes: DIRECTORY, unlisted: true, error: 0, other: 'proc/7' },
  { kind: 'gone', path: 'proc/8/stack', uncovers: false },
  { kind: 'link', path: 'proc/self', attributes: FILE, unlisted: false, error: 0, target: '7' },
];
const SECOND: readonly Entry[] = [
  { kind: 'gone', path: 'proc/8/stack', uncovers: true },
  file('proc/version', 'Linux version 51.50.1\n'),
  { kind: 'gone', path: 'proc/empty', uncovers: false },
];

function recording(...samples: readonly (readonly Entry[])[]): Buffer {
  const sections = samples.map((entries, at) => encodeSampleSection(at * 1500, entries) as Buffer);
  return Buffer.concat([encodeStart(HEADER), ...sections, encodeEnd()]);
}

function opened(bytes: Buffer): Recording {
  return new Recording(bytesInMemory(bytes));
}

/** What is wrong with a recording; undefined where nothing is. Anything but BadRecording is a mistake of ours. */
function problem(bytes: Buffer): string | undefined {
  try {
    const source = new RecordedSource(opened(bytes), { at: 1e9, speed: 1 }, () => 0);
    const found = source.problem?.message;
    source.dispose();
    return found;
  } catch (error) {
    if (!(error instanceof BadRecording)) throw error;
    return error.message;
  }
}

/** A recording of one section with such data, true in all else. */
function withData(data: Buffer, changes: { bytes?: number; sum?: number } = {}): Buffer {
  const packed = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  const head = Buffer.alloc(SECTION_HEADER_BYTES);
  head[0] = SECTION_SAMPLE;
  head.writeUInt32LE(packed.length, 4);
  head.writeUInt32LE(changes.bytes ?? data.length, 8);
  head.writeUInt32LE(changes.sum ?? checksum(data), 12);
  return Buffer.concat([encodeStart(HEADER), head, packed, encodeEnd()]);
}

test('the checksum is that of gzip', () => {
  assert.is(checksum(Buffer.from('123456789')), 0xcbf4_3926);
  assert.is(checksum(Buffer.alloc(0)), 0);
});

test('what was written is read', () => {
  const read = opened(recording(FIRST, SECOND));
  assert.equal(read.header, HEADER);
  assert.is(read.length, 2);
  assert.equal(read.sample(0), { milliseconds: 0, entries: FIRST });
  assert.equal(read.sample(1), { milliseconds: 1500, entries: SECOND });
  assert.is(read.timeOf(1), 1500);
  assert.is(read.timeOf(2), undefined);
});

test('a recording that is cut off says so, wherever that is', () => {
  const bytes = recording(FIRST, SECOND);
  assert.is(problem(bytes), undefined);
  assert.is(problem(Buffer.alloc(0)), 'empty, and no recording');
  for (let length = 1; length < bytes.length; length++) {
    const found = problem(bytes.subarray(0, length));
    assert.match(found ?? '', new RegExp(`^byte ${length}: the recording is cut off`), `${length} bytes`);
  }
});

test('any damaged byte is found', () => {
  const bytes = recording(FIRST, SECOND);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ 0x40;
    // Brotli has bits that say nothing: what it unpacks to is as it was then.
    const found = problem(damaged);
    if (found === undefined) assert.equal(opened(damaged).sample(1), opened(bytes).sample(1), `byte ${at}`);
    else assert.not.match(found, /\n/);
  }
});

test('a newer recording is refused with its version', () => {
  const newer = recording(FIRST);
  newer.writeUInt16LE(2, 8);
  assert.is(problem(newer), 'byte 8: a newer recording: its version is 2, and 1 the newest known');
  newer.writeUInt16LE(0, 8);
  assert.match(problem(newer) ?? '', /^byte 8: no version/);
  assert.is(problem(Buffer.from('{ "json": true }')), 'no recording');
});

test('what claims to be more than it is, is not unpacked', () => {
  const bomb = Buffer.alloc(64 << 20);
  const place = `section at byte ${encodeStart(HEADER).length}`;
  assert.is(problem(withData(bomb, { bytes: 1000 })), `${place}: unpacks to more than the 1000 bytes that it says`);
  assert.is(problem(withData(bomb, { bytes: MAXIMUM_SAMPLE_BYTES + 1 })), `${place}: ${MAXIMUM_SAMPLE_BYTES + 1} bytes, and ${MAXIMUM_SAMPLE_BYTES} is the most`);
  assert.is(problem(withData(Buffer.from('short'), { bytes: 100 })), `${place}: unpacks to 5 bytes, not the 100 that it says`);
  assert.is(problem(withData(Buffer.from('short'), { sum: 1 })), `${place}: damaged: its checksum is another`);
  // Zeros are no entries: nothing is left over but is said to be.
  assert.match(problem(withData(bomb)) ?? '', /there is more behind the entries/);
});

test('data that means nothing is refused with its place', () => {
  const refused = (data: readonly number[], why: RegExp): void => assert.match(problem(withData(Buffer.from(data))) ?? '', why);
  refused([], /the data ends/);
  refused([0x80], /the data ends/);
  refused([0, ...Array.from({ length: 9 }, () => 0xff), 2], /a number of more than 64 bits/);
  refused([0, 0xff, 0xff, 0xff, 0x7f], /of them, and \d+ is the most/);
  refused([0, 9], /9 of them cannot follow/);
  refused([0, 0, 1, 50], /the data ends/);
  const oneEntry = (path: string, ...rest: number[]): number[] => [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0x41, 1, 0, path.length, ...Buffer.from(path), ...rest];
  refused(oneEntry('proc', 7, 0, 0), /entry 0 \(proc\): no such kind of entry: 7/);
  refused(oneEntry('proc', 1, 1, 0), /attributes 1 of 1/);
  refused(oneEntry('proc', 2, 0, 9), /text 9 of 1/);
  refused(oneEntry('proc', 0x21, 0, 0xff, 0x7f), /no error has the number 16383/);
  refused([...oneEntry('proc', 1, 0), 0], /there is more behind the entries/);
  refused(oneEntry('proc/1', 1, 0), /entry 0 of the sample: it lies in a directory that is not there/);
  for (const path of ['', 'etc/passwd', 'proc/../etc', 'proc//1', 'proc/.', '/proc', 'proc/', 'proc/a\0b', 'process'])
    refused(oneEntry(path, 1, 0), /no path: /);
});

test('names that lead in circles lead nowhere', () => {
  const circle = recording([directory('proc'), directory('proc/1', 'proc/2'), directory('proc/2', 'proc/1'), directory('proc/3', 'proc/3')]);
  const source = new RecordedSource(opened(circle));
  for (const path of ['1/stat', '3/3/3', '1/2/1/2']) assert.is(source.host.files.read(path), ENOENT, path);
  assert.equal(source.host.files.list('1'), []);
  const links = recording([directory('proc'), { ...file('proc/a', ''), kind: 'link', error: 0, target: 'b' } as Entry, { ...file('proc/b', ''), kind: 'link', error: 0, target: 'a' } as Entry]);
  assert.ok(new RecordedSource(opened(links)).host.files.read('a') < 0);
});

test('whatever becomes of its bytes, a recording is read or refused', () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const data = encodeSample(0, FIRST);
  let [read, refused] = [0, 0];
  for (let round = 0; round < 3000; round++) {
    const changed = Buffer.from(data);
    for (let changes = 1 + random(4); changes > 0; changes--) changed[random(changed.length)] = random(4) === 0 ? random(256) : random(34);
    const cut = random(8) === 0 ? changed.subarray(0, random(changed.length)) : changed;
    const bytes = withData(cut);
    const found = problem(bytes);
    if (found === undefined) {
      read++;
      const source = new RecordedSource(opened(bytes));
      const { files } = source.host;
      for (const path of ['version', '7/comm', '8/comm', '8/fd', 'self/comm', 'self']) {
        files.read(path);
        files.list(path);
        files.lstat(path);
        files.readlink(path);
      }
    } else {
      refused++;
      assert.not.match(found, /[^\x20-\x7e]/);
    }
  }
  assert.ok(read > 100 && refused > 100, `${read} read, ${refused} refused`);
});

test('a header says what it must', () => {
  for (const header of ['', 'null', '[]', '{"recorder":"x"}', '{']) {
    const start = encodeStart(JSON.parse('{}') as typeof HEADER);
    const packed = brotliCompressSync(Buffer.from(header));
    const head = Buffer.alloc(SECTION_HEADER_BYTES);
    head[0] = 1;
    head.writeUInt32LE(packed.length, 4);
    head.writeUInt32LE(header.length, 8);
    head.writeUInt32LE(checksum(Buffer.from(header)), 12);
    const bytes = Buffer.concat([start.subarray(0, FILE_HEADER_BYTES), head, packed, encodeSampleSection(0, FIRST) as Buffer, encodeEnd()]);
    assert.match(problem(bytes) ?? '', /^section at byte 12: the header/, header);
  }
  const noSample = Buffer.concat([encodeStart(HEADER), encodeEnd()]);
  assert.match(problem(noSample) ?? '', /there is no sample/);
  const noHeader = Buffer.concat([encodeStart(HEADER).subarray(0, FILE_HEADER_BYTES), encodeSampleSection(0, FIRST) as Buffer, encodeEnd()]);
  assert.match(problem(noHeader) ?? '', /no header/);
  const twoHeaders = Buffer.concat([encodeStart(HEADER), encodeStart(HEADER).subarray(FILE_HEADER_BYTES), encodeSampleSection(0, FIRST) as Buffer, encodeEnd()]);
  assert.match(problem(twoHeaders) ?? '', /a second header/);
  assert.match(problem(Buffer.concat([recording(FIRST), Buffer.from('x')])) ?? '', /there is more behind the end/);
  const backwards = Buffer.concat([encodeStart(HEADER), encodeSampleSection(0, FIRST) as Buffer, encodeSampleSection(0, SECOND) as Buffer, encodeEnd()]);
  assert.match(problem(backwards) ?? '', /its time is 0 ms, after 0 ms/);
});

test.run();
