/** The vnodes of a union. */

import type { Caller } from '../../caller.ts';
import { EACCES, EINVAL, ENOENT, EOPNOTSUPP, EPERM, EROFS, EXDEV, type Errno, isErrno } from '../../errno.ts';
import { RENAME_EXCHANGE } from '../../flags.ts';
import { type ListedName, listedNames, placeAfter } from '../../name-cookie.ts';
import { S_IFDIR, Stat } from '../../stat.ts';
import type { Created, DirectorySink, Vnode } from '../../vnode.ts';
import { LayerFile } from '../layer-file.ts';
import { LayerNode } from '../layer-node.ts';
import type { Member, UnionFs } from './union.ts';

const scratch = new Stat();

/** A file as its branch has it, but for its inode number. */
export abstract class UnionNode extends LayerNode {
  readonly fileSystem: UnionFs;
  /** Which branch it is in; of a directory, the first. */
  readonly branch: number;

  constructor(fileSystem: UnionFs, { vnode, branch }: Member) {
    super(vnode);
    this.fileSystem = fileSystem;
    this.branch = branch;
  }

  override stat(into: Stat, caller: Caller): Errno | 0 {
    const error = super.stat(into, caller);
    if (!isErrno(error)) into.ino = this.fileSystem.numbers.shown(this.below, into.ino);
    return error;
  }
}

export class UnionFile extends UnionNode {}

/** A directory that one branch has, or several. */
export class UnionDirectory extends UnionNode {
  /** Those of the branches, the first one first. */
  members: readonly Member[];
  /** The names behind a listing that is being carried on. */
  #listing: readonly ListedName[] | undefined;

  constructor(fileSystem: UnionFs, members: readonly Member[]) {
    super(fileSystem, members[0] as Member);
    this.members = members;
  }

  override stat(into: Stat, caller: Caller): Errno | 0 {
    const error = super.stat(into, caller);
    // Nobody counts what several directories have together; 1 tells find(1) so.
    if (this.members.length > 1 && into.nlink > 0) into.nlink = 1;
    return error;
  }

  lookup(name: string, caller: Caller): UnionNode | Errno {
    const found: Member[] = [];
    for (const { vnode, branch } of this.members) {
      const there = vnode.lookup?.(name, caller) ?? ENOENT;
      if (isErrno(there)) {
        // A branch that is hidden cannot spoil what hides it.
        if (there !== ENOENT && found.length === 0) return there;
        continue;
      }
      if (found.length === 0 && there.type !== S_IFDIR) return this.fileSystem.file({ vnode: there, branch });
      if (there.type === S_IFDIR) found.push({ vnode: there, branch });
    }
    return found.length > 0 ? this.fileSystem.directory(found) : ENOENT;
  }

  // Listing.

  list(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    if (after === 0 || !this.#listing) {
      const names = this.#names(caller);
      if (isErrno(names)) return names;
      this.#listing = listedNames(names as ReadonlySet<string>);
    }
    const names = this.#listing;
    for (let index = placeAfter(names, after); index < names.length; index++) {
      const { name, cookie } = names[index] as ListedName;
      const node = this.lookup(name, caller);
      // It went away since the names were read.
      if (isErrno(node) || isErrno(node.stat(scratch, caller))) continue;
      if (!sink.add(name, scratch.ino, node.type, cookie, node)) return 0;
    }
    this.#listing = undefined;
    return 0;
  }

