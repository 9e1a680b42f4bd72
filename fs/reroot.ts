/**
 * Two roots for one path: a program of another system finds its files in a directory that has that system's tree (the
 * alternate root, /compat/linux), and everything else in the real one. How a path is looked up:
 *
 * - A path is looked up whole in the alternate root, then whole in the real one. Only ENOENT leads on (ENOTDIR by option):
 *   what is there but may not be seen stays so.
 * - A relative path that begins in the alternate tree goes on at the same path of the real one.
 * - `..` does not leave the root in which a path is looked up.
 * - An absolute symbolic link, wherever it is, begins the whole look-up anew with what it says. Links are counted on.
 * - What is to be made must be in neither tree. It is made in the alternate one if its directory is there, or else in the
 *   real one. O_CREAT on a file of the real tree opens that; nothing is made to hide it.
 * - What is removed or moved is what a look-up finds. What is moved or linked stays in its tree (EXDEV), whatever file
 *   systems are mounted where. Moved onto a file of the real tree, a file of the alternate one hides it.
 * - openat2(2)'s RESOLVE_BENEATH and RESOLVE_IN_ROOT have one root, the one that they say.
 * - Without an alternate tree, or where it is the root itself, there is one root as ever.
 *
 * With `freebsd` the rules are those of FreeBSD 14's namei(9) with pwd_altroot(9), which differ in this: an absolute link
 * leads to the real root and no further look-up follows; relative paths begin where they begin in both; `..` leaves the
 * alternate tree in the second look-up; whatever makes a name does so in the alternate tree if the directory is there, even where the
 * real tree has that name; trees are no border for rename and link. (FreeBSD's look-up in the name cache leads on after any error,
 * the one without after ENOENT alone: here it is ENOENT.)
 */

import type { AlternateRoot, Caller } from './caller.ts';
import { ELOOP, ENOENT, ENOTDIR, ERESTART, type Errno, isErrno } from './errno.ts';
import { MAXSYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS } from './flags.ts';
import type { MountTable } from './mount-table.ts';
import { isWithin, pathName, workingDirectory } from './path-name.ts';
import { PathWalk, type WalkIntent, type WalkOptions } from './path-walk.ts';
import type { Place } from './place.ts';
import { S_IFDIR, S_IFLNK } from './stat.ts';

/** What is to be done with a path's last component. */
export type Purpose =
  /** It is to be there. */
  | { readonly kind: 'old' }
  /** It is to be made, near a file that it is to be in one tree with, if there is one. */
  | { readonly kind: 'new'; readonly near?: Place }
  /** It is the new name of what is at `near`. */
  | { readonly kind: 'target'; readonly near: Place }
  /** It is opened, or made; links are followed or not. */
  | { readonly kind: 'open'; readonly follow: boolean };

const SLASH = 0x2f;

/** The alternate root that holds for a look-up, if one does. */
export function alternateRoot(mounts: MountTable, caller: Caller, resolve = 0): AlternateRoot | undefined {
  const alternate = caller.alternateRoot;
  if (!alternate || resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) return undefined;
  const { place } = alternate;
  if (place.entry.removed || place.vnode.type !== S_IFDIR || place.is(caller.root ?? mounts.root)) return undefined;
  return alternate;
}

/** Whether a place is in the alternate tree. */
export function isAlternate(mounts: MountTable, place: Place, { place: root }: AlternateRoot): boolean {
  return isWithin(mounts, place, root);
}

/** Whether two places are in different trees, between which nothing is moved or linked. */
export function isAcross(mounts: MountTable, caller: Caller, one: Place, other: Place): boolean {
  const alternate = alternateRoot(mounts, caller);
  if (!alternate || alternate.freebsd) return false;
  return isAlternate(mounts, one, alternate) !== isAlternate(mounts, other, alternate);
}

/**
 * getcwd(2): a directory of the alternate tree is where the program believes it to be. FreeBSD tells the path from the
 * real root. Errors: ENOENT when it was removed.
 */
export function reRootedDirectory(mounts: MountTable, place: Place, caller: Caller): string | Errno {
  const alternate = alternateRoot(mounts, caller);
  const inside = alternate && !alternate.freebsd && isAlternate(mounts, place, alternate);
  return workingDirectory(mounts, place, inside ? alternate.place : caller.root);
}

/** One root, and the path as it is looked up there. */
interface Attempt {
  readonly root: Place;
  readonly path: string;
  readonly from: Place | undefined;
}

/** A look-up with two roots. */
export class ReRootedWalk {
  readonly #mounts: MountTable;
  readonly #caller: Caller;
  readonly #options: WalkOptions;
  readonly #alternate: AlternateRoot;
  readonly #root: Place;
  #links = 0;

  constructor(mounts: MountTable, caller: Caller, alternate: AlternateRoot, options: WalkOptions) {
    this.#mounts = mounts;
    this.#caller = caller;
    this.#alternate = alternate;
    this.#options = options;
    this.#root = caller.root ?? mounts.root;
  }

  #leadsOn(error: Errno): boolean {
    return error === ENOENT || (error === ENOTDIR && this.#alternate.fallsBackOnFile === true);
  }

