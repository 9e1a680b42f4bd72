/** The file system that serves a declared tree (`spec.ts`). */

import type { Caller } from '../caller.ts';
import { ENOENT, ESRCH, type Errno, isErrno } from '../errno.ts';
import { modePermission } from '../permission.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, type FileType, Stat, type StatFs } from '../stat.ts';
import type { AttributeChange, Caching, DirectorySink, FileSystem, OpenFile, Vnode } from '../vnode.ts';
import { WaitQueue } from '../wait-queue.ts';
import { NameOrder } from './name-order.ts';
import { GeneratedFile, StreamFile } from './open-file.ts';
import type { ChangePolicy, DirectorySpec, FileSpec, LinkSpec, NodeSpec, StreamSpec, Subject } from './spec.ts';
import { TextWriter } from './text-writer.ts';

/** What distinguishes one generated file system from another. */
export interface TreeOptions<C> {
  /** The name in mount tables, as `proc`. */
  readonly type: string;
  /** statfs(2)'s magic number. */
  readonly magic: number;
  readonly root: DirectorySpec<C>;
  readonly subject: Subject<C>;
  /** st_size and st_blksize of regular files: 0 and 1024 in procfs, 4096 and 4096 in sysfs. */
  readonly fileSize: number;
  readonly blockSize: number;
  /** How attribute changes are taken where no directory says otherwise. */
  readonly changes: ChangePolicy;
  /** Names that are declared never change their meaning; a door may remember them so long, in milliseconds. */
  readonly declaredMilliseconds: number;
}

/** Makes the file system of a declaration. */
export function generatedTree<C>(options: TreeOptions<C>): GeneratedTree {
  // The one place where the context type is erased: from here on, specs and subjects match by construction.
  return new GeneratedTree(options as unknown as TreeOptions<unknown>);
}

/** A generated file system; `generatedTree` makes one. */
export class GeneratedTree implements FileSystem {
  readonly type: string;
  readonly root: Vnode;
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 1, data: false, listAttributes: false };
  readonly options: TreeOptions<unknown>;
  /** Shared by all fills: one runs at a time. */
  readonly writer: TextWriter = new TextWriter(65536);
  /** Woken when files that are polled may have changed. */
  readonly changed: WaitQueue = new WaitQueue();
  /** The time of mounting: seconds and nanoseconds. */
  readonly mountedAt: number;
  readonly mountedAtNanoseconds: number;

  constructor(options: TreeOptions<unknown>) {
    this.type = options.type;
    this.options = options;
    const now = Date.now();
    this.mountedAt = Math.floor(now / 1000);
    this.mountedAtNanoseconds = (now % 1000) * 1e6;
    const origin: Origin = { subject: options.subject, changes: options.changes, declared: true };
    this.root = new GeneratedDirectory(this, options.root, origin, 1);
  }

  statfs(into: StatFs): 0 {
    into.type = this.options.magic;
    into.blockSize = 4096;
    into.fragmentSize = 4096;
    into.blocks = into.blocksFree = into.blocksAvailable = into.files = into.filesFree = 0;
    into.nameLength = 255;
    return 0;
  }
}

/** What a node has from where it was found. */
interface Origin {
  readonly subject: Subject<unknown>;
  readonly changes: ChangePolicy;
  /** Found by its declared name, all the way from the root. */
  readonly declared: boolean;
  /** The directory that it was found in, and its name there; absent for the root. */
  readonly directory?: GeneratedDirectory;
  readonly name?: string;
  /** Found among the dynamic entries of its directory. */
  readonly dynamic?: boolean;
  /** What opening it gives once its subject is gone, for its name is not found any more then. */
  readonly whenGone?: Errno | undefined;
}

/** The parts that all generated nodes share. */
abstract class GeneratedNode<S extends NodeSpec<unknown>> implements Vnode {
  readonly fileSystem: GeneratedTree;
  abstract readonly type: FileType;
  readonly entryMilliseconds: number;
  readonly attributeMilliseconds: number;
  readonly spec: S;
  readonly subject: Subject<unknown>;
  readonly changes: ChangePolicy;
  readonly declared: boolean;
  readonly ino: number;
  /** Only what was found at run time can go by itself; the rest goes with the directory above. */
  readonly gone?: () => boolean;
  readonly #directory: GeneratedDirectory | undefined;
  readonly #name: string;
  readonly #openWhenGone: Errno;
  #holds = 0;
  /** Attributes that were changed and are kept; undefined while as declared. */
  #kept: { mode: number; uid: number; gid: number } | undefined;

