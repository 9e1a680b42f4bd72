/** An open file of a layer, as the open file of the vnode that shows it. */

import { SUPERUSER, type Caller } from '../caller.ts';
import { DEFAULT_POLL_MASK } from '../flags.ts';
import { EINVAL, ENOTTY, EOPNOTSUPP, type Errno, type WouldBlock } from '../errno.ts';
import * as files from '../file-operations.ts';
import type { U64 } from '../u64.ts';
import { type IoctlAnswer, OpenFile, type Vnode } from '../vnode.ts';
import type { WaitQueue } from '../wait-queue.ts';

/** Hands everything to a file of the layer below, which it closes with itself. */
export class LayerFile extends OpenFile {
  protected real: OpenFile;
  declare readonly stream?: true;
  declare readonly waiters?: WaitQueue;
  declare flush?: (caller: Caller) => Errno | 0;
  declare poll?: (caller: Caller) => number;

  constructor(vnode: Vnode, flags: number, real: OpenFile) {
    super(vnode, flags);
    this.real = real;
    vnode.hold?.();
    // That a file lacks these says something, and doors ask.
    if (real.stream) this.stream = true;
    if (real.waiters) this.waiters = real.waiters;
    if (real.flush) this.flush = (caller) => this.real.flush?.(caller) ?? 0;
    if (real.poll) this.poll = (caller) => this.real.poll?.(caller) ?? DEFAULT_POLL_MASK;
  }

  /** The layer's file; for changes that come through it. */
  get below(): OpenFile {
    return this.real;
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    return this.real.read ? this.real.read(into, start, length, at, caller) : EINVAL;
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    return this.real.write ? this.real.write(from, start, length, at, caller) : EINVAL;
  }

  override ioctl(command: number, argument: U64, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
    return this.real.ioctl ? this.real.ioctl(command, argument, input, caller) : ENOTTY;
  }

  override seek(offset: number, whence: number): number | Errno {
    return files.seek(this.real, offset, whence, SUPERUSER);
  }

  override allocate(mode: number, offset: number, length: number, caller: Caller): Errno | 0 {
    return this.real.allocate ? this.real.allocate(mode, offset, length, caller) : EOPNOTSUPP;
  }

  override fsync(dataOnly: boolean): Errno | 0 {
    return this.real.fsync?.(dataOnly) ?? 0;
  }

  protected override close(): void {
    this.real.release();
    this.vnode.drop?.();
  }
}
