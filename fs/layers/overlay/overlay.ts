/**
 * Several directories shown as one, as Linux's overlayfs does it (Documentation/filesystems/overlayfs.rst): what is in
 * the first hides what is in the next, directories of one name are merged, and every change goes to the upper layer,
 * where a file of a lower one is copied before it is changed. What is removed is covered by a whiteout there. The layers are in overlayfs's own
 * format, so that each can mount what the other has written: device 0:0 for a name that is gone, the attribute
 * `overlay.opaque` for a directory that hides those below it.
 *
 * The layers must not change in other ways while they are shown, nor be parts of each other; the same file system twice
 * is taken twice by two nullfs.
 *
 * As overlayfs does by default, a directory of a lower layer is not renamed (EXDEV: redirect_dir=off), a file with
 * several names in a lower layer comes apart when one of them is changed (index=off), and a copy has content and all (metacopy=off).
 */

import { SUPERUSER, type Caller } from '../../caller.ts';
import { EROFS, type Errno, isErrno } from '../../errno.ts';
import { Stat, type StatFs } from '../../stat.ts';
import type { Caching, FileSystem, Vnode } from '../../vnode.ts';
import { OverlayDirectory } from './directory.ts';
import { InodeNumbers } from '../inode-numbers.ts';
import type { MarkSpace } from './marks.ts';
import { type OverlayNode, overlayFile } from './node.ts';
import { Upper, type UpperPlace } from './upper.ts';

/** statfs(2)'s magic number (linux/magic.h). */
const OVERLAYFS_SUPER_MAGIC = 0x794c_7630;

const HOUR_MS = 3_600_000;

/** Nothing changes but through the one server that has it, so that one may remember everything. */
const EXCLUSIVE: Caching = {
  entryMilliseconds: HOUR_MS,
  attributeMilliseconds: HOUR_MS,
  missingMilliseconds: HOUR_MS,
  data: 'exclusive',
  listAttributes: true,
};

export interface OverlayOptions {
  /** Absent: nothing can be changed. As a function: it is made at the first change, and takes attributes of all kinds. */
  readonly upper?: UpperPlace | (() => UpperPlace);
  /** Directories of different file systems, the topmost first. */
  readonly lowers: readonly Vnode[];
  /** A name in the root that is not shown: where the work directory is in the upper one. */
  readonly hidden?: string;
  /** Where marks are kept (overlayfs's `userxattr`). */
  readonly space?: MarkSpace;
  /** File systems that end with this one. */
  readonly owned?: readonly FileSystem[];
}

/** What a directory of an overlay has at a name. */
export interface Found {
  readonly directory: OverlayDirectory;
  readonly name: string;
  readonly node: OverlayNode | undefined;
  /** Whether the upper layer has a whiteout there. */
  readonly whiteout: boolean;
}

export class Overlay implements FileSystem {
  readonly type = 'overlay';
  readonly root: OverlayDirectory;
  readonly caching: Caching;
  readonly space: MarkSpace;
  readonly hidden: string | undefined;
  /** The layer that takes changes, as soon as there is one. */
  upper: Upper | undefined;
  /** Whether lower layers keep what they have: generated ones do not. */
  readonly lowersStay: boolean;
  readonly numbers: InodeNumbers;
  /** What the last look-up found, until something changes: whoever makes or removes a name has just looked. */
  found: Found | undefined;
  readonly #layers: Vnode[];
  readonly #makeUpper: (() => UpperPlace) | undefined;
  readonly #owned: readonly FileSystem[];
  readonly #nodes = new WeakMap<Vnode, OverlayNode>();

  constructor({ upper, lowers, hidden, space = 'trusted', owned = [] }: OverlayOptions) {
    this.space = space;
    this.hidden = hidden;
    const present = typeof upper === 'function' ? undefined : upper;
    this.#makeUpper = typeof upper === 'function' ? upper : undefined;
    this.upper = present && new Upper(present, space);
    this.#layers = present ? [present.directory, ...lowers] : [...lowers];
    this.#owned = owned;
    // What changes by itself is not remembered longer than it says.
    this.caching = this.#layers.map(({ fileSystem }) => fileSystem.caching).find(({ data }) => !data) ?? EXCLUSIVE;
    this.lowersStay = lowers.every(({ fileSystem }) => fileSystem.caching.data !== false);
    this.numbers = new InodeNumbers(this.#layers, this.#makeUpper !== undefined);
    for (const layer of this.#layers) layer.hold?.();
    this.root = this.directory(present?.directory, lowers, undefined, '');
  }

  /** The layer that takes changes. Errors: EROFS. */
  writable(): Upper | Errno {
    if (!this.upper && this.#makeUpper) {
      const place = this.#makeUpper();
      this.upper = new Upper(place, this.space);
      place.directory.hold?.();
      this.#layers.unshift(place.directory);
    }
    return this.upper ?? EROFS;
  }

  /** Whether files can have attributes that those of the lower layers cannot. */
  get takesAttributes(): boolean {
    return this.upper ? this.upper.root.xattr !== undefined : this.#makeUpper !== undefined;
  }

  /** The directory that shows some: the same as long as somebody has it. */
  directory(upper: Vnode | undefined, lowers: readonly Vnode[], parent: OverlayDirectory | undefined, name: string): OverlayDirectory {
    const key = (upper ?? lowers[0]) as Vnode;
    const known = this.#nodes.get(key);
    if (known instanceof OverlayDirectory) return known;
    const made = new OverlayDirectory(this, upper, lowers, parent, name);
    this.#nodes.set(key, made);
    return made;
  }

  /** The file that shows one of the upper layer. */
  upperFile(upper: Vnode, parent: OverlayDirectory, name: string): OverlayNode {
    const known = this.#nodes.get(upper);
    if (known) return known;
    const made = overlayFile(this, upper, undefined, parent, name);
    this.#nodes.set(upper, made);
    return made;
  }

  /** The file that shows one of a lower layer; one with several names is shown by several, which part when it is changed. */
  lowerFile(lower: Vnode, parent: OverlayDirectory, name: string): OverlayNode {
    const error = lower.stat(scratch, SUPERUSER);
    if (!isErrno(error) && scratch.nlink > 1) return parent.ownNode(name, lower);
    const known = this.#nodes.get(lower);
    if (known) return known;
    const made = this.newLowerFile(lower, parent, name);
    this.#nodes.set(lower, made);
    return made;
  }

  /** A node of its own for a file of a lower layer. */
  newLowerFile(lower: Vnode, parent: OverlayDirectory, name: string): OverlayNode {
    return overlayFile(this, undefined, lower, parent, name);
  }

  /** A file was copied up: who finds the copy finds its node. */
  copied(node: OverlayNode, upper: Vnode): void {
    this.#nodes.set(upper, node);
  }

  statfs(into: StatFs, caller: Caller): Errno | 0 {
    const top = this.#layers[0] as Vnode;
    const error = top.fileSystem.statfs(into, caller, top);
    into.type = OVERLAYFS_SUPER_MAGIC;
    return error;
  }

  sync(): Errno | 0 {
    return this.upper?.root.fileSystem.sync?.() ?? 0;
  }

  dispose(): void {
    for (const layer of this.#layers) layer.drop?.();
    for (const fileSystem of this.#owned) fileSystem.dispose?.();
  }
}

const scratch = new Stat();
