/** The type fdescfs on the command line; its options are those of FreeBSD's fdescfs(5). */

import type { FdescfsForm } from '../../../providers/fdescfs/fdescfs.ts';
import type { MountType } from './type.ts';

/** What the options say. */
export interface FdescfsOwn {
  readonly form: FdescfsForm;
  /** Where those who look may find the kernel's own procfs; what starts the mount says it. */
  readonly procfs?: readonly string[];
}

export const fdescfs: MountType<FdescfsOwn> = {
  name: 'fdescfs',
  summary: 'the descriptors of whoever looks, a /dev/fd',
  label: 'fdesc',
  safe: ['nosuid', 'nodev', 'noexec'],
  kernelChecks: false,
  defaults: () => ({ form: 'default' }),
  options: {
    linrdlnk: { help: 'links whose texts can be read, and which lead to what is open', read: () => ({ form: 'linrdlnk' }) },
    rdlnk: { help: 'links that lead where their texts say', read: () => ({ form: 'rdlnk' }) },
    nodup: { help: 'files rather than descriptors', read: () => ({ form: 'nodup' }) },
  },
  origin: () => 'host',
  describe: ({ options: { own } }, roots) => ({ type: 'fdescfs', roots, form: own.form, ...(own.procfs && { procfs: own.procfs }) }),
};
