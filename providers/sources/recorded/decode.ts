/** Reads recordings (layout.ts), whoever wrote them: nothing in one is trusted. */

import { brotliDecompressSync } from 'node:zlib';
import type { Errno } from '../../../fs/errno.ts';
import { checksum } from './checksum.ts';
import type { Entry, RecordedAttributes } from './entry.ts';
import {
  ENTRY_DIRECTORY,
  ENTRY_FAILED,
  ENTRY_FILE,
  ENTRY_GONE,
  ENTRY_KIND,
  ENTRY_LINK,
  ENTRY_OTHER,
  ENTRY_UNLISTED,
  FILE_HEADER_BYTES,
  MAGIC,
  MAXIMUM_COUNT,
  MAXIMUM_HEADER_BYTES,
  MAXIMUM_PATH_BYTES,
  MAXIMUM_SAMPLE_BYTES,
  type RecordingHeader,
  SECTION_END,
  SECTION_HEADER,
  SECTION_HEADER_BYTES,
  VERSION,
} from './layout.ts';

/** What is wrong with a recording; the message says where, in half a line. */
export class BadRecording extends Error {
  override readonly name: string = 'BadRecording';
}

function bad(where: string, why: string): BadRecording {
  return new BadRecording(`${where}: ${why}`);
}

/** A section, as its head says. */
export interface Section {
  readonly kind: number;
  /** Where its head is in the file. */
  readonly at: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly sum: number;
}

/** Where a section is, for messages. */
function placeOf({ at }: { readonly at: number }): string {
  return `section at byte ${at}`;
}

/** Checks the first bytes of a file. Throws BadRecording. */
export function checkStart(bytes: Buffer): void {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, bytes.length)) || bytes.length === 0)
    throw new BadRecording(bytes.length === 0 ? 'empty, and no recording' : 'no recording');
  if (bytes.length < FILE_HEADER_BYTES) throw bad(`byte ${bytes.length}`, 'the recording is cut off in its head');
  const version = bytes.readUInt16LE(MAGIC.length);
  if (version > VERSION) throw bad(`byte ${MAGIC.length}`, `a newer recording: its version is ${version}, and ${VERSION} the newest known`);
  if (version === 0 || bytes.readUInt16LE(MAGIC.length + 2) !== 0) throw bad(`byte ${MAGIC.length}`, 'no version that ever was');
}

/** Reads the head of a section, which must fit into a file of so many bytes. Throws BadRecording. */
export function decodeSectionHead(head: Buffer, at: number, fileBytes: number): Section {
  if (head.length < SECTION_HEADER_BYTES) throw bad(`byte ${fileBytes}`, 'the recording is cut off: its end is missing');
  const kind = head[0] as number;
  const section = { kind, at, storedBytes: head.readUInt32LE(4), bytes: head.readUInt32LE(8), sum: head.readUInt32LE(12) };
  const place = placeOf(section);
  if (kind < SECTION_HEADER || kind > SECTION_END || head.readUIntLE(1, 3) !== 0) throw bad(place, 'no such section');
  if (kind === SECTION_END && (section.storedBytes | section.bytes | section.sum) !== 0) throw bad(place, 'an end with data');
  const most = kind === SECTION_HEADER ? MAXIMUM_HEADER_BYTES : MAXIMUM_SAMPLE_BYTES;
  if (section.bytes > most) throw bad(place, `${section.bytes} bytes, and ${most} is the most`);
  if (at + SECTION_HEADER_BYTES + section.storedBytes > fileBytes) throw bad(`byte ${fileBytes}`, `the recording is cut off in the ${place}`);
  return section;
}

/** Unpacks a section's data. Throws BadRecording. */
export function unpack(section: Section, stored: Buffer): Buffer {
  const place = placeOf(section);
  if (stored.length !== section.storedBytes) throw bad(place, 'the recording is cut off');
  let data: Buffer;
  try {
    // What unpacks to more than it says is not unpacked any further.
    data = brotliDecompressSync(stored, { maxOutputLength: Math.max(1, section.bytes) });
  } catch (error) {
    const more = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw bad(place, more ? `unpacks to more than the ${section.bytes} bytes that it says` : 'damaged: it cannot be unpacked');
  }
  if (data.length !== section.bytes) throw bad(place, `unpacks to ${data.length} bytes, not the ${section.bytes} that it says`);
  if (checksum(data) !== section.sum) throw bad(place, 'damaged: its checksum is another');
  return data;
}

/** Reads the header section's data. Throws BadRecording. */
export function decodeHeader(section: Section, data: Buffer): RecordingHeader {
  const place = placeOf(section);
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch {
    throw bad(place, 'the header is no JSON');
  }
  const header = value as Partial<RecordingHeader> | null;
  if (typeof header !== 'object' || header === null) throw bad(place, 'the header is no object');
  const { recorder, time, architecture, redacted } = header;
  if (typeof recorder !== 'string' || typeof time !== 'number' || typeof architecture !== 'string' || typeof redacted !== 'boolean')
    throw bad(place, 'the header lacks recorder, time, architecture or redacted');
  return { recorder, time, architecture, redacted };
}

/** A place in unpacked data. */
class Cursor {
  readonly data: Buffer;
  readonly #place: string;
  at = 0;
  /** What is being read, for messages. */
  what = '';

