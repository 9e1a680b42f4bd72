/** Finding and opening files by their paths: the first part of the system calls of `vfs.ts`. */

import { CAP_SYS_CHROOT, type Caller, SUPERUSER } from './caller.ts';
import { Entry } from './entry.ts';
import { EACCES, EEXIST, EINVAL, EISDIR, ENOENT, ENXIO, EPERM, type Errno, isErrno } from './errno.ts';
import {
  AT_EMPTY_PATH,
  AT_SYMLINK_NOFOLLOW,
  MAY_EXEC,
  MAY_WRITE,
  MS_NODEV,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_TMPFILE,
  O_TRUNC,
  RESOLVE_BENEATH,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  accessMask,
  canWrite,
} from './flags.ts';
import { type MountOptions, MountTable } from './mount-table.ts';
import * as operations from './operations.ts';
import { PathWalk, type WalkOptions, walk } from './path-walk.ts';
import { permission } from './permission.ts';
import { Place } from './place.ts';
import { type Purpose, ReRootedWalk, alternateRoot } from './reroot.ts';
import { S_IFBLK, S_IFCHR, S_IFLNK, S_IFREG, Stat } from './stat.ts';
import type { Created, FileSystem, OpenFile, Vnode } from './vnode.ts';

/** O_TMPFILE without the O_DIRECTORY that it includes. */
const O_TMPFILE_ALONE: number = O_TMPFILE & ~O_DIRECTORY;

const scratch = new Stat();

/** What a tree of file systems is told besides what is mounted in it. */
export interface VfsOptions extends MountOptions {
  /** Who opens FIFOs, sockets and devices. Absent: they give ENXIO. */
  readonly openSpecial?: (vnode: Vnode, flags: number, caller: Caller) => OpenFile | Errno;
  /** fs.protected_symlinks: in sticky directories that everyone may write to, links are followed by their owners. */
  readonly protectedSymlinks?: boolean;
  /** fs.protected_hardlinks: who does not own a file may link it only if it is harmless and theirs to write. */
  readonly protectedHardlinks?: boolean;
}

/** Finding and opening files by their paths. */
export class VfsOpening {
  readonly mounts: MountTable;
  protected readonly options: VfsOptions;

  constructor(root: FileSystem, options: VfsOptions = {}) {
    this.mounts = new MountTable(root, options);
    this.options = options;
  }

  protected intent(from: Place | undefined, resolve: number): WalkOptions {
    return { from, resolve, protectedLinks: this.options.protectedSymlinks ?? false };
  }

  /**
   * Finds the place of a path; `flags` are AT_SYMLINK_NOFOLLOW and AT_EMPTY_PATH, and O_DIRECTORY.
   * Errors: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EXDEV.
   */
  find(path: string, flags: number, caller: Caller, from?: Place, resolve = 0): Place | Errno {
    const intent = {
      from,
      resolve,
      protectedLinks: this.options.protectedSymlinks ?? false,
      follow: !(flags & AT_SYMLINK_NOFOLLOW),
      directory: (flags & O_DIRECTORY) !== 0,
      emptyPath: (flags & AT_EMPTY_PATH) !== 0,
    };
    const alternate = caller.alternateRoot && alternateRoot(this.mounts, caller, resolve);
    if (alternate) return new ReRootedWalk(this.mounts, caller, alternate, this.intent(from, resolve)).find(path, intent);
    return walk(this.mounts, path, caller, intent);
  }

  /** Goes to the directory of a path's last component; with two roots, the right one for the purpose. Errors: the walk's. */
  protected toParent(path: string, caller: Caller, from: Place | undefined, purpose: Purpose, resolve = 0): PathWalk | Errno {
    const alternate = caller.alternateRoot && alternateRoot(this.mounts, caller, resolve);
    if (alternate) return new ReRootedWalk(this.mounts, caller, alternate, this.intent(from, resolve)).parent(path, purpose);
    const state = new PathWalk(this.mounts, caller, this.intent(from, resolve));
    const error = state.begin(path);
    return isErrno(error) ? error : state;
  }

  /** openat2(2). Errors: EINVAL for flags that exclude each other, those of the walk and of the file. */
  open(path: string, flags: number, mode: number, caller: Caller, from?: Place, resolve = 0): OpenFile | Errno {
    const known = RESOLVE_CACHED * 2 - 1;
    const scoped = RESOLVE_BENEATH | RESOLVE_IN_ROOT;
    if (resolve & ~known || (resolve & scoped) === scoped) return EINVAL;
    if (flags & O_PATH) {
      const kept = flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      const place = this.#findForOpen(path, kept, caller, from, resolve);
      return isErrno(place) ? place : this.#opened(operations.open(place.vnode, kept, caller), place);
    }
    if (flags & O_TMPFILE_ALONE) return this.#openTemporary(path, flags, mode, caller, from, resolve);
    if (flags & O_CREAT) {
      return flags & O_DIRECTORY ? EINVAL : this.#openOrCreate(path, flags, mode, caller, from, resolve);
    }
    const place = this.#findForOpen(path, flags, caller, from, resolve);
    return isErrno(place) ? place : this.openPlace(place, flags, caller);
  }

