/** The type linsysfs on the command line. */

import type { Overrides } from '../../../providers/overrides.ts';
import { USUAL_SOURCE, isHost } from '../sources.ts';
import type { LinsysfsChanges } from '../trees/linsysfs.ts';
import { SYSFS_OVERRIDES, splitOverrides, unsetOverride } from './overrides.ts';
import { PLAYBACK_OPTIONS, SOURCE_OPTION, type Sourced, checkPlayback, describeSource, playbackOf } from './sourced.ts';
import { VIEW_OPTION, type Viewed } from './viewed.ts';
import type { MountType } from './type.ts';

/** What the options say. */
export interface LinsysfsOwn extends Sourced, Viewed, Overrides {}

export const linsysfs: MountType<LinsysfsOwn> = {
  name: 'linsysfs',
  summary: 'a Linux /sys',
  label: 'linsys',
  exportName: 'sys',
  safe: ['nosuid', 'nodev', 'noexec'],
  kernelChecks: false,
  defaults: () => ({ source: USUAL_SOURCE }),
  options: { source: SOURCE_OPTION, view: VIEW_OPTION, ...PLAYBACK_OPTIONS, ...SYSFS_OVERRIDES },
  changeable: ['view', ...Object.keys(SYSFS_OVERRIDES), ...Object.keys(PLAYBACK_OPTIONS)],
  unset: (option) => (option === 'view' ? { view: null } : unsetOverride(option)),
  changes(said): LinsysfsChanges {
    const playback = playbackOf(said);
    const { view } = said;
    return { overrides: splitOverrides(said).overrides, ...(playback && { playback }), ...(view !== undefined && { view }) };
  },
  check: checkPlayback,
  origin: ({ options }) => options.own.source,
  needsHost: ({ source }) => isHost(source),
  describe({ options: { own } }, roots) {
    const { source: _source, view, at: _at, speed: _speed, ...rest } = own;
    return { type: 'linsysfs', ...describeSource(own), roots, ...(view && { view }), overrides: splitOverrides(rest).overrides as Overrides };
  },
};
