/** The inodes of a devfs that no tmpfs has: devices that drivers serve, and directories that change by themselves. */

import type { Caller } from '../../fs/caller.ts';
import { ENOENT, ENXIO, type Errno } from '../../fs/errno.ts';
import { openDriver } from '../../fs/devices/device-file.ts';
import { TmpfsDirectory } from '../../fs/memory/directory.ts';
import { TmpfsSpecial } from '../../fs/memory/special.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, Stat } from '../../fs/stat.ts';
import type { AttributeChange, DirectorySink, OpenFile, Vnode } from '../../fs/vnode.ts';
import type { Devfs } from './devfs.ts';

/**
 * A device node. With the form `files`, and where it is a foreign machine's, it says of itself that it is a regular file, so
 * that a client's kernel brings its reads and writes to us rather than to a driver of its own.
 */
export class DeviceNode extends TmpfsSpecial {
  readonly #device: number;
  readonly #kind: number;
  readonly #devfs: Devfs;

  /** `made` by a client, whose kernel wants what it asked for; `foreign` where a client's kernel has something else of that number. */
  constructor(devfs: Devfs, mode: number, rdev: number, uid: number, gid: number, whose: 'own' | 'made' | 'foreign') {
    const asFile = whose !== 'made' && (whose === 'foreign' || devfs.form === 'files');
    super(devfs, asFile ? (mode & ~S_IFMT) | S_IFREG : mode, asFile ? 0 : rdev, uid, gid);
    this.#devfs = devfs;
    this.#device = rdev;
    this.#kind = mode & S_IFMT;
  }

  open(flags: number, caller: Caller): OpenFile | Errno {
    const driver = this.#devfs.devices.find(this.#kind, this.#device)?.driver;
    return driver ? openDriver(driver, this, this.#device, flags, caller) : ENXIO;
  }

  /** Nothing is cut off from a device, and trying to is no mistake. */
  override setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const { size: _size, ...rest } = change;
    return super.setattr(rest, caller);
  }
}

/** A directory of a devfs. What clients do to the names that are there by themselves is remembered. */
export class DevfsDirectory extends TmpfsDirectory {
  /** Below the root; empty for the root. */
  readonly path: string;

  constructor(devfs: Devfs, mode: number, uid: number, gid: number, parent: TmpfsDirectory | undefined, path: string) {
    super(devfs, mode, uid, gid, parent);
    this.path = path;
  }

  get #devfs(): Devfs {
    return this.fileSystem as Devfs;
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }

  override lookup(name: string, caller?: Caller): Vnode | Errno {
    this.#devfs.refresh(caller);
    return super.lookup(name);
  }

  override list(after: number, sink: DirectorySink, caller?: Caller): 0 {
    this.#devfs.refresh(caller);
    return super.list(after, sink);
  }

  override mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    return this.#devfs.revive(this.#pathOf(name), mode & S_IFMT, rdev) ?? super.mknod(name, mode, rdev, caller);
  }

  override unlink(name: string): Errno | 0 {
    return this.#removed(name, super.unlink(name));
  }

  override rmdir(name: string): Errno | 0 {
    return this.#removed(name, super.rmdir(name));
  }

  override rename(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0 {
    const error = super.rename(name, newParent, newName, flags, caller);
    if (error === 0) {
      if (newParent instanceof DevfsDirectory) this.#devfs.removedByClient(newParent.#pathOf(newName));
      this.#removed(name, error);
    }
    return error;
  }

  #removed(name: string, error: Errno | 0): Errno | 0 {
    if (error === 0) this.#devfs.removedByClient(this.#pathOf(name));
    return error;
  }
}

/** A file descriptor of whoever asks, by the name that it has in the asker's own /proc. */
class DescriptorLink implements Vnode {
  readonly fileSystem: Devfs;
  readonly type = S_IFLNK;
  readonly #number: number;
  readonly #ino: number;

  constructor(devfs: Devfs, number: number) {
    this.fileSystem = devfs;
    this.#number = number;
    this.#ino = devfs.newInodeNumber();
  }

  stat(into: Stat): 0 {
    this.fileSystem.root.stat(into);
    into.ino = this.#ino;
    into.mode = S_IFLNK | 0o777;
    into.nlink = 1;
    into.size = this.readlink().length;
    into.blocks = 0;
    return 0;
  }

  readlink(): string {
    return `/proc/self/fd/${this.#number}`;
  }
}

/** Descriptor numbers have at most ten digits; larger ones nobody has. */
const NUMBER = /^(0|[1-9]\d{0,9})$/;
/** Where descriptors are listed, behind what else is in the directory. */
const FIRST_COOKIE = 0x10_0000;
const STANDARD = [0, 1, 2];

const scratch = new Stat();

/**
 * The directory fd: links to the descriptors of whoever asks, through the asker's own /proc, where they lead to whatever
 * they are. Something else may be mounted there instead.
 */
export class DescriptorDirectory extends DevfsDirectory {
  readonly #links = new Map<number, DescriptorLink>();
  readonly #owner: Devfs;

  constructor(devfs: Devfs, parent: TmpfsDirectory | undefined, path: string) {
    super(devfs, S_IFDIR | 0o755, 0, 0, parent, path);
    this.#owner = devfs;
  }

  #link(number: number): DescriptorLink {
    let link = this.#links.get(number);
    if (!link) this.#links.set(number, (link = new DescriptorLink(this.#owner, number)));
    return link;
  }

  override lookup(name: string, caller?: Caller): Vnode | Errno {
    if (!NUMBER.test(name)) return super.lookup(name, caller);
    const number = Number(name);
    const open = caller && this.#owner.descriptorsOf(caller);
    return open && !open.includes(number) ? ENOENT : this.#link(number);
  }

  override list(after: number, sink: DirectorySink, caller?: Caller): 0 {
    if (after < FIRST_COOKIE) super.list(after, sink, caller);
    for (const number of (caller && this.#owner.descriptorsOf(caller)) ?? STANDARD) {
      if (number + FIRST_COOKIE < after) continue;
      const link = this.#link(number);
      link.stat(scratch);
      if (!sink.add(String(number), scratch.ino, S_IFLNK, number + FIRST_COOKIE + 1, link)) break;
    }
    return 0;
  }
}
