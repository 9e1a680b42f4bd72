/** What another kernel wrote is parsed, and printed again as it was. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { readWhole } from '../support/tree-reader.ts';
import { RECORDING, Recorded } from './recorded.ts';

const { files, release } = RECORDING;

test(`every file is written as Linux ${release} wrote it`, () => {
  const recorded = new Recorded();
  try {
    const tree = linprocfs(recorded.source, DEFAULT_OPTIONS);
    assert.equal(Object.keys(files).filter((path) => readWhole(tree, path) !== files[path]), []);
  } finally {
    recorded.dispose();
  }
});

test('what such kernels have is among them', () => {
  const expected = ['modules', 'schedstat', 'mdstat', 'fb', 'dynamic_debug/control', 'fs/ext4/vda/mb_groups', 'tty/driver/serial'];
  expected.push(`${Recorded.PROCESS}/patch_state`, `${Recorded.PROCESS}/cpu_resctrl_groups`, 'sys/dev/cdrom/info');
  for (const path of expected) assert.ok(files[path], path);
});

test.run();