  #findForOpen(path: string, flags: number, caller: Caller, from: Place | undefined, resolve: number): Place | Errno {
    const noFollow = flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0;
    return this.find(path, noFollow | (flags & O_DIRECTORY), caller, from, resolve);
  }

  /** Makes a file know its place and the mount know the file. */
  #opened(file: OpenFile | Errno, place: Place): OpenFile | Errno {
    // What was open before, and is so once more, has its place already.
    if (isErrno(file) || file.place) return file;
    file.place = place;
    place.mount.enter();
    return file;
  }

  /** Opens what a walk found. Errors: EISDIR, ENOTDIR, ELOOP, EACCES, EROFS, ENXIO, and the file's own. */
  openPlace(place: Place, flags: number, caller: Caller): OpenFile | Errno {
    const { vnode, mount } = place;
    const { type } = vnode;
    const device = type === S_IFCHR || type === S_IFBLK;
    if (device && mount.flags & MS_NODEV) return EACCES;
    const readOnly = type === S_IFREG ? mount.checkWritable() : 0;
    if (isErrno(readOnly)) {
      if (flags & O_TRUNC) return readOnly;
      const allowed = permission(vnode, accessMask(flags), caller);
      if (isErrno(allowed)) return allowed;
      if (canWrite(flags)) return readOnly;
    }
    const file = operations.open(vnode, flags, caller);
    if (file !== ENXIO || vnode.open) return this.#opened(file, place);
    return this.#opened(this.options.openSpecial?.(vnode, flags, caller) ?? ENXIO, place);
  }

  #openOrCreate(
    path: string,
    flags: number,
    mode: number,
    caller: Caller,
    from: Place | undefined,
    resolve: number,
  ): OpenFile | Errno {
    const follow = !(flags & (O_EXCL | O_NOFOLLOW));
    const state = this.toParent(path, caller, from, { kind: 'open', follow }, resolve);
    if (isErrno(state)) return state;
    for (;;) {
      if (state.last !== 'name') {
        const error = state.finish(true, false);
        if (isErrno(error)) return error;
        if (flags & O_EXCL) return EEXIST;
        return this.openPlace(state.place, flags, caller);
      }
      if (state.slash) return EISDIR;
      const found = state.lookupLast();
      if (isErrno(found)) return found === ENOENT ? this.#create(state, mode, flags, caller) : found;
      if (flags & O_EXCL) return EEXIST;
      if (found.vnode.type !== S_IFLNK || flags & O_NOFOLLOW) return this.openPlace(found, flags, caller);
      const error = state.follow(found);
      if (isErrno(error)) return error;
    }
  }

  #create(state: PathWalk, mode: number, flags: number, caller: Caller): OpenFile | Errno {
    const { place, name } = state;
    const readOnly = place.mount.checkWritable();
    if (readOnly) return readOnly;
    const created = operations.create(place.vnode, name, mode, flags, caller);
    if (isErrno(created)) return created;
    const found = state.lookupLast();
    return this.#opened(created.file, isErrno(found) ? this.#unnamed(place, created) : found);
  }

  /** The place of a file that has no name. */
  #unnamed(directory: Place, created: Created): Place {
    created.vnode.stat(scratch, SUPERUSER);
    const entry = new Entry(created.vnode, directory.entry, `#${scratch.ino}`);
    entry.removed = true;
    return new Place(directory.mount, entry);
  }

  #openTemporary(
    path: string,
    flags: number,
    mode: number,
    caller: Caller,
    from: Place | undefined,
    resolve: number,
  ): OpenFile | Errno {
    if (!(flags & O_DIRECTORY) || flags & O_CREAT || !(accessMask(flags) & MAY_WRITE)) return EINVAL;
    const place = this.#findForOpen(path, flags, caller, from, resolve);
    if (isErrno(place)) return place;
    const readOnly = place.mount.checkWritable();
    if (readOnly) return readOnly;
    const created = operations.temporary(place.vnode, mode, flags, caller);
    return isErrno(created) ? created : this.#opened(created.file, this.#unnamed(place, created));
  }

  /** The place of a directory that a caller may make its working directory. Errors: ENOTDIR, EACCES and the walk's. */
  chdir(path: string, caller: Caller, from?: Place): Place | Errno {
    const place = this.find(path, O_DIRECTORY, caller, from);
    if (isErrno(place)) return place;
    const allowed = permission(place.vnode, MAY_EXEC, caller);
    return isErrno(allowed) ? allowed : place;
  }

  /** The place of a directory that a caller may make its root. Errors: as chdir, EPERM. */
  chroot(path: string, caller: Caller): Place | Errno {
    const place = this.chdir(path, caller);
    if (isErrno(place)) return place;
    return caller.capable(CAP_SYS_CHROOT) ? place : EPERM;
  }
}
