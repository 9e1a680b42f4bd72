/** A mount does not grow with the processes that ended. */

import { test } from 'uvu';
import { testForgetting } from './forgetting.ts';

testForgetting(1500);

test.run();
