/** Regular files of a tmpfs and their open files. */

import type { Caller } from '../caller.ts';
import { EFBIG, EINVAL, EOPNOTSUPP, type Errno, isErrno } from '../errno.ts';
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE, O_NOATIME, O_TRUNC } from '../flags.ts';
import type { Stat } from '../stat.ts';
import { type AttributeChange, OpenFile } from '../vnode.ts';
import { FileData, MAX_FILE_SIZE } from './file-data.ts';
import { TmpfsNode } from './node.ts';
import type { MemoryNode } from './storage.ts';
import type { Tmpfs } from './tmpfs.ts';

const BLOCKS_PER_PAGE = 8;

export class TmpfsRegular extends TmpfsNode {
  readonly memory: MemoryNode;
  readonly data: FileData;
  /** Made without a name, and may be given one. */
  linkable = false;

  constructor(fileSystem: Tmpfs, mode: number, uid: number, gid: number) {
    super(fileSystem, mode, uid, gid);
    this.memory = fileSystem.storage.file();
    this.data = new FileData(fileSystem.storage, this.memory);
  }

  override stat(into: Stat): 0 {
    super.stat(into);
    into.size = this.data.size;
    into.blocks = this.data.pages * BLOCKS_PER_PAGE;
    return 0;
  }

  override setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const { size } = change;
    if (size === undefined) return super.setattr(change, caller);
    if (size > MAX_FILE_SIZE) return EFBIG;
    this.data.truncate(size);
    this.dropPrivileges(caller);
    this.modified();
    return super.setattr(change, caller);
  }

  open(flags: number, caller: Caller): OpenFile {
    if (flags & O_TRUNC) {
      this.data.truncate(0);
      this.dropPrivileges(caller);
      this.modified();
    }
    return new TmpfsFile(this, flags);
  }

  protected free(): void {
    this.data.free();
    this.fileSystem.storage.free(this.memory);
  }
}

/** An open regular file; it keeps the file's memory while it is open. */
class TmpfsFile extends OpenFile {
  readonly #node: TmpfsRegular;

  constructor(node: TmpfsRegular, flags: number) {
    super(node, flags);
    this.#node = node;
    node.hold();
  }

  override read(into: Uint8Array, start: number, length: number, at: number): number {
    const count = this.#node.data.read(into, start, length, at);
    if (!(this.flags & O_NOATIME)) this.#node.accessed();
    return count;
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno {
    if (length === 0) return 0;
    if (at >= MAX_FILE_SIZE) return EFBIG;
    const node = this.#node;
    const count = node.data.write(from, start, Math.min(length, MAX_FILE_SIZE - at), at);
    if (isErrno(count)) return count;
    node.dropPrivileges(caller);
    node.modified();
    return count;
  }

  override seek(offset: number, whence: number): number | Errno {
    return this.#node.data.seek(offset, whence);
  }

  /** Differs: the kernel's tmpfs does not know FALLOC_FL_ZERO_RANGE. */
  override allocate(mode: number, offset: number, length: number, caller: Caller): Errno | 0 {
    const node = this.#node;
    const { data } = node;
    const end = offset + length;
    const keepSize = (mode & FALLOC_FL_KEEP_SIZE) !== 0;
    const action = mode & ~FALLOC_FL_KEEP_SIZE;
    if (length <= 0 || offset < 0) return EINVAL;
    if (end > MAX_FILE_SIZE) return EFBIG;
    if (action === FALLOC_FL_PUNCH_HOLE) {
      if (!keepSize) return EOPNOTSUPP;
      data.punch(offset, end);
    } else if (action === 0 || action === FALLOC_FL_ZERO_RANGE) {
      const error = action === 0 ? data.allocate(offset, end) : data.zero(offset, end);
      if (isErrno(error)) return error;
      if (!keepSize && end > data.size) data.size = end;
    } else {
      return EOPNOTSUPP;
    }
    node.dropPrivileges(caller);
    node.modified();
    return 0;
  }

  protected override close(): void {
    this.#node.drop();
  }
}
