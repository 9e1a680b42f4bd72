/** What the package's entry makes of what a program asks for. */

import { resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trees } from './library.ts';

test('a tree is of this machine, or of a file', () => {
  const live = trees.linprocfs({ hidePid: 2, hostname: 'here' });
  assert.is(live.type === 'linprocfs' && live.source, 'host');
  assert.equal(live.type === 'linprocfs' && [live.options.hidePid, live.options.magic, live.overrides], [2, ['/proc'], { hostname: 'here' }]);
  const recorded = trees.linprocfs({ source: 'recorded:a.rec', speed: 2 });
  assert.equal(recorded.type === 'linprocfs' && [recorded.source, recorded.playback, recorded.options.magic], [`recorded:${resolve('a.rec')}`, { speed: 2 }, []]);
  const sys = trees.linsysfs({ source: 'recorded:/a.rec', at: 1000 });
  assert.equal(sys.type === 'linsysfs' && [sys.source, sys.playback], ['recorded:/a.rec', { at: 1000 }]);
  assert.throws(() => trees.linprocfs({ source: 'none:a' }), /none:a: the sources are: host, portable, recorded:FILE/);
});

test.run();
