/** Files of events: eventfd(2), timerfd_create(2), signalfd(2) (fs/eventfd.c, timerfd.c, signalfd.c). */

import type { Caller } from '../../fs/caller.ts';
import { EAGAIN, EINVAL, type Errno, WOULD_BLOCK, type WouldBlock } from '../../fs/errno.ts';
import { O_NONBLOCK, O_RDWR, POLLERR, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../fs/flags.ts';
import { OpenFile, type Vnode } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import { encodeSiginfo } from '../abi/siginfo.ts';
import type { Clocks } from './clocks.ts';
import type { SignalInfo } from './signals.ts';
import { SignalSet } from './signals.ts';
import { Task } from './task.ts';

const COUNTER_MAX = 0xffff_ffff_ffff_fffen;
const WORD = 8;

function word(bytes: Uint8Array, start: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + start, WORD).getBigUint64(0, true);
}

function putWord(bytes: Uint8Array, start: number, value: bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset + start, WORD).setBigUint64(0, value, true);
}

export class EventCounter extends OpenFile {
  override readonly stream = true;
  override readonly waiters: WaitQueue = new WaitQueue();
  readonly #semaphore: boolean;
  count: bigint;

  constructor(vnode: Vnode, flags: number, initial: number, semaphore: boolean) {
    super(vnode, O_RDWR | flags);
    this.count = BigInt(initial);
    this.#semaphore = semaphore;
  }

  override read(into: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    if (length < WORD) return EINVAL;
    if (this.count === 0n) return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
    const value = this.#semaphore ? 1n : this.count;
    this.count -= value;
    putWord(into, start, value);
    this.waiters.wakeAll();
    return WORD;
  }

  override write(from: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    if (length < WORD) return EINVAL;
    const value = word(from, start);
    if (value > COUNTER_MAX) return EINVAL;
    if (this.count + value > COUNTER_MAX) return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
    this.count += value;
    this.waiters.wakeAll();
    return WORD;
  }

  override poll(): number {
    const readable = this.count > 0n ? POLLIN | POLLRDNORM : 0;
    return this.count < COUNTER_MAX ? readable | POLLOUT | POLLWRNORM : readable;
  }
}

export class TimerFile extends OpenFile {
  override readonly stream = true;
  override readonly waiters: WaitQueue = new WaitQueue();
  readonly #clocks: Clocks;
  readonly clock: number;
  #at = 0;
  interval = 0;
  #expired = 0;
  #cancel: (() => void) | undefined;

  constructor(vnode: Vnode, flags: number, clocks: Clocks, clock: number) {
    super(vnode, O_RDWR | flags);
    this.#clocks = clocks;
    this.clock = clock;
  }

  /** What is left until it expires, in nanoseconds; 0 where it is off. */
  get left(): number {
    return this.#at === 0 ? 0 : Math.max(1, this.#at - this.#clocks.now());
  }

  /** Sets it to a moment of the steady clock; 0 switches it off. */
  set(at: number, interval: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at = at;
    this.interval = interval;
    this.#expired = 0;
    this.#arm();
  }

  #arm(): void {
    if (this.#at === 0) return;
    this.#cancel = this.#clocks.add(this.#at, () => {
      const now = this.#clocks.now();
      const times = this.interval === 0 ? 1 : 1 + Math.floor((now - this.#at) / this.interval);
      this.#expired += times;
      this.#at = this.interval === 0 ? 0 : this.#at + times * this.interval;
      this.#arm();
      this.waiters.wakeAll();
    });
  }

  override read(into: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    if (length < WORD) return EINVAL;
    this.#clocks.fireDue();
    if (this.#expired === 0) return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
    putWord(into, start, BigInt(this.#expired));
    this.#expired = 0;
    return WORD;
  }

  override poll(): number {
    this.#clocks.fireDue();
    return this.#expired > 0 ? POLLIN | POLLRDNORM : 0;
  }

  protected override close(): void {
    this.#cancel?.();
  }
}

const SIGINFO_SIZE = 128;

/**
 * struct signalfd_siginfo: signo 0, errno 4, code 8, pid 12, uid 16, fd 20, tid 24, band 28, overrun 32, trapno 36, status 40, int 44, ptr 48,
 * utime 56, stime 64, addr 72.
 */
function encode(into: Uint8Array, start: number, info: SignalInfo): void {
  const plain = new DataView(new ArrayBuffer(SIGINFO_SIZE));
  encodeSiginfo(plain, 0, info);
  const view = new DataView(into.buffer, into.byteOffset + start, SIGINFO_SIZE);
  for (let at = 0; at < SIGINFO_SIZE; at += 8) view.setBigUint64(at, 0n, true);
  view.setInt32(0, info.signal, true);
  view.setInt32(4, info.errno ?? 0, true);
  view.setInt32(8, plain.getInt32(8, true), true);
  view.setInt32(12, plain.getInt32(16, true), true);
  view.setInt32(16, plain.getInt32(20, true), true);
  if (info.status !== undefined) {
    view.setInt32(40, info.status, true);
    view.setBigUint64(56, BigInt(info.utime ?? 0), true);
    view.setBigUint64(64, BigInt(info.stime ?? 0), true);
  } else {
    view.setInt32(44, plain.getInt32(24, true), true);
    view.setBigUint64(48, plain.getBigUint64(24, true), true);
  }
  view.setBigUint64(72, BigInt(info.address ?? 0), true);
}

/** Signals of whoever reads it, that it blocks. */
export class SignalFile extends OpenFile {
  override readonly stream = true;
  override readonly waiters: WaitQueue;
  readonly set: SignalSet = new SignalSet();

  constructor(vnode: Vnode, flags: number, waiters: WaitQueue) {
    super(vnode, O_RDWR | flags);
    this.waiters = waiters;
  }

  override read(into: Uint8Array, start: number, length: number, _at: number, caller: Caller): number | Errno | WouldBlock {
    if (length < SIGINFO_SIZE || !(caller instanceof Task)) return EINVAL;
    let done = 0;
    while (done + SIGINFO_SIZE <= length) {
      const info = caller.pending.take(~this.set.low, ~this.set.high) ?? caller.process.pending.take(~this.set.low, ~this.set.high);
      if (!info) break;
      encode(into, start + done, info);
      done += SIGINFO_SIZE;
    }
    if (done > 0) return done;
    return this.flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
  }

  override poll(caller: Caller): number {
    if (!(caller instanceof Task)) return POLLERR;
    const { pending, process } = caller;
    const low = (pending.set.low | process.pending.set.low) & this.set.low;
    const high = (pending.set.high | process.pending.set.high) & this.set.high;
    return (low | high) === 0 ? 0 : POLLIN | POLLRDNORM;
  }
}
