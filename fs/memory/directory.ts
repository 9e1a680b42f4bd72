/** Directories of a tmpfs. Their names are memfs's; order, link counts and rename rules are ours. */

import type { Caller } from '../caller.ts';
import { EINVAL, ENOENT, ENOSPC, ENOTEMPTY, type Errno, isErrno } from '../errno.ts';
import { O_EXCL, RENAME_EXCHANGE, RENAME_WHITEOUT } from '../flags.ts';
import { S_IFCHR, S_IFDIR, S_IFREG, S_ISGID, type Stat, fileType } from '../stat.ts';
import type { Created, DirectorySink, Vnode } from '../vnode.ts';
import { INODE_ROOM, TmpfsNode } from './node.ts';
import { TmpfsRegular } from './regular.ts';
import { TmpfsLink, TmpfsSpecial, pagesOfTarget } from './special.ts';
import type { DirectoryLink, MemoryLink, MemoryNode } from './storage.ts';
import type { Tmpfs } from './tmpfs.ts';

/** What st_size of a directory counts for each entry, `.` and `..` included. */
const ENTRY_SIZE = 20;

export class TmpfsDirectory extends TmpfsNode {
  readonly memory: MemoryNode;
  readonly #names: MemoryLink;
  /**
   * The entries in the order in which they were made, which is that of their cookies; undefined where one was removed.
   * Listed from the newest to the oldest, as the kernel's tmpfs does.
   */
  #order: (DirectoryLink | undefined)[] = [];
  #cookies: number[] = [];
  #count = 0;
  #lastCookie = 0;
  /** The directory that this one is in; the root is in itself. */
  parent: TmpfsDirectory;

  constructor(fileSystem: Tmpfs, mode: number, uid: number, gid: number, parent?: TmpfsDirectory) {
    super(fileSystem, mode, uid, gid);
    this.nlink = 2;
    this.parent = parent ?? this;
    this.#names = fileSystem.storage.directory(this.ino);
    this.memory = this.#names.getNode();
  }

  override stat(into: Stat): 0 {
    super.stat(into);
    into.size = (this.#count + 2) * ENTRY_SIZE;
    return 0;
  }

  #find(name: string): DirectoryLink | undefined {
    return this.#names.children.get(name) as DirectoryLink | undefined;
  }

  lookup(name: string): Vnode | Errno {
    return this.#find(name)?.file ?? ENOENT;
  }

  list(after: number, sink: DirectorySink): 0 {
    if (after === 0) this.accessed();
    for (let index = this.#placeBefore(after === 0 ? Infinity : after); index >= 0; index--) {
      const link = this.#order[index];
      if (!link) continue;
      const { file } = link;
      if (!sink.add(link.name, file.ino, file.type, link.cookie, file)) break;
    }
    return 0;
  }

  /** The last place in the order whose cookie is smaller. */
  #placeBefore(cookie: number): number {
    let low = 0;
    let high = this.#cookies.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cookies[middle] as number) < cookie) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // The table of names.

