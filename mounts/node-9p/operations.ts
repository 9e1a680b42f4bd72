/**
 * What a file server is made of. It gives out nodes, one for each place that a client has walked to, and open files.
 * The server in this package does the rest: fids, tags, flushes, versions and what differs between them.
 *
 * Every operation answers at once or with a promise, with its value or with an error number of Linux's, which is
 * negative (`ENOENT` and so on, from this package). One that throws, or whose promise is rejected, fails with the number
 * that Node's system errors carry (`code`), or else with EIO and a line in the log.
 *
 * An operation that a node lacks fails with the errno that stands beside it. What an operation is handed to fill or to
 * read from (`into`, `from`) is its own until its answer is there, and no longer.
 */

import type { AttributeChange, Attributes, FileSystemAttributes } from './attributes.ts';
import type { Dialect } from './protocol.ts';
import type { Qid } from './qid.ts';

/** A value, or a negative error number; now or later. */
export type Answer<T> = T | number | Promise<T | number>;

/** The connection that a request came over. */
export interface Peer {
  /** Counts up from 1 in each server. */
  readonly id: number;
  /** Where it comes from, for logs: `tcp!127.0.0.1!40962`. */
  readonly address: string;
  /** The version that was agreed upon. */
  readonly dialect: Dialect;
  /** The largest message that was agreed upon. */
  readonly msize: number;
  /** The name that the client proved to have (the common name of its TLS certificate). */
  readonly certified?: string;
}

/** The request that an operation is part of. It may be kept only by one that answers with a promise. */
export interface Request {
  readonly peer: Peer;
  /** Whether nobody waits for the answer any more. */
  readonly aborted: boolean;
  /**
   * Has `abort` called once when the client gives the request up (Tflush, Tversion, a Tclunk of its fid, the end of the
   * connection). An operation that then fails with EINTR has not happened, and is not answered; one that succeeds all
   * the same is. A flush is answered when the operation is, so what may take long should listen.
   */
  onAbort(abort: () => void): void;
}

/** Who attaches to what. */
export interface Attach {
  /** The name of the user; may be empty. */
  readonly userName: string;
  /** The user's number, if the client tells one (9P2000.u and 9P2000.L). */
  readonly userId: number | undefined;
  /** Which tree. */
  readonly tree: string;
  /** What `authenticate` made, if the client authenticated itself. */
  readonly authentication: OpenFile | undefined;
}

/** A file server. */
export interface FileServer {
  /** Gives out the root of a tree for a user. Errors: ENOENT for an unknown tree, EACCES, EPERM. */
  attach(attach: Attach, request: Request): Answer<FileNode>;
  /**
   * Begins a conversation that proves who the client is, held by reading and writing the file. Absent: ENOENT,
   * which tells the client that no proof is needed.
   */
  authenticate?(attach: Attach, request: Request): Answer<OpenFile>;
}

/** A file at a place that a client walked to. */
export interface FileNode {
  /** What file it is; looked at for each reply that tells it. */
  readonly qid: Qid;

  /** Fills in every field of `into` and sets `valid` to those that it knows; `mask` are the ones that are asked for. */
  getattr(into: Attributes, mask: number, request: Request): Answer<0>;
  /** Changes attributes, all or none; `through` is the open file that the client has it by, if it is open. Absent: EPERM. */
  setattr?(change: AttributeChange, request: Request, through?: OpenFile): Answer<0>;
  /** Absent: all zero, but names of 255 bytes. */
  statfs?(into: FileSystemAttributes, request: Request): Answer<0>;

  /**
   * Finds one name, which is never empty, `.` or `..` and has no slash or NUL. Absent: ENOTDIR.
   * Whoever walks to the parent gets the node that was walked from, and never further up than the attach.
   */
  walk?(name: string, request: Request): Answer<FileNode>;

