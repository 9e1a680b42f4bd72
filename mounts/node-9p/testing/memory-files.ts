/** A small writable file server for tests: everything in memory, with answers at once or later. */

import type { AttributeChange, Attributes, FileSystemAttributes } from '../attributes.ts';
import { EEXIST, EFBIG, EINTR, EINVAL, EISDIR, ENODATA, ENOENT, ENOTDIR, ENOTEMPTY } from '../errors.ts';
import { FileLocks } from '../file-locks.ts';
import type { Answer, Attach, DirectorySink, FileNode, FileServer, Lock, OpenFile, Request } from '../operations.ts';
import {
  O_ACCMODE,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  XATTR_CREATE,
  XATTR_REPLACE,
} from '../protocol.ts';
import { Qid, qidType } from '../qid.ts';

/** The largest file, so that nobody fills the memory of a test. */
const SIZE_MAX = 1 << 24;

/** An inode. */
class Inode {
  readonly path: number;
  mode: number;
  uid = 0;
  gid = 0;
  nlink = 1;
  rdev = 0;
  bytes: Buffer = Buffer.alloc(0);
  readonly entries: Map<string, { inode: Inode; cookie: number }> = new Map();
  readonly attributes: Map<string, Uint8Array> = new Map();
  readonly locks: FileLocks = new FileLocks(50);
  atime = 1;
  mtime = 2;
  lastCookie = 0;

  constructor(path: number, mode: number) {
    this.path = path;
    this.mode = mode;
  }

  get isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }

  add(name: string, inode: Inode): void {
    this.entries.set(name, { inode, cookie: ++this.lastCookie });
  }
}

/** How a server under test answers. */
export type Pace = 'at once' | 'later';

export class MemoryFiles implements FileServer {
  readonly root: Inode = new Inode(1, S_IFDIR | 0o755);
  readonly pace: Pace;
  #lastPath = 1;
  /** Nodes given out and not yet forgotten; files opened and not yet closed. */
  nodes = 0;
  files = 0;
  /** Readers of `waiting` files, to be let go by `wake`. */
  readonly #sleepers = new Set<() => void>();
  /** What was attached to. */
  readonly attaches: Attach[] = [];

  constructor(pace: Pace = 'at once') {
    this.pace = pace;
    this.root.add('empty', this.make(S_IFREG | 0o644));
    const text = this.make(S_IFREG | 0o644);
    text.bytes = Buffer.from('The quick brown fox\n');
    this.root.add('text', text);
    const directory = this.make(S_IFDIR | 0o755);
    this.root.add('directory', directory);
    directory.add('inner', this.make(S_IFREG | 0o600));
    this.root.add('waiting', this.make(S_IFREG | 0o644));
  }

