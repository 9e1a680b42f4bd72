/**
 * How files of a host directory are reached without leaving it. Node has no openat(2), so on Linux a file is reached
 * through descriptors: `/proc/self/fd/N/name` looks up one name in the directory behind N and nothing else, whatever
 * others do to the path meanwhile, and `/proc/self/fd/N` is the very file that was found. No link is ever followed.
 *
 * Where there is no such /proc, files are reached by paths that are checked first (`PathAccess`): somebody who changes
 * the directory at the same time as we do could lead us astray, so it is for directories that nobody else writes to.
 */

import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, realpathSync } from 'node:fs';
import { ENOENT, ESTALE, type Errno, errnoFromHost, isErrno } from '../errno.ts';
import { type FileType, fileType } from '../stat.ts';

/** A path for Node's functions: a Buffer where it has bytes that are no ASCII. */
export type HostPath = string | Buffer;

/** The place of a file: the directory that it was found in, and its name there. */
export interface HostLocation {
  readonly parent: HostLocation | undefined;
  readonly name: string;
  /** Identify the file on the host, with its type: the number of a file that is gone is soon another's. */
  readonly device: bigint;
  readonly ino: bigint;
  readonly type: FileType;
  /** How often its attributes were asked for by its name. */
  asked: number;
}

export interface HostAccess {
  /** A path at which one name of a directory is found; a link there must not be followed. */
  child(directory: HostLocation, name: string): HostPath | Errno;
  /** A path that leads to the file itself. On Linux functions that follow links do not follow this one. */
  self(location: HostLocation): HostPath | Errno;
  /** Errors: ENOENT, ESTALE when another file has taken its place. */
  stat(location: HostLocation): BigIntStats | Errno;
  /** Keeps a file reachable after it has lost its name, until `forget`. */
  keep(location: HostLocation): void;
  /** A file moved, or nobody is interested in it any more. */
  forget(location: HostLocation): void;
  close(): void;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Appends a name; the result has its bytes as they are. */
function join(directory: string, name: string): HostPath {
  const path = `${directory}/${name}`;
  return isAscii(path) ? path : Buffer.from(path, 'latin1');
}

function isSame(stats: BigIntStats, { device, ino, type }: HostLocation): boolean {
  return stats.ino === ino && stats.dev === device && fileType(Number(stats.mode)) === type;
}

/** Linux's flag for a descriptor that only stands for a place. */
const O_PATH = 0o10000000;

/** A file that is asked about more often than this gets a descriptor: it answers in half the time. */
const ASKED_BY_NAME = 3;

/** How many descriptors are kept open for files that nothing but a name is known of. */
const KEPT_DESCRIPTORS = 512;

/** A descriptor that stands for a directory. */
export function openPlace(path: string): number {
  return openSync(path, O_PATH | constants.O_DIRECTORY);
}

export class DescriptorAccess implements HostAccess {
  readonly #prefix: string;
  readonly #root: HostLocation;
  /** Descriptors by file, the least recently used first. */
  readonly #descriptors = new Map<HostLocation, number>();
  /** Descriptors of files without a name, and of the root. */
  readonly #kept = new Map<HostLocation, number>();

  /** `prefix` leads to our own descriptors, as `/proc/self/fd/`. */
  constructor(root: HostLocation, path: string, prefix: string) {
    this.#prefix = prefix;
    this.#root = root;
    this.#kept.set(root, openPlace(path));
  }

  /** Whether descriptors can be reached as paths here. */
  static works(prefix: string): boolean {
    try {
      const descriptor = openPlace('.');
      try {
        return lstatSync(`${prefix}${descriptor}/.`).isDirectory();
      } finally {
        closeSync(descriptor);
      }
    } catch {
      return false;
    }
  }

  #descriptor(location: HostLocation): number | Errno {
    const known = this.#kept.get(location) ?? this.#descriptors.get(location);
    if (known !== undefined) {
      if (this.#descriptors.delete(location)) this.#descriptors.set(location, known);
      return known;
    }
    if (!location.parent) return ENOENT;
    const path = this.child(location.parent, location.name);
    if (isErrno(path)) return path;
    let descriptor: number;
    try {
      descriptor = openSync(path, O_PATH | constants.O_NOFOLLOW);
    } catch (error) {
      return errnoFromHost(error);
    }
    if (!isSame(fstatSync(descriptor, { bigint: true }), location)) {
      closeSync(descriptor);
      return ESTALE;
    }
    this.#descriptors.set(location, descriptor);
    if (this.#descriptors.size > KEPT_DESCRIPTORS) this.#closeOldest();
    return descriptor;
  }

  #closeOldest(): void {
    for (const [location, descriptor] of this.#descriptors) {
      this.#descriptors.delete(location);
      closeSync(descriptor);
      return;
    }
  }

