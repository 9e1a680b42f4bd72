/**
 * Messages as bytes and as objects, by the table in layout.ts. `fits` is the check that everything received passes
 * first; `decode` and `encode` serve the client, tests and traces, while the server reads and writes fields in place.
 */

import { Reader, type StringEncoding, Writer, readU2, readU4, stringSize, writeU4 } from './bytes.ts';
import { type Fields, type Kind, LAYOUTS, type MessageName, TYPES, messageName } from './layout.ts';
import { type Dialect, HEADER_SIZE, MAXWELEM, QID_SIZE } from './protocol.ts';
import type { Qid } from './qid.ts';
import type { StatRecord } from './stat-record.ts';
import type { U64 } from './u64.ts';

/** A received message. */
export type Message = {
  [N in MessageName]: { readonly name: N; readonly tag: number; readonly fields: Fields<N> };
}[MessageName];

/** A layout made ready for checking: leading bytes of fixed size, and the kinds of what follows. */
interface Shape {
  readonly fixed: number;
  readonly rest: readonly Kind[];
}

const SIZES: Readonly<Partial<Record<Kind, number>>> = { u1: 1, u2: 2, u4: 4, u8: 8, qid: QID_SIZE };

function kindsOf(name: MessageName, extended: boolean): [string, Kind][] {
  return Object.entries(LAYOUTS[name] as Record<string, Kind>)
    .filter(([, kind]) => extended || !kind.endsWith('?'))
    .map(([field, kind]) => [field, kind.replace('?', '') as Kind]);
}

function shapeOf(name: MessageName, extended: boolean): Shape {
  const kinds = kindsOf(name, extended).map(([, kind]) => kind);
  const at = kinds.findIndex((kind) => SIZES[kind] === undefined);
  const leading = at < 0 ? kinds : kinds.slice(0, at);
  return { fixed: leading.reduce((sum, kind) => sum + (SIZES[kind] ?? 0), 0), rest: at < 0 ? [] : kinds.slice(at) };
}

type FieldList = readonly (readonly [field: string, kind: Kind])[];

/** The fields of each message with their kinds, by type; those of 9P2000 come first, those of its extensions second. */
const FIELDS: readonly (readonly FieldList[])[] = [false, true].map((extended) =>
  Array.from({ length: 256 }, (_value, type) => {
    const name = messageName(type);
    return name ? kindsOf(name, extended) : [];
  }),
);

function fieldsOf(type: number, extended: boolean): FieldList {
  return FIELDS[extended ? 1 : 0]?.[type] ?? [];
}

/** Shapes by message type, likewise. */
const SHAPES: readonly (readonly (Shape | undefined)[])[] = [false, true].map((extended) =>
  Array.from({ length: 256 }, (_value, type) => {
    const name = messageName(type);
    return name && shapeOf(name, extended);
  }),
);

/** Whether a dialect has the fields that 9P2000 lacks. */
export function isExtended(dialect: Dialect): boolean {
  return dialect !== '9P2000';
}

/**
 * Whether the fields of a message of this type fill the bytes from `start` to `end` exactly: every length and count is
 * within them and nothing is left over. False for an unknown type.
 */
export function fits(type: number, extended: boolean, bytes: Uint8Array, start: number, end: number): boolean {
  const shape = (SHAPES[extended ? 1 : 0] as readonly (Shape | undefined)[])[type];
  if (shape === undefined) return false;
  let at = start + shape.fixed;
  const { rest } = shape;
  if (rest.length === 0) return at === end;
  for (let index = 0; index < rest.length; index++) {
    at = skip(rest[index] as Kind, extended, bytes, at, end);
    if (at > end) return false;
  }
  return at === end;
}

const BEYOND = Infinity;

