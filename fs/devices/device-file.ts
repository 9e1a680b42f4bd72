/** An open device: what open(2) of a device node gives, whichever file system the node is in. */

import type { Caller } from '../caller.ts';
import { EINVAL, ENOTTY, ENXIO, ESPIPE, type Errno, type WouldBlock, isErrno } from '../errno.ts';
import { DEFAULT_POLL_MASK, SEEK_CUR, SEEK_END, SEEK_SET } from '../flags.ts';
import { Stat, deviceMajor, deviceMinor } from '../stat.ts';
import type { U64 } from '../u64.ts';
import { type IoctlAnswer, OpenFile, type Vnode } from '../vnode.ts';
import type { WaitQueue } from '../wait-queue.ts';
import type { DeviceTable } from './device-table.ts';
import type { DeviceFile, Driver } from './driver.ts';

/** The open file that a door sees; the driver sees it as a `DeviceFile`. */
class OpenDevice extends OpenFile implements DeviceFile {
  readonly state: unknown;
  readonly major: number;
  readonly minor: number;
  readonly #driver: Driver;
  declare readonly stream?: true;
  override readonly uncached = true;
  declare readonly waiters?: WaitQueue;

  constructor(vnode: Vnode, flags: number, driver: Driver, rdev: number, state: unknown) {
    super(vnode, flags);
    this.#driver = driver;
    this.major = deviceMajor(rdev);
    this.minor = deviceMinor(rdev);
    this.state = state;
    if (driver.stream) this.stream = true;
    const waiters = driver.waiters?.(this);
    if (waiters) this.waiters = waiters;
    vnode.hold?.();
  }

  override read(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    return this.#driver.read?.(this, into.subarray(start, start + length), at, caller) ?? EINVAL;
  }

  override write(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock {
    return this.#driver.write?.(this, from.subarray(start, start + length), at, caller) ?? EINVAL;
  }

  override poll(caller: Caller): number {
    return this.#driver.poll?.(this, caller) ?? DEFAULT_POLL_MASK;
  }

  override ioctl(command: number, argument: U64, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
    return this.#driver.ioctl?.(this, command, argument, input, caller) ?? ENOTTY;
  }

  override reposition(offset: number, whence: number, position: number): number | Errno {
    if (this.stream) return ESPIPE;
    if (this.#driver.seek) return this.#driver.seek(this, offset, whence, position);
    const size = this.#driver.size?.();
    const base = whence === SEEK_SET ? 0 : whence === SEEK_CUR ? position : whence === SEEK_END ? size : undefined;
    return base === undefined || base + offset < 0 ? EINVAL : base + offset;
  }

  /** Nothing of a character device is written back. */
  override fsync(): Errno {
    return EINVAL;
  }

  protected override close(): void {
    this.#driver.close?.(this);
    this.vnode.drop?.();
  }
}

/** Opens a driver for a node; who may has been checked. Errors: the driver's. */
export function openDriver(driver: Driver, vnode: Vnode, rdev: number, flags: number, caller: Caller): OpenFile | Errno {
  const opening = { flags, major: deviceMajor(rdev), minor: deviceMinor(rdev) };
  const state = driver.open?.(opening, caller);
  return isErrno(state) ? state : new OpenDevice(vnode, flags, driver, rdev, state);
}

/**
 * Opens a device node of any file system by its number, as `VfsOptions.openSpecial` is to do it.
 * Errors: ENXIO where nobody serves the device, and the driver's.
 */
export function openDevice(devices: DeviceTable, vnode: Vnode, flags: number, caller: Caller): OpenFile | Errno {
  const stat = new Stat();
  const error = vnode.stat(stat, caller);
  if (isErrno(error)) return error;
  const driver = devices.find(vnode.type, stat.rdev)?.driver;
  return driver ? openDriver(driver, vnode, stat.rdev, flags, caller) : ENXIO;
}
