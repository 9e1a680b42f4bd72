/**
 * From a path to a place, as Linux's namei does it: components one by one, with search permission in each directory,
 * symbolic and magic links, mounts in both directions, a root that cannot be left, and openat2(2)'s restrictions.
 * Paths are byte strings (see vnode.ts).
 */

import type { Caller } from './caller.ts';
import { entryOf } from './entry.ts';
import { EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ERESTART, EXDEV, type Errno, isErrno } from './errno.ts';
import {
  MAXSYMLINKS,
  MAY_EXEC,
  NAME_MAX,
  PATH_MAX,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from './flags.ts';
import type { MountTable } from './mount-table.ts';
import { permission } from './permission.ts';
import { Place } from './place.ts';
import { S_IFDIR, S_IFLNK, S_ISVTX, Stat } from './stat.ts';
import type { Vnode } from './vnode.ts';

/** What a walk's last component is: a name to look up, or one that stands for a place already. */
export type LastComponent = 'name' | 'dot' | 'dotdot' | 'root';

/** What differs between one walk and another. */
export interface WalkOptions {
  /** Where a relative path begins (a directory descriptor). Absent: the caller's working directory. */
  readonly from?: Place | undefined;
  /** RESOLVE_* bits. */
  readonly resolve?: number;
  /** Whether links in sticky directories that everyone may write to are followed by their owners only (protected_symlinks). */
  readonly protectedLinks?: boolean;
  /** Where absolute paths begin, and what `..` does not leave. Absent: the caller's root. */
  readonly root?: Place;
  /**
   * What an absolute link does: it leads to the walk's root, to another one that is the walk's from then on, or it ends the
   * walk with ERESTART, and `restart` has the path that is left. Absent: `root`.
   */
  readonly absoluteLinks?: 'root' | 'restart' | Place;
  /** How many links were followed on the way here. */
  readonly links?: number;
}

const scratch = new Stat();
const SLASH = 0x2f;

/** One walk. `begin` goes to the directory of the last component, `finish` or the caller's own steps go on from there. */
export class PathWalk {
  readonly #mounts: MountTable;
  readonly #caller: Caller;
  readonly #from: Place;
  readonly #resolve: number;
  readonly #protectedLinks: boolean;
  #root: Place;
  readonly #absoluteLinks: 'root' | 'restart' | Place;
  /** What is left of the path after ERESTART. */
  restart = '';
  /** Where the walk stands: after `begin`, the directory of the last component. */
  place: Place;
  /** The last component: its kind, its name, and whether a slash follows it. */
  last: LastComponent = 'root';
  name = '';
  slash = false;
  links: number;
  /** What is left of the paths that links interrupted, innermost last. */
  readonly #rests: string[] = [];

  constructor(mounts: MountTable, caller: Caller, options: WalkOptions = {}) {
    this.#mounts = mounts;
    this.#caller = caller;
    this.#resolve = options.resolve ?? 0;
    this.#protectedLinks = options.protectedLinks ?? false;
    this.#absoluteLinks = options.absoluteLinks ?? 'root';
    this.links = options.links ?? 0;
    const root = options.root ?? caller.root ?? mounts.root;
    this.#from = options.from ?? caller.cwd ?? root;
    this.#root = this.#resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT) ? this.#from : root;
    this.place = this.#from;
  }

  /** Goes to the directory of a path's last component. Errors: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EXDEV. */
  begin(path: string): Errno | 0 {
    if (path.length === 0) return ENOENT;
    if (path.length >= PATH_MAX) return ENAMETOOLONG;
    if (path.charCodeAt(0) === SLASH) {
      if (this.#resolve & RESOLVE_BENEATH) return EXDEV;
      this.place = this.#root;
    }
    return this.#walk(path);
  }

  /**
   * Goes through the last component, and through the link that it is if `follow` is set or a slash follows it.
   * Errors: as `begin`, and ENOTDIR if `directory` is set or a slash follows and it is none.
   */
  finish(follow: boolean, directory: boolean): Errno | 0 {
    // A slash anywhere behind the last component holds for all that its links lead to.
    let slash = false;
    for (;;) {
      slash ||= this.slash;
      if (this.last !== 'name') {
        if (this.last === 'dotdot') {
          const error = this.#up();
          if (isErrno(error)) return error;
        }
        break;
      }
      const found = this.lookupLast();
      if (isErrno(found)) return found;
      if (found.vnode.type !== S_IFLNK || !(follow || slash)) {
        this.place = found;
        break;
      }
      const error = this.follow(found);
      if (isErrno(error)) return error;
    }
    return (directory || slash) && this.place.vnode.type !== S_IFDIR ? ENOTDIR : 0;
  }

  /** Finds the last component without going there. Errors: ENOENT, EACCES, ENAMETOOLONG, EXDEV. */
  lookupLast(): Place | Errno {
    return this.#find(this.name);
  }

  /** Goes through a link that was found as the last component; what it leads to has a last component again. */
  follow(link: Place): Errno | 0 {
    const error = this.mayFollow(link);
    return isErrno(error) ? error : this.#jump(link, '');
  }

  /** Whether the last component may be followed where links are protected. Errors: EACCES. */
  mayFollow(link: Place): Errno | 0 {
    return this.#protectedLinks ? this.#checkFollow(link) : 0;
  }

  /** Whether an absolute link has led out of the root in which the walk began. */
  left(root: Place): boolean {
    return !this.#root.is(root);
  }

  #walk(path: string): Errno | 0 {
    let text = path;
    let at = 0;
    for (;;) {
      while (text.charCodeAt(at) === SLASH) at++;
      if (at >= text.length) {
        const rest = this.#rests.pop();
        if (rest === undefined) {
          this.last = 'root';
          this.slash = false;
          return 0;
        }
        text = rest;
        at = 0;
        continue;
      }
      const { vnode } = this.place;
      if (vnode.type !== S_IFDIR || !vnode.lookup) return ENOTDIR;
      const allowed = permission(vnode, MAY_EXEC, this.#caller);
      if (isErrno(allowed)) return allowed;
      let end = text.indexOf('/', at);
      if (end < 0) end = text.length;
      const name = text.slice(at, end);
      at = end;
      while (text.charCodeAt(at) === SLASH) at++;
      if (at >= text.length && this.#rests.length === 0) {
        this.last = name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name';
        this.name = name;
        this.slash = at > end;
        return 0;
      }
      if (name === '.') continue;
      if (name === '..') {
        const error = this.#up();
        if (isErrno(error)) return error;
        continue;
      }
      const found = this.#find(name);
      if (isErrno(found)) return found;
      if (found.vnode.type !== S_IFLNK) {
        this.place = found;
        continue;
      }
      return this.#jump(found, text.slice(at));
    }
  }

  /** Finds a name in the place, and what is mounted there. */
  #find(name: string): Place | Errno {
    const { entry, vnode, mount } = this.place;
    if (name.length > NAME_MAX) return ENAMETOOLONG;
    const found = (vnode.lookup as NonNullable<Vnode['lookup']>).call(vnode, name, this.#caller);
    if (isErrno(found)) return found;
    return this.#cross(new Place(mount, entryOf(entry, name, found)));
  }

  #cross(place: Place): Place | Errno {
    if (place.entry.mounted === 0) return place;
    const top = this.#mounts.top(place);
    return top !== place && this.#resolve & RESOLVE_NO_XDEV ? EXDEV : top;
  }

  /** Goes to the parent directory, out of mounts, but never out of the root. */
  #up(): Errno | 0 {
    let at = this.place;
    for (;;) {
      if (at.is(this.#root)) return this.#resolve & RESOLVE_BENEATH ? EXDEV : 0;
      if (at.entry !== at.mount.root) break;
      const covered = this.#mounts.covered(at.mount);
      if (!covered) {
        this.place = at;
        return 0;
      }
      if (this.#resolve & RESOLVE_NO_XDEV) return EXDEV;
      at = covered;
    }
    const { parent } = at.entry;
    if (!parent) return 0;
    const top = this.#cross(new Place(at.mount, parent));
    if (isErrno(top)) return top;
    this.place = top;
    return 0;
  }

  /** Goes where a link leads and on through `rest`. The place is the directory that the link is in. */
  #jump(link: Place, rest: string): Errno | 0 {
    if (this.#resolve & RESOLVE_NO_SYMLINKS || this.links++ >= MAXSYMLINKS) return ELOOP;
    const { vnode } = link;
    if (vnode.jump) {
      if (this.#resolve & RESOLVE_NO_MAGICLINKS) return ELOOP;
      const target = vnode.jump(this.#caller);
      if (isErrno(target)) return target;
      if (this.#resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) return EXDEV;
      if (this.#resolve & RESOLVE_NO_XDEV && target.mount !== link.mount) return EXDEV;
      this.place = target;
      return this.#walk(rest);
    }
    const text = vnode.readlink ? vnode.readlink(this.#caller) : ENOENT;
    if (isErrno(text)) return text;
    if (text.length === 0) return ENOENT;
    if (text.charCodeAt(0) === SLASH) {
      if (this.#resolve & RESOLVE_BENEATH) return EXDEV;
      if (this.#resolve & RESOLVE_NO_XDEV && this.place.mount !== this.#root.mount) return EXDEV;
      if (this.#absoluteLinks === 'restart') {
        this.restart = [text, ...(rest.length > 0 ? [rest] : []), ...this.#rests.reverse()].join('/');
        return ERESTART;
      }
      if (this.#absoluteLinks !== 'root') this.#root = this.#absoluteLinks;
      this.place = this.#root;
    }
    if (rest.length > 0) this.#rests.push(rest);
    return this.#walk(text);
  }

  /** The rule of fs.protected_symlinks. Errors: EACCES. */
  #checkFollow(link: Place): Errno | 0 {
    let error = this.place.vnode.stat(scratch, this.#caller);
    if (isErrno(error)) return error;
    const { mode, uid: directoryOwner } = scratch;
    if ((mode & (S_ISVTX | 0o002)) !== (S_ISVTX | 0o002)) return 0;
    error = link.vnode.stat(scratch, this.#caller);
    if (isErrno(error)) return error;
    return scratch.uid === this.#caller.uid || scratch.uid === directoryOwner ? 0 : EACCES;
  }
}

/** What `walk` does with a path's last component. */
export interface WalkIntent extends WalkOptions {
  /** Whether a link as the last component is followed. */
  readonly follow: boolean;
  /** The result must be a directory. */
  readonly directory?: boolean;
  /** An empty path stands for where the walk begins (AT_EMPTY_PATH). */
  readonly emptyPath?: boolean;
}

/** Walks a whole path. Errors: ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EXDEV. */
export function walk(mounts: MountTable, path: string, caller: Caller, intent: WalkIntent): Place | Errno {
  const state = new PathWalk(mounts, caller, intent);
  if (path.length === 0 && intent.emptyPath) return state.place;
  const error = state.begin(path) || state.finish(intent.follow, intent.directory ?? false);
  return isErrno(error) ? error : state.place;
}