/** Where a field ends; beyond `end` if it does not fit. */
function skip(kind: Kind, extended: boolean, bytes: Uint8Array, at: number, end: number): number {
  switch (kind) {
    case 's':
      return at + 2 > end ? BEYOND : at + 2 + readU2(bytes, at);
    case 'data':
      return at + 4 > end ? BEYOND : at + 4 + readU4(bytes, at);
    case 'names': {
      if (at + 2 > end) return BEYOND;
      const count = readU2(bytes, at);
      if (count > MAXWELEM) return BEYOND;
      let next = at + 2;
      for (let index = 0; index < count; index++) {
        if (next + 2 > end) return BEYOND;
        next += 2 + readU2(bytes, next);
      }
      return next;
    }
    case 'qids': {
      if (at + 2 > end) return BEYOND;
      const count = readU2(bytes, at);
      return count > MAXWELEM ? BEYOND : at + 2 + count * QID_SIZE;
    }
    case 'stat': {
      if (at + 2 > end) return BEYOND;
      const next = at + 2 + readU2(bytes, at);
      return next <= end && statFits(extended, bytes, at + 2, next) ? next : BEYOND;
    }
    default:
      return at + (SIZES[kind] ?? 0);
  }
}

/** The bytes of a stat record before its strings. */
const STAT_FIXED = 2 + 2 + 4 + QID_SIZE + 4 + 4 + 4 + 8;

/** Whether a stat record fills the bytes from `at` to `end` exactly. */
export function statFits(extended: boolean, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + STAT_FIXED > end || at + 2 + readU2(bytes, at) !== end) return false;
  let next = at + STAT_FIXED;
  for (let strings = extended ? 5 : 4; strings > 0; strings--) {
    if (next + 2 > end) return false;
    next += 2 + readU2(bytes, next);
  }
  return next + (extended ? 12 : 0) === end;
}

/** Reads a stat record that fits. */
export function readStat(reader: Reader, extended: boolean): StatRecord {
  reader.at += 2;
  return {
    type: reader.u2(),
    dev: reader.u4(),
    qid: reader.qid(),
    mode: reader.u4(),
    atime: reader.u4(),
    mtime: reader.u4(),
    length: reader.u8(),
    name: reader.string(),
    uid: reader.string(),
    gid: reader.string(),
    muid: reader.string(),
    extension: extended ? reader.string() : '',
    n_uid: extended ? reader.u4() : 0xffff_ffff,
    n_gid: extended ? reader.u4() : 0xffff_ffff,
    n_muid: extended ? reader.u4() : 0xffff_ffff,
  };
}

/** The size of a stat record in bytes, its own size field included. */
export function statSize(stat: StatRecord, extended: boolean, encoding: StringEncoding): number {
  const texts = [stat.name, stat.uid, stat.gid, stat.muid];
  if (extended) texts.push(stat.extension);
  return texts.reduce((sum, text) => sum + stringSize(text, encoding), STAT_FIXED + (extended ? 12 : 0));
}

/** Writes a stat record. */
export function writeStat(writer: Writer, stat: StatRecord, extended: boolean): void {
  const start = writer.at;
  writer.u2(0);
  writer.u2(stat.type);
  writer.u4(stat.dev);
  writer.qid(stat.qid);
  writer.u4(stat.mode);
  writer.u4(stat.atime);
  writer.u4(stat.mtime);
  writer.u8(stat.length);
  writer.string(stat.name);
  writer.string(stat.uid);
  writer.string(stat.gid);
  writer.string(stat.muid);
  if (extended) {
    writer.string(stat.extension);
    writer.u4(stat.n_uid);
    writer.u4(stat.n_gid);
    writer.u4(stat.n_muid);
  }
  const end = writer.at;
  writer.at = start;
  writer.u2(end - start - 2);
  writer.at = end;
}