  #walk({ root, from }: Attempt): PathWalk {
    const { freebsd, place } = this.#alternate;
    const absoluteLinks = freebsd ? (root === place ? this.#root : 'root') : 'restart';
    return new PathWalk(this.#mounts, this.#caller, { ...this.#options, from, root, absoluteLinks, links: this.#links });
  }

  /** The roots that a path is looked up in, in their order. */
  #attempts(path: string, from: Place | undefined): readonly Attempt[] {
    const { place, freebsd } = this.#alternate;
    const second = { root: this.#root, path, from };
    if (freebsd || path.charCodeAt(0) === SLASH) return [{ root: place, path, from }, second];
    const start = from ?? this.#caller.cwd ?? this.#root;
    const { path: inside, removed, unreachable } = pathName(this.#mounts, start, place);
    if (unreachable) return [second];
    const first = { root: place, path, from };
    // Of what was removed there is no other.
    return removed || path === '' ? [first] : [first, { root: this.#root, path: `${inside}/${path}`, from: undefined }];
  }

  /** Finds a place. Errors: those of `walk`. */
  find(path: string, intent: WalkIntent): Place | Errno {
    if (path === '' && intent.emptyPath) return this.#options.from ?? this.#caller.cwd ?? this.#root;
    let text = path;
    let from = this.#options.from;
    search: for (;;) {
      let error: Errno = ENOENT;
      for (const attempt of this.#attempts(text, from)) {
        const walk = this.#walk(attempt);
        const result = walk.begin(attempt.path) || walk.finish(intent.follow, intent.directory ?? false);
        if (result === ERESTART) {
          // A slash behind the link holds for what it leads to.
          text = walk.slash ? `${walk.restart}/` : walk.restart;
          from = undefined;
          this.#links = walk.links;
          continue search;
        }
        if (!isErrno(result)) return walk.place;
        error = result;
        if (!this.#leadsOn(error) || walk.left(attempt.root)) return error;
      }
      return error;
    }
  }

  /** Goes to the directory of a path's last component, in the tree that is right for the purpose. Errors: the walk's. */
  parent(path: string, purpose: Purpose): PathWalk | Errno {
    let text = path;
    let from = this.#options.from;
    search: for (;;) {
      let error: Errno = ENOENT;
      const reached: { walk: PathWalk; found: Place | undefined }[] = [];
      for (const attempt of this.#attempts(text, from)) {
        const walk = this.#walk(attempt);
        const result = walk.begin(attempt.path);
        if (result === ERESTART) {
          text = walk.restart;
          from = undefined;
          this.#links = walk.links;
          continue search;
        }
        if (isErrno(result)) {
          error = result;
          if (!this.#leadsOn(error) || walk.left(attempt.root)) return error;
          continue;
        }
        if (walk.last !== 'name') return walk;
        // FreeBSD looks no further for a name that is to be made.
        if (this.#alternate.freebsd && purpose.kind !== 'old') return walk;
        const found = walk.lookupLast();
        if (isErrno(found)) {
          error = found;
          if (found !== ENOENT) return walk;
          reached.push({ walk, found: undefined });
          continue;
        }
        if (purpose.kind === 'open' && purpose.follow && found.vnode.type === S_IFLNK && !found.vnode.jump && !this.#alternate.freebsd) {
          const target = this.#follow(walk, found);
          if (isErrno(target)) return target;
          [text, from] = [target, target.charCodeAt(0) === SLASH ? undefined : walk.place];
          continue search;
        }
        reached.push({ walk, found });
        if (purpose.kind !== 'target') return walk;
      }
      return reached.length > 0 ? this.#choose(reached, purpose) : error;
    }
  }

  /** The text of a link that is the last component of what is to be opened. */
  #follow(walk: PathWalk, link: Place): string | Errno {
    const allowed = walk.mayFollow(link);
    if (isErrno(allowed)) return allowed;
    const { resolve = 0 } = this.#options;
    if (resolve & RESOLVE_NO_SYMLINKS || walk.links >= MAXSYMLINKS) return ELOOP;
    this.#links = walk.links + 1;
    const text = link.vnode.readlink?.(this.#caller) ?? ENOENT;
    return text === '' ? ENOENT : text;
  }

  /** Of the trees that have the directory, the one in which a name is made or replaced. */
  #choose(reached: readonly { readonly walk: PathWalk; readonly found: Place | undefined }[], purpose: Purpose): PathWalk {
    const near = 'near' in purpose && purpose.near ? isAlternate(this.#mounts, purpose.near, this.#alternate) : undefined;
    const beside = reached.find(({ walk }) => isAlternate(this.#mounts, walk.place, this.#alternate) === near);
    // What the other tree has there decides, but for a file that is only hidden.
    const there = reached.find(({ found }) => found);
    const hides = beside === reached[0] && there?.found?.vnode.type !== S_IFDIR;
    const chosen = there && there !== beside && !hides ? there : (beside ?? there ?? reached[0]);
    return (chosen as { walk: PathWalk }).walk;
  }
}
