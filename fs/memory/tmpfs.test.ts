/** tmpfs under the conformance suite. */

import type { Feature } from '../testing/trial.ts';
import { testConformance } from '../testing/suite.ts';
import { VfsProcess } from '../testing/vfs-process.ts';
import { Vfs } from '../vfs.ts';
import { defaultTmpfsOptions } from './options.ts';
import { Tmpfs } from './tmpfs.ts';

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

testConformance('tmpfs', () => {
  const fileSystem = new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
  return { process: new VfsProcess(new Vfs(fileSystem, { protectedHardlinks: true })), features };
});
