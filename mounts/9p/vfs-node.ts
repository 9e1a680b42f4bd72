/** Files of our trees as nodes of a 9P server. Checks are made by `fs/operations.ts`, as for every other door. */

import { EROFS, EXDEV, type Errno, isErrno } from '../../fs/errno.ts';
import {
  MAY_WRITE,
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_SYNC,
  O_TRUNC,
  accessMask,
  canWrite,
} from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import { S_IFREG, Stat, StatFs } from '../../fs/stat.ts';
import type { AttributeChange, Vnode } from '../../fs/vnode.ts';
import type { Attributes, FileSystemAttributes } from '../node-9p/attributes.ts';
import type { Created, ExtendedAttributes, FileNode, OpenFile, Request } from '../node-9p/operations.ts';
import { GETATTR_BASIC } from '../node-9p/protocol.ts';
import type { Qid } from '../node-9p/qid.ts';
import { makerOf } from './attached-caller.ts';
import type { Attachment } from './tree.ts';
import { VfsFile } from './vfs-file.ts';

/** Flags of open(2) that mean something to a file system. */
const OPEN_FLAGS =
  O_ACCMODE | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | O_SYNC | O_DIRECTORY | O_NOFOLLOW | O_NOATIME;

const stat = new Stat();
const statfs = new StatFs();

export class VfsNode implements FileNode {
  readonly vnode: Vnode;
  readonly attachment: Attachment;
  /** The directory that it was found in, or itself at the root of its tree. */
  readonly above: Qid;
  #qid: Qid;
  #xattr: ExtendedAttributes | undefined;

  private constructor(vnode: Vnode, attachment: Attachment, qid: Qid, above: Qid | undefined) {
    this.vnode = vnode;
    this.attachment = attachment;
    this.#qid = qid;
    this.above = above ?? qid;
    vnode.hold?.();
  }

  /** The node of a vnode that was just found in the directory `above`. Errors: those of stat. */
  static of(vnode: Vnode, attachment: Attachment, above?: Qid): VfsNode | Errno {
    const error = vnode.stat(stat, attachment.caller);
    if (isErrno(error)) return error;
    const { tree } = attachment;
    return new VfsNode(vnode, attachment, tree.qid(vnode.type, stat.ino, tree.version(stat)), above);
  }

  /** As of the last time that its attributes were looked at, which those who tell it have done just before. */
  get qid(): Qid {
    return this.#qid;
  }

  /** Looks at the attributes, into the shared `stat`. */
  #look(): Errno | 0 {
    const { tree, caller } = this.attachment;
    const error = this.vnode.stat(stat, caller);
    if (isErrno(error)) return error;
    const version = tree.version(stat);
    if (version !== this.#qid.version) this.#qid = tree.qid(this.vnode.type, stat.ino, version);
    return 0;
  }

  getattr(into: Attributes): Errno | 0 {
    const error = this.#look();
    if (isErrno(error)) return error;
    into.valid = GETATTR_BASIC;
    into.mode = stat.mode;
    into.uid = stat.uid;
    into.gid = stat.gid;
    into.nlink = stat.nlink;
    into.rdev = stat.rdev;
    into.size = stat.size;
    into.blksize = stat.blksize;
    into.blocks = stat.blocks;
    into.atime = stat.atime;
    into.atimeNanoseconds = stat.atimeNanoseconds;
    into.mtime = stat.mtime;
    into.mtimeNanoseconds = stat.mtimeNanoseconds;
    into.ctime = stat.ctime;
    into.ctimeNanoseconds = stat.ctimeNanoseconds;
    return 0;
  }

  setattr(change: AttributeChange, _request: Request, through?: OpenFile): Errno | 0 {
    const { tree, caller } = this.attachment;
    if (tree.readOnly) return EROFS;
    const file = change.size !== undefined && through instanceof VfsFile ? through.file : undefined;
    const whole = file && canWrite(file.flags) ? { ...change, through: file } : change;
    return operations.setattr(this.vnode, whole, caller);
  }

