/**
 * The layer that takes the changes, and its work directory, in which what is to appear at once in the layer is made
 * ready. Both are directories of one file system, so that names can be moved from one to the other.
 */

import { SUPERUSER } from '../../caller.ts';
import { EMLINK, ENOENT, EOPNOTSUPP, EPERM, EROFS, type Errno, isErrno } from '../../errno.ts';
import { S_IFCHR, S_IFDIR } from '../../stat.ts';
import type { Vnode } from '../../vnode.ts';
import { type MarkSpace, OPAQUE, isWhiteout, markName } from './marks.ts';
import { namesOf } from './names.ts';

/** Where changes go. */
export interface UpperPlace {
  readonly directory: Vnode;
  /** An empty directory that nobody else uses. */
  readonly work: Vnode;
}

export class Upper {
  readonly root: Vnode;
  readonly work: Vnode;
  /** Whether directories can be marked opaque. */
  readonly marks: boolean;
  readonly #space: MarkSpace;
  /** What the device that whiteouts share is called in the work directory, once there is one. */
  #whiteout = '';
  #serial = 0;

  constructor({ directory, work }: UpperPlace, space: MarkSpace) {
    this.root = directory;
    this.work = work;
    this.#space = space;
    this.#clearWork();
    this.marks = takesMarks(work, space);
  }

  /** Removes what a server left that ended in the middle of something. */
  #clearWork(): void {
    for (const { name, vnode } of namesOf(this.work, SUPERUSER)) {
      if (vnode.type !== S_IFDIR) this.work.unlink?.(name, SUPERUSER);
      else this.work.rmdir?.(name, SUPERUSER);
    }
  }

  /** A name in the work directory that nothing has. */
  temporaryName(): string {
    return `#${++this.#serial}`;
  }

  /** Gives what was made ready its place. A directory does not replace a whiteout by itself. Errors: those of rename. */
  place(ready: string, parent: Vnode, name: string): Errno | 0 {
    return this.work.rename?.(ready, parent, name, 0, SUPERUSER) ?? EPERM;
  }

  /** Removes what was made ready and is not wanted. */
  discard(ready: string): void {
    const vnode = this.work.lookup?.(ready, SUPERUSER) ?? ENOENT;
    if (isErrno(vnode)) return;
    if (vnode.type === S_IFDIR) this.work.rmdir?.(ready, SUPERUSER);
    else this.work.unlink?.(ready, SUPERUSER);
  }

  /** Makes a whiteout ready. Errors: ENOSPC, EPERM. */
  readyWhiteout(): string | Errno {
    const ready = this.temporaryName();
    const error = this.putWhiteout(this.work, ready);
    return isErrno(error) ? error : ready;
  }

  /** Makes a whiteout where no name is: one more name of a device that all whiteouts share. Errors: ENOSPC, EPERM. */
  putWhiteout(parent: Vnode, name: string): Errno | 0 {
    for (;;) {
      const fresh = this.#whiteout === '';
      const shared = fresh ? this.#makeWhiteout() : (this.work.lookup?.(this.#whiteout, SUPERUSER) ?? ENOENT);
      if (isErrno(shared)) return shared;
      const error = parent.link?.(name, shared, SUPERUSER) ?? EPERM;
      if (error !== EMLINK || fresh) return error;
      // It has all the names that a file can have.
      this.work.unlink?.(this.#whiteout, SUPERUSER);
      this.#whiteout = '';
    }
  }

  #makeWhiteout(): Vnode | Errno {
    const name = this.temporaryName();
    const made = this.work.mknod?.(name, S_IFCHR, 0, SUPERUSER) ?? EPERM;
    if (!isErrno(made)) this.#whiteout = name;
    return made;
  }

  /**
   * Makes a directory of the layer hide what the lower ones have in its place; it may have names already. Differs: where
   * there are no extended attributes it gets a whiteout for each name below, which says the same.
   */
  hide(directory: Vnode, lowers: readonly Vnode[]): Errno | 0 {
    if (this.marks) return directory.xattr?.set(markName(this.#space, 'opaque'), OPAQUE, 0, SUPERUSER) ?? EOPNOTSUPP;
    for (const lower of lowers) {
      for (const { name, vnode } of namesOf(lower, SUPERUSER)) {
        const there = directory.lookup?.(name, SUPERUSER) ?? EROFS;
        if (there !== ENOENT || isWhiteout(vnode)) continue;
        const error = this.putWhiteout(directory, name);
        if (isErrno(error)) return error;
      }
    }
    return 0;
  }

  /** Empties a directory that shows nothing: its whiteouts go. Errors: those of unlink. */
  clear(directory: Vnode): Errno | 0 {
    for (const { name } of namesOf(directory, SUPERUSER)) {
      const error = directory.unlink?.(name, SUPERUSER) ?? EPERM;
      if (isErrno(error)) return error;
    }
    return 0;
  }
}

/** Whether overlayfs's own attributes can be set, which depends on the file system and on who we are. */
function takesMarks(directory: Vnode, space: MarkSpace): boolean {
  const name = markName(space, 'opaque');
  if (directory.xattr?.set(name, OPAQUE, 0, SUPERUSER) !== 0) return false;
  return directory.xattr.remove(name, SUPERUSER) === 0;
}
