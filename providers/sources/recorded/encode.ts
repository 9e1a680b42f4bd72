/** Writes recordings (layout.ts). */

import { brotliCompressSync, constants } from 'node:zlib';
import { checksum } from './checksum.ts';
import type { Entry, RecordedAttributes } from './entry.ts';
import {
  ENTRY_DIRECTORY,
  ENTRY_FAILED,
  ENTRY_FILE,
  ENTRY_GONE,
  ENTRY_LINK,
  ENTRY_OTHER,
  ENTRY_UNLISTED,
  FILE_HEADER_BYTES,
  MAGIC,
  MAXIMUM_SAMPLE_BYTES,
  type RecordingHeader,
  SECTION_END,
  SECTION_HEADER,
  SECTION_HEADER_BYTES,
  SECTION_SAMPLE,
  VERSION,
} from './layout.ts';

const CAPACITY = 1 << 16;

/** Bytes that grow. */
class Bytes {
  #bytes: Buffer = Buffer.allocUnsafe(CAPACITY);
  #length = 0;

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number below 2^64. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  text(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Things that are numbered in the order in which they first come. */
class Numbered<T> {
  readonly list: T[] = [];
  readonly #numbers = new Map<string, number>();

  number(key: string, value: T): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.list.push(value) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** The data of a sample, unpacked. The entry of a directory comes before those of what is in it. */
export function encodeSample(milliseconds: number, entries: readonly Entry[]): Buffer {
  const attributes = new Numbered<RecordedAttributes>();
  const texts = new Numbered<Buffer>();
  const body = new Bytes();
  body.varint(entries.length);
  let before = '';
  for (const entry of entries) {
    let shared = 0;
    while (shared < before.length && shared < entry.path.length && before[shared] === entry.path[shared]) shared++;
    before = entry.path;
    body.varint(shared);
    body.text(Buffer.from(entry.path.slice(shared), 'latin1'));
    encodeEntry(body, entry, attributes, texts);
  }
  const head = new Bytes();
  head.varint(Math.round(milliseconds));
  head.varint(attributes.list.length);
  for (const { mode, links, uid, gid, size, fileSystem } of attributes.list) {
    for (const value of [mode, links, uid, gid, size, fileSystem]) head.varint(value);
  }
  head.varint(texts.list.length);
  for (const text of texts.list) head.text(text);
  return Buffer.concat([head.written, body.written]);
}

function encodeEntry(out: Bytes, entry: Entry, attributes: Numbered<RecordedAttributes>, texts: Numbered<Buffer>): void {
  if (entry.kind === 'gone') return out.byte(ENTRY_GONE | (entry.uncovers ? ENTRY_OTHER : 0));
  const { attributes: own } = entry;
  const number = attributes.number([own.mode, own.links, own.uid, own.gid, own.size, own.fileSystem].join(), own);
  const head = (kind: number, failed: boolean): void => {
    out.byte(kind | (entry.unlisted ? ENTRY_UNLISTED : 0) | (failed ? ENTRY_FAILED : 0));
    out.varint(number);
  };
  const text = (bytes: Buffer): void => out.varint(texts.number(bytes.toString('latin1'), bytes));
  switch (entry.kind) {
    case 'directory':
      head(ENTRY_DIRECTORY | (entry.other === undefined ? 0 : ENTRY_OTHER), entry.error !== 0);
      if (entry.error !== 0) out.varint(-entry.error);
      if (entry.other !== undefined) text(Buffer.from(entry.other, 'latin1'));
      return;
    case 'link':
      head(ENTRY_LINK, entry.error !== 0);
      if (entry.error !== 0) return out.varint(-entry.error);
      return text(Buffer.from(entry.target, 'latin1'));
    case 'file': {
      const failed = entry.openError !== 0 || entry.readError !== 0;
      head(ENTRY_FILE, failed);
      if (!failed) return text(entry.text);
      out.varint(-entry.openError);
      return out.varint(-entry.readError);
    }
  }
}

/** How hard Brotli tries: beyond it, a recording takes three times as long to be a tenth smaller. */
const QUALITY = 5;

/** A section with its head. */
function section(kind: number, data: Buffer, quality: number): Buffer {
  const packed =
    data.length === 0
      ? data
      : brotliCompressSync(data, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: quality,
            [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
            [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
          },
        });
  const head = Buffer.alloc(SECTION_HEADER_BYTES);
  head[0] = kind;
  head.writeUInt32LE(packed.length, 4);
  head.writeUInt32LE(data.length, 8);
  if (data.length > 0) head.writeUInt32LE(checksum(data), 12);
  return Buffer.concat([head, packed]);
}

/** The start of a recording. */
export function encodeStart(header: RecordingHeader): Buffer {
  const head = Buffer.alloc(FILE_HEADER_BYTES);
  MAGIC.copy(head);
  head.writeUInt16LE(VERSION, MAGIC.length);
  return Buffer.concat([head, section(SECTION_HEADER, Buffer.from(JSON.stringify(header)), QUALITY)]);
}

/** A sample of it; undefined for one that is larger than a reader takes. `quality` is Brotli's. */
export function encodeSampleSection(milliseconds: number, entries: readonly Entry[], quality: number = QUALITY): Buffer | undefined {
  const data = encodeSample(milliseconds, entries);
  return data.length > MAXIMUM_SAMPLE_BYTES ? undefined : section(SECTION_SAMPLE, data, quality);
}

/** Its end, without which it counts as cut off. */
export function encodeEnd(): Buffer {
  return section(SECTION_END, Buffer.alloc(0), QUALITY);
}