  #add(name: string, file: TmpfsNode): void {
    const cookie = ++this.#lastCookie;
    this.#order.push(this.#link(name, file, cookie));
    this.#cookies.push(cookie);
    this.#count++;
  }

  #link(name: string, file: TmpfsNode, cookie: number): DirectoryLink {
    return Object.assign(this.#names.createChild(name, file.memory), { file, cookie });
  }

  #remove(link: DirectoryLink): void {
    this.#names.deleteChild(link);
    this.#order[this.#placeBefore(link.cookie) + 1] = undefined;
    this.#count--;
    if (this.#order.length > 64 && this.#count < this.#order.length / 2) this.#compact();
  }

  #compact(): void {
    this.#order = this.#order.filter((link) => link !== undefined);
    this.#cookies = this.#order.map((link) => (link as DirectoryLink).cookie);
  }

  /** Makes an entry lead to another file; it keeps its place in the listing. */
  #replace(link: DirectoryLink, file: TmpfsNode): void {
    this.#names.deleteChild(link);
    this.#order[this.#placeBefore(link.cookie) + 1] = this.#link(link.name, file, link.cookie);
  }

  // Making and removing.

  /** Adds what `make` makes, if there is room for an inode and its pages. */
  #make<N extends TmpfsNode>(name: string, pages: number, make: (gid: number) => N, caller: Caller): N | Errno {
    const error = this.#reserve(pages);
    if (isErrno(error)) return error;
    const node = make(this.mode & S_ISGID ? this.gid : caller.gid);
    this.#add(name, node);
    if (node.type === S_IFDIR) this.nlink++;
    this.modified();
    return node;
  }

  /** Takes room for an inode with pages. Errors: ENOSPC, and ENOENT in a directory that was removed. */
  #reserve(pages: number): Errno | 0 {
    if (this.nlink === 0) return ENOENT;
    const { inodeRoom, storage } = this.fileSystem;
    if (!inodeRoom.take(INODE_ROOM)) return ENOSPC;
    if (storage.pages.take(pages)) return 0;
    inodeRoom.give(INODE_ROOM);
    return ENOSPC;
  }

  /** What a name stands for now. */
  peek(name: string): TmpfsNode | undefined {
    return this.#find(name)?.file;
  }

  /** Adds an inode of the file system's own making, which it has counted. */
  put(name: string, file: TmpfsNode): void {
    this.#add(name, file);
    if (file.type === S_IFDIR) this.nlink++;
    this.modified();
  }

  /** Takes a name away that `put` gave; the inode stays, for it is put somewhere again. */
  take(name: string): void {
    const link = this.#find(name);
    if (!link) return;
    this.#remove(link);
    if (link.file.type === S_IFDIR) this.nlink--;
    this.modified();
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    const vnode = this.#make(name, 0, (gid) => new TmpfsRegular(this.fileSystem, mode, caller.uid, gid), caller);
    return isErrno(vnode) ? vnode : { vnode, file: vnode.open(flags, caller) };
  }

  mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    const { fileSystem } = this;
    const make = (gid: number): TmpfsNode =>
      fileType(mode) === S_IFREG
        ? new TmpfsRegular(fileSystem, mode, caller.uid, gid)
        : fileSystem.makeSpecial(mode, rdev, caller.uid, gid);
    return this.#make(name, 0, make, caller);
  }

  mkdir(name: string, mode: number, caller: Caller): Vnode | Errno {
    return this.#make(name, 0, (gid) => this.fileSystem.makeDirectory(mode, caller.uid, gid, this), caller);
  }

  symlink(name: string, target: string, caller: Caller): Vnode | Errno {
    const make = (gid: number): TmpfsLink => new TmpfsLink(this.fileSystem, target, caller.uid, gid);
    return this.#make(name, pagesOfTarget(target), make, caller);
  }

  temporary(mode: number, flags: number, caller: Caller): Created | Errno {
    const error = this.#reserve(0);
    if (isErrno(error)) return error;
    const vnode = new TmpfsRegular(this.fileSystem, mode, caller.uid, this.mode & S_ISGID ? this.gid : caller.gid);
    const file = vnode.open(flags, caller);
    vnode.unlinked();
    vnode.linkable = !(flags & O_EXCL);
    return { vnode, file };
  }

  link(name: string, existing: Vnode): Errno | 0 {
    if (this.nlink === 0) return ENOENT;
    const file = existing as TmpfsNode;
    if (file.nlink === 0) {
      // The first name of a temporary file has been paid for; a file that lost its last name gets no new one.
      if (!(file instanceof TmpfsRegular && file.linkable)) return ENOENT;
      file.linkable = false;
    } else if (!this.fileSystem.inodeRoom.take(INODE_ROOM)) {
      return ENOSPC;
    }
    file.nlink++;
    file.changed();
    this.#add(name, file);
    this.modified();
    return 0;
  }

  unlink(name: string): Errno | 0 {
    const link = this.#find(name);
    if (!link) return ENOENT;
    this.#remove(link);
    this.modified();
    this.#unnamed(link.file);
    return 0;
  }

  /** Counts a name less for a file that is no directory. */
  #unnamed(file: TmpfsNode): void {
    if (file.nlink > 1) this.fileSystem.inodeRoom.give(INODE_ROOM);
    file.unlinked();
  }

  rmdir(name: string): Errno | 0 {
    const link = this.#find(name);
    if (!link) return ENOENT;
    const directory = link.file as TmpfsDirectory;
    if (directory.#count > 0) return ENOTEMPTY;
    this.#remove(link);
    this.#removedDirectory(directory);
    this.modified();
    return 0;
  }

  #removedDirectory(directory: TmpfsDirectory): void {
    this.nlink--;
    directory.nlink = 1;
    directory.unlinked();
  }

  rename(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0 {
    const target = newParent as TmpfsDirectory;
    const link = this.#find(name);
    if (!link || target.nlink === 0) return ENOENT;
    const replaced = target.#find(newName);
    if (link.file === replaced?.file) return 0;
    if (target.#isWithin(link.file)) return EINVAL;
    if (replaced && this.#isWithin(replaced.file)) return flags & RENAME_EXCHANGE ? EINVAL : ENOTEMPTY;
    return flags & RENAME_EXCHANGE && replaced
      ? this.#exchange(link, target, replaced)
      : this.#move(link, target, newName, replaced, flags, caller);
  }

  /** Whether the directory is `ancestor` or lies below it. */
  #isWithin(ancestor: TmpfsNode): boolean {
    for (let at: TmpfsDirectory = this; ; at = at.parent) {
      if (at === ancestor) return true;
      if (at.parent === at) return false;
    }
  }

  #exchange(link: DirectoryLink, target: TmpfsDirectory, other: DirectoryLink): 0 {
    const [file, otherFile] = [link.file, other.file];
    this.#replace(link, otherFile);
    target.#replace(other, file);
    this.#adopt(otherFile, target);
    target.#adopt(file, this);
    this.modified();
    target.modified();
    file.changed();
    otherFile.changed();
    return 0;
  }

  /** Becomes the parent of a directory that came from another. */
  #adopt(file: TmpfsNode, from: TmpfsDirectory): void {
    if (!(file instanceof TmpfsDirectory) || from === this) return;
    file.parent = this;
    from.nlink--;
    this.nlink++;
  }

  #move(
    link: DirectoryLink,
    target: TmpfsDirectory,
    newName: string,
    replaced: DirectoryLink | undefined,
    flags: number,
    caller: Caller,
  ): Errno | 0 {
    const { file, name } = link;
    const { inodeRoom } = this.fileSystem;
    if (replaced?.file instanceof TmpfsDirectory && replaced.file.#count > 0) return ENOTEMPTY;
    if (flags & RENAME_WHITEOUT && !inodeRoom.take(INODE_ROOM)) return ENOSPC;
    this.#remove(link);
    if (replaced) {
      target.#replace(replaced, file);
      if (replaced.file instanceof TmpfsDirectory) target.#removedDirectory(replaced.file);
      else target.#unnamed(replaced.file);
    } else {
      target.#add(newName, file);
    }
    target.#adopt(file, this);
    if (flags & RENAME_WHITEOUT) {
      const gid = this.mode & S_ISGID ? this.gid : caller.gid;
      this.#add(name, new TmpfsSpecial(this.fileSystem, S_IFCHR, 0, caller.uid, gid));
    }
    this.modified();
    if (target !== this) target.modified();
    file.changed();
    return 0;
  }

  protected free(): void {
    this.fileSystem.storage.freeDirectory(this.#names);
  }
}
