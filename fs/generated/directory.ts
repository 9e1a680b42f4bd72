/** Directories and links of generated trees. */

import type { Caller } from '../caller.ts';
import { ENOENT, ESRCH, type Errno, isErrno } from '../errno.ts';
import type { Place } from '../place.ts';
import { type FileType, S_IFDIR, S_IFLNK, S_IFREG, type Stat } from '../stat.ts';
import type { DirectorySink, Vnode } from '../vnode.ts';
import { NameOrder } from './name-order.ts';
import { GeneratedNode, type NodeHolder, type Origin } from './node.ts';
import { GeneratedRegular } from './regular.ts';
import type { DirectorySpec, LinkSpec, NodeSpec, Subject } from './spec.ts';
import type { GeneratedTree } from './tree.ts';

/** A symbolic link. */
class GeneratedLink extends GeneratedNode<LinkSpec<unknown>> {
  readonly type: typeof S_IFLNK = S_IFLNK;
  readonly jump?: (caller: Caller) => Place | Errno;

  constructor(tree: GeneratedTree, spec: LinkSpec<unknown>, origin: Origin, ino: number, entryMilliseconds?: number) {
    super(tree, spec, origin, ino, entryMilliseconds);
    const { jump } = spec;
    if (!jump) return;
    this.jump = (caller) => {
      const context = this.subject.context(caller);
      const place = isErrno(context) ? context : jump(context, caller);
      return isErrno(place) ? this.lookError(place) : place;
    };
  }

  readlink(caller: Caller): string | Errno {
    const context = this.subject.context(caller);
    const target = isErrno(context) ? context : this.spec.target(context, caller);
    return isErrno(target) ? this.lookError(target) : target;
  }
}

/** How many found nodes a directory remembers before it looks for ones to drop. */
const SWEEP_FLOOR = 1024;

/** A directory: its declared entries, and those that are found at run time. */
export class GeneratedDirectory extends GeneratedNode<DirectorySpec<unknown>> implements NodeHolder {
  readonly type: typeof S_IFDIR = S_IFDIR;
  readonly closed?: true;
  readonly immutable?: true;
  readonly #nodes = new Map<string, GeneratedNode<NodeSpec<unknown>>>();
  #sweepAt = SWEEP_FLOOR;
  #order: NameOrder | undefined;
  /** The directories in it that may be missing. */
  #optional: readonly DirectorySpec<unknown>[] | undefined;
  /** The link count without what comes and goes, as it was found last. */
  #fixedLinks = 0;

  constructor(tree: GeneratedTree, spec: DirectorySpec<unknown>, origin: Origin, ino: number, entryMilliseconds?: number) {
    super(tree, spec, { ...origin, changes: spec.changes ?? origin.changes }, ino, entryMilliseconds);
    if (!tree.options.refusesNames) this.closed = true;
    if (spec.immutable) this.immutable = true;
  }

  protected override correct(into: Stat, caller: Caller): Errno | 0 {
    const context = this.subject.context(caller);
    const gone = isErrno(context);
    const { directories } = this.spec.entries;
    this.#optional ??= directories.filter(({ exists, visible }) => exists || visible);
    if (!gone || this.#fixedLinks === 0) {
      let links = 2 + directories.length - this.#optional.length;
      if (!gone) for (const spec of this.#optional) if (isShown(spec, context, caller)) links++;
      this.#fixedLinks = links;
    }
    into.nlink = this.#fixedLinks + (gone ? 0 : (this.spec.dynamic?.directories?.(context, caller) ?? 0));
    return gone ? this.attributesOfGone(context) : super.correct(into, caller);
  }

  lookup(name: string, caller: Caller): Vnode | Errno {
    const context = this.subject.context(caller);
    if (isErrno(context)) return this.lookError(context);
    const spec = this.spec.entries.get(name);
    if (spec === undefined) return this.#find(name, context, caller);
    if ((spec.exists || spec.visible) && !isShown(spec, context, caller)) return ENOENT;
    const known = this.#nodes.get(name);
    if (known) return known;
    return this.#remember(name, spec, this.subject, false, this.#nameMilliseconds(spec));
  }

  /** How long a declared entry's name stays valid; undefined for as long as the tree's options say. */
  #nameMilliseconds(spec: NodeSpec<unknown>): number | undefined {
    // Where not everyone may search, each name has to be asked for here.
    if (this.spec.permission) return 0;
    if (this.spec.nameMilliseconds !== undefined) return this.spec.nameMilliseconds;
    // Files tell whoever opens them that their subject is gone. Directories can be entered all the same, and links fail
    // otherwise than names do.
    return this.declared || spec.type === S_IFREG ? undefined : this.entryMilliseconds;
  }

