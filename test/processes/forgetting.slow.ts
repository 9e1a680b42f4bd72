/** A mount does not grow with the processes that ended, many. */

import { test } from 'uvu';
import { testForgetting } from './forgetting.ts';

testForgetting(10000);

test.run();