  constructor(tree: GeneratedTree, spec: S, origin: Origin, ino: number, entryMilliseconds?: number) {
    this.fileSystem = tree;
    this.spec = spec;
    this.subject = origin.subject;
    this.changes = origin.changes;
    this.declared = origin.declared;
    const { subject } = origin;
    if (origin.dynamic && subject.gone) this.gone = () => subject.gone?.() === true;
    this.#directory = origin.directory;
    this.#name = origin.name ?? '';
    this.#openWhenGone = origin.whenGone ?? ESRCH;
    this.ino = ino;
    const lasting = tree.options.declaredMilliseconds;
    this.entryMilliseconds = spec.visible ? 0 : (entryMilliseconds ?? lasting);
    const lasts = origin.declared && !spec.attributes && !countsDirectories(spec);
    this.attributeMilliseconds = spec.attributeMilliseconds ?? (lasts ? lasting : tree.caching.attributeMilliseconds);
  }

  stat(into: Stat, caller: Caller): Errno | 0 {
    const tree = this.fileSystem;
    const kept = this.#kept;
    into.ino = this.ino;
    into.mode = kept ? kept.mode : this.spec.mode | this.type;
    into.nlink = 1;
    into.uid = 0;
    into.gid = 0;
    into.rdev = 0;
    into.size = this.type === S_IFREG ? tree.options.fileSize : 0;
    into.blksize = tree.options.blockSize;
    into.blocks = 0;
    into.setTimes(tree.mountedAt, tree.mountedAtNanoseconds);
    if (this.subject.attributes) {
      const error = this.subject.attributes(into, caller);
      if (isErrno(error)) return error;
    }
    if (kept) {
      into.uid = kept.uid;
      into.gid = kept.gid;
    }
    return this.correct(into, caller);
  }

  /** Applies what the spec says of attributes. */
  protected correct(into: Stat, caller: Caller): Errno | 0 {
    if (!this.spec.attributes) return 0;
    const context = this.subject.context(caller);
    if (isErrno(context)) return this.attributesOfGone(context);
    return this.spec.attributes(into, context, caller) || 0;
  }

  /** What stat(2) gives where the subject's context could not be had: only what is gone still has attributes. */
  protected attributesOfGone(error: Errno): Errno | 0 {
    if (error !== ESRCH) return error;
    return this.spec.attributesGo ? ENOENT : 0;
  }

  /** The errno that looking into the node gives where its subject's context could not be had. */
  lookError(error: Errno): Errno {
    return error === ESRCH ? (this.spec.whenGone ?? ESRCH) : error;
  }

  /** The errno that opening the node gives where its subject's context could not be had. */
  protected openError(error: Errno): Errno {
    return error === ESRCH ? this.#openWhenGone : error;
  }

  hold(): void {
    this.#holds++;
  }

  /** A node that nobody holds need not be remembered, unless it will always be there. */
  drop(): void {
    if (--this.#holds === 0 && !this.declared) this.#directory?.forget(this.#name, this);
  }

  permission(mask: number, caller: Caller): Errno | 0 {
    const decide = this.spec.permission;
    const mode = this.#kept ? this.#kept.mode : this.spec.mode;
    if (decide || !this.declared) {
      const context = this.subject.context(caller);
      if (isErrno(context)) {
        const error = this.lookError(context);
        // What is left of it is root's.
        return error === context ? error : modePermission(mode | this.type, 0, 0, mask, caller);
      }
      const decision = decide?.(mask, context, caller);
      if (decision !== undefined) return decision;
    }
    if ((mode & (mode >> 3) & (mode >> 6) & mask) === mask) return 0;
    const error = this.stat(scratch, caller);
    // Attributes that are kept from the caller count all the same.
    if (isErrno(error) && error !== ENOENT) return error;
    return modePermission(scratch.mode, scratch.uid, scratch.gid, mask, caller);
  }

  setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const effect = this.changes(change);
    if (effect === 'ignored') return 0;
    if (effect !== 'kept') return effect;
    const error = this.stat(scratch, caller);
    if (isErrno(error)) return error;
    if (change.mode === undefined && change.uid === undefined && change.gid === undefined) return 0;
    this.#kept = {
      mode: change.mode === undefined ? scratch.mode : change.mode | this.type,
      uid: change.uid ?? scratch.uid,
      gid: change.gid ?? scratch.gid,
    };
    return 0;
  }
}

