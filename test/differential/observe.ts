/** Looks at one path of one /proc, the kernel's or ours, and says what there is as plain values. */

import { closeSync, constants, lstatSync, openSync, opendirSync, readSync, readlinkSync } from 'node:fs';
import type { ReadPolicy } from './read-policy.ts';

/** An error's name, as ENOENT. */
export interface Failure {
  readonly errno: string;
  /** The call that failed. */
  readonly call: 'lstat' | 'readlink' | 'opendir' | 'readdir' | 'open' | 'read';
}

export interface Attributes {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  /** st_size, st_blocks and st_blksize. */
  readonly size: string;
}

/** A name in a directory with the letter of its d_type. */
export interface Entry {
  readonly name: string;
  readonly type: string;
}

const TYPES: Record<number, string> = { 1: 'fifo', 2: 'char', 4: 'dir', 6: 'block', 8: 'file', 10: 'link', 12: 'socket' };

export function isFailure(value: object): value is Failure {
  return 'errno' in value;
}

/** Paths are byte strings, as the kernel's are. */
export function bytesOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function failure(error: unknown, call: Failure['call']): Failure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return { errno: code, call };
}

/** lstat(2) */
export function attributes(path: string): Attributes | Failure {
  try {
    const stat = lstatSync(bytesOf(path));
    return {
      type: TYPES[stat.mode >> 12] ?? 'none',
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      nlink: stat.nlink,
      size: `${stat.size}, ${stat.blocks} blocks of ${stat.blksize}`,
    };
  } catch (error) {
    return failure(error, 'lstat');
  }
}

/** readlink(2) */
export function linkText(path: string): string | Failure {
  try {
    return readlinkSync(bytesOf(path), 'latin1');
  } catch (error) {
    return failure(error, 'readlink');
  }
}

/** getdents(2): the entries in the order in which the file system gives them, without `.` and `..`. */
export function entries(path: string): Entry[] | Failure {
  let directory;
  try {
    directory = opendirSync(bytesOf(path) as unknown as string, { encoding: 'latin1' as BufferEncoding, bufferSize: 256 });
  } catch (error) {
    return failure(error, 'opendir');
  }
  try {
    const found: Entry[] = [];
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      const type = entry.isDirectory() ? 'dir' : entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : 'other';
      found.push({ name: entry.name, type });
    }
    return found;
  } catch (error) {
    return failure(error, 'readdir');
  } finally {
    directory.closeSync();
  }
}

/** More than any file of a /proc holds, but for those that a policy reads in pieces. */
const memory = Buffer.allocUnsafeSlow(1 << 24);
const BLOCK = 1 << 20;

/** Opens a file and reads it whole, or what its policy says. Bytes read before an error are part of the error. */
export function contents(path: string, policy: ReadPolicy): Buffer | Failure {
  let descriptor: number;
  try {
    descriptor = openSync(bytesOf(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return failure(error, 'open');
  }
  try {
    if (policy.openOnly) return Buffer.alloc(0);
    let length = 0;
    if (policy.pieces) {
      for (const { at, size } of policy.pieces) length += readSync(descriptor, memory, length, size, at);
    } else {
      for (;;) {
        const count = readSync(descriptor, memory, length, Math.min(BLOCK, memory.length - length), null);
        length += count;
        if (count === 0 || length === memory.length) break;
      }
    }
    return Buffer.from(memory.subarray(0, length));
  } catch (error) {
    return failure(error, 'read');
  } finally {
    closeSync(descriptor);
  }
}
