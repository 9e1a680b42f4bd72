/** Making, linking, moving and removing names. */

import {
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
} from '../../errno.ts';
import {
  AT_SYMLINK_FOLLOW,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
} from '../../flags.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from '../../stat.ts';
import { ALICE, ALICE_IN_BOBS, BOB, type Case, KINDS, ROOT, type Trial, needsOf } from '../trial.ts';

const AT_EMPTY_PATH = 0x1000;
/** A time long ago. */
const OLD = 1_000_000_000n;

function openClose(trial: Trial, path: string, flags: number, mode = 0o644): number {
  const fd = trial.sys.open(path, flags, mode);
  return fd < 0 ? fd : trial.sys.close(fd);
}

/** Everything that makes a file, for what they have in common. */
const MAKERS: readonly { readonly name: string; readonly type: number; readonly special: boolean; readonly make: (t: Trial, path: string, mode: number) => number }[] = [
  { name: 'open', type: S_IFREG, special: false, make: (t, path, mode) => openClose(t, path, O_CREAT | O_WRONLY, mode) },
  { name: 'mknod', type: S_IFREG, special: false, make: ({ sys }, path, mode) => sys.mknod(path, S_IFREG | mode) },
  { name: 'mknod without a type', type: S_IFREG, special: false, make: ({ sys }, path, mode) => sys.mknod(path, mode) },
  { name: 'mkdir', type: S_IFDIR, special: false, make: ({ sys }, path, mode) => sys.mkdir(path, mode) },
  { name: 'mkfifo', type: S_IFIFO, special: true, make: ({ sys }, path, mode) => sys.mknod(path, S_IFIFO | mode) },
  { name: 'mknod of a socket', type: S_IFSOCK, special: true, make: ({ sys }, path, mode) => sys.mknod(path, S_IFSOCK | mode) },
];

const making: Case[] = MAKERS.flatMap(({ name, type, special, make }): Case[] => {
  const needs = special ? (['special'] as const) : [];
  const isDirectory = type === S_IFDIR;
  return [
    ...(
      [
        [0o777, 0, 0o777],
        [0o777, 0o022, 0o755],
        [0o666, 0o077, 0o600],
        [0o1777, 0, 0o1777],
        [0o6777, 0, isDirectory ? 0o777 : 0o6777],
        [0o4711, 0o777, isDirectory ? 0 : 0o4000],
      ] as const
    ).map(
      ([mode, umask, expected]): Case => ({
        name: `${name}: mode ${mode.toString(8)} with umask ${umask.toString(8)}`,
        needs,
        run(trial) {
          trial.sys.umask(umask);
          trial.is(make(trial, 'f', mode), 0);
          trial.is(trial.mode('f'), expected);
          trial.is(trial.stat('f').mode & S_IFMT, type);
        },
      }),
    ),
    {
      name: `${name}: the file is the caller's`,
      needs: ['owners', ...needs],
      run(trial) {
        trial.sys.chmod('.', 0o777);
        trial.is(trial.as(ALICE, () => make(trial, 'f', 0o600)), 0);
        trial.is(trial.stat('f').uid, ALICE.uid);
        trial.is(trial.stat('f').gid, ALICE.gid);
      },
    },
    {
      name: `${name}: in a set-group-id directory the group is the directory's`,
      needs: ['owners', ...needs],
      run(trial) {
        trial.make('dir', 'd', 0o2777, { uid: 0, gid: BOB.gid });
        trial.sys.chmod('d', 0o2777);
        trial.is(trial.as(ALICE, () => make(trial, 'd/f', 0o644)), 0);
        trial.is(trial.stat('d/f').gid, BOB.gid);
        trial.is(trial.mode('d/f'), isDirectory ? 0o2644 : 0o644);
      },
    },
    {
      name: `${name}: set-group-id is dropped in a set-group-id directory of a foreign group`,
      needs: ['owners', ...needs],
      run(trial) {
        trial.make('dir', 'd', 0o777, { uid: 0, gid: BOB.gid });
        trial.sys.chmod('d', 0o2777);
        trial.is(trial.as(ALICE, () => make(trial, 'd/f', 0o2775)), 0);
        trial.is(trial.mode('d/f'), isDirectory ? 0o2775 : 0o775);
        trial.is(trial.as(ALICE_IN_BOBS, () => make(trial, 'd/g', 0o2775)), 0);
        trial.is(trial.mode('d/g'), 0o2775);
      },
    },
    {
      name: `${name}: the directory's times move and the file's are new`,
      needs,
      run(trial) {
        trial.sys.utimens('.', OLD, OLD);
        trial.is(make(trial, 'f', 0o644), 0);
        const parent = trial.ok(trial.sys.stat('.')) as { mtime: bigint; ctime: bigint };
        trial.isTrue(parent.mtime > OLD, 'modification time of the directory');
        const stat = trial.stat('f');
        trial.isTrue(stat.mtime === stat.ctime && stat.atime === stat.mtime, 'one time for the new file');
      },
    },
    {
      name: `${name}: link counts`,
      needs,
      run(trial) {
        const before = trial.stat('.').nlink;
        trial.is(make(trial, 'f', 0o644), 0);
        trial.is(trial.stat('f').nlink, isDirectory ? 2 : 1);
        trial.is(trial.stat('.').nlink, before + (isDirectory ? 1 : 0));
      },
    },
  ];
});

