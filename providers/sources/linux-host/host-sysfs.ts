/** The kernel objects of a Linux host, read from its own /sys. */

import { posix } from 'node:path';
import { EIO, ENODEV, ENOENT, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../fs/stat.ts';
import type { SysfsEntry, SysfsName, SysfsReading, SysfsView } from '../../model/sysfs.ts';
import { SysfsMeanings, type SysfsPlace } from '../../model/sysfs/schema.ts';
import { type HostCalls, type HostStats, READ, WRITE } from './host-calls.ts';
import type { HostSource } from './host-source.ts';
import { parseAttribute } from './parse-sysfs.ts';

/** How many directories and entries are remembered before all are forgotten: devices come and go. */
const REMEMBERED = 4096;
/** How many attributes are kept open. One whose device went gives ENODEV, so none is mistaken for another. */
const DESCRIPTORS = 128;

/** Where control groups are mounted, and where, of the second version, beside those of the first. */
const CGROUPS = 'fs/cgroup';
const CGROUP_PLACES: readonly string[] = [CGROUPS, `${CGROUPS}/unified`];
/** CGROUP2_SUPER_MAGIC */
const CGROUP2_MAGIC = 0x6367_7270;

/**
 * What the tables do not describe is not there: each value is taken apart and written anew. What is mounted below /sys is
 * other file systems': their directories are there, and empty, but for the control groups of version 2.
 *
 * Differs: where those of the first version are mounted too, which happens beside, they are not shown.
 */
export class HostSysfs implements SysfsView {
  readonly #source: HostSource;
  readonly #meanings = new Map<string, SysfsMeanings>();
  readonly #subsystems = new Map<string, string | undefined>();
  readonly #entries = new Map<string, { epoch: number; entry: SysfsEntry | undefined }>();
  /** By path, those used last at the end. */
  readonly #descriptors = new Map<string, number>();
  #device: number | undefined;
  #cgroups: { readonly place: string | undefined; readonly device: number } | undefined;

  constructor(source: HostSource) {
    this.#source = source;
  }

  get #calls(): HostCalls {
    return this.#source.files.calls;
  }

  get #root(): string {
    return this.#source.files.roots.sys;
  }

  /** Where a path is below the host's /sys: control groups may be mounted elsewhere. */
  placeOf(path: string): string {
    const { place } = isOfCgroups(path) ? this.#cgroupMount() : { place: undefined };
    const actual = place === undefined ? path : place + path.slice(CGROUPS.length);
    return actual === '' ? '.' : actual;
  }

  /** Where control groups of version 2 are mounted, if they are. */
  #cgroupMount(): { readonly place: string | undefined; readonly device: number } {
    if (this.#cgroups) return this.#cgroups;
    for (const place of CGROUP_PLACES) {
      if (this.#calls.fileSystemType(this.#root, place) !== CGROUP2_MAGIC) continue;
      const stats = this.#calls.lstat(this.#root, place);
      if (!isErrno(stats)) return (this.#cgroups = { place, device: stats.dev });
    }
    return (this.#cgroups = { place: undefined, device: this.#ownDevice() });
  }

  /** The device of the file system that a path should be on. */
  #deviceOf(path: string): number {
    return isOfCgroups(path) ? this.#cgroupMount().device : this.#ownDevice();
  }

  list(directory: string): readonly SysfsName[] | Errno {
    const entry = this.entry(directory);
    if (!entry) return ENOENT;
    if (this.#isMountPoint(directory)) return [];
    const found = this.#calls.listTypes(this.#root, this.placeOf(directory));
    if (isErrno(found)) return found;
    const meanings = this.#meaningsOf(directory);
    return found.filter(({ name, type }) => type !== S_IFREG || meanings.row(name)) as readonly SysfsName[];
  }

  entry(path: string): SysfsEntry | undefined {
    const { epoch } = this.#source;
    const known = this.#entries.get(path);
    if (known && known.epoch === epoch) return known.entry;
    const entry = this.#look(path);
    if (this.#entries.size >= REMEMBERED) this.#entries.clear();
    this.#entries.set(path, { epoch, entry });
    return entry;
  }

  #look(path: string): SysfsEntry | undefined {
    const stats = this.#stat(path);
    if (!stats) return undefined;
    const foreign = stats.dev !== this.#deviceOf(path);
    if (foreign && this.#isMountPoint(parentOf(path))) return undefined;
    const type = stats.mode & S_IFMT;
    const common = { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
    if (type === S_IFDIR) {
      // Of a mount point, what is there without the mount: an empty directory.
      return { ...common, type, links: foreign ? 2 : stats.nlink, size: 0 };
    }
    if (type === S_IFLNK) return { ...common, type, links: 1, size: 0 };
    const row = this.#rowOf(path);
    return row && { ...common, type: S_IFREG, links: 1, size: stats.size, row };
  }

  #stat(path: string): HostStats | undefined {
    const stats = this.#calls.lstat(this.#root, this.placeOf(path));
    return isErrno(stats) ? undefined : stats;
  }

  #ownDevice(): number {
    return (this.#device ??= this.#stat('')?.dev ?? 0);
  }

  /** Whether another file system is mounted on a directory, or further above. */
  #isMountPoint(directory: string): boolean {
    const stats = directory === '' ? undefined : this.#stat(directory);
    return stats !== undefined && stats.dev !== this.#deviceOf(directory);
  }

  link(path: string): string | Errno {
    const target = this.#calls.readlink(this.#root, this.placeOf(path));
    return isErrno(target) ? target : posix.join('/', parentOf(path), target).slice(1);
  }

  #rowOf(path: string): ReturnType<SysfsMeanings['row']> {
    return this.#meaningsOf(parentOf(path)).row(path.slice(path.lastIndexOf('/') + 1));
  }

  #meaningsOf(directory: string): SysfsMeanings {
    let meanings = this.#meanings.get(directory);
    if (!meanings) {
      if (this.#meanings.size >= REMEMBERED) this.#meanings.clear();
      this.#meanings.set(directory, (meanings = new SysfsMeanings(this.#deviceAbove(directory))));
    }
    return meanings;
  }

  /** Finds the device that a directory belongs to: the nearest one above that says of which subsystem it is. */
  #deviceAbove(path: string): SysfsPlace {
    if (!path.startsWith('devices/')) return { path };
    for (let above = path; above.includes('/'); above = parentOf(above)) {
      const subsystem = this.#subsystemOf(above);
      if (subsystem !== undefined) return { path, subsystem, group: path.slice(above.length + 1) };
    }
    return { path, subsystem: '', group: path.endsWith('/power') ? 'power' : '' };
  }

  #subsystemOf(directory: string): string | undefined {
    if (this.#subsystems.has(directory)) return this.#subsystems.get(directory);
    const target = this.link(`${directory}/subsystem`);
    const subsystem = isErrno(target) ? undefined : target.slice(target.lastIndexOf('/') + 1);
    if (this.#subsystems.size >= REMEMBERED) this.#subsystems.clear();
    this.#subsystems.set(directory, subsystem);
    return subsystem;
  }

  read(path: string): SysfsReading | Errno {
    const row = this.#rowOf(path);
    if (!row) return ENOENT;
    const { files, scanner } = this.#source;
    let length = this.#readKept(path);
    // The device went, and perhaps another came under its name.
    if (length === ENODEV) length = this.#readKept(path);
    if (isErrno(length)) return length;
    const value = parseAttribute(row, scanner.reset(files.bytes, length));
    return value === undefined ? EIO : { value };
  }

  #readKept(path: string): number | Errno {
    const descriptor = this.#descriptor(path);
    if (isErrno(descriptor)) return descriptor;
    const length = this.#source.files.readOnce(descriptor);
    if (isErrno(length)) this.#forget(path);
    return length;
  }

  #descriptor(path: string): number | Errno {
    const kept = this.#descriptors.get(path);
    if (kept !== undefined) {
      this.#descriptors.delete(path);
      this.#descriptors.set(path, kept);
      return kept;
    }
    const descriptor = this.#calls.open(this.#root, this.placeOf(path), READ);
    if (isErrno(descriptor)) return descriptor;
    const [oldest] = this.#descriptors.keys();
    if (oldest !== undefined && this.#descriptors.size >= DESCRIPTORS) this.#forget(oldest);
    this.#descriptors.set(path, descriptor);
    return descriptor;
  }

  #forget(path: string): void {
    const descriptor = this.#descriptors.get(path);
    if (descriptor === undefined) return;
    this.#descriptors.delete(path);
    this.#calls.close(descriptor);
  }

  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const descriptor = this.#descriptor(path);
    if (isErrno(descriptor)) return descriptor;
    const count = this.#calls.read(descriptor, into, start, length, at);
    if (isErrno(count)) this.#forget(path);
    return count;
  }

  write(path: string, bytes: Uint8Array, at: number): number | Errno {
    if (!this.#rowOf(path)) return EIO;
    // It would be us who is moved, and our right to move others.
    if (isOfCgroups(path)) return EPERM;
    const descriptor = this.#calls.open(this.#root, this.placeOf(path), WRITE);
    if (isErrno(descriptor)) return descriptor;
    const count = this.#calls.write(descriptor, bytes, 0, bytes.length, at);
    this.#calls.close(descriptor);
    this.#source.invalidate();
    return count;
  }

  dispose(): void {
    for (const descriptor of this.#descriptors.values()) this.#calls.close(descriptor);
    this.#descriptors.clear();
  }
}

/** Whether a path is of control groups. */
function isOfCgroups(path: string): boolean {
  return path.startsWith(CGROUPS) && (path.length === CGROUPS.length || path[CGROUPS.length] === '/');
}

/** The directory that a path lies in; '' for what lies in the root. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
