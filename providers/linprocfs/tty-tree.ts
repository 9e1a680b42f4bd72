/** The directory /proc/tty (fs/proc/proc_tty.c). */

import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { type Named, directory, namedEntries } from './directory.ts';
import { drivers, ldiscs, serial } from './tty.ts';

/**
 * The directory.
 *
 * Differs: drivers that tell of their ports in a way of their own (usbserial) are not shown.
 */
export function tty(source: KernelSource): DirectorySpec<KernelView> {
  const ports = namedEntries(
    source,
    { list: (kernel) => kernel.terminalDriverNames(), has: (kernel, name) => kernel.serialPorts(name) !== undefined },
    file<Named>(0o444, (out, { kernel, name }, caller) => serial(out, kernel.serialPorts(name), caller)),
  );
  return directory<KernelView>(
    {
      // How many characters went through a line would tell how long a password is.
      driver: directory<KernelView>({}, { mode: 0o500, dynamic: ports }),
      drivers: file(0o444, drivers),
      ldisc: directory<KernelView>({}),
      ldiscs: file(0o444, ldiscs),
    },
    { exists: (kernel) => kernel.has('tty') },
  );
}
