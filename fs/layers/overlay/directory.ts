/** Directories of an overlay: one of the upper layer, of lower ones, or several of one name merged. */

import { SUPERUSER, type Caller } from '../../caller.ts';
import { EACCES, EINVAL, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY, EOPNOTSUPP, EPERM, EXDEV, type Errno, isErrno } from '../../errno.ts';
import { RENAME_EXCHANGE, RENAME_WHITEOUT } from '../../flags.ts';
import { type ListedName, listedNames, placeAfter } from '../../name-cookie.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK, S_ISGID, Stat, fileType } from '../../stat.ts';
import type { Created, DirectorySink, Vnode } from '../../vnode.ts';
import { OverlayFile } from './file.ts';
import { isOpaque, isWhiteout } from './marks.ts';
import { mergedNames } from './names.ts';
import { OverlayNode } from './node.ts';
import type { Overlay } from './overlay.ts';
import type { Upper } from './upper.ts';

const scratch = new Stat();

/** How many names a directory remembers that lower layers do not have. */
const REMEMBERED = 256;

export class OverlayDirectory extends OverlayNode {
  /** What is merged below the upper directory, the topmost first; nothing where the upper one hides it. */
  lowers: readonly Vnode[];
  /** Nodes of files below that have several names, by name here. */
  readonly #own = new Map<string, WeakRef<OverlayNode>>();
  /** Names that no lower layer has, which stays so. */
  readonly #absent = new Set<string>();
  /** The names behind a listing that is being carried on. */
  #listing: readonly ListedName[] | undefined;

  constructor(
    fileSystem: Overlay,
    upper: Vnode | undefined,
    lowers: readonly Vnode[],
    parent: OverlayDirectory | undefined,
    name: string,
  ) {
    super(fileSystem, upper, lowers[0], parent, name);
    this.lowers = lowers;
  }

  override stat(into: Stat, caller: Caller): Errno | 0 {
    const error = super.stat(into, caller);
    // Nobody counts what several directories have together; 1 tells find(1) so.
    if (into.nlink > 0 && this.lowers.length > (this.upper ? 0 : 1)) into.nlink = 1;
    return error;
  }

  /** Nothing can be made in a directory that was removed. */
  override copyUp(): Errno | 0 {
    if (this.removed && !this.upper) return ENOENT;
    if (this.parent || this.upper) return super.copyUp();
    // The root has its copy when the layer is made.
    const upper = this.fileSystem.writable();
    if (isErrno(upper)) return upper;
    this.becomes(upper.root);
    return 0;
  }

  // Finding.

  lookup(name: string, caller: Caller): OverlayNode | Errno {
    const { fileSystem } = this;
    if (name === fileSystem.hidden && !this.parent) return ENOENT;
    const upper = this.upper?.lookup?.(name, caller) ?? ENOENT;
    if (isErrno(upper) && upper !== ENOENT) return upper;
    const whiteout = !isErrno(upper) && isWhiteout(upper);
    const node = whiteout ? ENOENT : this.#shown(name, isErrno(upper) ? undefined : upper, caller);
    if (isErrno(node) && node !== ENOENT) return node;
    fileSystem.found = { directory: this, name, node: isErrno(node) ? undefined : node, whiteout };
    return node;
  }