/** A regular file of a generated tree. */
export class GeneratedRegular extends GeneratedNode<FileSpec<unknown> | StreamSpec<unknown>> {
  readonly type: typeof S_IFREG = S_IFREG;
  #key: object | undefined;
  #text: Buffer = EMPTY;
  #length = 0;

  /** What the text depends on (`FileOptions.key`). A view is the same object only while it may be reused. */
  key(context: unknown, caller: Caller): object | undefined {
    const spec = this.spec as FileSpec<unknown>;
    if (spec.key) return spec.key(context, caller);
    return this.declared ? (context as object) : undefined;
  }

  /** The text written for this key, borrowed until the next `keepText`; undefined when it was another. */
  textFor(key: object): Buffer | undefined {
    return key === this.#key ? this.#text.subarray(0, this.#length) : undefined;
  }

  /** Keeps a copy of a text. */
  keepText(key: object, text: Buffer, length: number): void {
    this.#key = key;
    if (this.#text.length < length) this.#text = Buffer.allocUnsafeSlow(length + (length >> 3));
    text.copy(this.#text, 0, 0, length);
    this.#length = length;
  }

  open(flags: number, caller: Caller): OpenFile | Errno {
    const { spec, subject } = this;
    // What was found by its declared name is never gone.
    if (this.declared && !('stream' in spec) && !spec.open && !spec.pin && !spec.opener && !spec.version) {
      return new GeneratedFile(this, flags, spec, subject);
    }
    const context = subject.context(caller);
    if (isErrno(context)) return this.openError(context);
    if ('stream' in spec) {
      const error = spec.stream.open?.(flags, context, caller);
      if (isErrno(error)) return error;
      const attachment = spec.stream.attach?.(flags, context, caller);
      return isErrno(attachment) ? attachment : new StreamFile(this, flags, spec, subject, attachment);
    }
    const error = spec.open?.(flags, context, caller);
    if (isErrno(error)) return error;
    const file = new GeneratedFile(this, flags, spec, subject, spec.pin?.(context, caller), spec.opener?.(context, caller));
    if (spec.version) file.poll(caller);
    return file;
  }
}

class GeneratedLink extends GeneratedNode<LinkSpec<unknown>> {
  readonly type: typeof S_IFLNK = S_IFLNK;

  readlink(caller: Caller): string | Errno {
    const context = this.subject.context(caller);
    const target = isErrno(context) ? context : this.spec.target(context, caller);
    return isErrno(target) ? this.lookError(target) : target;
  }
}

/** How many found nodes a directory remembers before it looks for ones to drop. */
const SWEEP_FLOOR = 1024;

class GeneratedDirectory extends GeneratedNode<DirectorySpec<unknown>> {
  readonly type: typeof S_IFDIR = S_IFDIR;
  readonly closed = true as const;
  readonly immutable?: true;
  readonly #nodes = new Map<string, GeneratedNode<NodeSpec<unknown>>>();
  #sweepAt = SWEEP_FLOOR;
  #order: NameOrder | undefined;
  /** The link count without what comes and goes, as it was found last. */
  #fixedLinks = 2;

  constructor(tree: GeneratedTree, spec: DirectorySpec<unknown>, origin: Origin, ino: number, entryMilliseconds?: number) {
    super(tree, spec, { ...origin, changes: spec.changes ?? origin.changes }, ino, entryMilliseconds);
    if (spec.immutable) this.immutable = true;
  }

  protected override correct(into: Stat, caller: Caller): Errno | 0 {
    const context = this.subject.context(caller);
    const gone = isErrno(context);
    if (!gone) {
      let directories = 2;
      for (const spec of this.spec.entries.values()) {
        if (spec.type === S_IFDIR && isShown(spec, context, caller)) directories++;
      }
      this.#fixedLinks = directories;
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
    return this.#remember(name, found.spec as NodeSpec<unknown>, found.subject, true, dynamic.entryMilliseconds?.(context) ?? 0);
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

/** Whether a directory's link count changes with what comes and goes in it. */
function countsDirectories(spec: NodeSpec<unknown>): boolean {
  return 'dynamic' in spec && spec.dynamic?.directories !== undefined;
}

/** Whether a declared node is there for this caller. */
function isShown(spec: NodeSpec<unknown>, context: unknown, caller: Caller): boolean {
  return (!spec.exists || spec.exists(context)) && (!spec.visible || spec.visible(context, caller));
}

const scratch = new Stat();
const EMPTY = Buffer.alloc(0);

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
