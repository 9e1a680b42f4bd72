/** random and urandom (drivers/char/random.c, random(4)), from the generator of the system that we run on. */

import { CAP_SYS_ADMIN, type Caller } from '../../caller.ts';
import { EFAULT, EINVAL, EPERM, type Errno } from '../../errno.ts';
import { POLLIN, POLLRDNORM } from '../../flags.ts';
import { fillRandom } from '../../random.ts';
import { S_IFCHR } from '../../stat.ts';
import type { U64 } from '../../u64.ts';
import type { IoctlAnswer } from '../../vnode.ts';
import type { Device } from '../device-table.ts';
import type { DeviceFile, Driver } from '../driver.ts';
import { seekNowhere } from './memory.ts';

const MAJOR = 1;
/** What the kernel says is in its pool, which has always enough. */
const POOL_BITS = 256;

/** linux/random.h */
const RNDGETENTCNT = 0x8004_5200;
const RNDADDTOENTCNT = 0x4004_5201;
const RNDADDENTROPY = 0x4008_5203;
const RNDZAPENTCNT = 0x5204;
const RNDCLEARPOOL = 0x5206;
const RNDRESEEDCRNG = 0x5207;

function ioctl(_file: DeviceFile, command: number, _argument: U64, input: Uint8Array, caller: Caller): IoctlAnswer | Errno {
  switch (command) {
    case RNDGETENTCNT:
      return { result: 0, output: Uint8Array.of(POOL_BITS & 0xff, POOL_BITS >> 8, 0, 0) };
    case RNDADDTOENTCNT:
    case RNDADDENTROPY: {
      if (!caller.capable(CAP_SYS_ADMIN)) return EPERM;
      if (input.length < 4) return EFAULT;
      // Both begin with a count of bits, which may not be negative.
      return (input[3] as number) & 0x80 ? EINVAL : { result: 0 };
    }
    case RNDZAPENTCNT:
    case RNDCLEARPOOL:
    case RNDRESEEDCRNG:
      return caller.capable(CAP_SYS_ADMIN) ? { result: 0 } : EPERM;
    default:
      return EINVAL;
  }
}

const urandom: Driver = {
  read(_file, into) {
    fillRandom(into);
    return into.length;
  },
  // What is written stirs a pool that needs no stirring.
  write: (_file, from) => from.length,
  seek: seekNowhere,
  ioctl,
};

const random: Driver = { ...urandom, poll: () => POLLIN | POLLRDNORM };

export const RANDOM_DEVICES: readonly Device[] = [
  { type: S_IFCHR, major: MAJOR, minor: 8, name: 'random', mode: 0o666, driver: random },
  { type: S_IFCHR, major: MAJOR, minor: 9, name: 'urandom', mode: 0o666, driver: urandom },
];
