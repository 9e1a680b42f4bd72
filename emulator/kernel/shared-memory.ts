/** System V shared memory: the segments of a machine (ipc/shm.c, ipc/util.c, shmget(2)). */

import { clock } from '../../fs/clock.ts';
import { EACCES, EEXIST, EIDRM, EINVAL, ENOENT, ENOSPC, type Errno } from '../../fs/errno.ts';
import { SharedObject } from '../memory/shared-object.ts';
import type { Task } from './task.ts';

export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
/** In a segment's mode: it ends when nobody has it any more; it is locked in memory. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;
const CAP_IPC_OWNER = 15;
const PAGE = 4096;
/** Places of identifiers, and where the count of reuses begins in one. */
const PLACES = 32768;
/** shmmni. */
export const MOST_SEGMENTS = 4096;
const SEQUENCES = 65536;
const LEAST_CIRCLE = 64;

/** What System V objects have in common: who made them, and who may use them. */
export interface IpcPermissions {
  readonly key: number;
  uid: number;
  gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  mode: number;
}

/** Whether a task has what the mode bits of `wanted` ask for (ipcperms). */
export function allows(task: Task, object: IpcPermissions, wanted: number): boolean {
  const { credentials } = task;
  const requested = (wanted >> 6) | (wanted >> 3) | wanted;
  const inGroup = (gid: number): boolean => gid === credentials.egid || credentials.groups.includes(gid);
  let granted = object.mode;
  if (credentials.euid === object.creatorUid || credentials.euid === object.uid) granted >>= 6;
  else if (inGroup(object.creatorGid) || inGroup(object.gid)) granted >>= 3;
  return (requested & ~granted & 7) === 0 || task.capable(CAP_IPC_OWNER);
}

/** A segment. Times are seconds. */
export class Segment implements IpcPermissions {
  readonly id: number;
  key: number;
  uid: number;
  gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  mode: number;
  /** Bytes, as it was asked for. */
  readonly size: number;
  readonly object: SharedObject;
  readonly creator: number;
  lastUser = 0;
  attached = 0;
  detached = 0;
  changed: number;

  constructor(task: Task, id: number, key: number, size: number, mode: number, seconds: number) {
    const { euid, egid } = task.credentials;
    this.id = id;
    this.key = key;
    this.uid = this.creatorUid = euid;
    this.gid = this.creatorGid = egid;
    this.mode = mode;
    this.size = size;
    this.creator = task.process.pid;
    this.changed = seconds;
    this.object = new SharedObject(undefined, Math.ceil(size / PAGE) * PAGE, {
      ino: id,
      label: `/SYSV${(key >>> 0).toString(16).padStart(8, '0')} (deleted)`,
      kept: true,
    });
  }

  get attachments(): number {
    return this.object.mappings;
  }
}

export class SharedMemory {
  /** By place. */
  readonly #segments = new Map<number, Segment>();
  readonly #byObject = new WeakMap<SharedObject, Segment>();
  /** shmmax, and in pages shmall. */
  readonly largest: number;
  #sequence = 0;
  #lastPlace = -1;

  constructor(memory: number) {
    this.largest = memory;
  }

  segments(): readonly Segment[] {
    return [...this.#segments.entries()].sort(([one], [other]) => one - other).map(([, segment]) => segment);
  }

  /** The highest place that is in use; -1 when none is. */
  get highest(): number {
    return Math.max(-1, ...this.#segments.keys());
  }

  /** The pages of all segments. */
  get pages(): number {
    let pages = 0;
    for (const { size } of this.#segments.values()) pages += Math.ceil(size / PAGE);
    return pages;
  }

  /** Errors: EINVAL, EIDRM. */
  byId(id: number): Segment | Errno {
    const segment = id < 0 ? undefined : this.#segments.get(id % PLACES);
    if (!segment) return EINVAL;
    return segment.id === id ? segment : EIDRM;
  }

  byPlace(place: number): Segment | undefined {
    return this.#segments.get(place);
  }

  byObject(object: SharedObject): Segment | undefined {
    return this.#byObject.get(object);
  }

  /** shmget(2). Errors: ENOENT, EEXIST, EINVAL, EACCES, ENOSPC. */
  get(task: Task, key: number, size: number, flags: number, seconds: number): number {
    if (key !== IPC_PRIVATE)
      for (const segment of this.#segments.values()) {
        if (segment.key !== key) continue;
        if ((flags & (IPC_CREAT | IPC_EXCL)) === (IPC_CREAT | IPC_EXCL)) return EEXIST;
        if (segment.size < size) return EINVAL;
        return allows(task, segment, flags & 0o777) ? segment.id : EACCES;
      }
    if (key !== IPC_PRIVATE && !(flags & IPC_CREAT)) return ENOENT;
    if (size < 1 || size > this.largest) return EINVAL;
    if (this.#segments.size >= MOST_SEGMENTS || this.pages + Math.ceil(size / PAGE) > this.largest / PAGE) return ENOSPC;
    // Places are given in a circle, so that an identifier that is no more is not soon another.
    const circle = Math.min(Math.max(Math.floor((this.#segments.size * 3) / 2), LEAST_CIRCLE), PLACES);
    let place = (this.#lastPlace + 1) % circle;
    while (this.#segments.has(place)) place = (place + 1) % circle;
    if (place <= this.#lastPlace) this.#sequence = (this.#sequence + 1) % SEQUENCES;
    this.#lastPlace = place;
    const segment = new Segment(task, this.#sequence * PLACES + place, key, size, flags & 0o777, seconds);
    this.#segments.set(place, segment);
    this.#byObject.set(segment.object, segment);
    segment.object.detached = () => {
      segment.detached = Math.floor(clock.read().seconds);
      segment.lastUser = task.kernel.scheduler.current?.process.pid ?? segment.lastUser;
      if (segment.attachments === 0 && segment.mode & SHM_DEST) this.#segments.delete(place);
    };
    return segment.id;
  }

  /** Ends a segment, at once or when the last has left it. */
  remove(segment: Segment): void {
    segment.mode |= SHM_DEST;
    segment.key = IPC_PRIVATE;
    if (segment.attachments === 0) this.#segments.delete(segment.id % PLACES);
  }
}
