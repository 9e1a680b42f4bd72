/** Which file systems are mounted where, and what each mount allows. */

import { EBUSY, EINVAL, ELOOP, ENOENT, ENOTDIR, EROFS, type Errno } from './errno.ts';
import { type Entry, rootEntry } from './entry.ts';
import { MS_RDONLY } from './flags.ts';
import type { Jail } from './jail.ts';
import { LazyFileSystem } from './lazy-file-system.ts';
import { Place } from './place.ts';
import { S_IFDIR, makeDevice } from './stat.ts';
import type { FileSystem } from './vnode.ts';
import { WaitQueue } from './wait-queue.ts';

/** A file system, or a part of one, at a place in the tree. */
export class Mount {
  readonly id: number;
  readonly fileSystem: FileSystem;
  /** The label that mount tables show. */
  readonly source: string;
  /** st_dev of its files. */
  readonly device: number;
  /** Whose it is: the jail that it was mounted from. */
  readonly jail: Jail | undefined;
  /** MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC. */
  flags: number;
  /** Where it is mounted; undefined for the root mount and for one that was taken away. */
  parent: Mount | undefined;
  at: Entry | undefined;
  /** What is mounted in it, by mount point. */
  readonly children: Map<Entry, Mount> = new Map();
  /** Open files and held places. */
  users = 0;
  #root: Entry | undefined;
  readonly #idle: (mount: Mount) => void;

  constructor(
    id: number,
    fileSystem: FileSystem,
    root: Entry | undefined,
    options: { source: string; flags: number; device: number; jail: Jail | undefined; idle: (mount: Mount) => void },
  ) {
    this.id = id;
    this.fileSystem = fileSystem;
    this.#root = root;
    this.source = options.source;
    this.flags = options.flags;
    this.device = options.device;
    this.jail = options.jail;
    this.#idle = options.idle;
  }

  /** What is seen at the mount point; below the file system's own root for a bind mount. */
  get root(): Entry {
    if (!this.#root) {
      this.#root = rootEntry(this.fileSystem);
      if (this.fileSystem instanceof LazyFileSystem) this.fileSystem.entered?.();
    }
    return this.#root;
  }

  /** Counts a use, which keeps it from being unmounted. */
  enter(): void {
    this.users++;
  }

  leave(): void {
    if (--this.users === 0) this.#idle(this);
  }

  /** Errors: EROFS. */
  checkWritable(): Errno | 0 {
    return this.flags & MS_RDONLY ? EROFS : 0;
  }
}

export interface MountOptions {
  /** The label that mount tables show. Absent: the file system's type. */
  readonly source?: string;
  /** MS_* bits. */
  readonly flags?: number;
  /** The jail of who mounts it. */
  readonly jail?: Jail;
}

export class MountTable {
  readonly root: Place;
  /** Woken at every change, for those who poll /proc/mounts. */
  readonly changed: WaitQueue = new WaitQueue();
  /** Counts the changes. */
  version = 0;
  #lastId = 0;
  #lastDevice = 0;
  readonly #mounts = new Set<Mount>();
  /** How many mounts show a file system, and its device number. */
  readonly #fileSystems = new Map<FileSystem, { mounts: number; readonly device: number }>();

  constructor(fileSystem: FileSystem, options: MountOptions = {}) {
    const mount = this.#make(fileSystem, rootEntry(fileSystem), options);
    this.#mounts.add(mount);
    this.root = new Place(mount, mount.root);
  }

