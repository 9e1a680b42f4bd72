/** The files of an overlay that are no directories. */

import { SUPERUSER, type Caller } from '../../caller.ts';
import { EINVAL, ENOENT, EPERM, type Errno, isErrno } from '../../errno.ts';
import { MAY_WRITE, O_TRUNC, accessMask } from '../../flags.ts';
import { type FileType, S_IFDIR, S_IFLNK, S_IFREG, Stat } from '../../stat.ts';
import type { U64 } from '../../u64.ts';
import type { AttributeChange, ExtendedAttributes, OpenFile, Vnode } from '../../vnode.ts';
import { OverlayAttributes } from './attributes.ts';
import { copyToWork, keepingTimes, takeNameless } from './copy-up.ts';
import type { OverlayDirectory } from './directory.ts';
import { OverlayFile } from './file.ts';
import type { Overlay } from './overlay.ts';

const scratch = new Stat();

/** What every file of an overlay has: a file in the upper layer, or one below that is copied there when it is changed. */
export abstract class OverlayNode implements Vnode {
  readonly fileSystem: Overlay;
  readonly type: FileType;
  upper: Vnode | undefined;
  readonly lower: Vnode | undefined;
  /** Where a file that is not copied up yet was found: there it will have its copy. */
  readonly parent: OverlayDirectory | undefined;
  readonly name: string;
  declare readonly permission?: (mask: number, caller: Caller) => Errno | 0;
  /** It has no name any more. */
  protected removed = false;
  #holders = 0;
  /** The number that it had before it was copied up, and has since. */
  #number: U64 | undefined;
  #xattr: OverlayAttributes | undefined;

  constructor(
    fileSystem: Overlay,
    upper: Vnode | undefined,
    lower: Vnode | undefined,
    parent: OverlayDirectory | undefined,
    name: string,
  ) {
    this.fileSystem = fileSystem;
    this.upper = upper;
    this.lower = lower;
    this.parent = parent;
    this.name = name;
    this.type = this.real.type;
    if (lower?.permission) this.permission = (mask, caller) => this.#ownPermission(mask, caller);
  }

  /** The file that is shown. */
  get real(): Vnode {
    return (this.upper ?? this.lower) as Vnode;
  }

  /** A rule of the lower layer's own holds until there is a copy; writing is not done there. */
  #ownPermission(mask: number, caller: Caller): Errno | 0 {
    return this.upper ? 0 : (this.lower?.permission?.(mask & ~MAY_WRITE, caller) ?? 0);
  }

  stat(into: Stat, caller: Caller): Errno | 0 {
    const { real } = this;
    const error = real.stat(into, caller);
    if (isErrno(error)) return error;
    into.ino = this.#number ?? this.fileSystem.numbers.shown(real, into.ino);
    if (this.removed && !this.upper) into.nlink = 0;
    return 0;
  }

  /** It lost a name; if it has no copy, that was its only one. */
  lostName(): void {
    this.removed = true;
  }

  hold(): void {
    if (this.#holders++ === 0) this.real.hold?.();
  }

  drop(): void {
    if (--this.#holders === 0) this.real.drop?.();
  }

  /**
   * Has a file in the upper layer, if need be a copy: of a regular file's content at most `size` bytes, for what is about
   * to be cut off. Errors: EROFS, ENOSPC, and those of the layers.
   */
  copyUp(size: number = Infinity): Errno | 0 {
    if (this.upper) return 0;
    const lower = this.lower as Vnode;
    const upper = this.fileSystem.writable();
    if (isErrno(upper)) return upper;
    let error = lower.stat(scratch, SUPERUSER);
    if (isErrno(error)) return error;
    const { ino, nlink } = scratch;
    const number = this.fileSystem.numbers.shown(lower, ino);
    const directory = this.removed ? undefined : this.parent;
    error = directory?.copyUp() ?? 0;
    if (isErrno(error)) return error;
    const ready = copyToWork(upper, this.fileSystem.space, lower, size);
    if (isErrno(ready)) return ready;
    if (!directory) {
      const nameless = takeNameless(upper, ready);
      if (isErrno(nameless)) return nameless;
      this.#copied(nameless, number);
      return 0;
    }
    const parent = directory.upper as Vnode;
    error = keepingTimes(parent, () => upper.place(ready, parent, this.name));
    if (isErrno(error)) {
      upper.discard(ready);
      return error;
    }
    const copy = parent.lookup?.(this.name, SUPERUSER) ?? ENOENT;
    if (isErrno(copy)) return copy;
    this.#copied(copy, number);
    // The other names of the file below still show that one.
    if (nlink > 1 && this.type !== S_IFDIR) directory.forgetOwn(this.name);
    else this.fileSystem.numbers.keep(copy, number);
    return 0;
  }

  #copied(copy: Vnode, number: U64): void {
    this.becomes(copy);
    this.#number = number;
  }

  /** It is shown by a file of the upper layer from now on. */
  protected becomes(copy: Vnode): void {
    if (this.#holders > 0) {
      copy.hold?.();
      this.lower?.drop?.();
    }
    this.upper = copy;
    this.fileSystem.copied(this, copy);
  }

  setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const { size, through } = change;
    const error = this.copyUp(size);
    if (isErrno(error)) return error;
    const below = through instanceof OverlayFile ? through.current() : undefined;
    if (isErrno(below)) return below;
    const passed = through ? { ...change, ...(below && { through: below }) } : change;
    return this.upper?.setattr?.(passed, caller) ?? EPERM;
  }

  get xattr(): ExtendedAttributes | undefined {
    if (!this.real.xattr && !this.fileSystem.takesAttributes) return undefined;
    this.#xattr ??= new OverlayAttributes(this);
    return this.#xattr;
  }
}

class OverlayRegular extends OverlayNode {
  open(flags: number, caller: Caller): OpenFile | Errno {
    const truncates = (flags & O_TRUNC) !== 0;
    if (accessMask(flags) & MAY_WRITE) {
      const error = this.copyUp(truncates ? 0 : Infinity);
      if (isErrno(error)) return error;
    }
    const file = this.real.open?.(flags, caller) ?? EINVAL;
    return isErrno(file) ? file : new OverlayFile(this, flags, file);
  }
}

class OverlayLink extends OverlayNode {
  readlink(caller: Caller): string | Errno {
    return this.real.readlink?.(caller) ?? EINVAL;
  }
}

/** A FIFO, socket or device: whoever opens those opens it, by its attributes. */
class OverlaySpecial extends OverlayNode {}

/** Makes the node that shows a file of one of two layers. */
export function overlayFile(
  fileSystem: Overlay,
  upper: Vnode | undefined,
  lower: Vnode | undefined,
  parent: OverlayDirectory,
  name: string,
): OverlayNode {
  const { type } = (upper ?? lower) as Vnode;
  const Kind = type === S_IFREG ? OverlayRegular : type === S_IFLNK ? OverlayLink : OverlaySpecial;
  return new Kind(fileSystem, upper, lower, parent, name);
}
