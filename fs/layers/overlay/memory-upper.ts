/** An upper layer in memory, which is empty in the beginning and ends with the overlay. */

import { SUPERUSER } from '../../caller.ts';
import { isErrno } from '../../errno.ts';
import type { TmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import { S_IFDIR } from '../../stat.ts';
import type { Vnode } from '../../vnode.ts';
import type { UpperPlace } from './upper.ts';

/** Makes one with the limits of a tmpfs. */
export function memoryUpper(options: TmpfsOptions): UpperPlace {
  const { root } = new Tmpfs({ ...options, mode: 0o755 });
  const make = (name: string, mode: number): Vnode => {
    const made = root.mkdir(name, S_IFDIR | mode, SUPERUSER);
    if (isErrno(made)) throw new Error(`tmpfs has no room for ${name}`);
    return made;
  };
  const directory = make('upper', options.mode);
  directory.setattr?.({ uid: options.uid, gid: options.gid }, SUPERUSER);
  return { directory, work: make('work', 0) };
}