  #names(caller: Caller): ReadonlySet<string> | Errno {
    const names = new Set<string>();
    const sink: DirectorySink = { add: (name) => Boolean(names.add(name)) };
    const shown = this.fileSystem.merges ? this.members : this.members.slice(0, 1);
    for (const { vnode } of shown) {
      const error = vnode.list?.(0, sink, caller) ?? 0;
      if (isErrno(error)) return error;
    }
    return names;
  }

  // Making.

  /** Where what is made goes. Errors: EROFS. */
  #home(): Member | Errno {
    return this.members.find(({ branch }) => this.fileSystem.mayWrite(branch)) ?? EROFS;
  }

  #made(make: (directory: Vnode) => Vnode | Errno | undefined, name: string, caller: Caller): Vnode | Errno {
    const home = this.#home();
    if (isErrno(home)) return home;
    const made = make((home as Member).vnode) ?? EPERM;
    return isErrno(made) ? made : this.lookup(name, caller);
  }

  #created(flags: number, missing: Errno, make: (directory: Vnode) => Created | Errno | undefined): Created | Errno {
    const home = this.#home();
    if (isErrno(home)) return home;
    const made = make((home as Member).vnode) ?? missing;
    if (isErrno(made)) return made;
    const vnode = this.fileSystem.file({ vnode: made.vnode, branch: (home as Member).branch });
    return { vnode, file: new LayerFile(vnode, flags, made.file) };
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    return this.#created(flags, EACCES, (directory) => directory.create?.(name, mode, flags, caller));
  }

  temporary(mode: number, flags: number, caller: Caller): Created | Errno {
    return this.#created(flags, EOPNOTSUPP, (directory) => directory.temporary?.(mode, flags, caller));
  }

  mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    return this.#made((directory) => directory.mknod?.(name, mode, rdev, caller), name, caller);
  }

  mkdir(name: string, mode: number, caller: Caller): Vnode | Errno {
    return this.#made((directory) => directory.mkdir?.(name, mode, caller), name, caller);
  }

  symlink(name: string, target: string, caller: Caller): Vnode | Errno {
    return this.#made((directory) => directory.symlink?.(name, target, caller), name, caller);
  }

  // What stays in its branch. Errors, each: EXDEV where the directory is not in that branch.

  #in(branch: number): Vnode | Errno {
    return this.members.find((member) => member.branch === branch)?.vnode ?? EXDEV;
  }

  link(name: string, existing: Vnode, caller: Caller): Errno | 0 {
    if (!(existing instanceof UnionNode)) return EXDEV;
    const directory = this.#in(existing.branch);
    return isErrno(directory) ? directory : (directory.link?.(name, existing.below, caller) ?? EPERM);
  }

  unlink(name: string, caller: Caller): Errno | 0 {
    const victim = this.lookup(name, caller);
    const directory = isErrno(victim) ? victim : this.#in(victim.branch);
    return isErrno(directory) ? directory : (directory.unlink?.(name, caller) ?? EPERM);
  }

  rmdir(name: string, caller: Caller): Errno | 0 {
    const victim = this.lookup(name, caller);
    const directory = isErrno(victim) ? victim : this.#in(victim.branch);
    return isErrno(directory) ? directory : (directory.rmdir?.(name, caller) ?? EPERM);
  }

  /**
   * Moves a name within the branch that it is in. A file may hide another of a branch below that way, as it would if it
   * had been made there. Errors: EXDEV besides for a directory that several branches have, for what would be hidden
   * itself, and for what would be one with a directory below.
   */
  rename(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0 {
    if (!(newParent instanceof UnionDirectory)) return EXDEV;
    const source = this.lookup(name, caller);
    if (isErrno(source)) return source;
    const target = newParent.lookup(newName, caller);
    if (isErrno(target) && target !== ENOENT) return target;
    if (isShared(source)) return EXDEV;
    const [from, to] = [this.#in(source.branch), newParent.#in(source.branch)];
    if (isErrno(from)) return from;
    if (isErrno(to)) return to;
    if (!isErrno(target)) {
      if (target.branch < source.branch || isShared(target)) return EXDEV;
      if (target.branch > source.branch && (target.type === S_IFDIR || flags & RENAME_EXCHANGE)) return EXDEV;
    }
    return from.rename?.(name, to, newName, flags, caller) ?? EINVAL;
  }
}

/** Whether a node is a directory that several branches have a part in. */
function isShared(node: UnionNode): boolean {
  return node instanceof UnionDirectory && node.members.length > 1;
}
