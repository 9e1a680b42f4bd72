/** The type nullfs on the command line. */

import { refuseOverlap } from './distinct.ts';
import { sourceDirectory } from './source-directory.ts';
import type { MountType } from './type.ts';

export const nullfs: MountType = {
  name: 'nullfs',
  summary: 'the directory SOURCE',
  label: '',
  safe: [],
  kernelChecks: true,
  mayHideTools: true,
  defaults: () => ({}),
  options: {},
  findSource: (source) => sourceDirectory(source, 'SOURCE is missing: the directory that nullfs shows'),
  checkTarget: refuseOverlap,
  origin: ({ label }) => label,
  describe: ({ label, options: { readOnly } }, roots) => ({ type: 'nullfs', roots, path: label, options: { readOnly } }),
};
