/** The system calls by which a Linux host's /proc and /sys are read, so that something else can answer them. */

import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  readvSync,
  statSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { ENOENT, type Errno, errnoFromHost } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../../fs/stat.ts';

/** A file's attributes, as far as anybody asks for them. */
export interface HostStats {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** A name in a directory with its type: S_IFDIR, S_IFLNK, or S_IFREG for all else. */
export interface HostName {
  readonly name: string;
  readonly type: number;
}

/**
 * Paths come in two parts: a root, as this machine has it, and what is below, a byte string. Every call returns its result or
 * an errno.
 */
export interface HostCalls {
  /** Set for the machine that we run on; of another one nothing can be learned but by these calls, and no program be run there. */
  readonly live: boolean;
  /** The machine's architecture by the name that Node.js has for it. */
  readonly architecture: string;
  open(root: string, path: string, flags: number): number | Errno;
  close(descriptor: number): void;
  /** Without a position, reads on where the last such read ended. */
  read(descriptor: number, into: Uint8Array, start: number, length: number, at: number | null): number | Errno;
  /** Reads a file's start into memory that is given as a list (of one), to be reused: the way of a hot read. */
  readStart(descriptor: number, memory: readonly Uint8Array[]): number | Errno;
  write(descriptor: number, from: Uint8Array, start: number, length: number, at: number | null): number | Errno;
  /** A link's text, as a byte string. */
  readlink(root: string, path: string): string | Errno;
  /** The names in a directory, ascending by their bytes. */
  list(root: string, path: string): string[] | Errno;
  /** The same with their types. */
  listTypes(root: string, path: string): HostName[] | Errno;
  /** Follows links. */
  stat(root: string, path: string): HostStats | Errno;
  lstat(root: string, path: string): HostStats | Errno;
  /** The number of the type of file system (statfs(2)). */
  fileSystemType(root: string, path: string): number | Errno;
}

/** As objects of options: a mere name is made into one at each call. */
const BYTE_STRING = { encoding: 'latin1' } as const;
const WITH_TYPES = { withFileTypes: true, encoding: 'latin1' } as const;
const MAY_BE_ABSENT = { throwIfNoEntry: false } as const;

/** A path for the file system calls: the part below a root is a byte string, whatever the bytes mean. */
function hostPath(root: string, path: string): string | Buffer {
  for (let index = 0; index < path.length; index++) {
    if (path.charCodeAt(index) > 0x7f) return Buffer.concat([Buffer.from(root), Buffer.from(path, 'latin1')]);
  }
  // The root itself may be the working directory, which has no name.
  return root + path || '.';
}

/** The machine that we run on. */
class LiveCalls implements HostCalls {
  readonly live = true;
  readonly architecture: string = process.arch;

  open(root: string, path: string, flags: number): number | Errno {
    try {
      return openSync(hostPath(root, path), flags);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  close(descriptor: number): void {
    closeSync(descriptor);
  }

  read(descriptor: number, into: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    try {
      return readSync(descriptor, into, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  readStart(descriptor: number, memory: readonly Uint8Array[]): number | Errno {
    try {
      // readv(2) asks for less on the way to the system call than read(2) does.
      return readvSync(descriptor, memory, 0);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  write(descriptor: number, from: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    try {
      return writeSync(descriptor, from, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  readlink(root: string, path: string): string | Errno {
    try {
      return readlinkSync(hostPath(root, path), BYTE_STRING);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  list(root: string, path: string): string[] | Errno {
    try {
      return readdirSync(hostPath(root, path), BYTE_STRING);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  listTypes(root: string, path: string): HostName[] | Errno {
    try {
      return readdirSync(hostPath(root, path), WITH_TYPES)
        .map((entry) => ({ name: entry.name, type: entry.isDirectory() ? S_IFDIR : entry.isSymbolicLink() ? S_IFLNK : S_IFREG }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  stat(root: string, path: string): HostStats | Errno {
    try {
      return statSync(hostPath(root, path), MAY_BE_ABSENT) ?? ENOENT;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  lstat(root: string, path: string): HostStats | Errno {
    try {
      return lstatSync(hostPath(root, path), MAY_BE_ABSENT) ?? ENOENT;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  fileSystemType(root: string, path: string): number | Errno {
    try {
      return statfsSync(hostPath(root, path)).type;
    } catch (error) {
      return errnoFromHost(error);
    }
  }
}

/** The calls of the machine that we run on. */
export const LIVE_CALLS: HostCalls = new LiveCalls();

/** Opens for reading. */
export const READ: number = constants.O_RDONLY;
/** Opens for writing. */
export const WRITE: number = constants.O_WRONLY;
