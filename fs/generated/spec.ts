/**
 * The words in which a generated tree is declared, after FreeBSD's pseudofs(9): `dir`, `file`, `link` and `stream`.
 *
 * A tree is declared once, as plain data. `C` is the context that its functions work on: for linprocfs the view of a
 * kernel, and below a process directory the view of that process. A declaration says what a file contains; offsets,
 * descriptors, caching and permissions are the kit's business.
 */

import type { Caller } from '../caller.ts';
import type { Errno, WouldBlock } from '../errno.ts';
import type { Place } from '../place.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, type Stat } from '../stat.ts';
import type { AttributeChange } from '../vnode.ts';
import type { TextWriter } from './text-writer.ts';

/** Writes a file's whole text. Errors: whatever read(2) is to fail with. `opener` is what `FileOptions.opener` gave. */
export type Fill<C> = (out: TextWriter, context: C, caller: Caller, opener?: unknown) => Errno | 0 | void;

/** Takes what one write(2) brought; `value` is borrowed. Returns how many bytes were taken. `opener` as above. */
export type TakeWrite<C> = (value: Uint8Array, at: number, context: C, caller: Caller, opener?: unknown) => number | Errno;

/** What every kind of node may say of itself. */
export interface CommonOptions<C> {
  /** Whether the modelled system has the node at all, whoever asks. Absent: it does. */
  exists?: (context: C) => boolean;
  /** Whether this caller is shown it. Absent: everyone is. */
  visible?: (context: C, caller: Caller) => boolean;
  /** Decides access before the mode bits; undefined leaves it to them. Errors: EACCES, EPERM. */
  permission?: (mask: number, context: C, caller: Caller) => Errno | 0 | undefined;
  /** Corrects the attributes: sizes, link counts, times. Not asked once the subject is gone. */
  attributes?: (into: Stat, context: C, caller: Caller) => Errno | 0 | void;
  /**
   * What looking into the node gives once its subject is gone: finding a name in a directory, reading a link, reading a
   * file. Absent: ESRCH. With anything else, mode bits go on to decide about access, as they do not with ESRCH.
   */
  whenGone?: Errno;
  /** How long the attributes stay valid, in milliseconds, where it is not as long as the tree's options say. */
  attributeMilliseconds?: number;
  /** Set where the attributes cannot be told either once the subject is gone: ENOENT. */
  attributesGo?: true;
}

export interface FileOptions<C> extends CommonOptions<C> {
  write?: TakeWrite<C>;
  /** What a write gives where there is no `write`. Absent: EIO, as for files of /proc itself. */
  writeError?: Errno;
  /** An additional check when the file is opened. Errors: EACCES, EPERM, ESRCH. */
  open?: (flags: number, context: C, caller: Caller) => Errno | 0;
  /**
   * What the text depends on, as one object: as long as it is the same object, so is the text, and need not be written
   * again. Undefined: write it. Absent: for a file about the whole system the context itself, or else undefined.
   */
  key?: (context: C, caller: Caller) => object | undefined;
  /**
   * Writes the text for a key from the one that was written for another key, where that is less work than writing it
   * anew; returns whether it did.
   */
  rewrite?: (out: TextWriter, text: Buffer, before: object, now: object) => boolean;
  /**
   * A token that changes when the file's content changes in a way that poll(2) reports: POLLERR|POLLPRI until the
   * next poll on the same open file.
   */
  version?: (context: C) => number | string;
  /** The poll(2) events that always hold. Absent: `DEFAULT_POLL_MASK`. */
  pollMask?: number;
  /** The poll(2) events that hold now, instead of what `version` and `pollMask` say. */
  poll?: (context: C, caller: Caller, opener?: unknown) => number;
  /**
   * What an open file is bound to, compared with `===`: when it is another at a later read than it was at the opening,
   * the file reads as empty. Absent: nothing.
   */
  pin?: (context: C, caller: Caller) => unknown;
  /**
   * What is kept of who opens the file, for `fill` and `write`: some rights are the opener's, lest a program with more
   * rights be handed the open file and made to use its own. Absent: nothing.
   */
  opener?: (context: C, caller: Caller) => unknown;
}

export interface FileSpec<C> extends FileOptions<C> {
  readonly type: typeof S_IFREG;
  readonly mode: number;
  readonly fill: Fill<C>;
}

/** A file whose bytes are read where they lie (memory, page maps) rather than generated as a whole. */
export interface StreamSpec<C> extends CommonOptions<C> {
  readonly type: typeof S_IFREG;
  readonly mode: number;
  readonly stream: StreamOperations<C>;
}

export interface StreamOperations<C> {
  /** Opens what the open file holds until it is closed; reads and writes then go to that. Absent: it holds nothing. */
  attach?: (flags: number, context: C, caller: Caller) => StreamAttachment | Errno;
  open?: (flags: number, context: C, caller: Caller) => Errno | 0;
  /** Absent: EINVAL. */
  read?: (into: Uint8Array, start: number, length: number, at: number, context: C, caller: Caller) => number | Errno | WouldBlock;
  write?: (from: Uint8Array, start: number, length: number, at: number, context: C, caller: Caller) => number | Errno;
}