const devices: Case[] = [
  ...(['char', 'block'] as const).flatMap((kind): Case[] => [
    {
      name: `mknod of a ${kind} device keeps its numbers`,
      needs: ['special'],
      run(trial) {
        for (const [major, minor] of [
          [1, 3],
          [0, 1],
          [255, 255],
          [4095, 0],
          [12, 300],
          [8, 1_048_575],
        ] as const) {
          trial.is(trial.sys.mknod('n', (kind === 'char' ? S_IFCHR : S_IFBLK) | 0o600, major, minor), 0);
          const { rdevMajor, rdevMinor } = trial.stat('n');
          trial.is(rdevMajor, major);
          trial.is(rdevMinor, minor);
          trial.is(trial.sys.unlink('n'), 0);
        }
      },
    },
    {
      name: `mknod of a ${kind} device by a user is EPERM`,
      needs: ['special'],
      run(trial) {
        trial.sys.chmod('.', 0o777);
        trial.is(trial.as(ALICE, () => trial.sys.mknod('n', (kind === 'char' ? S_IFCHR : S_IFBLK) | 0o600, 1, 3)), EPERM);
      },
    },
  ]),
  {
    name: 'anyone may make a whiteout',
    needs: ['special'],
    run(trial) {
      trial.sys.chmod('.', 0o777);
      trial.is(trial.as(ALICE, () => trial.sys.mknod('w', S_IFCHR, 0, 0)), 0);
    },
  },
  { name: 'mknod of a directory is EPERM', run: (trial) => trial.is(trial.sys.mknod('d', S_IFDIR | 0o755), EPERM) },
  { name: 'mknod of a link is EINVAL', run: (trial) => trial.is(trial.sys.mknod('l', 0o120777), EINVAL) },
  { name: 'mknod of an unknown type is EINVAL', run: (trial) => trial.is(trial.sys.mknod('l', 0o150777), EINVAL) },
];

