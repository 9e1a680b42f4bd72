/** The type linsysfs on the command line. */

import type { Overrides } from '../../../providers/overrides.ts';
import { type OverrideChanges, SYSFS_OVERRIDES, splitOverrides, unsetOverride } from './overrides.ts';
import { SOURCE_OPTION, type Sourced } from './sourced.ts';
import type { MountType } from './type.ts';

/** What the options say. */
export interface LinsysfsOwn extends Sourced, Overrides {}

export const linsysfs: MountType<LinsysfsOwn> = {
  name: 'linsysfs',
  summary: 'a Linux /sys',
  label: 'linsys',
  exportName: 'sys',
  safe: ['nosuid', 'nodev', 'noexec'],
  kernelChecks: false,
  defaults: () => ({ source: 'host' }),
  options: { source: SOURCE_OPTION, ...SYSFS_OVERRIDES },
  changeable: Object.keys(SYSFS_OVERRIDES),
  unset: unsetOverride,
  changes: (said): OverrideChanges => splitOverrides(said).overrides,
  origin: ({ options }) => options.own.source,
  describe({ options: { own } }, roots) {
    const { source, ...rest } = own;
    return { type: 'linsysfs', source, roots, overrides: splitOverrides(rest).overrides as Overrides };
  },
};