/** What an open stream holds on to. */
export interface StreamAttachment {
  read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock;
  /** Absent: EINVAL. */
  write?(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno;
  /** The poll(2) events that hold now. Absent: `DEFAULT_POLL_MASK`. */
  poll?(caller: Caller): number;
  close(): void;
}

export interface LinkSpec<C> extends LinkOptions<C> {
  readonly type: typeof S_IFLNK;
  readonly mode: number;
  readonly target: (context: C, caller: Caller) => string | Errno;
}

export interface LinkOptions<C> extends CommonOptions<C> {
  /** Where a path walk goes that follows it, whatever the text says. Absent: by the text. */
  jump?: (context: C, caller: Caller) => Place | Errno;
}

export interface DirectoryOptions<C> extends CommonOptions<C> {
  /** Entries that come and go, listed after the declared ones. */
  dynamic?: DynamicEntries<C>;
  /** Nobody may change the directory, not even root (`Vnode.immutable`). */
  immutable?: true;
  /** Lists declared and dynamic entries together, sorted by name. Absent: in the order of declaration. */
  order?: (a: string, b: string) => number;
  /** How long a declared entry's name stays valid, in milliseconds, where it is not as long as the tree's options say. */
  nameMilliseconds?: number;
  /** How the nodes in this directory and below take attribute changes. Absent: as the directory above. */
  changes?: ChangePolicy;
  /** The same for those below alone, where it differs from how the directory itself does. */
  changesBelow?: ChangePolicy;
}

export interface DirectorySpec<C> extends DirectoryOptions<C> {
  readonly type: typeof S_IFDIR;
  readonly mode: number;
  readonly entries: DeclaredEntries<C>;
}

export type NodeSpec<C> = FileSpec<C> | StreamSpec<C> | LinkSpec<C> | DirectorySpec<C>;

/** What a change of attributes comes to: refused, accepted without effect, or remembered while the tree lives. */
export type ChangePolicy = (change: AttributeChange) => Errno | 'ignored' | 'kept';

/** Entries that are found at run time. Their nodes may be about another context (`D`) than the directory is. */
export interface DynamicEntries<C> {
  /** How long a name stays valid, in milliseconds. Absent: it is asked for each time. */
  entryMilliseconds?: (context: C, name: string) => number;
  /**
   * Finds one entry, or undefined. The subject is the same object as long as the entry means the same thing; `known` is
   * the one that was given for this name before, if it is still remembered.
   */
  lookup: (name: string, context: C, caller: Caller, known?: Subject<unknown>) => DynamicEntry | Errno | undefined;
  /**
   * Lists the entries behind the cookie `after` (0 begins) in a stable order; a cookie is positive and says where in
   * that order an entry stands, whatever came and went. Stops when `add` returns false.
   */
  list: (after: number, context: C, caller: Caller, add: AddEntry) => Errno | 0 | void;
  /** How many of the entries are directories, for the link count. Absent: none. */
  directories?: (context: C, caller: Caller) => number;
}

export type AddEntry = (name: string, cookie: number, type: NodeSpec<never>['type']) => boolean;

export interface DynamicEntry {
  // The node's context type is erased here: a spec and a subject always come as a matching pair (`entry` sees to it).
  readonly spec: NodeSpec<never>;
  readonly subject: Subject<unknown>;
}

/** What nodes are about: it finds the context for each operation. */
export interface Subject<C> {
  /** Errors: ESRCH when it is gone. */
  context(caller: Caller): C | Errno;
  /**
   * Fills in the owner and the times of a node about it; the type and permission bits are there already. Once it is gone
   * there is nothing to fill in, which is no error. Absent: root, and the time of mounting.
   */
  attributes?(into: Stat, caller: Caller): Errno | 0;
  /** Whether it is gone for good. It may have to look. Absent: it never is. */
  gone?(): boolean;
}

/** A regular file with generated text. */
export function file<C>(mode: number, fill: Fill<C>, options?: FileOptions<C>): FileSpec<C> {
  return { ...options, type: S_IFREG, mode, fill };
}

/** A regular file that is read and written in place. */
export function stream<C>(mode: number, operations: StreamOperations<C>, options?: CommonOptions<C>): StreamSpec<C> {
  return { ...options, type: S_IFREG, mode, stream: operations };
}

/** A symbolic link. */
export function link<C>(target: string | LinkSpec<C>['target'], options?: LinkOptions<C>): LinkSpec<C> {
  return { ...options, type: S_IFLNK, mode: 0o777, target: typeof target === 'string' ? () => target : target };
}

/** A declared entry, or what makes it when somebody first looks at it. */
export type Declared<C> = NodeSpec<C> | (() => NodeSpec<C>);

/** The declared entries of a directory, by name, in the order of declaration. */
export class DeclaredEntries<C> {
  readonly #declared: Map<string, Declared<C>>;
  #directories: readonly DirectorySpec<C>[] | undefined;

  constructor(entries: Readonly<Record<string, Declared<C>>>) {
    this.#declared = new Map(Object.entries(entries));
  }

  get size(): number {
    return this.#declared.size;
  }

  get(name: string): NodeSpec<C> | undefined {
    const declared = this.#declared.get(name);
    if (typeof declared !== 'function') return declared;
    const spec = declared();
    this.#declared.set(name, spec);
    return spec;
  }

  *[Symbol.iterator](): Iterator<[string, NodeSpec<C>]> {
    for (const name of this.#declared.keys()) yield [name, this.get(name) as NodeSpec<C>];
  }

  /** Those that are directories, for the link count. */
  get directories(): readonly DirectorySpec<C>[] {
    return (this.#directories ??= [...this].map(([, spec]) => spec).filter((spec): spec is DirectorySpec<C> => spec.type === S_IFDIR));
  }
}

/** A directory with the given entries, listed in the order in which they are written. */
export function dir<C>(mode: number, entries: Readonly<Record<string, Declared<C>>>, options?: DirectoryOptions<C>): DirectorySpec<C> {
  return { ...options, type: S_IFDIR, mode, entries: new DeclaredEntries(entries) };
}

/** Pairs a spec with a subject of the same context type. */
export function entry<C>(spec: NodeSpec<C>, subject: Subject<C>): DynamicEntry {
  return { spec: spec as NodeSpec<never>, subject };
}