  constructor(data: Buffer, place: string) {
    this.data = data;
    this.#place = place;
  }

  bad(why: string): BadRecording {
    return bad(`${this.#place}${this.what}`, `${why} (byte ${this.at} of the data)`);
  }

  byte(): number {
    const byte = this.data[this.at];
    if (byte === undefined) throw this.bad('the data ends');
    this.at++;
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 64; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value >= 2 ** 64) break;
      if (byte < 0x80) return value;
    }
    throw this.bad('a number of more than 64 bits');
  }

  /** How many things follow, each of which takes so many bytes at least. */
  count(least: number): number {
    const count = this.varint();
    if (count > MAXIMUM_COUNT) throw this.bad(`${count} of them, and ${MAXIMUM_COUNT} is the most`);
    if (count * least > this.data.length - this.at) throw this.bad(`${count} of them cannot follow`);
    return count;
  }

  bytes(count: number): Buffer {
    if (count > this.data.length - this.at) throw this.bad('the data ends');
    return this.data.subarray(this.at, (this.at += count));
  }

  below(limit: number, what: string): number {
    const number = this.varint();
    if (number >= limit) throw this.bad(`${what} ${number} of ${limit}`);
    return number;
  }

  errno(): Errno | 0 {
    const number = this.varint();
    if (number > 4095) throw this.bad(`no error has the number ${number}`);
    return number === 0 ? 0 : (-number as Errno);
  }
}

/** A sample's time and entries. */
export interface DecodedSample {
  readonly milliseconds: number;
  readonly entries: readonly Entry[];
}

/** Reads a sample section's data; texts are views of it. Throws BadRecording. */
export function decodeSample(section: Section, data: Buffer): DecodedSample {
  const cursor = new Cursor(data, placeOf(section));
  const milliseconds = cursor.varint();
  const attributes: RecordedAttributes[] = [];
  for (let rest = cursor.count(6); rest > 0; rest--) {
    const [mode, links, uid, gid] = [cursor.varint(), cursor.varint(), cursor.varint(), cursor.varint()];
    attributes.push({ mode, links, uid, gid, size: cursor.varint(), fileSystem: cursor.varint() });
  }
  const texts: Buffer[] = [];
  for (let rest = cursor.count(1); rest > 0; rest--) texts.push(cursor.bytes(cursor.varint()));
  const entries: Entry[] = [];
  const count = cursor.count(3);
  let path = '';
  for (let number = 0; number < count; number++) {
    cursor.what = `, entry ${number}`;
    const shared = cursor.below(path.length + 1, 'shares byte');
    path = path.slice(0, shared) + cursor.bytes(cursor.below(MAXIMUM_PATH_BYTES + 1, 'path of bytes')).toString('latin1');
    checkPath(path, cursor);
    cursor.what = `, entry ${number} (${printable(path)})`;
    entries.push(decodeEntry(cursor, path, attributes, texts));
  }
  cursor.what = '';
  if (cursor.at !== data.length) throw cursor.bad('there is more behind the entries');
  return { milliseconds, entries };
}

const PATH = /^(?:proc|sys|dev)(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)*$/;

function checkPath(path: string, cursor: Cursor): void {
  if (path.length > MAXIMUM_PATH_BYTES || !PATH.test(path)) throw cursor.bad(`no path: ${printable(path)}`);
}

/** For messages, which are lines. */
function printable(path: string): string {
  const shown = path.replace(/[^\x20-\x7e]/g, '?');
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

function decodeEntry(cursor: Cursor, path: string, attributes: readonly RecordedAttributes[], texts: readonly Buffer[]): Entry {
  const byte = cursor.byte();
  const kind = byte & ENTRY_KIND;
  if ((byte & ~ENTRY_OTHER) === ENTRY_GONE) return { kind: 'gone', path, uncovers: byte !== ENTRY_GONE };
  const [failed, other, unlisted] = [(byte & ENTRY_FAILED) !== 0, (byte & ENTRY_OTHER) !== 0, (byte & ENTRY_UNLISTED) !== 0];
  const known = ENTRY_KIND | ENTRY_UNLISTED | ENTRY_FAILED | (kind === ENTRY_DIRECTORY ? ENTRY_OTHER : 0);
  if (kind < ENTRY_DIRECTORY || kind > ENTRY_LINK || (byte & ~known) !== 0) throw cursor.bad(`no such kind of entry: ${byte}`);
  const common = { path, unlisted, attributes: attributes[cursor.below(attributes.length, 'attributes')] as RecordedAttributes };
  const error = failed ? cursor.errno() : 0;
  const text = (): Buffer => texts[cursor.below(texts.length, 'text')] as Buffer;
  switch (kind) {
    case ENTRY_DIRECTORY: {
      const found = other ? text().toString('latin1') : undefined;
      if (found !== undefined) checkPath(found, cursor);
      return { kind: 'directory', ...common, error, other: found };
    }
    case ENTRY_FILE: {
      const readError = failed ? cursor.errno() : 0;
      return { kind: 'file', ...common, openError: error, readError, text: failed ? NOTHING : text() };
    }
    default:
      return { kind: 'link', ...common, error, target: failed ? '' : text().toString('latin1') };
  }
}

const NOTHING = Buffer.alloc(0);

