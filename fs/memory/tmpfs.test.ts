/** tmpfs under the conformance suite. */

import { TMPFS_FEATURES } from '../testing/features.ts';
import { testConformance } from '../testing/suite.ts';
import { VfsProcess } from '../testing/vfs-process.ts';
import { Vfs } from '../vfs.ts';
import { defaultTmpfsOptions } from './options.ts';
import { Tmpfs } from './tmpfs.ts';

testConformance('tmpfs', () => {
  const fileSystem = new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
  return { process: new VfsProcess(new Vfs(fileSystem, { protectedHardlinks: true })), features: TMPFS_FEATURES };
});
