/** A tmpfs under the conformance suite, used by a 9P client. */

import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { except, exported, features } from './exported.ts';

testConformance(
  'tmpfs over 9P',
  () => ({
    process: exported(new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 })),
    features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const),
  }),
  { except },
);
