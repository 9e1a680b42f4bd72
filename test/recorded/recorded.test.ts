/**
 * Files as another kernel wrote them: Linux 6.12 of a distribution with modules, scheduler statistics, RAID arrays, a frame
 * buffer, and parameters that this machine's kernel may lack; a kernel thread and a sleeping process. Each is parsed, and
 * printed again as it was. The longest tables are cut.
 */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { readWhole } from '../support/tree-reader.ts';

interface Recording {
  readonly release: string;
  /** Texts as byte strings, by path below /proc. */
  readonly files: Readonly<Record<string, string>>;
}

const FILE = fileURLToPath(new URL('../../../test/recorded/linux-6.12.json', import.meta.url));
const recording = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;

/** The process that was recorded, by which the source tells which files of processes there are. */
const PROCESS = '329';

const directory = temporaryDirectory();
for (const [path, text] of Object.entries(recording.files)) {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text, 'latin1');
}
symlinkSync(PROCESS, join(directory, 'self'));
const source = new HostSource({ proc: `${directory}/`, sys: '/sys/' });
const tree = linprocfs(source, DEFAULT_OPTIONS);

test.after(() => {
  source.dispose();
  removeDirectory(directory);
});

test(`every file is written as Linux ${recording.release} wrote it`, () => {
  const different: string[] = [];
  for (const [path, text] of Object.entries(recording.files)) {
    if (readWhole(tree, path) !== text) different.push(path);
  }
  assert.equal(different, []);
});

test('what such kernels have is among them', () => {
  const expected = ['modules', 'schedstat', 'mdstat', 'fb', 'dynamic_debug/control', 'fs/ext4/vda/mb_groups', `${PROCESS}/patch_state`];
  expected.push(`${PROCESS}/cpu_resctrl_groups`, 'sys/dev/cdrom/info', 'sys/kernel/sched_schedstats', 'tty/driver/serial');
  for (const path of expected) assert.ok(recording.files[path], path);
});

test.run();