  make(mode: number): Inode {
    return new Inode(++this.#lastPath, mode);
  }

  /** Answers as the pace is. */
  answer<T>(value: T): T | Promise<T> {
    if (this.pace === 'at once') return value;
    return new Promise((resolve) => setImmediate(() => resolve(value)));
  }

  attach(attach: Attach): Answer<FileNode> {
    this.attaches.push(attach);
    if (attach.tree !== '' && attach.tree !== 'tree') return this.answer(ENOENT);
    return this.answer(new MemoryNode(this, this.root));
  }

  /** A promise that `wake` keeps, or the request's end breaks. */
  sleep(request: Request): Promise<number> {
    return new Promise((resolve) => {
      const end = (value: number) => (): void => {
        this.#sleepers.delete(wake);
        resolve(value);
      };
      const wake = end(0);
      this.#sleepers.add(wake);
      request.onAbort(end(EINTR));
    });
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  wake(): void {
    for (const wake of [...this.#sleepers]) wake();
  }
}

class MemoryNode implements FileNode {
  readonly #files: MemoryFiles;
  readonly inode: Inode;
  #forgotten = false;

  constructor(files: MemoryFiles, inode: Inode) {
    this.#files = files;
    this.inode = inode;
    files.nodes++;
  }

  get qid(): Qid {
    return Qid.of(qidType(this.inode.mode), this.inode.mtime, this.inode.path);
  }

  forget(): void {
    if (this.#forgotten) throw new Error('forgotten twice');
    this.#forgotten = true;
    this.#files.nodes--;
  }

  /** Answers as the pace is; a node has to be there until it has. */
  #answer<T>(value: T): T | Promise<T> {
    const answer = this.#files.answer(value);
    if (!(answer instanceof Promise)) return answer;
    return answer.then((later) => {
      if (this.#forgotten) throw new Error('forgotten while it is at work');
      return later;
    });
  }

  getattr(into: Attributes): Answer<0> {
    const { inode } = this;
    into.mode = inode.mode;
    into.uid = inode.uid;
    into.gid = inode.gid;
    into.nlink = inode.nlink;
    into.rdev = inode.rdev;
    into.size = inode.bytes.length;
    into.blksize = 4096;
    into.blocks = Math.ceil(inode.bytes.length / 512);
    into.atime = inode.atime;
    into.mtime = into.ctime = inode.mtime;
    into.atimeNanoseconds = into.mtimeNanoseconds = into.ctimeNanoseconds = 7;
    return this.#answer(0 as const);
  }

  setattr(change: AttributeChange): Answer<0> {
    const { inode } = this;
    if ((change.size ?? 0) > SIZE_MAX) return this.#answer(EFBIG);
    if (change.mode !== undefined) inode.mode = (inode.mode & S_IFMT) | change.mode;
    if (change.uid !== undefined) inode.uid = change.uid;
    if (change.gid !== undefined) inode.gid = change.gid;
    if (change.size !== undefined) {
      const bytes = Buffer.alloc(change.size);
      inode.bytes.copy(bytes);
      inode.bytes = bytes;
    }
    if (change.atime) inode.atime = change.atime === 'now' ? 1000 : change.atime.seconds;
    if (change.mtime) inode.mtime = change.mtime === 'now' ? 1000 : change.mtime.seconds;
    return this.#answer(0 as const);
  }

  statfs(into: FileSystemAttributes): Answer<0> {
    into.type = 0x0102_1994;
    into.blocks = 2n ** 63n;
    into.files = 5;
    return this.#answer(0 as const);
  }

  walk(name: string): Answer<FileNode> {
    if (!this.inode.isDirectory) return this.#answer(ENOTDIR);
    const entry = this.inode.entries.get(name);
    return this.#answer(entry ? new MemoryNode(this.#files, entry.inode) : ENOENT);
  }

  open(flags: number): Answer<OpenFile> {
    if (this.inode.isDirectory && (flags & O_ACCMODE) !== O_RDONLY) return this.#answer(EISDIR);
    if (flags & O_TRUNC) this.inode.bytes = Buffer.alloc(0);
    return this.#answer(
      new MemoryFile(this.#files, this.inode, this.inode === this.#files.root.entries.get('waiting')?.inode),
    );
  }

  #new(name: string, mode: number): Inode | number {
    if (!this.inode.isDirectory) return ENOTDIR;
    if (this.inode.entries.has(name)) return EEXIST;
    const inode = this.#files.make(mode);
    this.inode.add(name, inode);
    return inode;
  }

  #made(name: string, mode: number): Answer<FileNode> {
    const inode = this.#new(name, mode);
    return this.#answer(typeof inode === 'number' ? inode : new MemoryNode(this.#files, inode));
  }

  create(name: string, flags: number, mode: number, gid: number): Answer<{ node: FileNode; file: OpenFile }> {
    const existing = this.inode.entries.get(name)?.inode;
    const inode = existing && !(flags & O_EXCL) ? existing : this.#new(name, S_IFREG | mode);
    if (typeof inode === 'number') return this.#answer(inode);
    if (gid !== 0xffff_ffff) inode.gid = gid;
    return this.#answer({
      node: new MemoryNode(this.#files, inode),
      file: new MemoryFile(this.#files, inode, false),
    });
  }

  mkdir(name: string, mode: number): Answer<FileNode> {
    return this.#made(name, S_IFDIR | mode);
  }

  symlink(name: string, target: string): Answer<FileNode> {
    const node = this.#new(name, S_IFLNK | 0o777);
    if (typeof node !== 'number') node.bytes = Buffer.from(target);
    return this.#answer(typeof node === 'number' ? node : new MemoryNode(this.#files, node));
  }

  mknod(name: string, mode: number, device: number): Answer<FileNode> {
    const node = this.#new(name, mode);
    if (typeof node !== 'number') node.rdev = device;
    return this.#answer(typeof node === 'number' ? node : new MemoryNode(this.#files, node));
  }

  link(name: string, existing: FileNode): Answer<0> {
    if (this.inode.entries.has(name)) return this.#answer(EEXIST);
    const { inode } = existing as MemoryNode;
    inode.nlink++;
    this.inode.add(name, inode);
    return this.#answer(0 as const);
  }

  unlink(name: string, directory: boolean): Answer<0> {
    const inode = this.inode.entries.get(name)?.inode;
    if (!inode) return this.#answer(ENOENT);
    if (inode.isDirectory !== directory) return this.#answer(directory ? ENOTDIR : EISDIR);
    if (inode.entries.size > 0) return this.#answer(ENOTEMPTY);
    inode.nlink--;
    this.inode.entries.delete(name);
    return this.#answer(0 as const);
  }

  rename(name: string, newDirectory: FileNode, newName: string): Answer<0> {
    const inode = this.inode.entries.get(name)?.inode;
    if (!inode) return this.#answer(ENOENT);
    this.inode.entries.delete(name);
    (newDirectory as MemoryNode).inode.add(newName, inode);
    return (newDirectory as MemoryNode).#answer(this.#answer(0 as const) as 0);
  }

  readlink(): Answer<string> {
    return this.#answer((this.inode.mode & S_IFMT) === S_IFLNK ? this.inode.bytes.toString() : EINVAL);
  }

  readonly xattr = {
    get: (name: string): Answer<Uint8Array> => this.#answer(this.inode.attributes.get(name) ?? ENODATA),
    list: (): Answer<readonly string[]> => this.#answer([...this.inode.attributes.keys()]),
    set: (name: string, value: Uint8Array, flags: number): Answer<0> => {
      const there = this.inode.attributes.has(name);
      if (flags & XATTR_CREATE && there) return this.#answer(EEXIST);
      if (flags & XATTR_REPLACE && !there) return this.#answer(ENODATA);
      this.inode.attributes.set(name, value);
      return this.#answer(0 as const);
    },
    remove: (name: string): Answer<0> =>
      this.#answer(this.inode.attributes.delete(name) ? (0 as const) : ENODATA),
  };
}

class MemoryFile implements OpenFile {
  readonly #files: MemoryFiles;
  readonly #inode: Inode;
  readonly #waits: boolean;

  constructor(files: MemoryFiles, inode: Inode, waits: boolean) {
    this.#files = files;
    this.#inode = inode;
    this.#waits = waits;
    files.files++;
  }

  read(into: Buffer, start: number, length: number, offset: number, request: Request): Answer<number> {
    const copy = (): number => {
      const piece = this.#inode.bytes.subarray(offset, offset + length);
      piece.copy(into, start);
      return piece.length;
    };
    if (this.#waits) return this.#files.sleep(request).then((error) => error || copy());
    if (this.#files.pace === 'at once') return copy();
    return new Promise((resolve) => setImmediate(() => resolve(copy())));
  }

  write(from: Buffer, start: number, length: number, offset: number): Answer<number> {
    const copy = (): number => {
      const { bytes } = this.#inode;
      if (offset + length > SIZE_MAX) return EFBIG;
      if (bytes.length < offset + length) {
        this.#inode.bytes = Buffer.alloc(offset + length);
        bytes.copy(this.#inode.bytes);
      }
      from.copy(this.#inode.bytes, offset, start, start + length);
      this.#inode.mtime++;
      return length;
    };
    if (this.#files.pace === 'at once') return copy();
    return new Promise((resolve) => setImmediate(() => resolve(copy())));
  }

  list(after: number, sink: DirectorySink): Answer<0> {
    const go = (): 0 => {
      const { path, entries } = this.#inode;
      const dots = Qid.of(0x80, 0, path);
      if (after < 1 && !sink.add('.', dots, 4, 1)) return 0;
      if (after < 2 && !sink.add('..', dots, 4, 2)) return 0;
      for (const [name, { inode, cookie }] of entries) {
        if (cookie + 2 <= after) continue;
        if (!sink.add(name, Qid.of(qidType(inode.mode), inode.mtime, inode.path), inode.mode >> 12, cookie + 2))
          return 0;
      }
      return 0;
    };
    if (!this.#inode.isDirectory) return this.#files.answer(ENOTDIR);
    if (this.#files.pace === 'at once') return go();
    return new Promise((resolve) => setImmediate(() => resolve(go())));
  }

  fsync(): Answer<0> {
    return this.#files.answer(0 as const);
  }

  lock(lock: Lock, request: Request): Answer<number> {
    return this.#inode.locks.lock(lock, this, request);
  }

  getlock(lock: Lock, request: Request): Answer<Lock> {
    return this.#inode.locks.conflict(lock, request);
  }

  close(): void {
    this.#files.files--;
    this.#inode.locks.release(this);
  }
}
