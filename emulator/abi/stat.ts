/**
 * struct stat and struct statx of x86-64 (asm/stat.h, linux/stat.h), and struct statfs (asm/statfs.h).
 *
 *     struct stat, 144 bytes: dev 0, ino 8, nlink 16, mode 24, uid 28, gid 32, rdev 40, size 48, blksize 56, blocks 64,
 *     atime 72, mtime 88, ctime 104 (each seconds and nanoseconds, 8 bytes each)
 *
 *     struct statx, 256 bytes: mask 0, blksize 4, attributes 8, nlink 16, uid 20, gid 24, mode 28 (2), ino 32, size 40, blocks 48,
 *     attributes_mask 56, atime 64, btime 80, ctime 96, mtime 112 (each seconds 8, nanoseconds 4), rdev 128 and dev 136 (each major
 *     and minor, 4 bytes), mnt_id 144
 *
 *     struct statfs, 120 bytes: type, bsize, blocks, bfree, bavail, files, ffree (8 each), fsid 56, namelen 64, frsize 72, flags 80
 */

import { type Stat, type StatFs, deviceMajor, deviceMinor } from '../../fs/stat.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import { setLong } from '../kernel/user-memory.ts';

export const STAT_SIZE = 144;
export const STATX_SIZE = 256;
export const STATFS_SIZE = 120;

export const STATX_BASIC_STATS = 0x7ff;
export const STATX_MNT_ID = 0x1000;
const STATX_ATTR_MOUNT_ROOT = 0x2000;

function setU64(view: DataView, at: number, value: U64): void {
  view.setUint32(at, u64Low(value), true);
  view.setUint32(at + 4, u64High(value), true);
}

/** Writes a struct stat at an index of a view. */
export function encodeStat(view: DataView, at: number, stat: Stat, device: number): void {
  setLong(view, at, device);
  setU64(view, at + 8, stat.ino);
  setLong(view, at + 16, stat.nlink);
  view.setUint32(at + 24, stat.mode, true);
  view.setUint32(at + 28, stat.uid, true);
  view.setUint32(at + 32, stat.gid, true);
  view.setUint32(at + 36, 0, true);
  setLong(view, at + 40, stat.rdev);
  setLong(view, at + 48, stat.size);
  setLong(view, at + 56, stat.blksize);
  setLong(view, at + 64, stat.blocks);
  setLong(view, at + 72, stat.atime);
  setLong(view, at + 80, stat.atimeNanoseconds);
  setLong(view, at + 88, stat.mtime);
  setLong(view, at + 96, stat.mtimeNanoseconds);
  setLong(view, at + 104, stat.ctime);
  setLong(view, at + 112, stat.ctimeNanoseconds);
  for (let offset = 120; offset < STAT_SIZE; offset += 8) setLong(view, at + offset, 0);
}

function setStatxTime(view: DataView, at: number, seconds: number, nanoseconds: number): void {
  setLong(view, at, seconds);
  view.setUint32(at + 8, nanoseconds, true);
}

/** Writes a struct statx. */
export function encodeStatx(
  view: DataView,
  at: number,
  stat: Stat,
  { device, mount, mountRoot }: { readonly device: number; readonly mount: number; readonly mountRoot: boolean },
): void {
  for (let offset = 0; offset < STATX_SIZE; offset += 4) view.setInt32(at + offset, 0, true);
  view.setUint32(at, STATX_BASIC_STATS | STATX_MNT_ID, true);
  view.setUint32(at + 4, stat.blksize, true);
  setLong(view, at + 8, mountRoot ? STATX_ATTR_MOUNT_ROOT : 0);
  view.setUint32(at + 16, stat.nlink, true);
  view.setUint32(at + 20, stat.uid, true);
  view.setUint32(at + 24, stat.gid, true);
  view.setUint16(at + 28, stat.mode, true);
  setU64(view, at + 32, stat.ino);
  setLong(view, at + 40, stat.size);
  setLong(view, at + 48, stat.blocks);
  setLong(view, at + 56, STATX_ATTR_MOUNT_ROOT);
  setStatxTime(view, at + 64, stat.atime, stat.atimeNanoseconds);
  setStatxTime(view, at + 96, stat.ctime, stat.ctimeNanoseconds);
  setStatxTime(view, at + 112, stat.mtime, stat.mtimeNanoseconds);
  view.setUint32(at + 128, deviceMajor(stat.rdev), true);
  view.setUint32(at + 132, deviceMinor(stat.rdev), true);
  view.setUint32(at + 136, deviceMajor(device), true);
  view.setUint32(at + 140, deviceMinor(device), true);
  setLong(view, at + 144, mount);
}

const ST_VALID = 0x20;

/** Writes a struct statfs. */
export function encodeStatfs(view: DataView, at: number, stat: StatFs, device: number): void {
  const words = [
    stat.type, stat.blockSize, stat.blocks, stat.blocksFree, stat.blocksAvailable, stat.files, stat.filesFree, device, stat.nameLength,
    stat.fragmentSize, stat.flags | ST_VALID, 0, 0, 0, 0,
  ];
  words.forEach((word, index) => setLong(view, at + index * 8, word));
}
