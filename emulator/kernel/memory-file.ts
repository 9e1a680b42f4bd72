/** Files of memory without a name in any tree (memfd_create(2), mm/memfd.c): those of a tmpfs, with seals. */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EBUSY, EINVAL, EPERM, type Errno, type WouldBlock, isErrno } from '../../fs/errno.ts';
import { FALLOC_FL_PUNCH_HOLE, O_RDWR, canWrite } from '../../fs/flags.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { Stat } from '../../fs/stat.ts';
import { OpenFile, type Vnode } from '../../fs/vnode.ts';
import { PAGE_SIZE } from '../memory/layout.ts';

export const F_SEAL_SEAL = 1;
export const F_SEAL_SHRINK = 2;
export const F_SEAL_GROW = 4;
export const F_SEAL_WRITE = 8;
export const F_SEAL_FUTURE_WRITE = 0x10;
export const F_SEAL_EXEC = 0x20;
const ALL_SEALS = 0x3f;

const sealsOf = new WeakMap<Vnode, number>();
const scratch = new Stat();

export class MemoryFile extends OpenFile {
  readonly #real: OpenFile;
  /** What readlink(2) of /proc/PID/fd/N tells. */
  readonly label: string;

  constructor(real: OpenFile, label: string, seals: number) {
    super(real.vnode, real.flags);
    this.#real = real;
    this.label = label;
    sealsOf.set(real.vnode, seals);
  }

  get seals(): number {
    return sealsOf.get(this.vnode) ?? 0;
  }

  /** F_ADD_SEALS. Errors: EINVAL, EPERM, EBUSY. */
  addSeals(seals: number): Errno | 0 {
    if (!canWrite(this.flags)) return EPERM;
    if (seals & ~ALL_SEALS) return EINVAL;
    if (this.seals & F_SEAL_SEAL) return EPERM;
    if (seals & F_SEAL_WRITE && this.writableMappings > 0) return EBUSY;
    sealsOf.set(this.vnode, this.seals | seals);
    return 0;
  }

  /** Shared mappings that may write. */
  writableMappings = 0;

  /** Whether a new size is allowed. Errors: EPERM. */
  checkSize(size: number): Errno | 0 {
    if (isErrno(this.vnode.stat(scratch, SUPERUSER))) return 0;
    if (size < scratch.size && this.seals & F_SEAL_SHRINK) return EPERM;
    return size > scratch.size && this.seals & F_SEAL_GROW ? EPERM : 0;
  }

  /** Whether the file ends before `end`; leaves its size in `scratch`. */
  #grows(end: number): boolean {
    return !isErrno(this.vnode.stat(scratch, SUPERUSER)) && end > scratch.size;
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    return this.#real.read?.(into, start, length, at, caller) ?? EINVAL;
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    if (this.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return EPERM;
    let count = length;
    if (this.seals & F_SEAL_GROW && this.#grows(at + length)) {
      // The kernel writes page by page, and refuses the one in which the file would grow.
      count = Math.floor(scratch.size / PAGE_SIZE) * PAGE_SIZE - at;
      if (count <= 0) return EPERM;
    }
    return this.#real.write?.(from, start, count, at, caller) ?? EINVAL;
  }

  override seek(offset: number, whence: number): number | Errno {
    return this.#real.seek?.(offset, whence) ?? EINVAL;
  }

  override allocate(mode: number, offset: number, length: number, caller: Caller): Errno | 0 {
    if (mode & FALLOC_FL_PUNCH_HOLE && this.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return EPERM;
    if (this.seals & F_SEAL_GROW && !(mode & FALLOC_FL_PUNCH_HOLE) && this.#grows(offset + length)) return EPERM;
    return this.#real.allocate?.(mode, offset, length, caller) ?? EINVAL;
  }

  protected override close(): void {
    this.#real.release();
  }
}

const stores = new WeakMap<object, Tmpfs>();

/** Makes a file of memory; `machine` is whose memory it is. Errors: ENOSPC. */
export function makeMemoryFile(machine: object, name: string, mode: number, seals: number, caller: Caller): MemoryFile | Errno {
  let store = stores.get(machine);
  if (!store) stores.set(machine, (store = new Tmpfs({ pages: 0, inodes: 0, mode: 0o777, uid: 0, gid: 0 })));
  const made = store.root.temporary(0o100000 | mode, O_RDWR, caller);
  return isErrno(made) ? made : new MemoryFile(made.file, `/memfd:${name} (deleted)`, seals);
}
