/** The npm package fuse-native: as much of its interface as we use. It is an optional dependency. */

import { createRequire } from 'node:module';
import { MountError } from '../fuse/kernel-mount.ts';

/** What an operation is answered with: a negative errno, 0, or a count of bytes; and a value for some. */
export type Answer<T = void> = (result: number, value?: T) => void;

/** Attributes as the package takes them; times in milliseconds. */
export interface NativeStat {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly nlink: number;
  readonly ino: number;
  readonly rdev: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
}

/** The answer to statfs. */
export interface NativeStatFs {
  readonly bsize: number;
  readonly frsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
  readonly favail: number;
  readonly namemax: number;
}

/** The operations that we serve. Paths are text from the root of the mount. */
export interface NativeOperations {
  getattr(path: string, answer: Answer<NativeStat>): void;
  fgetattr(path: string, handle: number, answer: Answer<NativeStat>): void;
  access(path: string, mode: number, answer: Answer): void;
  statfs(path: string, answer: Answer<NativeStatFs>): void;
  readdir(path: string, answer: Answer<readonly string[]>): void;
  readlink(path: string, answer: Answer<string>): void;
  open(path: string, flags: number, answer: Answer<number>): void;
  create(path: string, mode: number, answer: Answer<number>): void;
  read(path: string, handle: number, into: Buffer, length: number, at: number, answer: Answer): void;
  write(path: string, handle: number, from: Buffer, length: number, at: number, answer: Answer): void;
  release(path: string, handle: number, answer: Answer): void;
  fsync(path: string, dataOnly: boolean, handle: number, answer: Answer): void;
  truncate(path: string, size: number, answer: Answer): void;
  ftruncate(path: string, handle: number, size: number, answer: Answer): void;
  utimens(path: string, atime: number, mtime: number, answer: Answer): void;
  chmod(path: string, mode: number, answer: Answer): void;
  chown(path: string, uid: number, gid: number, answer: Answer): void;
  mknod(path: string, mode: number, device: number, answer: Answer): void;
  mkdir(path: string, mode: number, answer: Answer): void;
  rmdir(path: string, answer: Answer): void;
  unlink(path: string, answer: Answer): void;
  rename(path: string, newPath: string, answer: Answer): void;
  link(path: string, newPath: string, answer: Answer): void;
  symlink(target: string, path: string, answer: Answer): void;
}

export interface NativeOptions {
  readonly fsname: string;
  readonly subtype: string;
  readonly allowOther: boolean;
  readonly defaultPermissions: boolean;
  /** Seconds, as text: the package drops numbers that are 0. */
  readonly entryTimeout: string;
  readonly attrTimeout: string;
  /** false: a request may take as long as it takes. */
  readonly timeout: false;
}

/** A mount of the package's. */
export interface NativeFuse {
  mount(done: (error: Error | null) => void): void;
}

type NativeConstructor = new (target: string, operations: NativeOperations, options: NativeOptions) => NativeFuse;

/** RTLD_NOW, RTLD_GLOBAL and RTLD_NODELETE of dlopen(3). */
const KEEP_LOADED = 0x1102;

/** Loads the package. Throws a MountError where that is not possible. */
export function loadPackage(): NativeConstructor {
  const require = createRequire(import.meta.url);
  try {
    loadLibrary(require);
    return require('fuse-native') as NativeConstructor;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = code === 'MODULE_NOT_FOUND' && message.includes("'fuse-native'");
    throw new MountError(
      'fuse-native',
      missing ? 'the package is not installed (npm install fuse-native)' : `cannot be loaded: ${message.split('\n')[0]}`,
    );
  }
}

/**
 * Brings in the libfuse that comes with the package, which its addon looks for in the system's directories only: a
 * library that is loaded already is found by its name.
 */
function loadLibrary(require: NodeJS.Require): void {
  if (process.platform !== 'linux') return;
  try {
    const { lib } = require('fuse-shared-library') as { lib: string };
    process.dlopen({ exports: {} }, lib, KEEP_LOADED);
  } catch {
    // It is no addon, of course; but now it is there. Where it is not, loading the addon says so.
  }
}