  /** Every mount, in the order in which they were made. */
  list(): Mount[] {
    return [...this.#mounts];
  }

  #make(fileSystem: FileSystem, root: Entry | undefined, options: MountOptions): Mount {
    const shown = this.#fileSystems.get(fileSystem) ?? { mounts: 0, device: makeDevice(0, ++this.#lastDevice) };
    shown.mounts++;
    this.#fileSystems.set(fileSystem, shown);
    return new Mount(++this.#lastId, fileSystem, root, {
      source: options.source ?? fileSystem.type,
      flags: options.flags ?? 0,
      device: shown.device,
      jail: options.jail,
      idle: (mount) => this.#disposeUnused(mount),
    });
  }

  /** What is seen at a place: the root of the topmost mount there, or the place itself. */
  top(place: Place): Place {
    let at = place;
    for (;;) {
      if (at.entry.mounted === 0) return at;
      const child = at.mount.children.get(at.entry);
      if (!child) return at;
      at = new Place(child, child.root);
    }
  }

  /** The place that a mount's root covers; undefined at the root of everything. */
  covered(mount: Mount): Place | undefined {
    return mount.parent && mount.at ? new Place(mount.parent, mount.at) : undefined;
  }

  /**
   * Mounts a file system at a place. Errors: ENOTDIR when one of the two is a directory and the other is not, EBUSY when
   * it is what is mounted there already, ENOENT at a name that was removed.
   */
  mount(fileSystem: FileSystem, place: Place, options: MountOptions = {}): Mount | Errno {
    const top = this.top(place);
    if (top.entry === top.mount.root && top.mount.fileSystem === fileSystem) return EBUSY;
    // What is made only when it is used has a root then, and that is a directory.
    return this.#graft(fileSystem, fileSystem instanceof LazyFileSystem ? undefined : rootEntry(fileSystem), top, options);
  }

  /** Shows a place at another as well (mount --bind). Errors: as `mount`. */
  bind(from: Place, place: Place, options: MountOptions = {}): Mount | Errno {
    const { mount } = from;
    return this.#graft(mount.fileSystem, from.entry, this.top(place), { source: mount.source, flags: mount.flags, ...options });
  }

  #graft(fileSystem: FileSystem, root: Entry | undefined, at: Place, options: MountOptions): Mount | Errno {
    const error = this.#checkMountPoint(root, at);
    if (error) return error;
    const mount = this.#make(fileSystem, root, options);
    this.#attach(mount, at);
    this.#mounts.add(mount);
    this.#notify();
    return mount;
  }

  #checkMountPoint(root: Entry | undefined, at: Place): Errno | 0 {
    if (at.entry.removed) return ENOENT;
    return (root === undefined || root.vnode.type === S_IFDIR) === (at.vnode.type === S_IFDIR) ? 0 : ENOTDIR;
  }

  #attach(mount: Mount, at: Place): void {
    mount.parent = at.mount;
    mount.at = at.entry;
    at.mount.children.set(at.entry, mount);
    at.entry.mounted++;
  }

  #detach(mount: Mount): void {
    const { parent, at } = mount;
    if (!parent || !at) return;
    parent.children.delete(at);
    at.mounted--;
    mount.parent = undefined;
    mount.at = undefined;
  }

  /** Moves a mount to another place (mount --move). Errors: EINVAL for the root mount, ELOOP into itself, ENOTDIR. */
  move(mount: Mount, place: Place): Errno | 0 {
    if (!mount.parent) return EINVAL;
    const at = this.top(place);
    for (let above: Mount | undefined = at.mount; above; above = above.parent) if (above === mount) return ELOOP;
    const error = this.#checkMountPoint(mount.root, at);
    if (error) return error;
    this.#detach(mount);
    this.#attach(mount, at);
    this.#notify();
    return 0;
  }

  /** Changes a mount's flags. Errors: none. */
  remount(mount: Mount, flags: number): void {
    mount.flags = flags;
    this.#notify();
  }

  /**
   * Takes a mount away; with `detach`, what is below it too, in use or not: files that are open stay usable.
   * Errors: EINVAL for the root mount, EBUSY while something is mounted in it or uses it.
   */
  unmount(mount: Mount, detach = false): Errno | 0 {
    if (!mount.parent) return EINVAL;
    if (detach) {
      for (const child of [...mount.children.values()]) this.unmount(child, true);
    } else if (mount.users > 0 || mount.children.size > 0) {
      return EBUSY;
    }
    this.#detach(mount);
    this.#mounts.delete(mount);
    this.#disposeUnused(mount);
    this.#notify();
    return 0;
  }

  /** Ends a file system when the last mount of it is gone and unused. */
  #disposeUnused(mount: Mount): void {
    if (this.#mounts.has(mount) || mount.users > 0) return;
    const shown = this.#fileSystems.get(mount.fileSystem);
    if (!shown || --shown.mounts > 0) return;
    this.#fileSystems.delete(mount.fileSystem);
    mount.fileSystem.sync?.();
    mount.fileSystem.dispose?.();
  }

  #notify(): void {
    this.version++;
    this.changed.wakeAll();
  }
}