  statfs(into: FileSystemAttributes): Errno | 0 {
    const { tree, caller } = this.attachment;
    const error = tree.fileSystem.statfs(statfs, caller, this.vnode);
    if (isErrno(error)) return error;
    into.type = statfs.type;
    into.blockSize = statfs.blockSize;
    into.blocks = statfs.blocks;
    into.blocksFree = statfs.blocksFree;
    into.blocksAvailable = statfs.blocksAvailable;
    into.files = statfs.files;
    into.filesFree = statfs.filesFree;
    into.id = tree.number + 1;
    into.nameLength = statfs.nameLength;
    return 0;
  }

  /** The node of something in this directory. */
  #below(vnode: Vnode | Errno): VfsNode | Errno {
    return isErrno(vnode) ? vnode : VfsNode.of(vnode, this.attachment, this.#qid);
  }

  walk(name: string): VfsNode | Errno {
    return this.#below(operations.lookup(this.vnode, name, this.attachment.caller));
  }

  open(flags: number): OpenFile | Errno {
    const { tree, caller } = this.attachment;
    if (tree.readOnly && accessMask(flags) & MAY_WRITE && this.vnode.type === S_IFREG) return EROFS;
    const file = operations.open(this.vnode, flags & OPEN_FLAGS, caller);
    if (isErrno(file)) return file;
    // What was opened may be gone by now, and is open all the same.
    this.#look();
    return new VfsFile(file, this.attachment, this.#qid, this.above);
  }

  create(name: string, flags: number, mode: number, gid: number): Created | Errno {
    const { tree, caller } = this.attachment;
    if (tree.readOnly) return EROFS;
    const kept = (flags & (OPEN_FLAGS | O_EXCL)) | O_CREAT;
    const created = operations.createOrOpen(this.vnode, name, mode, kept, makerOf(caller, gid));
    if (isErrno(created)) return created;
    const node = this.#below(created.vnode);
    if (isErrno(node)) {
      created.file.release();
      return node;
    }
    return { node, file: new VfsFile(created.file, this.attachment, node.qid, node.above) };
  }

  mkdir(name: string, mode: number, gid: number): VfsNode | Errno {
    const { tree, caller } = this.attachment;
    return tree.readOnly ? EROFS : this.#below(operations.mkdir(this.vnode, name, mode, makerOf(caller, gid)));
  }

  symlink(name: string, target: string, gid: number): VfsNode | Errno {
    const { tree, caller } = this.attachment;
    return tree.readOnly ? EROFS : this.#below(operations.symlink(this.vnode, name, target, makerOf(caller, gid)));
  }

  mknod(name: string, mode: number, device: number, gid: number): VfsNode | Errno {
    const { tree, caller } = this.attachment;
    return tree.readOnly
      ? EROFS
      : this.#below(operations.mknod(this.vnode, name, mode, device, makerOf(caller, gid)));
  }

  link(name: string, existing: FileNode): Errno | 0 {
    const { tree, caller } = this.attachment;
    if (!(existing instanceof VfsNode)) return EXDEV;
    return tree.readOnly ? EROFS : operations.link(this.vnode, name, existing.vnode, caller);
  }

  unlink(name: string, directory: boolean): Errno | 0 {
    const { tree, caller } = this.attachment;
    if (tree.readOnly) return EROFS;
    return directory ? operations.rmdir(this.vnode, name, caller) : operations.unlink(this.vnode, name, caller);
  }

  rename(name: string, newDirectory: FileNode, newName: string): Errno | 0 {
    const { tree, caller } = this.attachment;
    if (!(newDirectory instanceof VfsNode)) return EXDEV;
    return tree.readOnly ? EROFS : operations.rename(this.vnode, name, newDirectory.vnode, newName, 0, caller);
  }

  readlink(): string | Errno {
    return operations.readlink(this.vnode, this.attachment.caller);
  }

  get xattr(): ExtendedAttributes {
    return (this.#xattr ??= attributesOf(this.vnode, this.attachment));
  }

  forget(): void {
    this.vnode.drop?.();
  }
}

function attributesOf(vnode: Vnode, { tree, caller }: Attachment): ExtendedAttributes {
  return {
    get: (name) => operations.getxattr(vnode, name, caller),
    list: () => operations.listxattr(vnode, caller),
    set: (name, value, flags) => (tree.readOnly ? EROFS : operations.setxattr(vnode, name, value, flags, caller)),
    remove: (name) => (tree.readOnly ? EROFS : operations.removexattr(vnode, name, caller)),
  };
}
