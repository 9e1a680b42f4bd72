/** devfs, in which clients make what they like, under the conformance suite, used by a 9P client. */

import { testConformance } from '../../fs/testing/suite.ts';
import { Devfs } from '../../providers/devfs/devfs.ts';
import { standardDevfs } from '../../providers/devfs/standard.ts';
import { except, exported, features } from './exported.ts';

testConformance(
  'devfs over 9P',
  () => {
    const devfs = standardDevfs();
    if (!(devfs instanceof Devfs)) throw new Error(devfs.message);
    return { process: exported(devfs), features: new Set([...features, 'special', 'xattr', 'nanoseconds'] as const) };
  },
  { except },
);
