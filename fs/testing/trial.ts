/** One case of the conformance suite at work: a process in a directory of its own, and what cases need to say. */

import { type Errno, ENOENT, errnoName, isErrno } from '../errno.ts';
import { O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR } from '../flags.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, S_IFSOCK } from '../stat.ts';
import type { Identity, Process, ProcessEntry, ProcessStat } from './process.ts';

/** What not every file system can do; a case that needs it is left out elsewhere. */
export type Feature =
  /** Files can be made and changed; or else nothing can. */
  | 'writable'
  | 'fixed'
  /** FIFOs, sockets and devices can be made. */
  | 'special'
  | 'hardlinks'
  /** A file made by a user belongs to that user, and root gives files away. */
  | 'owners'
  | 'xattr'
  /** RENAME_NOREPLACE; RENAME_EXCHANGE and RENAME_WHITEOUT. */
  | 'noreplace'
  | 'exchange'
  | 'temporary'
  /** Holes take no space and are found by lseek(2). */
  | 'holes'
  | 'allocate'
  | 'zero-range'
  /** Times are kept to the nanosecond. */
  | 'nanoseconds'
  /** Access times follow the rule of relatime at once. */
  | 'access-times'
  /** The listing order and sizes of the kernel's tmpfs. */
  | 'tmpfs'
  /** Links in sticky directories and to others' files are restricted (fs.protected_*). */
  | 'protected-hardlinks'
  /** openat2(2) and descriptors of paths behave as the VFS's own. */
  | 'resolve';

export interface Case {
  readonly name: string;
  readonly needs?: readonly Feature[];
  readonly run: (trial: Trial) => void;
}

/** The kinds of file that a case can be about. */
export type Kind = 'file' | 'dir' | 'fifo' | 'char' | 'block' | 'socket' | 'symlink';

export const KINDS: readonly Kind[] = ['file', 'dir', 'fifo', 'char', 'block', 'socket', 'symlink'];

/** What a kind needs of the file system. */
export function needsOf(...kinds: readonly Kind[]): readonly Feature[] {
  return kinds.some((kind) => kind !== 'file' && kind !== 'dir' && kind !== 'symlink') ? ['special'] : [];
}

export const ROOT: Identity = { uid: 0, gid: 0 };
export const ALICE: Identity = { uid: 65534, gid: 65534 };
export const BOB: Identity = { uid: 65533, gid: 65533 };
/** Alice with Bob's group as a supplementary one. */
export const ALICE_IN_BOBS: Identity = { uid: 65534, gid: 65534, groups: [65533] };

/** An expectation that did not hold. */
export class Disagreement extends Error {}

function show(value: unknown): string {
  if (typeof value === 'number' && isErrno(value)) return errnoName(value);
  if (typeof value === 'string') return value.length > 80 ? `${JSON.stringify(value.slice(0, 80))}...(${value.length})` : JSON.stringify(value);
  return String(value);
}

export class Trial {
  readonly sys: Process;
  readonly features: ReadonlySet<Feature>;

  constructor(sys: Process, features: ReadonlySet<Feature>) {
    this.sys = sys;
    this.features = features;
  }

  /** Expects one value, or one of several. */
  is(actual: unknown, expected: unknown, what = ''): void {
    const wanted = Array.isArray(expected) ? expected : [expected];
    if (wanted.includes(actual)) return;
    throw new Disagreement(`${what ? `${what}: ` : ''}got ${show(actual)}, expected ${wanted.map(show).join(' or ')}`);
  }

  isTrue(condition: boolean, what: string): void {
    if (!condition) throw new Disagreement(what);
  }

  /** A value that is no errno. */
  ok<T>(value: T | Errno, what = ''): T {
    if (isErrno(value)) throw new Disagreement(`${what ? `${what}: ` : ''}unexpected ${errnoName(value)}`);
    return value;
  }

  /** Runs something as somebody else. */
  as<T>(identity: Identity, action: () => T): T {
    this.sys.become(identity);
    try {
      return action();
    } finally {
      this.sys.become(ROOT);
    }
  }

  /** Makes a file of a kind, with the mode exactly. */
  make(kind: Kind, path: string, mode = 0o644, owner?: Identity): void {
    const { sys } = this;
    const types = { fifo: S_IFIFO, char: S_IFCHR, block: S_IFBLK, socket: S_IFSOCK };
    if (kind === 'file') this.ok(sys.close(this.ok(sys.open(path, O_CREAT | O_RDWR, mode), `create ${path}`)));
    else if (kind === 'dir') this.is(sys.mkdir(path, mode), 0, `mkdir ${path}`);
    else if (kind === 'symlink') this.is(sys.symlink('target', path), 0, `symlink ${path}`);
    else this.is(sys.mknod(path, types[kind] | mode, 1, 3), 0, `mknod ${path}`);
    if (kind === 'dir') this.is(sys.chmod(path, mode), 0);
    if (owner) this.is(sys.lchown(path, owner.uid, owner.gid), 0, `lchown ${path}`);
  }

  /** Makes a file with a content. */
  write(path: string, text: string, mode = 0o644): void {
    const fd = this.ok(this.sys.open(path, O_CREAT | O_RDWR, mode), `create ${path}`);
    if (text) this.is(this.sys.write(fd, text, 0), text.length, `write ${path}`);
    this.is(this.sys.close(fd), 0);
  }

  /** The content of a file. */
  text(path: string, length = 65536): string {
    const fd = this.ok(this.sys.open(path, O_RDONLY), `open ${path}`);
    const text = this.ok(this.sys.read(fd, length, 0), `read ${path}`);
    this.is(this.sys.close(fd), 0);
    return text as string;
  }

  stat(path: string): ProcessStat {
    return this.ok(this.sys.lstat(path), `lstat ${path}`) as ProcessStat;
  }

  /** Permission bits. */
  mode(path: string): number {
    return this.stat(path).mode & 0o7777;
  }

  exists(path: string): boolean {
    const stat = this.sys.lstat(path);
    if (isErrno(stat)) this.is(stat, ENOENT, `lstat ${path}`);
    return !isErrno(stat);
  }

  /** Does something with an open file. */
  opened<T>(path: string, flags: number, action: (fd: number) => T): T {
    const fd = this.ok(this.sys.open(path, flags, 0o644), `open ${path}`);
    try {
      return action(fd);
    } finally {
      this.sys.close(fd);
    }
  }

  /** Every entry of a directory but `.` and `..`. */
  list(path: string): ProcessEntry[] {
    return this.opened(path, O_RDONLY | O_DIRECTORY, (fd) => {
      const all: ProcessEntry[] = [];
      for (;;) {
        const some = this.ok(this.sys.entries(fd), `list ${path}`) as readonly ProcessEntry[];
        if (some.length === 0) return all.filter(({ name }) => name !== '.' && name !== '..');
        all.push(...some);
      }
    });
  }

  /** Removes a tree. */
  clear(path: string): void {
    const stat = this.sys.lstat(path);
    if (isErrno(stat)) return;
    if ((stat.mode & S_IFMT) !== S_IFDIR) {
      this.is(this.sys.unlink(path), 0, `unlink ${path}`);
      return;
    }
    for (const { name } of this.list(path)) this.clear(`${path}/${name}`);
    this.is(this.sys.rmdir(path), 0, `rmdir ${path}`);
  }
}
