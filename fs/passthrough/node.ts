/** What the files of a host directory have in common as vnodes. */

import { type BigIntStats, chmodSync, chownSync, lchownSync, lutimesSync, utimesSync } from 'node:fs';
import type { Caller } from '../caller.ts';
import { clock } from '../clock.ts';
import { EROFS, type Errno, errnoFromHost, isErrno } from '../errno.ts';
import { S_IFLNK, type FileType, type Stat, fileType } from '../stat.ts';
import { u64 } from '../u64.ts';
import type { AttributeChange, TimeChange, Vnode } from '../vnode.ts';
import { HostAttributes } from './attributes.ts';
import type { HostLocation } from './host-access.ts';
import type { Passthrough } from './passthrough.ts';
import type { Moment } from './system-calls.ts';

export abstract class HostNode implements Vnode, HostLocation {
  readonly fileSystem: Passthrough;
  readonly type: FileType;
  readonly device: bigint;
  readonly ino: bigint;
  /** Where it was found last. */
  parent: HostNode | undefined;
  name: string;
  asked = 0;
  /** Servers and open files that refer to it. */
  holders = 0;
  /** It lost the name that we know. */
  nameless = false;
  #attributes: HostAttributes | undefined;

  constructor(fileSystem: Passthrough, stats: BigIntStats, parent: HostNode | undefined, name: string) {
    this.fileSystem = fileSystem;
    this.type = fileType(Number(stats.mode));
    this.device = stats.dev;
    this.ino = stats.ino;
    this.parent = parent;
    this.name = name;
  }

  get xattr(): HostAttributes | undefined {
    const { systemCalls } = this.fileSystem;
    return systemCalls && (this.#attributes ??= new HostAttributes(this, systemCalls));
  }

  /** It was just made, and has no extended attributes; `stats` are its attributes. */
  made(stats: BigIntStats): void {
    const { systemCalls } = this.fileSystem;
    if (systemCalls) this.#attributes = new HostAttributes(this, systemCalls, stats.ctimeNs);
  }

  stat(into: Stat): Errno | 0 {
    const stats = this.fileSystem.statsOf(this);
    if (typeof stats === 'number') return stats;
    into.ino = u64(stats.ino);
    into.mode = Number(stats.mode);
    into.nlink = Number(stats.nlink);
    into.uid = Number(stats.uid);
    into.gid = Number(stats.gid);
    into.rdev = Number(stats.rdev & 0xffff_ffffn);
    into.size = Number(stats.size);
    into.blksize = Number(stats.blksize);
    into.blocks = Number(stats.blocks);
    into.atimeNanoseconds = nanosecondsOf(stats.atimeNs);
    into.mtimeNanoseconds = nanosecondsOf(stats.mtimeNs);
    into.ctimeNanoseconds = nanosecondsOf(stats.ctimeNs);
    into.atime = secondsOf(stats.atimeNs);
    into.mtime = secondsOf(stats.mtimeNs);
    into.ctime = secondsOf(stats.ctimeNs);
    return 0;
  }

  setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const { fileSystem } = this;
    if (fileSystem.readOnly) return EROFS;
    fileSystem.touched();
    const { size } = change;
    if (size !== undefined) {
      const error = this.resize(size, change, caller);
      if (isErrno(error)) return error;
    }
    const path = fileSystem.access.self(this);
    if (isErrno(path)) return path;
    // Elsewhere than on Linux the path is that of the link, which must not be followed.
    const link = this.type === S_IFLNK;
    try {
      if (change.uid !== undefined || change.gid !== undefined) {
        const [uid, gid] = [change.uid ?? -1, change.gid ?? -1];
        if (link && !fileSystem.byDescriptor) lchownSync(path, uid, gid);
        else chownSync(path, uid, gid);
      }
      if (change.mode !== undefined) chmodSync(path, change.mode);
      if (fileSystem.systemCalls && (isFine(change.atime) || isFine(change.mtime))) {
        return fileSystem.systemCalls.setTimes(path, exactly(change.atime), exactly(change.mtime));
      }
      if (change.atime !== undefined || change.mtime !== undefined) {
        const stats = fileSystem.access.stat(this);
        if (typeof stats === 'number') return stats;
        const [atime, mtime] = [moment(change.atime, stats.atimeNs), moment(change.mtime, stats.mtimeNs)];
        if (link && !fileSystem.byDescriptor) lutimesSync(path, atime, mtime);
        else utimesSync(path, atime, mtime);
      }
    } catch (error) {
      return errnoFromHost(error);
    }
    return 0;
  }

  /** Sets the size of a regular file. */
  protected resize(_size: number, _change: AttributeChange, _caller: Caller): Errno | 0 {
    return 0;
  }

  hold(): void {
    this.holders++;
  }

  drop(): void {
    if (--this.holders === 0 && this.nameless) this.fileSystem.access.forget(this);
  }
}

/** Whether a time has more to it than Node passes on, which takes what is before 1970 for now. */
function isFine(time: TimeChange | undefined): boolean {
  return time !== undefined && time !== 'now' && (time.seconds < 0 || time.nanoseconds % 1000 !== 0);
}

function exactly(time: TimeChange | undefined): Moment | undefined {
  if (time !== 'now') return time;
  clock.read();
  return { seconds: clock.seconds, nanoseconds: clock.nanoseconds };
}

/** Seconds for utimes(2). Differs: Node takes them as a double, and libuv cuts it to microseconds: `isFine`. */
function moment(time: TimeChange | undefined, current: bigint): number {
  if (time === undefined) return Number(current) / 1e9;
  if (time === 'now') {
    clock.read();
    return clock.seconds + clock.nanoseconds / 1e9;
  }
  return time.seconds + time.nanoseconds / 1e9;
}

const SECOND = 1_000_000_000n;

function nanosecondsOf(time: bigint): number {
  return Number(((time % SECOND) + SECOND) % SECOND);
}

function secondsOf(time: bigint): number {
  return Number((time - (((time % SECOND) + SECOND) % SECOND)) / SECOND);
}