const opening: Case[] = [
  {
    name: 'open O_CREAT of an existing file leaves its mode and content',
    run(trial) {
      trial.write('f', 'text', 0o600);
      trial.is(openClose(trial, 'f', O_CREAT | O_RDWR, 0o777), 0);
      trial.is(trial.mode('f'), 0o600);
      trial.is(trial.text('f'), 'text');
    },
  },
  {
    name: 'open O_CREAT with a mode that forbids what the descriptor does',
    needs: ['owners'],
    run(trial) {
      trial.sys.chmod('.', 0o777);
      trial.as(ALICE, () => {
        const fd = trial.ok(trial.sys.open('f', O_CREAT | O_RDWR, 0));
        trial.is(trial.sys.write(fd, 'text', 0), 4);
        trial.is(trial.sys.read(fd, 9, 0), 'text');
        trial.is(trial.sys.close(fd), 0);
        trial.is(trial.sys.open('f', O_RDONLY), EACCES);
      });
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `open O_CREAT|O_EXCL of an existing ${kind} is EEXIST`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f', 0o755);
        trial.is(trial.sys.open('f', O_CREAT | O_EXCL | O_RDWR, 0o644), EEXIST);
      },
    }),
  ),
  {
    name: 'open O_CREAT through a dangling link makes its target',
    run(trial) {
      trial.sys.symlink('made', 'l');
      trial.is(openClose(trial, 'l', O_CREAT | O_WRONLY), 0);
      trial.isTrue(trial.exists('made'), 'made');
    },
  },
  {
    name: 'open O_CREAT|O_NOFOLLOW of a link is ELOOP',
    run(trial) {
      trial.sys.symlink('made', 'l');
      trial.is(trial.sys.open('l', O_CREAT | O_NOFOLLOW | O_WRONLY, 0o644), ELOOP);
      trial.isTrue(!trial.exists('made'), 'not made');
    },
  },
  {
    name: 'open O_NOFOLLOW follows links on the way',
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.make('file', 'd/f');
      trial.sys.symlink('d', 'l');
      trial.is(openClose(trial, 'l/f', O_NOFOLLOW), 0);
    },
  },
  { name: 'open O_NOFOLLOW|O_DIRECTORY of a link is ENOTDIR', run: (trial) => {
    trial.sys.symlink('.', 'l');
    trial.is(trial.sys.open('l', O_NOFOLLOW | O_DIRECTORY), ENOTDIR);
  } },
  { name: 'open O_CREAT|O_DIRECTORY is EINVAL', run: (trial) => trial.is(trial.sys.open('d', O_CREAT | O_DIRECTORY, 0o755), EINVAL) },
  ...(
    [
      ['O_WRONLY', O_WRONLY],
      ['O_RDWR', O_RDWR],
      ['O_TRUNC', O_TRUNC],
      ['O_CREAT', O_CREAT],
    ] as const
  ).map(
    ([flag, flags]): Case => ({
      name: `open ${flag} of a directory is EISDIR`,
      run(trial) {
        trial.make('dir', 'd', 0o755);
        trial.is(trial.sys.open('d', flags), EISDIR);
      },
    }),
  ),
  ...KINDS.filter((kind) => kind !== 'dir' && kind !== 'symlink').map(
    (kind): Case => ({
      name: `open O_DIRECTORY of a ${kind} is ENOTDIR`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        trial.is(trial.sys.open('f', O_DIRECTORY), ENOTDIR);
      },
    }),
  ),
  {
    name: 'open of a socket is ENXIO',
    needs: ['special'],
    run(trial) {
      trial.make('socket', 's');
      trial.is(trial.sys.open('s', O_RDWR), -6);
    },
  },
  {
    name: 'open O_TRUNC empties a file, even for reading alone',
    run(trial) {
      trial.write('f', 'text');
      trial.is(openClose(trial, 'f', O_TRUNC | O_RDONLY), 0);
      trial.is(trial.stat('f').size, 0);
      trial.write('f', 'text');
      trial.is(openClose(trial, 'f', O_TRUNC | O_RDWR), 0);
      trial.is(trial.text('f'), '');
    },
  },
  {
    name: 'open O_TRUNC without write permission is EACCES and changes nothing',
    needs: ['owners'],
    run(trial) {
      trial.write('f', 'text', 0o644);
      trial.is(trial.as(ALICE, () => trial.sys.open('f', O_TRUNC | O_RDONLY)), EACCES);
      trial.is(trial.text('f'), 'text');
    },
  },
  {
    name: 'O_APPEND writes at the end',
    run(trial) {
      trial.write('f', 'one');
      trial.opened('f', O_WRONLY | O_APPEND, (fd) => {
        trial.is(trial.sys.append(fd, 'two'), 3);
        trial.opened('f', O_WRONLY, (other) => trial.sys.write(other, '!!', 6));
        trial.is(trial.sys.append(fd, 'three'), 5);
        trial.is(trial.sys.write(fd, 'four', 0), 4);
      });
      trial.is(trial.text('f'), 'onetwo!!threefour');
    },
  },
  {
    name: 'a file that is open lives on without a name',
    run(trial) {
      trial.write('f', 'text');
      trial.opened('f', O_RDWR, (fd) => {
        trial.is(trial.sys.unlink('f'), 0);
        trial.is(trial.sys.read(fd, 9, 0), 'text');
        trial.is(trial.sys.write(fd, ' more', 4), 5);
        trial.is(trial.sys.read(fd, 99, 0), 'text more');
        trial.is((trial.ok(trial.sys.fstat(fd)) as { nlink: number }).nlink, 0);
        trial.is(trial.sys.ftruncate(fd, 2), 0);
        trial.is(trial.sys.fchmod(fd, 0o777), 0);
        trial.write('f', 'other');
        trial.is(trial.sys.read(fd, 99, 0), 'te');
      });
      trial.is(trial.text('f'), 'other');
    },
  },
  {
    name: 'O_TMPFILE makes a file that a link names',
    needs: ['temporary'],
    run(trial) {
      const fd = trial.ok(trial.sys.open('.', O_TMPFILE | O_RDWR, 0o640));
      trial.is(trial.sys.write(fd, 'text', 0), 4);
      const stat = trial.ok(trial.sys.fstat(fd)) as { nlink: number; mode: number };
      trial.is(stat.nlink, 0);
      trial.is(stat.mode, S_IFREG | 0o640);
      trial.is(trial.list('.').length, 0);
      trial.is(trial.sys.link('', 'named', AT_EMPTY_PATH, fd), 0);
      trial.is(trial.sys.close(fd), 0);
      trial.is(trial.text('named'), 'text');
      trial.is(trial.stat('named').nlink, 1);
    },
  },
  {
    name: 'O_TMPFILE with O_EXCL cannot be linked, and needs a directory and write access',
    needs: ['temporary'],
    run(trial) {
      trial.opened('.', O_TMPFILE | O_RDWR | O_EXCL, (fd) => {
        trial.is(trial.sys.link('', 'named', AT_EMPTY_PATH, fd), ENOENT);
      });
      trial.is(trial.sys.open('.', O_TMPFILE | O_RDONLY, 0o600), EINVAL);
      trial.make('file', 'f');
      trial.is(trial.sys.open('f', O_TMPFILE | O_RDWR, 0o600), ENOTDIR);
      trial.is(trial.as(ALICE, () => trial.sys.open('.', O_TMPFILE | O_RDWR, 0o600)), EACCES);
    },
  },
  {
    name: 'reading a directory is EISDIR and writing a read-only descriptor EBADF',
    run(trial) {
      trial.opened('.', O_RDONLY, (fd) => trial.is(trial.sys.read(fd, 1, 0), EISDIR));
      trial.write('f', 'text');
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.write(fd, 'x', 0), EBADF));
      trial.opened('f', O_WRONLY, (fd) => trial.is(trial.sys.read(fd, 1, 0), EBADF));
    },
  },
];

