/** devfs, in which clients make what they like, under the conformance suite. */

import type { Feature } from '../../fs/testing/trial.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { VfsProcess } from '../../fs/testing/vfs-process.ts';
import { Vfs } from '../../fs/vfs.ts';
import { Devfs } from './devfs.ts';
import { standardDevfs } from './standard.ts';

const features: ReadonlySet<Feature> = new Set([
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

testConformance('devfs', () => {
  const devfs = standardDevfs();
  if (!(devfs instanceof Devfs)) throw new Error(devfs.message);
  return { process: new VfsProcess(new Vfs(devfs, { protectedHardlinks: true })), features };
});
