/**
 * What a device driver is: a plain object with the operations that it has. A read-only device is ten lines:
 *
 *     const dice: Driver = {
 *       read(_file, into) {
 *         into.fill(1 + Math.floor(Math.random() * 6));
 *         return into.length;
 *       },
 *     };
 *     devices.add({ name: 'dice', type: S_IFCHR, major: 240, minor: 0, mode: 0o444, driver: dice });
 */

import type { Caller } from '../caller.ts';
import type { Errno, WouldBlock } from '../errno.ts';
import type { U64 } from '../u64.ts';
import type { IoctlAnswer } from '../vnode.ts';
import type { WaitQueue } from '../wait-queue.ts';

/** One opening of a device. */
export interface DeviceFile<State = unknown> {
  /** What `open` returned. */
  readonly state: State;
  /** The O_* flags that it was opened with; who does not want to wait is dealt with by whoever calls the driver. */
  readonly flags: number;
  readonly major: number;
  readonly minor: number;
}

/** The operations of a device. Each may be absent; what that means is said with it. */
export interface Driver<State = unknown> {
  /** At each open(2); what it returns is the file's `state`. Absent: everyone may open it, and the state is undefined. */
  open?(opening: Opening, caller: Caller): State | Errno;
  /** Reads at an offset; `into` is as long as what was asked for, and borrowed. Absent: EINVAL. */
  read?(file: DeviceFile<State>, into: Uint8Array, at: number, caller: Caller): number | Errno | WouldBlock;
  /** Writes at an offset; `from` is borrowed. Absent: EINVAL. */
  write?(file: DeviceFile<State>, from: Uint8Array, at: number, caller: Caller): number | Errno | WouldBlock;
  /** The poll(2) events that hold now. Absent: it is ready for everything. */
  poll?(file: DeviceFile<State>, caller: Caller): number;
  /** Where to wait after WOULD_BLOCK. Absent: the device never blocks. */
  waiters?(file: DeviceFile<State>): WaitQueue;
  /** `input` is borrowed. Absent: ENOTTY. */
  ioctl?(
    file: DeviceFile<State>,
    command: number,
    argument: U64,
    input: Uint8Array,
    caller: Caller,
  ): IoctlAnswer | Errno;
  /**
   * lseek(2): the new position. Absent: a position from 0 on, and from the end where there is a `size`.
   * Errors: EINVAL, ESPIPE.
   */
  seek?(file: DeviceFile<State>, offset: number, whence: number, position: number): number | Errno;
  /** Bytes, of a device that has an end. Absent: 0. */
  size?(): number;
  /** At the last close of the opening. Absent: nothing is to be done. */
  close?(file: DeviceFile<State>): void;
  /** Set where offsets mean nothing, as on a terminal: lseek, pread and pwrite give ESPIPE. */
  readonly stream?: true;
}

/** What a driver is told of an open(2). */
export interface Opening {
  readonly flags: number;
  readonly major: number;
  readonly minor: number;
}
