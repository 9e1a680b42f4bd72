/** What file systems can do, for suites that are run on more than one of them. */

import type { Feature } from './trial.ts';

/** What a tmpfs of ours can do where it is used directly. */
export const TMPFS_FEATURES: ReadonlySet<Feature> = new Set([
  'writable',
  'special',
  'hardlinks',
  'owners',
  'xattr',
  'noreplace',
  'exchange',
  'temporary',
  'holes',
  'allocate',
  'zero-range',
  'nanoseconds',
  'access-times',
  'tmpfs',
  'protected-hardlinks',
  'resolve',
]);

/** Cases that hold on no overlay, the kernel's own among them. */
export const OVERLAY_EXCEPT: Readonly<Record<string, string>> = {
  'anyone may make a whiteout': 'a device 0:0 made by a user would hide what is below',
  'rename WHITEOUT leaves a whiteout': 'likewise',
  'statfs of a tmpfs': 'it is no tmpfs',
};