  /** Opens the file itself; `flags` are O_*. Absent: EACCES. */
  open?(flags: number, request: Request): Answer<OpenFile>;
  /** Makes and opens a regular file, or opens the one that there is unless `flags` have O_EXCL. Absent: EPERM, as for all below. */
  create?(name: string, flags: number, mode: number, gid: number, request: Request): Answer<Created>;
  mkdir?(name: string, mode: number, gid: number, request: Request): Answer<FileNode>;
  symlink?(name: string, target: string, gid: number, request: Request): Answer<FileNode>;
  /** `mode` has the type bits; `device` is as in `Attributes.rdev`. */
  mknod?(name: string, mode: number, device: number, gid: number, request: Request): Answer<FileNode>;
  /** Makes `name` another name of a node that came from this server. */
  link?(name: string, existing: FileNode, request: Request): Answer<0>;
  /** Removes a name; `directory` says whether it has to be a directory's or must not be one. */
  unlink?(name: string, directory: boolean, request: Request): Answer<0>;
  /** Moves a name into a directory that came from this server. */
  rename?(name: string, newDirectory: FileNode, newName: string, request: Request): Answer<0>;
  /**
   * Removes the file by this node, and moves it, for servers that know its name of the moment. Absent: the server goes
   * by the name that was walked to, once it has seen that the name still stands for the file.
   */
  remove?(request: Request): Answer<0>;
  move?(newDirectory: FileNode, newName: string, request: Request): Answer<0>;

  /** A symbolic link's target. Absent: EINVAL. */
  readlink?(request: Request): Answer<string>;

  /** Extended attributes. Absent: EOPNOTSUPP. */
  readonly xattr?: ExtendedAttributes;

  /** No fid refers to the node any more; called once. */
  forget?(): void;
}

/** What `create` made, or found. */
export interface Created {
  readonly node: FileNode;
  readonly file: OpenFile;
}

/** Extended attribute operations of one node (xattr(7)). */
export interface ExtendedAttributes {
  /** Errors: ENODATA. */
  get(name: string, request: Request): Answer<Uint8Array>;
  list(request: Request): Answer<readonly string[]>;
  /** `flags` are XATTR_*. Errors: EEXIST, ENODATA, ENOSPC. */
  set(name: string, value: Uint8Array, flags: number, request: Request): Answer<0>;
  /** Errors: ENODATA. */
  remove(name: string, request: Request): Answer<0>;
}

/** A file that has been opened. */
export interface OpenFile {
  /** The most bytes to transfer at once; 0 or absent: as many as a message holds. */
  readonly ioUnit?: number;

  /**
   * Reads up to `length` bytes at `offset` into `into` from index `start`; less than `length` says that the file ends,
   * or that no more is there now. Absent: EINVAL (EISDIR for a directory).
   */
  read?(into: Buffer, start: number, length: number, offset: number, request: Request): Answer<number>;
  /** Writes; returns how many bytes were taken. `from` is what came from the network, not a copy. Absent: EINVAL. */
  write?(from: Buffer, start: number, length: number, offset: number, request: Request): Answer<number>;
  /**
   * Hands entries to `sink`, beginning after the one whose cookie is `after` (0 begins), until the sink is full or
   * nothing is left; `.` and `..` too, unless it has no use for them. Absent: ENOTDIR.
   */
  list?(after: number, sink: DirectorySink, request: Request): Answer<0>;
  /** Absent: there is nothing to write back. */
  fsync?(dataOnly: boolean, request: Request): Answer<0>;
  /** Takes or gives back a POSIX record lock, and tells LOCK_*. Absent: EOPNOTSUPP. `FileLocks` is ready-made. */
  lock?(lock: Lock, request: Request): Answer<number>;
  /** Finds a lock that is in the way of another; one of type LOCK_TYPE_UNLCK says that there is none. Absent: EOPNOTSUPP. */
  getlock?(lock: Lock, request: Request): Answer<Lock>;
  /** No fid has it open any more; called once. */
  close?(): void | Promise<void>;
}

/** Receives directory entries. */
export interface DirectorySink {
  /**
   * Takes an entry; `cookie` is what resumes after it, a number above 0 that stays good while entries come and go. Returns
   * false when it had no room: the entry was not taken, and the listing stops.
   */
  add(name: string, qid: Qid, type: number, cookie: number): boolean;
}

/** A record lock (fcntl(2)), as asked for or as found. */
export interface Lock {
  /** LOCK_TYPE_* */
  readonly type: number;
  /** Whether the client would wait for it. */
  readonly blocking: boolean;
  readonly start: number;
  /** 0 reaches to the end of the file, however long it gets. */
  readonly length: number;
  /** Whose it is: a process of a client. */
  readonly processId: number;
  readonly clientId: string;
}
