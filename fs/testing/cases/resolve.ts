/** openat2(2)'s restrictions and calls relative to directory descriptors, within one mount. */

import { EINVAL, ELOOP, ENOENT, ENOTDIR, EXDEV } from '../../errno.ts';
import {
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../../flags.ts';
import type { Case, Trial } from '../trial.ts';

/** A small tree: top/{file, dir/{file, up -> .., out -> ../.., abs -> /file}, link -> dir, self -> self}, outside. */
function tree(trial: Trial): number {
  const { sys } = trial;
  trial.make('dir', 'top', 0o755);
  trial.make('dir', 'top/dir', 0o755);
  for (const path of ['outside', 'top/file', 'top/dir/file']) trial.write(path, path);
  sys.symlink('..', 'top/dir/up');
  sys.symlink('../..', 'top/dir/out');
  sys.symlink('/file', 'top/dir/abs');
  sys.symlink('dir', 'top/link');
  sys.symlink('self', 'top/self');
  return trial.ok(sys.open('top', O_RDONLY | O_DIRECTORY));
}

const { BENEATH, IN_ROOT, NO_SYMLINKS, NO_MAGICLINKS, NO_XDEV } = {
  BENEATH: RESOLVE_BENEATH,
  IN_ROOT: RESOLVE_IN_ROOT,
  NO_SYMLINKS: RESOLVE_NO_SYMLINKS,
  NO_MAGICLINKS: RESOLVE_NO_MAGICLINKS,
  NO_XDEV: RESOLVE_NO_XDEV,
};

/** Path from `top`, restrictions, flags, and the content of the file that is found or the errno. */
const TABLE: readonly [string, number, number, string | number][] = [
  ['file', 0, 0, 'top/file'],
  ['dir/file', BENEATH, 0, 'top/dir/file'],
  ['dir/../file', BENEATH, 0, 'top/file'],
  ['../outside', 0, 0, 'outside'],
  ['../outside', BENEATH, 0, EXDEV],
  ['dir/../../outside', BENEATH, 0, EXDEV],
  ['dir/up/file', BENEATH, 0, 'top/file'],
  ['dir/out/outside', 0, 0, 'outside'],
  ['dir/out/outside', BENEATH, 0, EXDEV],
  ['dir/abs', BENEATH, 0, EXDEV],
  ['/file', BENEATH, 0, EXDEV],
  ['..', BENEATH, 0, EXDEV],
  ['../file', IN_ROOT, 0, 'top/file'],
  ['../../../file', IN_ROOT, 0, 'top/file'],
  ['/file', IN_ROOT, 0, 'top/file'],
  ['dir/abs', IN_ROOT, 0, 'top/file'],
  ['dir/out/file', IN_ROOT, 0, 'top/file'],
  ['dir/out/outside', IN_ROOT, 0, ENOENT],
  ['link/file', NO_SYMLINKS, 0, ELOOP],
  ['link', NO_SYMLINKS, O_DIRECTORY, ELOOP],
  ['dir/file', NO_SYMLINKS, 0, 'top/dir/file'],
  ['link/file', NO_MAGICLINKS, 0, 'top/dir/file'],
  ['link/file', NO_XDEV, 0, 'top/dir/file'],
  ['../outside', NO_XDEV, 0, 'outside'],
  ['self', 0, 0, ELOOP],
  ['self', NO_SYMLINKS, O_NOFOLLOW, ELOOP],
  ['file', BENEATH | IN_ROOT, 0, EINVAL],
  ['file', 0x40, 0, EINVAL],
  ['file/', 0, 0, ENOTDIR],
  ['missing', BENEATH, 0, ENOENT],
];

export const RESOLVE_CASES: readonly Case[] = [
  ...TABLE.map(
    ([path, resolve, flags, expected]): Case => ({
      name: `openat2 of ${path} with restrictions ${resolve} and flags ${flags}`,
      needs: ['resolve'],
      run(trial) {
        const top = tree(trial);
        const fd = trial.sys.openat2(path, flags, 0, resolve, top);
        trial.is(fd < 0 ? fd : trial.sys.read(fd, 100, 0), expected);
        if (fd >= 0) trial.sys.close(fd);
        trial.sys.close(top);
      },
    }),
  ),
  {
    name: 'openat2 NO_SYMLINKS takes a link itself with O_PATH|O_NOFOLLOW',
    needs: ['resolve'],
    run(trial) {
      const top = tree(trial);
      const fd = trial.ok(trial.sys.openat2('link', O_PATH | O_NOFOLLOW, 0, NO_SYMLINKS, top));
      trial.is((trial.ok(trial.sys.fstat(fd)) as { mode: number }).mode, 0o120777);
      trial.sys.close(fd);
      trial.sys.close(top);
    },
  },
  {
    name: 'a path from a descriptor that is no directory is ENOTDIR',
    needs: ['resolve'],
    run(trial) {
      const top = tree(trial);
      const file = trial.ok(trial.sys.open('top/file', O_PATH));
      trial.is(trial.sys.open('x', O_RDONLY, 0, file), ENOTDIR);
      trial.is(trial.sys.open('.', O_RDONLY, 0, file), ENOTDIR);
      trial.sys.close(file);
      trial.sys.close(top);
    },
  },
  {
    name: 'a descriptor of a directory stays with it when it moves',
    needs: ['resolve'],
    run(trial) {
      const top = tree(trial);
      trial.make('dir', 'other', 0o755);
      trial.is(trial.sys.rename('top', 'other/moved'), 0);
      trial.opened('other/moved/file', O_RDONLY, () => {});
      const fd = trial.ok(trial.sys.open('../moved/file', O_RDONLY, 0, top));
      trial.is(trial.sys.read(fd, 99, 0), 'top/file');
      trial.sys.close(fd);
      trial.sys.close(top);
    },
  },
];
