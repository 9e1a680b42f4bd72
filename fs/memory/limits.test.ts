/** The limits of a tmpfs: ours and, where there is one to ask, the kernel's, with the same calls and numbers. */

import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { ENOSPC, isErrno } from '../errno.ts';
import { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, O_CREAT, O_PATH, O_RDONLY, O_RDWR, O_TMPFILE, RENAME_WHITEOUT } from '../flags.ts';
import { S_IFIFO } from '../stat.ts';
import { KernelProcess, kernelProcessMissing } from '../testing/kernel-process.ts';
import type { Process } from '../testing/process.ts';
import { VfsProcess } from '../testing/vfs-process.ts';
import { Vfs } from '../vfs.ts';
import { parseTmpfsOptions } from './options.ts';
import { Tmpfs } from './tmpfs.ts';

const PAGE = 4096;
const OPTIONS = 'size=400k,nr_inodes=40,mode=755';

/** Free pages and inodes. */
function free(sys: Process): [number, number] {
  const stat = sys.statfs('.');
  if (isErrno(stat)) throw new Error('statfs');
  return [stat.blocksFree, stat.filesFree];
}

/** What the tests do with a new tmpfs of OPTIONS. */
const SCRIPTS: Readonly<Record<string, (sys: Process) => void>> = {
  'an empty tmpfs'(sys) {
    const stat = sys.statfs('.');
    assert.not(isErrno(stat));
    if (isErrno(stat)) return;
    assert.is(stat.type, 0x0102_1994);
    assert.is(stat.blocks, 100);
    assert.is(stat.blocksAvailable, 100);
    assert.is(stat.files, 40);
    assert.equal(free(sys), [100, 39]);
  },
  'pages are counted as they are written'(sys) {
    const fd = sys.open('f', O_CREAT | O_RDWR, 0o644);
    assert.is(sys.write(fd, 'x', 0), 1);
    assert.equal(free(sys), [99, 38]);
    assert.is(sys.write(fd, 'x', 10 * PAGE - 1), 1);
    assert.equal(free(sys), [98, 38]);
    assert.is(sys.write(fd, 'xx', 2 * PAGE - 1), 2);
    assert.equal(free(sys), [96, 38]);
    assert.is(sys.ftruncate(fd, 2 * PAGE), 0);
    assert.equal(free(sys), [98, 38]);
    assert.is(sys.ftruncate(fd, 0), 0);
    assert.equal(free(sys), [100, 38]);
    sys.close(fd);
  },
  'a write that does not fit is short, and then ENOSPC'(sys) {
    const fd = sys.open('f', O_CREAT | O_RDWR, 0o644);
    assert.is(sys.write(fd, 'x'.repeat(99 * PAGE), 0), 99 * PAGE);
    assert.is(sys.write(fd, 'y'.repeat(3 * PAGE), 98 * PAGE), 2 * PAGE);
    assert.is(sys.write(fd, 'z', 100 * PAGE), ENOSPC);
    assert.is(sys.write(fd, 'z', 100 * PAGE - 1), 1);
    assert.equal(free(sys), [0, 38]);
    const stat = sys.fstat(fd);
    assert.is(isErrno(stat) ? stat : stat.size, 100 * PAGE);
    sys.close(fd);
    assert.is(sys.unlink('f'), 0);
    assert.equal(free(sys), [100, 39]);
  },
  'a write into the last page and beyond'(sys) {
    const fd = sys.open('f', O_CREAT | O_RDWR, 0o644);
    assert.is(sys.allocate(fd, FALLOC_FL_KEEP_SIZE, 0, 99 * PAGE), 0);
    assert.is(sys.write(fd, 'x'.repeat(PAGE), 99 * PAGE - 100), PAGE);
    assert.is(sys.write(fd, 'x'.repeat(PAGE), 100 * PAGE - 10), 10);
    sys.close(fd);
  },
  'fallocate takes all or nothing'(sys) {
    const fd = sys.open('f', O_CREAT | O_RDWR, 0o644);
    assert.is(sys.allocate(fd, 0, 0, 101 * PAGE), ENOSPC);
    assert.equal(free(sys), [100, 38]);
    assert.is(sys.allocate(fd, 0, 0, 90 * PAGE), 0);
    assert.is(sys.allocate(fd, 0, 85 * PAGE, 20 * PAGE), ENOSPC);
    assert.equal(free(sys), [10, 38]);
    assert.is(sys.allocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, PAGE + 1, 30 * PAGE), 0);
    assert.equal(free(sys), [39, 38]);
    assert.is(sys.allocate(fd, 0, 85 * PAGE, 15 * PAGE), 0);
    assert.equal(free(sys), [29, 38]);
    sys.close(fd);
  },
  'every kind of name costs an inode, each further link too'(sys) {
    sys.mkdir('d', 0o755);
    sys.mknod('p', S_IFIFO | 0o644);
    sys.symlink('target', 'l');
    sys.close(sys.open('f', O_CREAT | O_RDWR, 0o644));
    assert.equal(free(sys), [100, 35]);
    assert.is(sys.link('f', 'g'), 0);
    assert.is(sys.link('f', 'h'), 0);
    assert.equal(free(sys), [100, 33]);
    assert.is(sys.unlink('f'), 0);
    assert.equal(free(sys), [100, 34]);
    assert.is(sys.symlink('x'.repeat(500), 'long'), 0);
    assert.equal(free(sys), [99, 33]);
    assert.is(sys.rename('p', 'l', RENAME_WHITEOUT), 0);
    assert.equal(free(sys), [99, 33]);
    for (const name of ['g', 'h', 'l', 'p', 'long']) assert.is(sys.unlink(name), 0);
    assert.is(sys.rmdir('d'), 0);
    assert.equal(free(sys), [100, 39]);
  },
  'without inodes nothing can be made'(sys) {
    for (let index = 0; index < 39; index++) sys.close(sys.open(`f${index}`, O_CREAT | O_RDWR, 0o644));
    assert.equal(free(sys), [100, 0]);
    assert.is(sys.open('x', O_CREAT | O_RDWR, 0o644), ENOSPC);
    assert.is(sys.mkdir('x', 0o755), ENOSPC);
    assert.is(sys.symlink('y', 'x'), ENOSPC);
    assert.is(sys.mknod('x', S_IFIFO | 0o644), ENOSPC);
    assert.is(sys.link('f0', 'x'), ENOSPC);
    assert.is(sys.rename('f0', 'x', RENAME_WHITEOUT), ENOSPC);
    assert.is(sys.open('.', O_TMPFILE | O_RDWR, 0o600), ENOSPC);
    assert.is(sys.rename('f0', 'f1'), 0);
    assert.equal(free(sys), [100, 1]);
    assert.is(sys.mkdir('x', 0o755), 0);
  },
  'an open file keeps its space, named or not'(sys) {
    const fd = sys.open('f', O_CREAT | O_RDWR, 0o644);
    sys.write(fd, 'x'.repeat(10 * PAGE), 0);
    const held = sys.open('f', O_PATH);
    const reader = sys.open('f', O_RDONLY);
    assert.is(sys.unlink('f'), 0);
    assert.equal(free(sys), [90, 38]);
    sys.close(fd);
    sys.close(reader);
    assert.equal(free(sys), [90, 38]);
    sys.close(held);
    assert.equal(free(sys), [100, 39]);
    const temporary = sys.open('.', O_TMPFILE | O_RDWR, 0o600);
    sys.write(temporary, 'x', 0);
    assert.equal(free(sys), [99, 38]);
    assert.is(sys.link('', 'named', 0x1000, temporary), 0);
    sys.close(temporary);
    assert.equal(free(sys), [99, 38]);
    assert.is(sys.unlink('named'), 0);
    assert.equal(free(sys), [100, 39]);
  },
  'a file that is replaced gives its space back'(sys) {
    for (const name of ['a', 'b']) {
      const fd = sys.open(name, O_CREAT | O_RDWR, 0o644);
      sys.write(fd, 'x'.repeat(5 * PAGE), 0);
      sys.close(fd);
    }
    assert.equal(free(sys), [90, 37]);
    assert.is(sys.rename('a', 'b'), 0);
    assert.equal(free(sys), [95, 38]);
  },
  'extended attributes share the room of inodes'(sys) {
    sys.close(sys.open('f', O_CREAT | O_RDWR, 0o644));
    let count = 0;
    while (sys.setxattr('f', `user.${String(count).padStart(4, '0')}`, 'v'.repeat(55)) === 0) count++;
    assert.is(sys.setxattr('f', `user.${String(count).padStart(4, '0')}`, 'v'.repeat(55)), ENOSPC);
    // 38 KiB, at 40 bytes for an attribute, its name and its value.
    assert.is(count, Math.floor((38 * 1024) / 104));
    assert.equal(free(sys)[1], 0);
    assert.is(sys.mkdir('d', 0o755), ENOSPC);
    assert.is(sys.unlink('f'), 0);
    assert.equal(free(sys), [100, 39]);
  },
};

function testLimits(name: string, start: () => { sys: Process; end: () => void }): void {
  const test = suite(`limits of ${name}`);
  for (const [title, script] of Object.entries(SCRIPTS)) {
    test(title, () => {
      const { sys, end } = start();
      try {
        script(sys);
      } finally {
        sys.end();
        end();
      }
    });
  }
  test.run();
}

testLimits('tmpfs', () => {
  const options = parseTmpfsOptions(OPTIONS);
  if (typeof options === 'string') throw new Error(options);
  return { sys: new VfsProcess(new Vfs(new Tmpfs(options))), end() {} };
});

const missing = kernelProcessMissing();
if (missing) {
  console.log(`skipped: limits of the kernel's tmpfs: ${missing}`);
} else {
  testLimits("the kernel's tmpfs", () => {
    const directory = temporaryDirectory();
    spawnSync('mount', ['-i', '-t', 'tmpfs', '-o', OPTIONS, 'compatfs-test', directory]);
    return {
      sys: new KernelProcess(directory),
      end() {
        removeDirectory(directory);
      },
    };
  });
}
