/** What 9P2000.L's messages tell of files, and what they are told to change, as clients have it in hand. */

import { type AttributeChange, Attributes, type DirectoryEntry, FileSystemAttributes, type TimeChange } from './attributes.ts';
import { Reader, type StringEncoding } from './bytes.ts';
import type { Fields } from './layout.ts';
import * as p from './protocol.ts';
import type { U64 } from './u64.ts';

/** A directory's entry, and the offset at which the next one can be read. */
export interface ListedEntry extends DirectoryEntry {
  readonly cookie: U64;
}

/** The attributes in a Rgetattr. */
export function attributesOf(fields: Fields<'Rgetattr'>): Attributes {
  const attributes = new Attributes();
  attributes.valid = Number(fields.valid);
  attributes.mode = fields.mode;
  attributes.uid = fields.uid;
  attributes.gid = fields.gid;
  attributes.nlink = fields.nlink;
  attributes.rdev = Number(fields.rdev);
  attributes.size = fields.size;
  attributes.blksize = Number(fields.blksize);
  attributes.blocks = fields.blocks;
  attributes.atime = signed(fields.atime_sec);
  attributes.atimeNanoseconds = Number(fields.atime_nsec);
  attributes.mtime = signed(fields.mtime_sec);
  attributes.mtimeNanoseconds = Number(fields.mtime_nsec);
  attributes.ctime = signed(fields.ctime_sec);
  attributes.ctimeNanoseconds = Number(fields.ctime_nsec);
  attributes.btime = signed(fields.btime_sec);
  attributes.btimeNanoseconds = Number(fields.btime_nsec);
  attributes.generation = fields.gen;
  attributes.dataVersion = fields.data_version;
  return attributes;
}

/** A time that was sent as 64 bits without a sign. */
function signed(value: U64): number {
  return typeof value === 'number' ? value : Number(BigInt.asIntN(64, value));
}

/** The fields of a Tsetattr. */
export function fieldsOfChange(fid: number, { mode, uid, gid, size, atime, mtime }: AttributeChange): Fields<'Tsetattr'> {
  const bit = (value: unknown, mask: number): number => (value === undefined ? 0 : mask);
  const bits = (time: TimeChange | undefined, mask: number, set: number): number =>
    bit(time, mask) | (time === undefined || time === 'now' ? 0 : set);
  const seconds = (time: TimeChange | undefined): number => (time === undefined || time === 'now' ? 0 : time.seconds);
  const nanoseconds = (time: TimeChange | undefined): number => (time === undefined || time === 'now' ? 0 : time.nanoseconds);
  return {
    fid,
    valid:
      bit(mode, p.SETATTR_MODE) |
      bit(uid, p.SETATTR_UID) |
      bit(gid, p.SETATTR_GID) |
      bit(size, p.SETATTR_SIZE) |
      bits(atime, p.SETATTR_ATIME, p.SETATTR_ATIME_SET) |
      bits(mtime, p.SETATTR_MTIME, p.SETATTR_MTIME_SET),
    mode: mode ?? 0,
    uid: uid ?? 0,
    gid: gid ?? 0,
    size: size ?? 0,
    atime_sec: seconds(atime),
    atime_nsec: nanoseconds(atime),
    mtime_sec: seconds(mtime),
    mtime_nsec: nanoseconds(mtime),
  };
}

/** What a Rstatfs says. */
export function fileSystemOf(fields: Fields<'Rstatfs'>): FileSystemAttributes {
  const values = new FileSystemAttributes();
  values.type = fields.type;
  values.blockSize = fields.bsize;
  values.blocks = fields.blocks;
  values.blocksFree = fields.bfree;
  values.blocksAvailable = fields.bavail;
  values.files = fields.files;
  values.filesFree = fields.ffree;
  values.id = fields.fsid;
  values.nameLength = fields.namelen;
  return values;
}

/** The entries in the data of a Rreaddir. */
export function entriesOf(data: Uint8Array, encoding: StringEncoding): ListedEntry[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const reader = new Reader(encoding).begin(bytes, 0);
  const entries: ListedEntry[] = [];
  while (reader.at < bytes.length) {
    const qid = reader.qid();
    const cookie = reader.u8();
    entries.push({ qid, cookie, type: reader.u1(), name: reader.string() });
  }
  return entries;
}
