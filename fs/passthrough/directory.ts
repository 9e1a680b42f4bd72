/** Directories of the host. */

import { spawnSync } from 'node:child_process';
import { type BigIntStats, type Stats, chmodSync, constants, fchmodSync, fchownSync, fstatSync, lchownSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import type { Caller } from '../caller.ts';
import { EEXIST, EINVAL, ENOENT, EPERM, EROFS, ESTALE, EXDEV, type Errno, errnoFromHost, isErrno } from '../errno.ts';
import { O_ACCMODE, RENAME_EXCHANGE, RENAME_WHITEOUT } from '../flags.ts';
import { type ListedName, listedNames, placeAfter } from '../name-cookie.ts';
import { S_IFBLK, S_IFCHR, S_IFIFO, S_IFREG, S_ISGID, S_ISUID, deviceMajor, deviceMinor, fileType } from '../stat.ts';
import { u64 } from '../u64.ts';
import type { Created, DirectorySink, Vnode } from '../vnode.ts';
import type { HostPath } from './host-access.ts';
import { HostNode } from './node.ts';
import { HostFile } from './regular.ts';
import type { SystemCalls } from './system-calls.ts';

/** What mknod(1) calls the types that it makes. */
const SPECIAL_KINDS: Readonly<Record<number, string>> = { [S_IFIFO]: 'p', [S_IFCHR]: 'c', [S_IFBLK]: 'b' };

/** How long a program may take before it is given up. */
const PROGRAM_MS = 10_000;

export class HostDirectory extends HostNode {
  /** The names behind a listing that is being carried on. */
  #listing: { readonly names: readonly ListedName[]; readonly modified: bigint } | undefined;

  get listsByName(): true {
    return true;
  }

  #child(name: string): HostPath | Errno {
    return this.fileSystem.access.child(this, name);
  }

  /** The path of a name that is to be made, moved or removed. */
  #changing(name: string): HostPath | Errno {
    if (this.fileSystem.readOnly) return EROFS;
    this.fileSystem.touched();
    this.#listing = undefined;
    return this.#child(name);
  }

  lookup(name: string): HostNode | Errno {
    const stats = this.#look(name);
    return typeof stats === 'number' ? stats : this.#found(stats, name);
  }

  #found(stats: BigIntStats, name: string): HostNode {
    const node = this.fileSystem.node(stats, this, name);
    if (this.fileSystem.coveredStats(this, name)) this.fileSystem.keepCovered(node);
    return node;
  }

  #look(name: string): BigIntStats | Errno {
    const covered = this.fileSystem.coveredStats(this, name);
    if (covered) return covered;
    const path = this.#child(name);
    if (isErrno(path)) return path;
    try {
      return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? ENOENT;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  list(after: number, sink: DirectorySink): Errno | 0 {
    const names = this.#names(after);
    if (isErrno(names)) return names;
    for (let index = placeAfter(names as readonly ListedName[], after); index < names.length; index++) {
      const { name, cookie } = names[index] as ListedName;
      const seen = sink.namesOnly && this.#glance(name);
      if (seen) {
        if (!sink.add(name, seen.ino, fileType(seen.mode), cookie)) return 0;
        continue;
      }
      const stats = this.#look(name);
      // It went away since the names were read.
      if (typeof stats === 'number') continue;
      const node = this.#found(stats, name);
      if (!sink.add(name, u64(stats.ino), node.type, cookie, node)) return 0;
    }
    this.#listing = undefined;
    return 0;
  }

  /** The attributes of a name, where they are all that is wanted, and their numbers are exact. */
  #glance(name: string): Stats | undefined {
    const path = this.fileSystem.coveredStats(this, name) ? ENOENT : this.#child(name);
    if (isErrno(path)) return undefined;
    try {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats && Number.isSafeInteger(stats.ino) ? stats : undefined;
    } catch {
      return undefined;
    }
  }

  /** The names in the order of their cookies; read anew at the beginning and after changes. */
  #names(after: number): readonly ListedName[] | Errno {
    const stats = this.fileSystem.access.stat(this);
    if (typeof stats === 'number') return stats;
    if (after > 0 && this.#listing?.modified === stats.mtimeNs) return this.#listing.names;
    const path = this.#child('.');
    if (isErrno(path)) return path;
    let names: ListedName[];
    try {
      names = listedNames(readdirSync(path, 'latin1'));
    } catch (error) {
      return errnoFromHost(error);
    }
    this.#listing = { names, modified: stats.mtimeNs };
    return names;
  }

  /** The group of what is made here. */
  #groupFor(caller: Caller): number {
    const stats = this.fileSystem.access.stat(this);
    return typeof stats !== 'number' && Number(stats.mode) & S_ISGID ? Number(stats.gid) : caller.gid;
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY } = constants;
    const access = (flags & O_ACCMODE) === O_ACCMODE ? O_RDONLY : flags & O_ACCMODE;
    try {
      const descriptor = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | access, mode & 0o777);
      const stats = this.#give(descriptor, mode, caller);
      const vnode = this.#found(stats, name);
      vnode.made(stats);
      return { vnode, file: new HostFile(vnode, flags, descriptor) };
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /**
   * Gives a new file the owner and mode that it is to have, where it does not have them: each step moves its change time.
   * Returns its attributes.
   */
  #give(descriptor: number, mode: number, caller: Caller): BigIntStats {
    const stats = fstatSync(descriptor, { bigint: true });
    const gid = this.#groupFor(caller);
    const given = this.fileSystem.givesFiles && (Number(stats.uid) !== caller.uid || Number(stats.gid) !== gid);
    const changed = (Number(stats.mode) & 0o7777) !== (mode & 0o7777);
    if (given) fchownSync(descriptor, caller.uid, gid);
    if (changed) fchmodSync(descriptor, mode & 0o7777);
    return given || changed ? fstatSync(descriptor, { bigint: true }) : stats;
  }

  /** Differs: where nobody makes the call for us, FIFOs, sockets and devices are EPERM as on file systems without them. */
  mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    if (fileType(mode) !== S_IFREG) {
      if (this.fileSystem.systemCalls) return this.#makeNode(this.fileSystem.systemCalls, name, mode, rdev, caller);
      return this.fileSystem.makesSpecial ? this.#makeSpecial(name, mode, rdev, caller) : EPERM;
    }
    const created = this.create(name, mode, constants.O_WRONLY, caller);
    if (isErrno(created)) return created;
    created.file.release();
    return created.vnode;
  }

  #makeNode(calls: SystemCalls, name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    const error = calls.makeNode(path, mode, rdev);
    if (isErrno(error)) return error;
    try {
      const stats = this.#look(name);
      if (typeof stats === 'number') return stats;
      const gid = this.#groupFor(caller);
      const given = this.fileSystem.givesFiles && (Number(stats.uid) !== caller.uid || Number(stats.gid) !== gid);
      if (!given) return this.#found(stats, name);
      lchownSync(path, caller.uid, gid);
      const made = this.lookup(name);
      // Giving it away took its set-id bits.
      if (isErrno(made) || !(mode & (S_ISUID | S_ISGID))) return made;
      const self = this.fileSystem.access.self(made);
      if (isErrno(self)) return self;
      chmodSync(self, mode & 0o7777);
      this.fileSystem.touched();
      return made;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  /** Has mknod(1) make a FIFO or device, for Node has no call for it; a name that is no ASCII it could not be told. */
  #makeSpecial(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    const kind = SPECIAL_KINDS[fileType(mode)];
    if (kind === undefined || typeof path !== 'string') return EPERM;
    const directory = this.#child('.');
    if (isErrno(directory)) return directory;
    const numbers = kind === 'p' ? [] : [String(deviceMajor(rdev)), String(deviceMinor(rdev))];
    try {
      // Our descriptors are not the program's: it begins in the directory.
      const words = ['-m', (mode & 0o777).toString(8), '--', `./${name}`, kind, ...numbers];
      const { status } = spawnSync('mknod', words, { cwd: String(directory), stdio: 'ignore', timeout: PROGRAM_MS, killSignal: 'SIGKILL' });
      if (status !== 0) return typeof this.#look(name) === 'number' ? EPERM : EEXIST;
      if (this.fileSystem.givesFiles) lchownSync(path, caller.uid, this.#groupFor(caller));
      return this.lookup(name);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  mkdir(name: string, mode: number, caller: Caller): Vnode | Errno {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    try {
      const gid = this.#groupFor(caller);
      mkdirSync(path, mode & 0o777);
      const stats = this.#look(name);
      if (typeof stats === 'number') return stats;
      const made = this.fileSystem.node(stats, this, name);
      made.made(stats);
      const given = this.fileSystem.givesFiles && (stats.uid !== BigInt(caller.uid) || stats.gid !== BigInt(gid));
      if (given) lchownSync(path, caller.uid, gid);
      const self = this.fileSystem.access.self(made);
      if (isErrno(self)) return self;
      if ((Number(stats.mode) & 0o7777) !== (mode & 0o7777)) chmodSync(self, mode & 0o7777);
      this.fileSystem.touched();
      return made;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  symlink(name: string, target: string, caller: Caller): Vnode | Errno {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    try {
      symlinkSync(Buffer.from(target, 'latin1'), path);
      if (this.fileSystem.givesFiles) lchownSync(path, caller.uid, this.#groupFor(caller));
      return this.lookup(name);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  link(name: string, existing: Vnode): Errno | 0 {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    const node = existing as HostNode;
    if (!node.parent || node.nameless) return ENOENT;
    const from = node.fileSystem.access.child(node.parent, node.name);
    if (isErrno(from)) return from;
    try {
      linkSync(from, path);
      const made = this.lookup(name);
      if (!isErrno(made) && made.ino === node.ino && made.device === node.device) return 0;
      // Somebody put another file where this one was.
      unlinkSync(path);
      return ESTALE;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  unlink(name: string): Errno | 0 {
    return this.#remove(name, unlinkSync);
  }

  rmdir(name: string): Errno | 0 {
    return this.#remove(name, rmdirSync);
  }

  #remove(name: string, remove: (path: HostPath) => void): Errno | 0 {
    const path = this.#changing(name);
    if (isErrno(path)) return path;
    const victim = this.lookup(name);
    if (isErrno(victim)) return victim;
    this.fileSystem.access.keep(victim);
    try {
      remove(path);
    } catch (error) {
      return errnoFromHost(error);
    }
    this.fileSystem.lostName(victim);
    this.fileSystem.touched();
    return 0;
  }

  /**
   * Differs: where nobody makes the call for us, RENAME_NOREPLACE holds against us alone, and the other flags are EINVAL, for
   * Node has rename(2) only.
   */
  rename(name: string, newParent: Vnode, newName: string, flags: number): Errno | 0 {
    const calls = this.fileSystem.systemCalls;
    if (flags & (RENAME_EXCHANGE | RENAME_WHITEOUT) && !calls) return EINVAL;
    const target = newParent as HostDirectory;
    const path = this.#changing(name);
    const newPath = target.#changing(newName);
    if (isErrno(path)) return path;
    if (isErrno(newPath)) return newPath;
    const moved = this.lookup(name);
    if (isErrno(moved)) return moved;
    const replaced = target.lookup(newName);
    if (flags & RENAME_EXCHANGE && calls) return this.#exchange(calls, { path, node: moved }, newPath, replaced);
    if (!isErrno(replaced)) target.fileSystem.access.keep(replaced);
    const error = flags !== 0 && calls ? calls.rename(path, newPath, flags) : renamed(path, newPath);
    if (isErrno(error)) return error;
    if (!isErrno(replaced) && replaced !== moved) target.fileSystem.lostName(replaced);
    this.fileSystem.touched();
    target.fileSystem.touched();
    if (target.fileSystem !== this.fileSystem) {
      this.fileSystem.lostName(moved);
      return 0;
    }
    moved.parent = target;
    moved.name = newName;
    return 0;
  }

  /** Has two names trade places. */
  #exchange(calls: SystemCalls, moved: { readonly path: HostPath; readonly node: HostNode }, newPath: HostPath, other: HostNode | Errno): Errno | 0 {
    if (isErrno(other)) return other;
    if (other.fileSystem !== this.fileSystem) return EXDEV;
    const error = calls.rename(moved.path, newPath, RENAME_EXCHANGE);
    if (isErrno(error)) return error;
    this.fileSystem.touched();
    const { parent, name } = moved.node;
    moved.node.parent = other.parent;
    moved.node.name = other.name;
    other.parent = parent;
    other.name = name;
    return 0;
  }
}

function renamed(path: HostPath, newPath: HostPath): Errno | 0 {
  try {
    renameSync(path, newPath);
    return 0;
  } catch (error) {
    return errnoFromHost(error);
  }
}
