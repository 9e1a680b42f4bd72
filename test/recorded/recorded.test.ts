/** What other kernels wrote is parsed, and printed again as it was. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { readWhole } from '../support/tree-reader.ts';
import { RECORDINGS, withRecording } from './recorded.ts';

for (const recording of RECORDINGS) {
  const { files, process, release } = recording;

  test(`every file is written as Linux ${release} wrote it`, () =>
    withRecording(recording, (source) => {
      const tree = linprocfs(source, DEFAULT_OPTIONS);
      assert.equal(Object.keys(files).filter((path) => readWhole(tree, path) !== files[path]), []);
    }));

  test(`what such kernels have is among the files of Linux ${release}`, () => {
    const expected = ['modules', 'schedstat', 'mdstat', 'fb', 'fs/ext4/vda/mb_groups', 'tty/driver/serial'];
    expected.push(`${process}/patch_state`, `${process}/cpu_resctrl_groups`, 'interrupts');
    for (const path of expected) assert.ok(files[path], path);
  });
}

test.run();
