/**
 * A directory of any file system shown again elsewhere, as FreeBSD's nullfs does: a file system of its own, with the
 * inode numbers of the one below. Nothing above the directory can be reached, for a vnode knows no way up; links lead
 * wherever the walk that follows them is. What is mounted below is not shown.
 *
 * Within one tree of mounts a bind (`MountTable.bind`) shows the same for nothing. This is for where a file system is
 * needed rather than a place: a part of one as a layer of another, behind a door of its own, or read only for some.
 */

import type { Caller } from '../../caller.ts';
import { EDEADLK, type Errno } from '../../errno.ts';
import { MS_NODEV, MS_RDONLY } from '../../flags.ts';
import type { Mount, MountOptions, MountTable } from '../../mount-table.ts';
import type { Place } from '../../place.ts';
import type { StatFs } from '../../stat.ts';
import type { Caching, FileSystem, Vnode } from '../../vnode.ts';
import type { WaitQueue } from '../../wait-queue.ts';
import { NullNode } from './node.ts';

export interface NullOptions {
  /** MS_RDONLY refuses every change with EROFS, MS_NODEV every opening of a device with EACCES; the rest is the mount's to keep. */
  readonly flags?: number;
  /** Whether the file system below ends with this one. */
  readonly owns?: boolean;
}

export class NullFs implements FileSystem {
  readonly type = 'nullfs';
  readonly root: NullNode;
  readonly readOnly: boolean;
  readonly noDevices: boolean;
  readonly #below: FileSystem;
  readonly #owns: boolean;
  readonly #nodes = new WeakMap<Vnode, NullNode>();

  constructor(root: Vnode, { flags = 0, owns = false }: NullOptions = {}) {
    this.readOnly = (flags & MS_RDONLY) !== 0;
    this.noDevices = (flags & MS_NODEV) !== 0;
    this.#below = root.fileSystem;
    this.#owns = owns;
    root.hold?.();
    this.root = this.node(root);
  }

  get caching(): Caching {
    return this.#below.caching;
  }

  get changed(): WaitQueue | undefined {
    return this.#below.changed;
  }

  /** The vnode that shows one of the file system below: the same as long as somebody has it. */
  node(below: Vnode): NullNode {
    const known = this.#nodes.get(below);
    if (known) return known;
    const made = NullNode.of(this, below);
    this.#nodes.set(below, made);
    return made;
  }

  statfs(into: StatFs, caller: Caller, at?: Vnode): Errno | 0 {
    return this.#below.statfs(into, caller, at instanceof NullNode ? at.below : undefined);
  }

  sync(): Errno | 0 {
    return this.#below.sync?.() ?? 0;
  }

  dispose(): void {
    this.root.below.drop?.();
    if (this.#owns) this.#below.dispose?.();
  }
}

/** The vnode at the bottom, where nullfs shows nullfs. */
function bottom(vnode: Vnode): Vnode {
  let at = vnode;
  while (at instanceof NullNode) at = at.below;
  return at;
}

/** Whether a place is another or lies below it, by whatever name it is shown there. */
function isWithin(mounts: MountTable, place: Place, other: Vnode): boolean {
  let { mount, entry } = place;
  for (;;) {
    if (bottom(entry.vnode) === other) return true;
    if (entry !== mount.root) {
      if (!entry.parent) return false;
      entry = entry.parent;
      continue;
    }
    const covered = mounts.covered(mount);
    if (!covered) return false;
    ({ mount, entry } = covered);
  }
}

/**
 * Mounts what is at one place at another as a nullfs. Errors: EDEADLK where one of the two is the other or above it, so
 * that the mount would show itself; and the mount table's.
 */
export function mountNull(mounts: MountTable, from: Place, at: Place, options: MountOptions = {}): Mount | Errno {
  const [source, target] = [mounts.top(from), mounts.top(at)];
  if (isWithin(mounts, target, bottom(source.vnode)) || isWithin(mounts, source, bottom(target.vnode))) return EDEADLK;
  return mounts.mount(new NullFs(source.vnode, { flags: options.flags ?? 0 }), target, options);
}
