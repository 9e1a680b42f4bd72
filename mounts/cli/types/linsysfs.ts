/** The type linsysfs on the command line. */

import { SOURCE_OPTION, type Sourced } from './sourced.ts';
import type { MountType } from './type.ts';

export const linsysfs: MountType<Sourced> = {
  name: 'linsysfs',
  summary: 'a Linux /sys',
  label: 'linsys',
  exportName: 'sys',
  safe: ['nosuid', 'nodev', 'noexec'],
  kernelChecks: false,
  defaults: () => ({ source: 'host' }),
  options: { source: SOURCE_OPTION },
  origin: ({ options }) => options.own.source,
  describe: ({ options }, roots) => ({ type: 'linsysfs', source: options.own.source, roots }),
};
