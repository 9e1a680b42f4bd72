/**
 * What holds of every tree that can be read, writable or not. The cases run on one small tree, which a writable file
 * system is given first and another must have: see `READ_TREE`.
 */

import {
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  EPERM,
  EROFS,
  EXDEV,
  isErrno,
} from '../../errno.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  SEEK_SET,
} from '../../flags.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../stat.ts';
import type { ProcessEntry, ProcessStat } from '../process.ts';
import type { Case, Trial } from '../trial.ts';

/** A text in which each place differs from its neighbours. */
function numbers(length: number): string {
  let text = '';
  for (let index = 0; text.length < length; index++) text += `${index}\n`;
  return text.slice(0, length);
}

/** The files of the tree by path: contents, `null` for a directory, and links by what they lead to. */
export const READ_TREE: Readonly<Record<string, string | null | { readonly link: string }>> = {
  file: 'hello\n',
  empty: '',
  large: numbers(200_000),
  d: null,
  'd/file': 'inner\n',
  'd/e': null,
  'd/e/deep': 'deep\n',
  link: { link: 'd/file' },
  'd/back': { link: '../file' },
  directory: { link: 'd' },
  slash: { link: 'd/' },
  dangling: { link: 'nowhere' },
  self: { link: 'self' },
  ping: { link: 'pong' },
  pong: { link: 'ping' },
  wrong: { link: 'file/below' },
  many: null,
  ...Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`many/${index}`, `${index}`])),
};