  /** The node of what is at a name. Errors: ENOENT. */
  #shown(name: string, upper: Vnode | undefined, caller: Caller): OverlayNode | Errno {
    const { fileSystem } = this;
    if (upper && upper.type !== S_IFDIR) return fileSystem.upperFile(upper, this, name);
    const hides = upper && this.lowers.length > 0 && isOpaque(fileSystem.space, upper);
    const below = hides ? [] : this.#lowersAt(name, caller);
    if (isErrno(below)) return below;
    if (upper) return fileSystem.directory(upper, below.filter(isDirectory), this, name);
    const [first] = below;
    if (!first) return ENOENT;
    return first.type === S_IFDIR ? fileSystem.directory(undefined, below, this, name) : fileSystem.lowerFile(first, this, name);
  }

  /** What a look-up found just before. */
  #recalled(name: string, caller: Caller): OverlayNode | Errno {
    const { found } = this.fileSystem;
    return found?.directory === this && found.name === name ? (found.node ?? ENOENT) : this.lookup(name, caller);
  }

  /** What the lower layers show at a name: one file, or directories that are merged. Errors: those of looking. */
  #lowersAt(name: string, caller: Caller): readonly Vnode[] | Errno {
    if (this.lowers.length === 0 || this.#absent.has(name)) return [];
    const found = this.#lookBelow(name, caller);
    if (isErrno(found) || found.length > 0 || !this.fileSystem.lowersStay) return found;
    if (this.#absent.size >= REMEMBERED) this.#absent.clear();
    this.#absent.add(name);
    return found;
  }

  #lookBelow(name: string, caller: Caller): readonly Vnode[] | Errno {
    const found: Vnode[] = [];
    for (const lower of this.lowers) {
      const there = lower.lookup?.(name, caller) ?? ENOENT;
      if (isErrno(there)) {
        if (there !== ENOENT && there !== ENAMETOOLONG) return there;
        continue;
      }
      if (isWhiteout(there)) break;
      if (there.type !== S_IFDIR) return found.length > 0 ? found : [there];
      found.push(there);
      if (isOpaque(this.fileSystem.space, there)) break;
    }
    return found;
  }

  /** The node of a lower file with several names, as it is called here. */
  ownNode(name: string, lower: Vnode): OverlayNode {
    const known = this.#own.get(name)?.deref();
    if (known && known.lower === lower) return known;
    const made = this.fileSystem.newLowerFile(lower, this, name);
    this.#own.set(name, new WeakRef(made));
    return made;
  }

  /** That file has lost its name here, or has a copy. */
  forgetOwn(name: string): void {
    this.#own.delete(name);
  }

  // Listing.

  list(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    if (this.lowers.length === 0) return this.#listUpper(after, sink, caller);
    const [lower] = this.lowers;
    if (!this.upper && this.lowers.length === 1 && lower?.listsByName) return this.#listLower(lower, after, sink, caller);
    if (after === 0 || !this.#listing) {
      const layers = this.upper ? [this.upper, ...this.lowers] : this.lowers;
      this.#listing = listedNames(mergedNames(layers, caller));
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

  /** Where nothing is merged the layer's own order and cookies hold. */
  #listUpper(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    const { fileSystem, upper } = this;
    const shown: DirectorySink = {
      add: (name, ino, type, cookie, vnode) => {
        const there = vnode ?? upper?.lookup?.(name, caller) ?? ENOENT;
        if (isErrno(there) || (type === S_IFCHR && isWhiteout(there))) return true;
        const node = type === S_IFDIR ? fileSystem.directory(there, [], this, name) : fileSystem.upperFile(there, this, name);
        return sink.add(name, fileSystem.numbers.shown(there, ino), type, cookie, node);
      },
    };
    return upper?.list?.(after, shown, caller) ?? 0;
  }

  /** A single directory below, whose cookies are those that it has merged with a copy. */
  #listLower(lower: Vnode, after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    const { fileSystem } = this;
    const shown: DirectorySink = {
      add: (name, ino, type, cookie, vnode) => {
        if (name === fileSystem.hidden && !this.parent) return true;
        const number = fileSystem.numbers.shown(lower, ino);
        if (sink.namesOnly && type !== S_IFCHR) return sink.add(name, number, type, cookie);
        const there = vnode ?? lower.lookup?.(name, caller) ?? ENOENT;
        if (isErrno(there) || isWhiteout(there)) return true;
        const node = type === S_IFDIR ? fileSystem.directory(undefined, [there], this, name) : fileSystem.lowerFile(there, this, name);
        return sink.add(name, number, type, cookie, node);
      },
      ...(sink.namesOnly && { namesOnly: true }),
    };
    return lower.list?.(after, shown, caller) ?? 0;
  }

  #isEmpty(): boolean {
    return mergedNames(this.upper ? [this.upper, ...this.lowers] : this.lowers, SUPERUSER).length === 0;
  }

  // Making.

  /** The upper directory, which is there from now on. */
  #changing(): { readonly upper: Upper; readonly directory: Vnode } | Errno {
    const upper = this.fileSystem.writable();
    if (isErrno(upper)) return upper;
    const error = this.copyUp();
    return isErrno(error) ? error : { upper, directory: this.upper as Vnode };
  }

  #isWhiteoutAt(directory: Vnode, name: string): boolean {
    const { found } = this.fileSystem;
    if (found?.directory === this && found.name === name) return found.whiteout;
    const there = directory.lookup?.(name, SUPERUSER) ?? ENOENT;
    return !isErrno(there) && isWhiteout(there);
  }

  /**
   * Makes something at a name that nothing is shown at: right there, or, where a whiteout is in the way, in the work
   * directory first. Returns what `make` does.
   */
  #make<T>(name: string, type: number, make: (directory: Vnode, name: string) => T | Errno): T | Errno {
    const place = this.#changing();
    if (isErrno(place)) return place;
    const { upper, directory } = place as Exclude<typeof place, Errno>;
    const whiteout = this.#isWhiteoutAt(directory, name);
    this.fileSystem.found = undefined;
    if (!whiteout) return make(directory, name);
    const ready = upper.temporaryName();
    const made = make(upper.work, ready);
    if (isErrno(made)) return made;
    const error = this.#adopt(upper, directory, ready) || this.#cover(upper, directory, ready, name, type);
    if (!isErrno(error)) return made;
    upper.discard(ready);
    return error;
  }

  /** What was made in the work directory belongs to the group that it would have if it had been made here. */
  #adopt({ work }: Upper, directory: Vnode, ready: string): Errno | 0 {
    let error = directory.stat(scratch, SUPERUSER);
    if (isErrno(error) || !(scratch.mode & S_ISGID)) return error;
    const { gid } = scratch;
    const made = work.lookup?.(ready, SUPERUSER) ?? ENOENT;
    if (isErrno(made)) return made;
    error = made.stat(scratch, SUPERUSER);
    if (isErrno(error) || scratch.gid === gid) return error;
    const mode = fileType(scratch.mode) === S_IFLNK ? {} : { mode: scratch.mode & 0o7777 };
    return made.setattr?.({ gid, ...mode }, SUPERUSER) ?? EPERM;
  }

  /** Puts what was made ready where a whiteout is. */
  #cover(upper: Upper, directory: Vnode, ready: string, name: string, type: number): Errno | 0 {
    if (type === S_IFDIR) {
      const made = upper.work.lookup?.(ready, SUPERUSER) ?? ENOENT;
      const below = this.#lowersAt(name, SUPERUSER);
      if (isErrno(made)) return made;
      if (isErrno(below)) return below;
      let error = upper.hide(made, below.filter(isDirectory));
      if (isErrno(error)) return error;
      // A directory takes the place of nothing but a directory.
      error = directory.unlink?.(name, SUPERUSER) ?? EPERM;
      if (isErrno(error)) return error;
    }
    return upper.place(ready, directory, name);
  }

  #made(name: string, made: Vnode | Errno): OverlayNode | Errno {
    return isErrno(made) ? made : this.lookup(name, SUPERUSER);
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    const made = this.#make(name, 0, (directory, at) => directory.create?.(at, mode, flags, caller) ?? EACCES);
    if (isErrno(made)) return made;
    // What was made in the work directory is known there by another vnode.
    const here = made.vnode.fileSystem === this.upper?.fileSystem;
    const vnode = here ? this.fileSystem.upperFile(made.vnode, this, name) : this.lookup(name, SUPERUSER);
    if (!isErrno(vnode)) return { vnode, file: new OverlayFile(vnode, flags, made.file) };
    made.file.release();
    return vnode;
  }

  mknod(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno {
    // That would be a whiteout.
    if (fileType(mode) === S_IFCHR && rdev === 0) return EPERM;
    return this.#made(name, this.#make(name, 0, (directory, at) => directory.mknod?.(at, mode, rdev, caller) ?? EPERM));
  }

  mkdir(name: string, mode: number, caller: Caller): Vnode | Errno {
    return this.#made(name, this.#make(name, S_IFDIR, (directory, at) => directory.mkdir?.(at, mode, caller) ?? EPERM));
  }

  symlink(name: string, target: string, caller: Caller): Vnode | Errno {
    return this.#made(name, this.#make(name, 0, (directory, at) => directory.symlink?.(at, target, caller) ?? EPERM));
  }

  temporary(mode: number, flags: number, caller: Caller): Created | Errno {
    const place = this.#changing();
    if (isErrno(place)) return place;
    this.fileSystem.found = undefined;
    const made = (place as { directory: Vnode }).directory.temporary?.(mode, flags, caller) ?? EOPNOTSUPP;
    if (isErrno(made)) return made;
    const vnode = this.fileSystem.upperFile(made.vnode, this, '');
    return { vnode, file: new OverlayFile(vnode, flags, made.file) };
  }

  link(name: string, existing: Vnode, caller: Caller): Errno | 0 {
    if (!(existing instanceof OverlayNode)) return EXDEV;
    const error = existing.copyUp();
    if (isErrno(error)) return error;
    const file = existing.upper as Vnode;
    const linked = this.#make(name, 0, (directory, at) => {
      const result = directory.link?.(at, file, caller) ?? EPERM;
      return isErrno(result) ? result : file;
    });
    return isErrno(linked) ? linked : 0;
  }

  // Removing and moving.

  /** Whether lower layers have something at a name, so that it does not go away by itself. */
  #isBelow(name: string): boolean {
    const below = this.#lowersAt(name, SUPERUSER);
    return isErrno(below) || below.length > 0;
  }

  unlink(name: string, caller: Caller): Errno | 0 {
    return this.#remove(name, caller, (directory) => directory.unlink?.(name, caller) ?? EPERM);
  }

  rmdir(name: string, caller: Caller): Errno | 0 {
    const victim = this.#recalled(name, caller);
    if (isErrno(victim)) return victim;
    if (!(victim instanceof OverlayDirectory)) return ENOTDIR;
    if (!victim.#isEmpty()) return ENOTEMPTY;
    return this.#remove(name, caller, (directory, upper) => {
      const error = victim.upper ? upper.clear(victim.upper) : 0;
      return isErrno(error) ? error : (directory.rmdir?.(name, caller) ?? EPERM);
    });
  }

  /** Takes a name away from the upper layer, and covers what is below it. */
  #remove(name: string, caller: Caller, remove: (directory: Vnode, upper: Upper) => Errno | 0): Errno | 0 {
    const victim = this.#recalled(name, caller);
    this.fileSystem.found = undefined;
    if (isErrno(victim)) return victim;
    const place = this.#changing();
    if (isErrno(place)) return place;
    const { upper, directory } = place as Exclude<typeof place, Errno>;
    const below = this.#isBelow(name);
    let error: Errno | 0;
    if (victim.upper) {
      const ready = below ? upper.readyWhiteout() : '';
      if (isErrno(ready)) return ready;
      this.fileSystem.numbers.losing(victim.upper);
      error = below && victim.type !== S_IFDIR ? 0 : remove(directory, upper);
      if (ready && !isErrno(error)) error = upper.place(ready, directory, name);
      if (isErrno(error) && ready) upper.discard(ready);
    } else {
      error = upper.putWhiteout(directory, name);
    }
    if (isErrno(error)) return error;
    this.#own.delete(name);
    victim.lostName();
    return 0;
  }

  rename(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0 {
    if (flags & RENAME_WHITEOUT) return EINVAL;
    if (!(newParent instanceof OverlayDirectory)) return EXDEV;
    const source = this.lookup(name, caller);
    if (isErrno(source)) return source;
    const target = newParent.lookup(newName, caller);
    this.fileSystem.found = undefined;
    if (isErrno(target) && target !== ENOENT) return target;
    const replaced = isErrno(target) ? undefined : target;
    const exchanges = (flags & RENAME_EXCHANGE) !== 0;
    if (isFixed(source) || (exchanges && replaced && isFixed(replaced))) return EXDEV;
    if (!exchanges && replaced instanceof OverlayDirectory && !replaced.#isEmpty()) return ENOTEMPTY;
    const error = source.copyUp() || (exchanges && replaced ? replaced.copyUp() : 0);
    if (isErrno(error)) return error;
    const [from, to] = [this.#changing(), newParent.#changing()];
    if (isErrno(from)) return from;
    if (isErrno(to)) return to;
    return exchanges && replaced
      ? this.#exchange(name, source, newParent, newName, replaced, caller)
      : this.#move(name, source, newParent, newName, replaced, caller);
  }

  /** A directory that moves hides what lower layers have where it goes. */
  #hideBelow(moved: OverlayNode, name: string): Errno | 0 {
    if (moved.type !== S_IFDIR || this.lowers.length === 0) return 0;
    const below = this.#lowersAt(name, SUPERUSER);
    if (isErrno(below)) return below;
    const directories = below.filter(isDirectory);
    const upper = this.fileSystem.upper as Upper;
    const error = upper.hide(moved.upper as Vnode, directories);
    if (!isErrno(error) && !upper.marks && moved instanceof OverlayDirectory) moved.lowers = directories;
    return error;
  }

  #exchange(name: string, source: OverlayNode, newParent: OverlayDirectory, newName: string, target: OverlayNode, caller: Caller): Errno | 0 {
    const [directory, newDirectory] = [this.upper as Vnode, newParent.upper as Vnode];
    const error = newParent.#hideBelow(source, newName) || this.#hideBelow(target, name);
    if (isErrno(error)) return error;
    return directory.rename?.(name, newDirectory, newName, RENAME_EXCHANGE, caller) ?? EPERM;
  }

  #move(
    name: string,
    source: OverlayNode,
    newParent: OverlayDirectory,
    newName: string,
    replaced: OverlayNode | undefined,
    caller: Caller,
  ): Errno | 0 {
    const upper = this.fileSystem.upper as Upper;
    const [directory, newDirectory] = [this.upper as Vnode, newParent.upper as Vnode];
    const ready = this.#isBelow(name) ? upper.readyWhiteout() : '';
    if (isErrno(ready)) return ready;
    let error = newParent.#hideBelow(source, newName);
    if (!isErrno(error) && source.type === S_IFDIR) error = newParent.#makeRoom(upper, newDirectory, newName, replaced);
    if (!isErrno(error)) {
      if (replaced?.upper) this.fileSystem.numbers.losing(replaced.upper);
      error = directory.rename?.(name, newDirectory, newName, 0, caller) ?? EPERM;
    }
    if (!isErrno(error) && ready) error = upper.place(ready, directory, name);
    if (isErrno(error)) {
      if (ready) upper.discard(ready);
      return error;
    }
    newParent.forgetOwn(newName);
    replaced?.lostName();
    return 0;
  }

  /** Readies a name for a directory to be moved there: one that is replaced shows nothing but may have whiteouts. */
  #makeRoom(upper: Upper, directory: Vnode, name: string, replaced: OverlayNode | undefined): Errno | 0 {
    if (replaced?.upper) return upper.clear(replaced.upper);
    return this.#isWhiteoutAt(directory, name) ? (directory.unlink?.(name, SUPERUSER) ?? EPERM) : 0;
  }
}

function isDirectory({ type }: Vnode): boolean {
  return type === S_IFDIR;
}

/** Whether a node stays where it is: a directory that lower layers have a part in. */
function isFixed(node: OverlayNode): boolean {
  return node instanceof OverlayDirectory && node.lowers.length > 0;
}