const linking: Case[] = [
  ...KINDS.filter((kind) => kind !== 'dir').map(
    (kind): Case => ({
      name: `link of a ${kind}: one file, two names`,
      needs: ['hardlinks', ...needsOf(kind)],
      run(trial) {
        trial.make(kind, 'a');
        trial.is(trial.sys.link('a', 'b'), 0);
        trial.is(trial.stat('a').nlink, 2);
        trial.is(trial.stat('a').ino, trial.stat('b').ino);
        trial.is(trial.sys.unlink('a'), 0);
        trial.is(trial.stat('b').nlink, 1);
        trial.is(trial.stat('b').mode & S_IFMT, trial.stat('b').mode & S_IFMT);
      },
    }),
  ),
  {
    name: 'link of a directory is EPERM',
    needs: ['hardlinks'],
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.is(trial.sys.link('d', 'e'), EPERM);
    },
  },
  {
    name: 'link of a link names the link, or with AT_SYMLINK_FOLLOW its target',
    needs: ['hardlinks'],
    run(trial) {
      trial.make('file', 'f');
      trial.sys.symlink('f', 'l');
      trial.is(trial.sys.link('l', 'm'), 0);
      trial.is(trial.sys.readlink('m'), 'f');
      trial.is(trial.sys.link('l', 'n', AT_SYMLINK_FOLLOW), 0);
      trial.is(trial.stat('n').ino, trial.stat('f').ino);
    },
  },
  {
    name: 'what is written under one name is read under the other',
    needs: ['hardlinks'],
    run(trial) {
      trial.write('a', 'text');
      trial.is(trial.sys.link('a', 'b'), 0);
      trial.opened('b', O_WRONLY, (fd) => trial.sys.write(fd, 'TE', 0));
      trial.is(trial.text('a'), 'TExt');
      trial.is(trial.sys.chmod('a', 0o600), 0);
      trial.is(trial.mode('b'), 0o600);
    },
  },
  {
    name: 'link moves the change time of the file and the times of the directory',
    needs: ['hardlinks'],
    run(trial) {
      trial.make('file', 'f');
      trial.make('dir', 'd', 0o755);
      trial.sys.utimens('d', OLD, OLD);
      const { mtime } = trial.stat('f');
      trial.is(trial.sys.link('f', 'd/g'), 0);
      trial.isTrue(trial.stat('d').mtime > OLD, 'directory');
      trial.is(trial.stat('f').mtime, mtime, 'modification time of the file');
    },
  },
  {
    name: 'link of a file that another owns and one may not write is EPERM',
    needs: ['hardlinks', 'owners', 'protected-hardlinks'],
    run(trial) {
      trial.make('file', 'f', 0o644, BOB);
      trial.make('file', 'g', 0o666, BOB);
      trial.make('file', 's', 0o666, BOB);
      trial.sys.chmod('s', 0o4777);
      trial.sys.chmod('.', 0o777);
      trial.is(trial.as(ALICE, () => trial.sys.link('f', 'x')), EPERM);
      trial.is(trial.as(ALICE, () => trial.sys.link('s', 'x')), EPERM);
      trial.is(trial.as(ALICE, () => trial.sys.link('g', 'x')), 0);
    },
  },
  {
    name: 'link with unknown flags is EINVAL',
    needs: ['hardlinks'],
    run(trial) {
      trial.make('file', 'f');
      trial.is(trial.sys.link('f', 'g', 0x8000), EINVAL);
    },
  },
];

