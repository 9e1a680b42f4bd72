/**
 * Several directories shown as one, each of which is changed where it is: nothing is copied, and nothing covers what is
 * below. A name is looked for in one branch after the other, and ENOENT alone leads on. What is made goes to the first
 * branch that has the directory and may be written; what is removed from a branch uncovers what the next ones have.
 *
 * This is unionfs-fuse without `cow`, the tree that the look-up of an emulated system sees (`reroot.ts`), and, with one
 * branch for what is made, what MNT_UNION shows. For copy-up and whiteouts there is the overlay.
 */

import type { Caller } from '../../caller.ts';
import type { Errno } from '../../errno.ts';
import { MS_RDONLY } from '../../flags.ts';
import type { StatFs } from '../../stat.ts';
import type { Caching, FileSystem, Vnode } from '../../vnode.ts';
import { InodeNumbers } from '../inode-numbers.ts';
import { NullFs } from '../null/null.ts';
import { UnionDirectory, UnionFile, UnionNode } from './node.ts';

/** A directory of a file system of its own. */
export interface Branch {
  readonly root: Vnode;
  readonly readOnly?: boolean;
}

export interface UnionOptions {
  /** What tables show. */
  readonly type?: string;
  /** Whether a directory lists what all branches have, or the first one that has it alone. */
  readonly merges?: boolean;
  /** File systems that end with this one. */
  readonly owned?: readonly FileSystem[];
}

export class UnionFs implements FileSystem {
  readonly type: string;
  readonly root: UnionDirectory;
  readonly caching: Caching;
  readonly merges: boolean;
  readonly numbers: InodeNumbers;
  readonly #roots: readonly Vnode[];
  readonly #readOnly: readonly boolean[];
  readonly #owned: readonly FileSystem[];
  readonly #nodes = new WeakMap<Vnode, UnionNode>();

  /** The first branch hides the others. */
  constructor(branches: readonly Branch[], { type = 'unionfs', merges = true, owned = [] }: UnionOptions = {}) {
    this.type = type;
    this.merges = merges;
    this.#owned = owned;
    this.#readOnly = branches.map(({ readOnly = false }) => readOnly);
    this.#roots = branches.map(({ root, readOnly }) => (readOnly ? new NullFs(root, { flags: MS_RDONLY }).root : root));
    for (const root of this.#roots) root.hold?.();
    this.numbers = new InodeNumbers(this.#roots);
    this.caching = commonCaching(this.#roots.map(({ fileSystem }) => fileSystem.caching));
    this.root = this.directory(this.#roots.map((vnode, branch) => ({ vnode, branch })));
  }

  mayWrite(branch: number): boolean {
    return !this.#readOnly[branch];
  }

  /** The directory that shows those of some branches: the same as long as somebody has it. */
  directory(members: readonly Member[]): UnionDirectory {
    const key = (members[0] as Member).vnode;
    const known = this.#nodes.get(key);
    if (known instanceof UnionDirectory) {
      known.members = members;
      return known;
    }
    const made = new UnionDirectory(this, members);
    this.#nodes.set(key, made);
    return made;
  }

  file(member: Member): UnionNode {
    const known = this.#nodes.get(member.vnode);
    if (known) return known;
    const made = new UnionFile(this, member);
    this.#nodes.set(member.vnode, made);
    return made;
  }

  statfs(into: StatFs, caller: Caller, at?: Vnode): Errno | 0 {
    const { below } = at instanceof UnionNode ? at : this.root;
    return below.fileSystem.statfs(into, caller, below);
  }

  sync(): Errno | 0 {
    let result: Errno | 0 = 0;
    for (const { fileSystem } of this.#roots) result = fileSystem.sync?.() || result;
    return result;
  }

  dispose(): void {
    for (const root of this.#roots) root.drop?.();
    for (const fileSystem of this.#owned) fileSystem.dispose?.();
  }
}

/** A file of a branch. */
export interface Member {
  readonly vnode: Vnode;
  readonly branch: number;
}

/** What holds for all of several. */
export function commonCaching(all: readonly Caching[]): Caching {
  const least = (value: (caching: Caching) => number): number => Math.min(...all.map(value));
  const missing = least(({ missingMilliseconds = -1 }) => missingMilliseconds);
  return {
    entryMilliseconds: least(({ entryMilliseconds }) => entryMilliseconds),
    attributeMilliseconds: least(({ attributeMilliseconds }) => attributeMilliseconds),
    ...(missing >= 0 && { missingMilliseconds: missing }),
    data: all.some(({ data }) => !data) ? false : all.some(({ data }) => data === 'checked') ? 'checked' : 'exclusive',
    listAttributes: all.every(({ listAttributes }) => listAttributes),
  };
}
