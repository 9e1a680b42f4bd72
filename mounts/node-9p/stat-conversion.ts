/** From Linux's attributes to the stat records of 9P2000 and 9P2000.u, and back. */

import { type AttributeChange, Attributes, deviceMajor, deviceMinor, makeDevice } from './attributes.ts';
import {
  DMDEVICE,
  DMDIR,
  DMNAMEDPIPE,
  DMSETGID,
  DMSETUID,
  DMSETVTX,
  DMSOCKET,
  DMSYMLINK,
  GETATTR_BASIC,
  GETATTR_BLOCKS,
  GETATTR_CTIME,
  GETATTR_NLINK,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from './protocol.ts';
import { Qid } from './qid.ts';
import type { StatRecord } from './stat-record.ts';
import type { U64 } from './u64.ts';

/** What is to stay as it is, in a field of Twstat. */
export const UNCHANGED = 0xffff_ffff;
const UNCHANGED_TYPE = 0xffff;
export const UNCHANGED_LENGTH: U64 = 0xffff_ffff_ffff_ffffn;

/** The names of users and groups, which 9P2000 has instead of numbers. */
export interface NameTable {
  user(id: number): string;
  group(id: number): string;
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
}

function numberOf(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : undefined;
}

/** Numbers in decimal for want of names. */
export const NUMERIC_NAMES: NameTable = { user: String, group: String, userId: numberOf, groupId: numberOf };

/** The mode of a stat record. 9P2000 knows directories and files, and no more bits than the nine. */
export function recordMode(mode: number, extended: boolean): number {
  let result = mode & 0o777;
  const type = mode & S_IFMT;
  if (type === S_IFDIR) result |= DMDIR;
  if (extended) {
    if (type === S_IFLNK) result |= DMSYMLINK;
    if (type === S_IFBLK || type === S_IFCHR) result |= DMDEVICE;
    if (type === S_IFIFO) result |= DMNAMEDPIPE;
    if (type === S_IFSOCK) result |= DMSOCKET;
    if (mode & 0o4000) result |= DMSETUID;
    if (mode & 0o2000) result |= DMSETGID;
    if (mode & 0o1000) result |= DMSETVTX;
  }
  return result >>> 0;
}

/** The mode that a stat record's stands for; its device is a character device unless the extension says otherwise. */
export function unixMode(mode: number, extended: boolean, extension = ''): number {
  let result = mode & 0o777;
  if (extended) {
    if (mode & DMSETUID) result |= 0o4000;
    if (mode & DMSETGID) result |= 0o2000;
    if (mode & DMSETVTX) result |= 0o1000;
  }
  if (mode & DMDIR) return result | S_IFDIR;
  if (!extended) return result | S_IFREG;
  if (mode & DMSYMLINK) return result | S_IFLNK;
  if (mode & DMNAMEDPIPE) return result | S_IFIFO;
  if (mode & DMSOCKET) return result | S_IFSOCK;
  if (mode & DMDEVICE) return result | (extension.startsWith('b') ? S_IFBLK : S_IFCHR);
  return result | S_IFREG;
}

/** The device that an extension names (`c 1 3`); undefined when it names none. */
export function extensionDevice(extension: string): number | undefined {
  const match = /^[bc] (\d+) (\d+)/.exec(extension);
  return match ? makeDevice(Number(match[1]), Number(match[2])) : undefined;
}

/** Seconds as a record has them: 32 bits without a sign. */
function seconds(time: number): number {
  return Math.max(0, Math.min(time, 0xffff_ffff));
}

/** Makes the record of a file; `target` is what a symbolic link says. */
export function toRecord(
  attributes: Attributes,
  qid: Qid,
  name: string,
  target: string,
  names: NameTable,
  extended: boolean,
): StatRecord {
  const { mode, uid, gid, rdev } = attributes;
  const type = mode & S_IFMT;
  const device = type === S_IFCHR ? 'c' : type === S_IFBLK ? 'b' : '';
  const isDirectory = type === S_IFDIR;
  return {
    type: 0,
    dev: 0,
    qid,
    mode: recordMode(mode, extended),
    atime: seconds(attributes.atime),
    mtime: seconds(attributes.mtime),
    length: isDirectory ? 0 : attributes.size,
    name,
    uid: names.user(uid),
    gid: names.group(gid),
    muid: names.user(uid),
    extension: device ? `${device} ${deviceMajor(rdev)} ${deviceMinor(rdev)}` : target,
    n_uid: uid,
    n_gid: gid,
    n_muid: UNCHANGED,
  };
}

/** What a record tells of a file; where 9P2000 has only names of users, numbers among them are taken. */
export function fromRecord(record: StatRecord, extended: boolean, names: NameTable): Attributes {
  const attributes = new Attributes();
  attributes.valid = GETATTR_BASIC & ~(GETATTR_NLINK | GETATTR_BLOCKS | GETATTR_CTIME);
  attributes.mode = unixMode(record.mode, extended, record.extension);
  attributes.uid = extended ? record.n_uid : (names.userId(record.uid) ?? 0);
  attributes.gid = extended ? record.n_gid : (names.groupId(record.gid) ?? 0);
  attributes.rdev = extensionDevice(record.extension) ?? 0;
  attributes.size = record.length;
  attributes.blocks = Math.ceil(Number(record.length) / 512);
  attributes.atime = record.atime;
  attributes.mtime = attributes.ctime = record.mtime;
  return attributes;
}

/** A record that changes nothing. */
export function unchangedRecord(): StatRecord {
  return {
    type: UNCHANGED_TYPE,
    dev: UNCHANGED,
    qid: new Qid(0xff, UNCHANGED, UNCHANGED, UNCHANGED),
    mode: UNCHANGED,
    atime: UNCHANGED,
    mtime: UNCHANGED,
    length: UNCHANGED_LENGTH,
    name: '',
    uid: '',
    gid: '',
    muid: '',
    extension: '',
    n_uid: UNCHANGED,
    n_gid: UNCHANGED,
    n_muid: UNCHANGED,
  };
}

/** The change that Twstat asks for, but for the name; undefined where it names a group or user that nobody knows. */
export function changeOf(record: StatRecord, names: NameTable, extended: boolean): AttributeChange | undefined {
  const number = (id: number, name: string, find: (name: string) => number | undefined): number | undefined =>
    extended && id !== UNCHANGED ? id : name === '' ? undefined : (find(name) ?? NaN);
  const uid = number(record.n_uid, record.uid, (name) => names.userId(name));
  const gid = number(record.n_gid, record.gid, (name) => names.groupId(name));
  if (Number.isNaN(uid) || Number.isNaN(gid)) return undefined;
  const moment = (time: number): { seconds: number; nanoseconds: number } => ({ seconds: time, nanoseconds: 0 });
  return {
    ...(record.mode !== UNCHANGED && { mode: unixMode(record.mode, extended) & 0o7777 }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(record.length !== UNCHANGED_LENGTH && { size: Number(record.length) }),
    ...(record.atime !== UNCHANGED && { atime: moment(record.atime) }),
    ...(record.mtime !== UNCHANGED && { mtime: moment(record.mtime) }),
  };
}

/** The record that asks for a change in Twstat; the server's present is ours. */
export function recordOfChange(
  change: AttributeChange,
  isDirectory: boolean,
  extended: boolean,
  names: NameTable,
): StatRecord {
  const record = unchangedRecord();
  const { mode, uid, gid, size, atime, mtime } = change;
  const now = Math.floor(Date.now() / 1000);
  if (mode !== undefined) record.mode = recordMode(mode | (isDirectory ? S_IFDIR : S_IFREG), extended);
  if (uid !== undefined) [record.n_uid, record.uid] = [uid, extended ? '' : names.user(uid)];
  if (gid !== undefined) [record.n_gid, record.gid] = [gid, extended ? '' : names.group(gid)];
  if (size !== undefined) record.length = size;
  if (atime !== undefined) record.atime = atime === 'now' ? now : atime.seconds;
  if (mtime !== undefined) record.mtime = mtime === 'now' ? now : mtime.seconds;
  return record;
}