  #find(name: string, context: unknown, caller: Caller): Vnode | Errno {
    const dynamic = this.spec.dynamic;
    if (!dynamic) return ENOENT;
    const known = this.#nodes.get(name);
    const found = dynamic.lookup(name, context, caller, known?.subject);
    if (found === undefined) return ENOENT;
    if (isErrno(found)) return found;
    if (known && known.subject === found.subject && known.spec === found.spec) return known;
    return this.#remember(name, found.spec as NodeSpec<unknown>, found.subject, true, dynamic.entryMilliseconds?.(context, name) ?? 0);
  }

  #remember(
    name: string,
    spec: NodeSpec<unknown>,
    subject: Subject<unknown>,
    dynamic: boolean,
    entryMilliseconds: number | undefined,
  ): GeneratedNode<NodeSpec<unknown>> {
    const tree = this.fileSystem;
    const ino = inodeNumber(this.ino, name);
    const declared = this.declared && !dynamic;
    const origin: Origin = {
      subject,
      changes: this.spec.changesBelow ?? this.changes,
      declared,
      directory: this,
      name,
      dynamic,
      whenGone: this.spec.whenGone,
    };
    const node =
      spec.type === S_IFDIR
        ? new GeneratedDirectory(tree, spec, origin, ino, entryMilliseconds)
        : spec.type === S_IFLNK
          ? new GeneratedLink(tree, spec, origin, ino, entryMilliseconds)
          : new GeneratedRegular(tree, spec, origin, ino, entryMilliseconds);
    if (this.#nodes.size >= this.#sweepAt) this.#sweep();
    this.#nodes.set(name, node);
    return node;
  }

  /** Forgets a node; if it is found again it will be another. */
  forget(name: string, node: GeneratedNode<NodeSpec<unknown>>): void {
    if (this.#nodes.get(name) === node) this.#nodes.delete(name);
  }

  /** Drops the nodes of what is gone: who still holds one keeps it. */
  #sweep(): void {
    for (const [name, node] of this.#nodes) if (node.subject.gone?.()) this.#nodes.delete(name);
    this.#sweepAt = this.#nodes.size * 2 + SWEEP_FLOOR;
  }

  list(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    const context = this.subject.context(caller);
    if (isErrno(context)) return context === ESRCH ? ENOENT : context;
    const entries = this.spec.entries;
    if (this.spec.order) return this.#listSorted(this.spec.order, after, sink, context, caller);
    // A declared entry's cookie is its place in the declaration, which never changes.
    if (after < entries.size) {
      let place = 0;
      for (const [name, spec] of entries) {
        if (++place <= after) continue;
        if (!isShown(spec, context, caller)) continue;
        if (!sink.add(name, inodeNumber(this.ino, name), spec.type, place)) return 0;
      }
    }
    const dynamic = this.spec.dynamic;
    if (!dynamic) return 0;
    const base = entries.size;
    const error = dynamic.list(Math.max(0, after - base), context, caller, (name, cookie, type) =>
      sink.add(name, inodeNumber(this.ino, name), type, base + cookie),
    );
    return error === ESRCH ? ENOENT : error || 0;
  }

  #listSorted(
    compare: (a: string, b: string) => number,
    after: number,
    sink: DirectorySink,
    context: unknown,
    caller: Caller,
  ): Errno | 0 {
    const found = new Map<string, FileType>();
    for (const [name, spec] of this.spec.entries) if (isShown(spec, context, caller)) found.set(name, spec.type);
    const error = this.spec.dynamic?.list(0, context, caller, (name, _cookie, type) => {
      if (!found.has(name)) found.set(name, type);
      return true;
    });
    if (isErrno(error ?? 0)) return error || 0;
    this.#order ??= new NameOrder(compare);
    for (const name of [...found.keys()].sort(compare)) {
      const cookie = this.#order.cookie(name);
      if (cookie <= after) continue;
      if (!sink.add(name, inodeNumber(this.ino, name), found.get(name) as FileType, cookie)) return 0;
    }
    return 0;
  }
}

/** Whether a declared node is there for this caller. */
function isShown(spec: NodeSpec<unknown>, context: unknown, caller: Caller): boolean {
  return (!spec.exists || spec.exists(context)) && (!spec.visible || spec.visible(context, caller));
}

/**
 * A node's inode number: 52 bits that depend on the path alone, so it is the same at each look-up and in each listing.
 */
function inodeNumber(parent: number, name: string): number {
  let high = (parent / 0x400_0000) | 0;
  let low = parent & 0x3ff_ffff;
  for (let index = 0; index < name.length; index++) {
    low = Math.imul(low ^ name.charCodeAt(index), 0x0100_0193) ^ (high >>> 7);
    high = Math.imul(high + (low >>> 13), 0x85eb_ca6b) ^ (low << 3);
  }
  return ((high >>> 6) & 0x3ff_ffff) * 0x400_0000 + (low & 0x3ff_ffff) + 2;
}
