/** What all nodes of generated trees have in common. */

import type { Caller } from '../caller.ts';
import { ENOENT, ESRCH, type Errno, isErrno } from '../errno.ts';
import { modePermission } from '../permission.ts';
import { type FileType, S_IFREG, Stat } from '../stat.ts';
import type { AttributeChange, Vnode } from '../vnode.ts';
import type { ChangePolicy, CommonOptions, NodeSpec, Subject } from './spec.ts';
import type { GeneratedTree } from './tree.ts';

/** What a node has from where it was found. */
export interface Origin {
  readonly subject: Subject<unknown>;
  readonly changes: ChangePolicy;
  /** Found by its declared name, all the way from the root. */
  readonly declared: boolean;
  /** The directory that it was found in, and its name there; absent for the root. */
  readonly directory?: NodeHolder;
  readonly name?: string;
  /** Found among the dynamic entries of its directory. */
  readonly dynamic?: boolean;
  /** What opening it gives once its subject is gone, for its name is not found any more then. */
  readonly whenGone?: Errno | undefined;
}

/** A directory that remembers the nodes found in it. */
export interface NodeHolder {
  /** Forgets a node; if it is found again it will be another. */
  forget(name: string, node: Vnode): void;
}

const scratch = new Stat();

/** The parts that all generated nodes share. */
export abstract class GeneratedNode<S extends NodeSpec<unknown>> implements Vnode {
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
  readonly #directory: NodeHolder | undefined;
  readonly #name: string;
  readonly #openWhenGone: Errno;
  /** What the spec says of access and attributes. Specs differ in what they have, and reading from them takes its time. */
  readonly #decide: CommonOptions<unknown>['permission'];
  readonly #attributes: CommonOptions<unknown>['attributes'];
  readonly #mode: number;
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
    this.#decide = spec.permission;
    this.#attributes = spec.attributes;
    this.#mode = spec.mode;
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
    into.mode = this.#mode | this.type;
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
    const error = this.correct(into, caller);
    if (isErrno(error) || !kept) return error;
    into.mode = kept.mode;
    into.uid = kept.uid;
    into.gid = kept.gid;
    return 0;
  }

  /** Applies what the spec says of attributes. */
  protected correct(into: Stat, caller: Caller): Errno | 0 {
    const attributes = this.#attributes;
    if (!attributes) return 0;
    const context = this.subject.context(caller);
    if (isErrno(context)) return this.attributesOfGone(context);
    return attributes(into, context, caller) || 0;
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
    const decide = this.#decide;
    const mode = this.#kept ? this.#kept.mode : this.#mode;
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

/** Whether a directory's link count changes with what comes and goes in it. */
function countsDirectories(spec: NodeSpec<unknown>): boolean {
  return 'dynamic' in spec && spec.dynamic?.directories !== undefined;
}