function readField(reader: Reader, kind: Kind, extended: boolean): unknown {
  switch (kind) {
    case 'u1':
      return reader.u1();
    case 'u2':
      return reader.u2();
    case 'u4':
      return reader.u4();
    case 'u8':
      return reader.u8();
    case 's':
      return reader.string();
    case 'qid':
      return reader.qid();
    case 'data':
      return reader.data();
    case 'names':
      return Array.from({ length: reader.u2() }, () => reader.string());
    case 'qids':
      return Array.from({ length: reader.u2() }, () => reader.qid());
    case 'stat':
      reader.at += 2;
      return readStat(reader, extended);
    default:
      return undefined;
  }
}

/**
 * Reads the message in the bytes from `start` to `end`; undefined if it is malformed. Data in it are parts of the bytes,
 * not copies.
 */
export function decode(
  bytes: Buffer,
  start: number,
  end: number,
  dialect: Dialect,
  encoding: StringEncoding = 'utf8',
): Message | undefined {
  const extended = isExtended(dialect);
  if (start + HEADER_SIZE > end || readU4(bytes, start) !== end - start) return undefined;
  const type = bytes[start + 4] as number;
  if (!fits(type, extended, bytes, start + HEADER_SIZE, end)) return undefined;
  const name = messageName(type) as MessageName;
  const reader = new Reader(encoding).begin(bytes, start + HEADER_SIZE);
  const fields: Record<string, unknown> = {};
  for (const [field, kind] of fieldsOf(type, extended)) fields[field] = readField(reader, kind, extended);
  return { name, tag: readU2(bytes, start + 5), fields } as unknown as Message;
}

function fieldSize(value: unknown, kind: Kind, extended: boolean, encoding: StringEncoding): number {
  switch (kind) {
    case 's':
      return stringSize(value as string, encoding);
    case 'data':
      return 4 + (value as Uint8Array).length;
    case 'names':
      return (value as readonly string[]).reduce((sum, name) => sum + stringSize(name, encoding), 2);
    case 'qids':
      return 2 + (value as readonly Qid[]).length * QID_SIZE;
    case 'stat':
      return 2 + statSize(value as StatRecord, extended, encoding);
    default:
      return SIZES[kind] ?? 0;
  }
}

function writeField(writer: Writer, value: unknown, kind: Kind, extended: boolean): void {
  switch (kind) {
    case 'u1':
      return writer.u1(value as number);
    case 'u2':
      return writer.u2(value as number);
    case 'u4':
      return writer.u4((value as number | undefined) ?? 0xffff_ffff);
    case 'u8':
      return writer.u8(value as U64);
    case 's':
      return writer.string((value as string | undefined) ?? '');
    case 'qid':
      return writer.qid(value as Qid);
    case 'data':
      return writer.data(value as Uint8Array);
    case 'names':
      writer.u2((value as readonly string[]).length);
      for (const name of value as readonly string[]) writer.string(name);
      return;
    case 'qids':
      writer.u2((value as readonly Qid[]).length);
      for (const qid of value as readonly Qid[]) writer.qid(qid);
      return;
    case 'stat':
      writer.u2(statSize(value as StatRecord, extended, writer.encoding));
      writeStat(writer, value as StatRecord, extended);
      return;
    default:
      return;
  }
}

/** Writes a message into a buffer of its own. */
export function encode<N extends MessageName>(
  name: N,
  tag: number,
  fields: Fields<N>,
  dialect: Dialect,
  encoding: StringEncoding = 'utf8',
): Buffer {
  const extended = isExtended(dialect);
  const kinds = fieldsOf(TYPES[name], extended);
  const values = fields as Record<string, unknown>;
  let size = HEADER_SIZE;
  for (const [field, kind] of kinds) size += fieldSize(values[field] ?? '', kind, extended, encoding);
  const bytes = Buffer.allocUnsafe(size);
  const writer = new Writer(bytes, HEADER_SIZE, encoding);
  writeU4(bytes, 0, size);
  bytes[4] = TYPES[name];
  bytes[5] = tag;
  bytes[6] = tag >>> 8;
  for (const [field, kind] of kinds) writeField(writer, values[field], kind, extended);
  return bytes;
}