const symlinks: Case[] = [
  {
    name: 'symlink keeps any target',
    run(trial) {
      const targets = ['a', '/', 'x'.repeat(300), 'y'.repeat(4095), '\x80\xff \n', '../..//a/'];
      targets.forEach((target, index) => {
        trial.is(trial.sys.symlink(target, `l${index}`), 0);
        trial.is(trial.sys.readlink(`l${index}`), target);
        trial.is(trial.stat(`l${index}`).size, target.length);
        trial.is(trial.mode(`l${index}`), 0o777);
      });
    },
  },
  { name: 'symlink to nothing is ENOENT', run: (trial) => trial.is(trial.sys.symlink('', 'l'), ENOENT) },
  { name: 'symlink to 4096 bytes is ENAMETOOLONG', run: (trial) => trial.is(trial.sys.symlink('x'.repeat(4096), 'l'), -36) },
  ...KINDS.filter((kind) => kind !== 'symlink').map(
    (kind): Case => ({
      name: `readlink of a ${kind} is EINVAL`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f', 0o755);
        trial.is(trial.sys.readlink('f'), EINVAL);
      },
    }),
  ),
];

const removing: Case[] = [
  ...KINDS.filter((kind) => kind !== 'dir').map(
    (kind): Case => ({
      name: `unlink of a ${kind}`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        trial.sys.utimens('.', OLD, OLD);
        trial.is(trial.sys.unlink('f'), 0);
        trial.isTrue(!trial.exists('f'), 'gone');
        trial.isTrue(trial.stat('.').mtime > OLD, 'times of the directory');
        trial.is(trial.sys.unlink('f'), ENOENT);
      },
    }),
  ),
  ...KINDS.filter((kind) => kind !== 'dir' && kind !== 'symlink').map(
    (kind): Case => ({
      name: `rmdir of a ${kind} is ENOTDIR`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        trial.is(trial.sys.rmdir('f'), ENOTDIR);
      },
    }),
  ),
  {
    name: 'rmdir of a link to a directory is ENOTDIR',
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.sys.symlink('d', 'l');
      trial.is(trial.sys.rmdir('l'), ENOTDIR);
      trial.is(trial.sys.rmdir('l/'), ENOTDIR);
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `rmdir of a directory with a ${kind} in it is ENOTEMPTY`,
      needs: needsOf(kind),
      run(trial) {
        trial.make('dir', 'd', 0o755);
        trial.make(kind, 'd/f', 0o755);
        trial.is(trial.sys.rmdir('d'), ENOTEMPTY);
        trial.isTrue(trial.exists('d/f'), 'kept');
      },
    }),
  ),
  {
    name: 'rmdir gives the parent a link back',
    run(trial) {
      const before = trial.stat('.').nlink;
      trial.make('dir', 'd', 0o755);
      trial.is(trial.stat('.').nlink, before + 1);
      trial.is(trial.sys.rmdir('d'), 0);
      trial.is(trial.stat('.').nlink, before);
    },
  },
  {
    name: 'rmdir of the parent is ENOTEMPTY',
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.make('dir', 'd/e', 0o755);
      trial.is(trial.sys.rmdir('d/e/..'), ENOTEMPTY);
    },
  },
];

