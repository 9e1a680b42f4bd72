/** null, zero and full (drivers/char/mem.c, null(4), full(4)): wherever one seeks, one is at 0. */

import { EINVAL, ENOSPC } from '../../errno.ts';
import { SEEK_HOLE } from '../../flags.ts';
import { S_IFCHR } from '../../stat.ts';
import type { Device } from '../device-table.ts';
import type { Driver } from '../driver.ts';

const MAJOR = 1;

/** lseek(2) of devices without places. Errors: EINVAL where `whence` is none. */
export const seekNowhere: NonNullable<Driver['seek']> = (_file, _offset, whence) => (whence < 0 || whence > SEEK_HOLE ? EINVAL : 0);

function zeros(_file: unknown, into: Uint8Array): number {
  into.fill(0);
  return into.length;
}

function swallow(_file: unknown, from: Uint8Array): number {
  return from.length;
}

const nullDriver: Driver = { read: () => 0, write: swallow, seek: seekNowhere };
const zeroDriver: Driver = { read: zeros, write: swallow, seek: seekNowhere };
const fullDriver: Driver = { read: zeros, write: () => ENOSPC, seek: seekNowhere };

/** Nothing to read and room for everything; zeros and room; zeros and no room. */
export const MEMORY_DEVICES: readonly Device[] = [
  { type: S_IFCHR, major: MAJOR, minor: 3, name: 'null', mode: 0o666, driver: nullDriver },
  { type: S_IFCHR, major: MAJOR, minor: 5, name: 'zero', mode: 0o666, driver: zeroDriver },
  { type: S_IFCHR, major: MAJOR, minor: 7, name: 'full', mode: 0o666, driver: fullDriver },
];