  child(directory: HostLocation, name: string): HostPath | Errno {
    const descriptor = this.#descriptor(directory);
    return isErrno(descriptor) ? descriptor : join(`${this.#prefix}${descriptor}`, name);
  }

  self(location: HostLocation): HostPath | Errno {
    const descriptor = this.#descriptor(location);
    return isErrno(descriptor) ? descriptor : `${this.#prefix}${descriptor}`;
  }

  stat(location: HostLocation): BigIntStats | Errno {
    const known = this.#kept.get(location) ?? this.#descriptors.get(location);
    if (known !== undefined) return this.#statOpen(location, known);
    if (!location.parent) return ENOENT;
    if (++location.asked > ASKED_BY_NAME) {
      location.asked = 0;
      const descriptor = this.#descriptor(location);
      return isErrno(descriptor) ? descriptor : fstatSync(descriptor, { bigint: true });
    }
    const path = this.child(location.parent, location.name);
    if (isErrno(path)) return path;
    try {
      const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (!stats) return ENOENT;
      return isSame(stats, location) ? stats : ESTALE;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  #statOpen(location: HostLocation, descriptor: number): BigIntStats | Errno {
    const stats = fstatSync(descriptor, { bigint: true });
    if (stats.nlink > 0n || this.#kept.has(location)) return stats;
    // Somebody else removed it: our descriptor is not to keep it.
    this.forget(location);
    return ENOENT;
  }

  /** Reaches a file by a descriptor that is there already. */
  adopt(location: HostLocation, descriptor: number): void {
    this.#kept.set(location, descriptor);
  }

  keep(location: HostLocation): void {
    const descriptor = this.#descriptor(location);
    if (isErrno(descriptor)) return;
    this.#descriptors.delete(location);
    this.#kept.set(location, descriptor);
  }

  forget(location: HostLocation): void {
    if (location === this.#root) return;
    const descriptor = this.#kept.get(location) ?? this.#descriptors.get(location);
    if (descriptor === undefined) return;
    this.#kept.delete(location);
    this.#descriptors.delete(location);
    closeSync(descriptor);
  }

  close(): void {
    for (const descriptor of [...this.#kept.values(), ...this.#descriptors.values()]) closeSync(descriptor);
    this.#kept.clear();
    this.#descriptors.clear();
  }
}

/** Reaches files by their paths, after a check of where the directory's path leads. */
export class PathAccess implements HostAccess {
  readonly #root: HostLocation;
  readonly #path: string;

  constructor(root: HostLocation, path: string) {
    this.#root = root;
    this.#path = realpathSync.native(path, 'latin1');
  }

  #directory(location: HostLocation): string | Errno {
    if (location === this.#root) return this.#path;
    try {
      const real = realpathSync.native(Buffer.from(this.#plain(location), 'latin1'), 'latin1');
      if (!real.startsWith(`${this.#path}/`)) return ESTALE;
      return isSame(lstatSync(Buffer.from(real, 'latin1'), { bigint: true }), location) ? real : ESTALE;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  #plain({ parent, name }: HostLocation): string {
    return parent ? `${this.#plain(parent)}/${name}` : this.#path;
  }

  child(directory: HostLocation, name: string): HostPath | Errno {
    const path = this.#directory(directory);
    return isErrno(path) ? path : join(path, name);
  }

  self(location: HostLocation): HostPath | Errno {
    if (!location.parent) return Buffer.from(this.#path, 'latin1');
    const stats = this.stat(location);
    return typeof stats === 'number' ? stats : this.child(location.parent, location.name);
  }

  stat(location: HostLocation): BigIntStats | Errno {
    const path = location.parent ? this.child(location.parent, location.name) : Buffer.from(this.#path, 'latin1');
    if (isErrno(path)) return path;
    try {
      const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (!stats) return ENOENT;
      return isSame(stats, location) ? stats : ESTALE;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  keep(): void {}

  forget(): void {}

  close(): void {}
}