/** The sticky rule: in a directory of mode 1777 only the owner of the file or of the directory removes. */
const sticky: Case[] = [];
for (const [ownerName, directoryOwner, fileOwner, expected] of [
  ['nobody of them', ROOT, BOB, EPERM],
  ['the file', ROOT, ALICE, 0],
  ['the directory', ALICE, BOB, 0],
  ['both', ALICE, ALICE, 0],
] as const) {
  for (const kind of ['file', 'dir', 'fifo', 'symlink'] as const) {
    const actions: readonly [string, (trial: Trial) => number][] = [
      ['removes', ({ sys }) => (kind === 'dir' ? sys.rmdir('d/f') : sys.unlink('d/f'))],
      ['moves away', ({ sys }) => sys.rename('d/f', 'out/f')],
      ['renames', ({ sys }) => sys.rename('d/f', 'd/g')],
      [
        'replaces',
        (trial) => {
          return trial.sys.rename('out/mine', 'd/f');
        },
      ],
    ];
    for (const [verb, action] of actions) {
      sticky.push({
        name: `sticky directory: who owns ${ownerName} ${verb} a ${kind}`,
        needs: ['owners', ...needsOf(kind)],
        run(trial) {
          trial.make('dir', 'd', 0o777, directoryOwner);
          trial.sys.chmod('d', 0o1777);
          trial.make('dir', 'out', 0o777);
          trial.make(kind === 'dir' ? 'dir' : 'file', 'out/mine', 0o755, ALICE);
          trial.make(kind, 'd/f', 0o755, fileOwner);
          // A directory that moves must be writable to its mover.
          const needsWrite = kind === 'dir' && verb === 'moves away' && fileOwner !== ALICE;
          trial.is(trial.as(ALICE, () => action(trial)), expected || (needsWrite ? EACCES : 0));
        },
      });
    }
  }
}