/** Makes the tree where it can be made. */
function build(trial: Trial): void {
  if (!trial.features.has('writable')) return;
  for (const [path, content] of Object.entries(READ_TREE)) {
    if (content === null) trial.make('dir', path, 0o755);
    else if (typeof content === 'string') trial.write(path, content);
    else trial.is(trial.sys.symlink(content.link, path), 0);
  }
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Opens, reads the beginning, and closes. */
function peek(trial: Trial, path: string, flags: number = O_RDONLY, resolve = 0): string | number {
  const fd = trial.sys.openat2(path, flags, 0, resolve);
  if (fd < 0) return fd;
  const text = trial.sys.read(fd, 20, 0);
  trial.sys.close(fd);
  return text;
}

/** What a path leads to: the file's content or the errno. */
const PATHS: readonly [string, string | number][] = [
  ['file', 'hello\n'],
  ['./file', 'hello\n'],
  ['d/../file', 'hello\n'],
  ['d/e/../../file', 'hello\n'],
  ['.//d//.//file', 'inner\n'],
  ['link', 'inner\n'],
  ['d/back', 'hello\n'],
  ['directory/file', 'inner\n'],
  ['directory/../file', 'hello\n'],
  ['directory/back', 'hello\n'],
  ['slash/file', 'inner\n'],
  ['d/e/deep', 'deep\n'],
  ['', ENOENT],
  ['missing', ENOENT],
  ['d/missing', ENOENT],
  ['missing/file', ENOENT],
  ['missing/..', ENOENT],
  ['dangling', ENOENT],
  ['dangling/x', ENOENT],
  ['file/', ENOTDIR],
  ['file/x', ENOTDIR],
  ['file/.', ENOTDIR],
  ['file/..', ENOTDIR],
  ['link/', ENOTDIR],
  ['link/x', ENOTDIR],
  ['wrong', ENOTDIR],
  ['self', ELOOP],
  ['self/x', ELOOP],
  ['ping', ELOOP],
  ['n'.repeat(255), ENOENT],
  ['n'.repeat(256), ENAMETOOLONG],
  [`d/${'n'.repeat(256)}`, ENAMETOOLONG],
  [`${'n'.repeat(256)}/x`, ENAMETOOLONG],
  [`${'./'.repeat(2045)}file`, 'hello\n'],
  [`${'./'.repeat(2046)}file`, ENAMETOOLONG],
  ['File', ENOENT],
  ['file\x80', ENOENT],
  ['d', EISDIR],
];

const walking: Case[] = PATHS.map(([path, expected]) => ({
  name: `reading: ${path.length > 40 ? `${path.slice(0, 30)}... (${path.length} bytes)` : `"${path}"`}`,
  run(trial) {
    build(trial);
    trial.is(peek(trial, path), expected);
    const stat = trial.sys.stat(path);
    trial.is(isErrno(stat) ? stat : 0, typeof expected === 'number' && expected !== EISDIR ? expected : 0, 'stat');
  },
}));

/** Flags of open(2) against what is opened. */
const FLAGS: readonly [string, number, string | number][] = [
  ['d', O_DIRECTORY, EISDIR],
  ['file', O_DIRECTORY, ENOTDIR],
  ['directory', O_DIRECTORY, EISDIR],
  ['directory', O_NOFOLLOW, ELOOP],
  ['directory', O_NOFOLLOW | O_DIRECTORY, ENOTDIR],
  ['directory/', O_NOFOLLOW, EISDIR],
  ['dangling', O_NOFOLLOW, ELOOP],
  ['dangling', O_PATH | O_NOFOLLOW, EBADF],
  ['d', O_WRONLY, EISDIR],
  ['d', O_RDWR, EISDIR],
  ['d', O_TRUNC, EISDIR],
  ['d', O_CREAT, EISDIR],
  ['d', O_CREAT | O_EXCL, EEXIST],
  ['file', O_CREAT | O_EXCL, EEXIST],
  ['dangling', O_CREAT | O_EXCL, EEXIST],
  ['file', O_CREAT, 'hello\n'],
  ['file/', O_CREAT, EISDIR],
  ['d/e/', O_CREAT, EISDIR],
  ['d', O_CREAT | O_DIRECTORY, EINVAL],
];

const opening: Case[] = [
  ...FLAGS.map(
    ([path, flags, expected]): Case => ({
      name: `reading: open of ${path} with flags ${flags.toString(8)}`,
      run(trial) {
        build(trial);
        const opened = trial.sys.open(path, flags, 0);
        trial.is(opened < 0 ? opened : trial.sys.read(opened, 20, 0), expected);
        if (opened >= 0) trial.sys.close(opened);
      },
    }),
  ),
  {
    name: 'reading: openat2 restrictions',
    needs: ['resolve'],
    run(trial) {
      build(trial);
      trial.is(peek(trial, 'd/file', 0, RESOLVE_NO_SYMLINKS), 'inner\n');
      trial.is(peek(trial, 'link', 0, RESOLVE_NO_SYMLINKS), ELOOP);
      trial.is(peek(trial, 'd/back', 0, RESOLVE_BENEATH), 'hello\n');
      trial.is(peek(trial, 'd/../../x', 0, RESOLVE_BENEATH), EXDEV);
    },
  },
  {
    name: 'reading: a descriptor stays good while others open and close',
    run(trial) {
      build(trial);
      trial.opened('file', O_RDONLY, (first) =>
        trial.opened('file', O_RDONLY, (second) => {
          trial.is(trial.sys.read(first, 2, 0), 'he');
          trial.is(trial.sys.read(second, 20, 0), 'hello\n');
          trial.is(peek(trial, 'file'), 'hello\n');
          trial.is(trial.sys.read(first, 20, 2), 'llo\n');
        }),
      );
    },
  },
];

const contents: Case[] = [
  ...[1, 7, 100, 4095, 4096, 65_536, 200_000, 1_000_000].map(
    (step): Case => ({
      name: `reading: pieces of ${step} bytes make the whole`,
      run(trial) {
        build(trial);
        const expected = step < 10 ? READ_TREE['file'] : READ_TREE['large'];
        trial.opened(step < 10 ? 'file' : 'large', O_RDONLY, (fd) => {
          let text = '';
          for (;;) {
            const piece = trial.ok(trial.sys.read(fd, step, text.length)) as string;
            text += piece;
            if (piece.length < step) break;
          }
          trial.is(text, expected);
          trial.is(trial.sys.read(fd, 10, text.length), '');
          trial.is(trial.sys.read(fd, 10, text.length + 1000), '');
          trial.is(trial.sys.read(fd, 0, 0), '');
          trial.is(trial.sys.read(fd, 1, -1), EINVAL);
        });
      },
    }),
  ),
  {
    name: 'reading: any order of places gives the same bytes',
    run(trial) {
      build(trial);
      const whole = READ_TREE['large'] as string;
      trial.opened('large', O_RDONLY, (fd) => {
        for (const at of [150_000, 0, 199_990, 4096, 4095, 100_000, 1, 65_536]) {
          trial.is(trial.sys.read(fd, 50, at), whole.slice(at, at + 50), `at ${at}`);
        }
      });
    },
  },
  { name: 'reading: an empty file', run: (trial) => (build(trial), trial.is(peek(trial, 'empty'), '')) },
];

const asking: Case[] = [
  {
    name: 'reading: types, and one inode number for one file',
    run(trial) {
      build(trial);
      const of = (path: string): ProcessStat => trial.stat(path);
      for (const [path, content] of Object.entries(READ_TREE)) {
        const expected = content === null ? S_IFDIR : typeof content === 'string' ? S_IFREG : S_IFLNK;
        trial.is(of(path).mode & S_IFMT, expected, path);
        trial.is(of(path).ino, of(path).ino, path);
        trial.isTrue(of(path).ino > 0, path);
      }
      trial.is((trial.ok(trial.sys.stat('link')) as ProcessStat).ino, of('d/file').ino);
      trial.is(of('d/e/..').ino, of('d').ino);
      trial.is(of('d/.').ino, of('d').ino);
      trial.opened('d/file', O_RDONLY, (fd) => trial.is((trial.ok(trial.sys.fstat(fd)) as ProcessStat).ino, of('d/file').ino));
    },
  },
  {
    name: 'reading: link counts of directories',
    run(trial) {
      build(trial);
      trial.is(trial.stat('d').nlink, 3);
      trial.is(trial.stat('d/e').nlink, 2);
      trial.is(trial.stat('many').nlink, 2);
      trial.is(trial.stat('file').nlink, 1);
    },
  },
  {
    name: 'reading: targets of links',
    run(trial) {
      build(trial);
      for (const [path, content] of Object.entries(READ_TREE)) {
        const expected = content !== null && typeof content === 'object' ? content.link : EINVAL;
        trial.is(trial.sys.readlink(path), expected, path);
      }
      trial.is(trial.sys.readlink('missing'), ENOENT);
      trial.is(trial.sys.readlink('file/x'), ENOTDIR);
    },
  },
  {
    name: 'reading: access',
    run(trial) {
      build(trial);
      trial.is(trial.sys.access('file', 0), 0);
      trial.is(trial.sys.access('file', 4), 0);
      trial.is(trial.sys.access('d', 5), 0);
      trial.is(trial.sys.access('missing', 0), ENOENT);
      trial.is(trial.sys.access('dangling', 0), ENOENT);
      trial.is(trial.sys.access('file', 8), EINVAL);
    },
  },
  {
    name: 'reading: working directories',
    run(trial) {
      build(trial);
      trial.is(trial.sys.chdir('d/e'), 0);
      trial.is(peek(trial, '../file'), 'inner\n');
      trial.is(peek(trial, '../../file'), 'hello\n');
      trial.is(trial.sys.chdir('..'), 0);
      trial.is(peek(trial, 'e/deep'), 'deep\n');
      trial.is(trial.sys.chdir('file'), ENOTDIR);
      trial.is(trial.sys.chdir('missing'), ENOENT);
      trial.is((trial.ok(trial.sys.getcwd()) as string).endsWith('/d'), true);
      trial.is(trial.sys.chdir('..'), 0);
    },
  },
  { name: 'reading: statfs', run: (trial) => void trial.ok(trial.sys.statfs('.')) },
];

function collect(trial: Trial, fd: number): ProcessEntry[] {
  const all: ProcessEntry[] = [];
  for (;;) {
    const some = trial.ok(trial.sys.entries(fd)) as readonly ProcessEntry[];
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const listing: Case[] = [
  ...['.', 'd', 'd/e', 'many'].map(
    (path): Case => ({
      name: `reading: the listing of ${path} agrees with look-ups`,
      run(trial) {
        build(trial);
        const prefix = path === '.' ? '' : `${path}/`;
        const expected = Object.keys(READ_TREE)
          .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
          .map((name) => name.slice(prefix.length));
        const found = trial.list(path);
        trial.is(found.map(({ name }) => name).sort().join(), expected.sort().join());
        for (const { name, ino, type } of found) {
          const stat = trial.stat(`${prefix}${name}`);
          trial.is(ino, stat.ino, name);
          trial.is(type, (stat.mode & S_IFMT) >> 12, name);
        }
      },
    }),
  ),
  {
    name: 'reading: a listing is resumed at any of its cookies',
    run(trial) {
      build(trial);
      trial.opened('many', O_RDONLY | O_DIRECTORY, (fd) => {
        const all = collect(trial, fd);
        trial.is(all.length, 122);
        trial.is(new Set(all.map(({ cookie }) => cookie)).size, 122, 'cookies');
        trial.is(all.slice(0, 2).map(({ name }) => name).join(), '.,..');
        for (let at = 0; at < all.length - 1; at += 11) {
          const { cookie } = all[at] as ProcessEntry;
          trial.is(trial.sys.seek(fd, cookie, SEEK_SET), cookie);
          const next = trial.ok(trial.sys.entries(fd)) as readonly ProcessEntry[];
          trial.is(next[0]?.name, all[at + 1]?.name, `after ${at}`);
        }
        trial.is(trial.sys.seek(fd, 0, SEEK_SET), 0);
        trial.is(collect(trial, fd).length, 122);
      });
    },
  },
  {
    name: 'reading: two listings of a directory do not disturb each other',
    run(trial) {
      build(trial);
      trial.opened('many', O_RDONLY | O_DIRECTORY, (first) =>
        trial.opened('many', O_RDONLY | O_DIRECTORY, (second) => {
          const begun = trial.ok(trial.sys.entries(first)) as readonly ProcessEntry[];
          trial.is(collect(trial, second).length, 122);
          trial.is(begun.length + collect(trial, first).length, 122);
        }),
      );
    },
  },
  {
    name: 'reading: what is no directory is not listed',
    run(trial) {
      build(trial);
      trial.opened('file', O_RDONLY, (fd) => trial.is(trial.sys.entries(fd), ENOTDIR));
    },
  },
];

/** What a tree that cannot be changed says to those who try. */
const REFUSALS = [EACCES, EPERM, EROFS, ENOENT];

const changing: Case[] = (
  [
    ['mkdir', ({ sys }) => sys.mkdir('d/new', 0o755)],
    ['create', ({ sys }) => sys.open('d/new', O_CREAT | O_RDWR, 0o644)],
    ['mknod', ({ sys }) => sys.mknod('d/new', S_IFREG | 0o644)],
    ['symlink', ({ sys }) => sys.symlink('x', 'd/new')],
    ['link', ({ sys }) => sys.link('file', 'd/new')],
    ['unlink', ({ sys }) => sys.unlink('file')],
    ['rmdir', ({ sys }) => sys.rmdir('d/e')],
    ['rename', ({ sys }) => sys.rename('file', 'renamed')],
  ] as readonly [string, (trial: Trial) => number][]
).flatMap(([name, call]): Case[] => [
  {
    name: `reading: ${name} is refused`,
    needs: ['fixed'],
    run: (trial) => trial.is(number(call(trial)), REFUSALS),
  },
]);
changing.push(
  {
    name: 'reading: what exists is EEXIST to those who would make it',
    run(trial) {
      build(trial);
      for (const path of ['file', 'd', 'link', 'dangling', '.', '..', 'd/.', '/']) {
        trial.is(trial.sys.mkdir(path, 0o755), EEXIST, `mkdir ${path}`);
        trial.is(trial.sys.symlink('x', path), EEXIST, `symlink ${path}`);
        trial.is(trial.sys.mknod(path, S_IFREG | 0o644), EEXIST, `mknod ${path}`);
      }
    },
  },
  {
    name: 'reading: types of what is removed are checked',
    run(trial) {
      build(trial);
      trial.is(trial.sys.unlink('d'), EISDIR);
      trial.is(trial.sys.rmdir('file'), ENOTDIR);
      trial.is(trial.sys.rmdir('directory'), ENOTDIR);
      trial.is(trial.sys.unlink('missing'), ENOENT);
      trial.is(trial.sys.rmdir('missing'), ENOENT);
      trial.is(trial.sys.truncate('d', 0), EISDIR);
    },
  },
);

export const READING_CASES: readonly Case[] = [...walking, ...opening, ...contents, ...asking, ...listing, ...changing];
