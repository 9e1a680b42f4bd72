/** A union under the conformance suite, used by a 9P client. */

import { UnionFs } from '../../fs/layers/union/union.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { except, exported, features } from './exported.ts';

const memory = (): { root: Tmpfs['root'] } => new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });

testConformance(
  'a union over 9P',
  () => ({
    process: exported(new UnionFs([memory(), memory()])),
    features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const),
  }),
  { except },
);