const renaming: Case[] = [];
for (const from of KINDS) {
  for (const to of [undefined, ...KINDS] as const) {
    const fromDirectory = from === 'dir';
    const toDirectory = to === 'dir';
    const expected = to === undefined || fromDirectory === toDirectory ? 0 : fromDirectory ? ENOTDIR : EISDIR;
    const needs = needsOf(from, ...(to ? [to] : []));
    renaming.push({
      name: `rename of a ${from} ${to ? `over a ${to}` : 'to a new name'}`,
      needs,
      run(trial) {
        trial.make(from, 'a', 0o755);
        if (to) trial.make(to, 'b', 0o755);
        const before = trial.stat('a');
        trial.is(trial.sys.rename('a', 'b'), expected);
        trial.is(trial.exists('a'), expected !== 0);
        if (expected === 0) trial.is(trial.stat('b').ino, before.ino);
      },
    });
    if (to === undefined) continue;
    renaming.push(
      {
        name: `rename NOREPLACE of a ${from} over a ${to} is EEXIST`,
        needs: ['noreplace', ...needs],
        run(trial) {
          trial.make(from, 'a', 0o755);
          trial.make(to, 'b', 0o755);
          trial.is(trial.sys.rename('a', 'b', RENAME_NOREPLACE), EEXIST);
          trial.isTrue(trial.exists('a') && trial.exists('b'), 'both kept');
        },
      },
      {
        name: `rename EXCHANGE of a ${from} and a ${to} in two directories`,
        needs: ['exchange', ...needs],
        run(trial) {
          trial.make('dir', 'x', 0o755);
          trial.make('dir', 'y', 0o755);
          trial.make(from, 'x/a', 0o755);
          trial.make(to, 'y/b', 0o755);
          const [a, b] = [trial.stat('x/a').ino, trial.stat('y/b').ino];
          trial.is(trial.sys.rename('x/a', 'y/b', RENAME_EXCHANGE), 0);
          trial.is(trial.stat('x/a').ino, b);
          trial.is(trial.stat('y/b').ino, a);
          trial.is(trial.stat('x').nlink, toDirectory ? 3 : 2);
          trial.is(trial.stat('y').nlink, fromDirectory ? 3 : 2);
        },
      },
    );
  }
}
renaming.push(
  {
    name: 'rename over a directory that is not empty is ENOTEMPTY',
    run(trial) {
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'b', 0o755);
      trial.make('file', 'b/f');
      trial.is(trial.sys.rename('a', 'b'), [ENOTEMPTY, EEXIST]);
      trial.isTrue(trial.exists('b/f') && trial.exists('a'), 'kept');
    },
  },
  {
    name: 'rename of a directory into itself is EINVAL',
    run(trial) {
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'a/b', 0o755);
      trial.is(trial.sys.rename('a', 'a/c'), EINVAL);
      trial.is(trial.sys.rename('a', 'a/b/c'), EINVAL);
      trial.is(trial.sys.rename('a', 'a/b'), EINVAL);
    },
  },
  {
    name: 'rename over a directory above is ENOTEMPTY',
    run(trial) {
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'a/b', 0o755);
      trial.make('file', 'a/f');
      trial.is(trial.sys.rename('a/b', 'a'), ENOTEMPTY);
      trial.is(trial.sys.rename('a/f', 'a'), ENOTEMPTY);
    },
  },
  {
    name: 'rename EXCHANGE with a directory above or below is EINVAL',
    needs: ['exchange'],
    run(trial) {
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'a/b', 0o755);
      trial.is(trial.sys.rename('a', 'a/b', RENAME_EXCHANGE), EINVAL);
      trial.is(trial.sys.rename('a/b', 'a', RENAME_EXCHANGE), EINVAL);
    },
  },
  {
    name: 'rename EXCHANGE with nothing is ENOENT',
    needs: ['exchange'],
    run(trial) {
      trial.make('file', 'a');
      trial.is(trial.sys.rename('a', 'b', RENAME_EXCHANGE), ENOENT);
      trial.is(trial.sys.rename('b', 'a', RENAME_EXCHANGE), ENOENT);
    },
  },
  {
    name: 'rename NOREPLACE to a new name',
    needs: ['noreplace'],
    run(trial) {
      trial.make('file', 'a');
      trial.make('dir', 'd', 0o755);
      trial.is(trial.sys.rename('a', 'b', RENAME_NOREPLACE), 0);
      trial.is(trial.sys.rename('d', 'e', RENAME_NOREPLACE), 0);
      trial.isTrue(trial.exists('b') && trial.exists('e') && !trial.exists('a'), 'moved');
    },
  },
  {
    name: 'rename NOREPLACE of a name to itself is EEXIST',
    needs: ['noreplace'],
    run(trial) {
      trial.make('file', 'a');
      trial.is(trial.sys.rename('a', 'a', RENAME_NOREPLACE), EEXIST);
    },
  },
  {
    name: 'rename WHITEOUT leaves a whiteout',
    needs: ['exchange', 'special'],
    run(trial) {
      trial.make('file', 'a');
      trial.make('file', 'b');
      trial.is(trial.sys.rename('a', 'b', RENAME_WHITEOUT), 0);
      const stat = trial.stat('a');
      trial.is(stat.mode, S_IFCHR);
      trial.is(stat.rdevMajor, 0);
      trial.is(stat.rdevMinor, 0);
    },
  },
  {
    name: 'rename with flags that exclude each other is EINVAL',
    run(trial) {
      trial.make('file', 'a');
      trial.is(trial.sys.rename('a', 'b', RENAME_EXCHANGE | RENAME_NOREPLACE), EINVAL);
      trial.is(trial.sys.rename('a', 'b', RENAME_EXCHANGE | RENAME_WHITEOUT), EINVAL);
      trial.is(trial.sys.rename('a', 'b', 8), EINVAL);
    },
  },
  {
    name: 'rename of a file to itself, or to another of its names, changes nothing',
    needs: ['hardlinks'],
    run(trial) {
      trial.make('file', 'a');
      trial.is(trial.sys.rename('a', 'a'), 0);
      trial.is(trial.sys.link('a', 'b'), 0);
      trial.is(trial.sys.rename('a', 'b'), 0);
      trial.isTrue(trial.exists('a') && trial.exists('b'), 'both kept');
    },
  },
  {
    name: 'rename moves a directory with all that is in it',
    run(trial) {
      trial.make('dir', 'x', 0o755);
      trial.make('dir', 'y', 0o755);
      trial.make('dir', 'x/a', 0o755);
      trial.make('dir', 'x/a/b', 0o755);
      trial.write('x/a/b/f', 'text');
      trial.is(trial.sys.rename('x/a', 'y/c'), 0);
      trial.is(trial.text('y/c/b/f'), 'text');
      trial.is(trial.stat('x').nlink, 2);
      trial.is(trial.stat('y').nlink, 3);
      trial.is(trial.stat('y/c/..').ino, trial.stat('y').ino);
    },
  },
  {
    name: 'rename over a file drops the file that was there',
    needs: ['hardlinks'],
    run(trial) {
      trial.write('a', 'new');
      trial.write('b', 'old');
      trial.is(trial.sys.link('b', 'c'), 0);
      trial.opened('b', O_RDONLY, (fd) => {
        trial.is(trial.sys.rename('a', 'b'), 0);
        trial.is(trial.sys.read(fd, 9, 0), 'old');
      });
      trial.is(trial.text('b'), 'new');
      trial.is(trial.stat('c').nlink, 1);
    },
  },
  {
    name: 'rename of a directory over an empty one counts links',
    run(trial) {
      trial.make('dir', 'x', 0o755);
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'x/b', 0o755);
      const before = trial.stat('.').nlink;
      trial.is(trial.sys.rename('a', 'x/b'), 0);
      trial.is(trial.stat('.').nlink, before - 1);
      trial.is(trial.stat('x').nlink, 3);
    },
  },
  {
    name: 'rename moves the times of both directories',
    run(trial) {
      trial.make('dir', 'x', 0o755);
      trial.make('dir', 'y', 0o755);
      trial.make('file', 'x/f');
      const { mtime } = trial.stat('x/f');
      trial.sys.utimens('x', OLD, OLD);
      trial.sys.utimens('y', OLD, OLD);
      trial.is(trial.sys.rename('x/f', 'y/f'), 0);
      trial.isTrue(trial.stat('x').mtime > OLD && trial.stat('y').mtime > OLD, 'directories');
      trial.is(trial.stat('y/f').mtime, mtime, 'file');
    },
  },
  {
    name: 'rename needs write permission in both directories',
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'x', 0o777);
      trial.make('dir', 'y', 0o755);
      trial.make('file', 'x/f', 0o644, ALICE);
      trial.make('file', 'y/g', 0o644, ALICE);
      trial.is(trial.as(ALICE, () => trial.sys.rename('x/f', 'y/f')), EACCES);
      trial.is(trial.as(ALICE, () => trial.sys.rename('y/g', 'x/g')), EACCES);
    },
  },
  {
    name: 'rename of a directory that one may not write is EACCES into another directory alone',
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'x', 0o777);
      trial.make('dir', 'y', 0o777);
      trial.make('dir', 'x/d', 0o755, BOB);
      trial.is(trial.as(ALICE, () => trial.sys.rename('x/d', 'y/d')), EACCES);
      trial.is(trial.as(ALICE, () => trial.sys.rename('x/d', 'x/e')), 0);
    },
  },
  {
    name: 'rename with slashes behind directories, and ENOTDIR behind files',
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.make('file', 'f');
      trial.is(trial.sys.rename('d/', 'e/'), 0);
      trial.is(trial.sys.rename('f/', 'g'), ENOTDIR);
      trial.is(trial.sys.rename('f', 'g/'), ENOTDIR);
      trial.is(trial.sys.rename('f', 'e/'), [ENOTDIR, EISDIR]);
    },
  },
  {
    name: 'rename of a link moves the link',
    run(trial) {
      trial.sys.symlink('nowhere', 'l');
      trial.is(trial.sys.rename('l', 'm'), 0);
      trial.is(trial.sys.readlink('m'), 'nowhere');
    },
  },
);

export const NAME_CASES: readonly Case[] = [
  ...making,
  ...devices,
  ...opening,
  ...linking,
  ...symlinks,
  ...removing,
  ...sticky,
  ...renaming,
];
