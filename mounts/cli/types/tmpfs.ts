/** The type tmpfs on the command line; its options are those of tmpfs(5). */

import { type TmpfsOptions, TMPFS_OPTIONS, defaultTmpfsOptions } from '../../../fs/memory/options.ts';
import type { MountType, TypeOption } from './type.ts';

/** For `--help`, where the option is worth a line. */
const HELP: Readonly<Record<string, readonly [value: string, help: string]>> = {
  size: ['BYTES', 'how much files may hold, with k, m, g or % of the memory (default half of it)'],
  nr_blocks: ['N', 'the same in pages'],
  nr_inodes: ['N', 'how many files there may be'],
  mode: ['MODE', "the root directory's permissions, octal (default 1777)"],
  uid: ['UID', 'its owner'],
  gid: ['GID', 'its group'],
};

const options = TMPFS_OPTIONS.map(({ name, takesValue, read }): [string, TypeOption<TmpfsOptions>] => {
  const [value = 'VALUE', help = ''] = HELP[name] ?? [];
  return [name, { ...(takesValue && { value }), help, read: (text) => read(text) ?? 'see tmpfs(5)' }];
});

export const tmpfs: MountType<TmpfsOptions> = {
  name: 'tmpfs',
  summary: 'files in memory',
  label: 'tmpfs',
  exportName: 'tmp',
  safe: [],
  kernelChecks: true,
  kernelHas: true,
  defaults: defaultTmpfsOptions,
  options: Object.fromEntries(options),
  changeable: ['size', 'nr_blocks', 'nr_inodes'],
  origin: () => 'memory',
  describe: ({ options: { own } }, roots) => ({ type: 'tmpfs', roots, options: own }),
};
