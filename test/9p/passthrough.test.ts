/** A directory of the host under the conformance suite, used by a 9P client. */

import { existsSync } from 'node:fs';
import { test } from 'uvu';
import { Passthrough } from '../../fs/passthrough/passthrough.ts';
import { SystemCalls } from '../../fs/passthrough/system-calls.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { hostFeatures } from '../support/host-features.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { except, exported, features } from './exported.ts';

if (process.getuid?.() !== 0) {
  console.log('skipped: not root');
  test.skip('a host directory over 9P', () => {});
  test.run();
} else {
  // A thousand cases make and remove many files, which a disk takes its time for.
  const directory = temporaryDirectory(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const systemCalls = SystemCalls.start('/proc/self/fd/');
  // 9P renames without flags.
  const more = hostFeatures(directory).filter((feature) => feature !== 'exchange');
  testConformance(
    'a host directory over 9P',
    () => ({ process: exported(new Passthrough(directory, { systemCalls })), features: new Set([...features, ...more]) }),
    {
      except,
      end() {
        systemCalls?.close();
        removeDirectory(directory);
      },
    },
  );
}
