/** A nullfs under the conformance suite, used by a 9P client. */

import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { NullFs } from '../../fs/layers/null/null.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import * as operations from '../../fs/operations.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import { except, exported, features } from './exported.ts';

testConformance(
  'nullfs over 9P',
  () => {
    const below = operations.mkdir(new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 }).root, 'part', 0o755, SUPERUSER);
    if (isErrno(below)) throw new Error(`mkdir: ${below}`);
    return {
      process: exported(new NullFs(below)),
      features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const),
    };
  },
  { except },
);
