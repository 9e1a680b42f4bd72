/** Reading, writing, sizes, holes, space, extended attributes and listings. */

import {
  E2BIG,
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  EISDIR,
  ENODATA,
  ENOENT,
  ENOTDIR,
  ENXIO,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  isErrno,
} from '../../errno.ts';
import {
  FALLOC_FL_COLLAPSE_RANGE,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_ZERO_RANGE,
  O_CREAT,
  O_DIRECTORY,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
  XATTR_CREATE,
  XATTR_REPLACE,
} from '../../flags.ts';
import type { ProcessEntry } from '../process.ts';
import { ALICE, ALICE_IN_BOBS, BOB, type Case, KINDS, type Trial, needsOf } from '../trial.ts';

/** A time long ago. */
const OLD = 1_000_000_000n;
const PAGE = 4096;
const PUNCH: number = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

/** A text in which each place differs from its neighbours. */
function pattern(length: number, seed = 0): string {
  let text = '';
  for (let index = 0; text.length < length; index++) text += `${(index * 7 + seed).toString(36)}.`;
  return text.slice(0, length);
}

function open(trial: Trial, action: (fd: number) => void, flags: number = O_CREAT | O_RDWR): void {
  trial.opened('f', flags, action);
}

function size(trial: Trial): number {
  return trial.stat('f').size;
}

function zeros(length: number): string {
  return '\0'.repeat(length);
}

const reading: Case[] = [
  {
    name: 'reads end where the file ends',
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.write(fd, 'hello', 0), 5);
        trial.is(trial.sys.read(fd, 10, 0), 'hello');
        trial.is(trial.sys.read(fd, 2, 1), 'el');
        trial.is(trial.sys.read(fd, 10, 5), '');
        trial.is(trial.sys.read(fd, 10, 500), '');
        trial.is(trial.sys.read(fd, 0, 0), '');
        trial.is(trial.sys.read(fd, 1, -1), EINVAL);
        trial.is(trial.sys.write(fd, 'x', -1), EINVAL);
        trial.is(trial.sys.write(fd, '', 100), 0);
        trial.is(size(trial), 5);
      }),
  },
  ...[1, 100, PAGE - 1, PAGE, PAGE + 1, 31 * PAGE + 5, 32 * PAGE, 200_001].map(
    (length): Case => ({
      name: `${length} bytes written at several places come back`,
      run: (trial) =>
        open(trial, (fd) => {
          for (const at of [0, 1, PAGE - 1, PAGE, 131_071, 131_072, 1_000_000]) {
            const text = pattern(length, at);
            trial.is(trial.sys.write(fd, text, at), length);
            trial.is(trial.sys.read(fd, length, at), text, `at ${at}`);
          }
        }),
    }),
  ),
  {
    name: 'writes behind the end leave zeros between',
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.write(fd, 'a', 0), 1);
        trial.is(trial.sys.write(fd, 'b', 10_000), 1);
        trial.is(size(trial), 10_001);
        trial.is(trial.sys.read(fd, 20_000, 0), `a${zeros(9_999)}b`);
      }),
  },
  {
    name: 'the position moves with reads of the position',
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.append(fd, 'abc'), 3);
        trial.is(trial.sys.append(fd, 'def'), 3);
        trial.is(trial.sys.seek(fd, 0, SEEK_CUR), 6);
        trial.is(trial.sys.seek(fd, -2, SEEK_CUR), 4);
        trial.is(trial.sys.append(fd, 'XYZ'), 3);
        trial.is(trial.sys.seek(fd, -1, SEEK_END), 6);
        trial.is(trial.sys.seek(fd, 100, SEEK_SET), 100);
        trial.is(trial.sys.read(fd, 9, 0), 'abcdXYZ');
      }),
  },
  ...KINDS.filter((kind) => kind === 'file' || kind === 'dir').map(
    (kind): Case => ({
      name: `fsync of a ${kind}`,
      run(trial) {
        trial.make(kind, 'f', 0o755);
        trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.fsync(fd), 0));
      },
    }),
  ),
  ...[
    [0, 0o4755, 0o755],
    [0, 0o6755, 0o755],
    [0, 0o2755, 0o755],
    [0, 0o2745, 0o745],
    [0, 0o1755, 0o1755],
  ].map(
    ([, before = 0, after = 0]): Case => ({
      name: `a write by a user takes set-id bits away: ${before.toString(8)}`,
      needs: ['owners'],
      run(trial) {
        trial.write('f', 'text');
        trial.sys.chmod('f', before | 0o022);
        trial.is(trial.as(BOB, () => trial.opened('f', O_WRONLY, (fd) => trial.sys.write(fd, 'x', 0))), 1);
        const group = before & 0o2010;
        trial.is(trial.mode('f'), (group === 0o2000 ? after & ~0o2000 : after) | 0o022);
      },
    }),
  ),
  {
    name: 'a write by the owner takes set-user-id away',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, ALICE);
      trial.sys.chmod('f', 0o6755);
      trial.is(trial.as(ALICE, () => trial.opened('f', O_WRONLY, (fd) => trial.sys.write(fd, 'x', 0))), 1);
      trial.is(trial.mode('f'), 0o755);
    },
  },
  {
    name: 'set-group-id without group execution stays for a member of the group',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, { uid: ALICE.uid, gid: BOB.gid });
      trial.sys.chmod('f', 0o2644);
      trial.is(trial.as(ALICE_IN_BOBS, () => trial.opened('f', O_WRONLY, (fd) => trial.sys.write(fd, 'x', 0))), 1);
      trial.is(trial.mode('f'), 0o2644);
      trial.is(trial.as(ALICE, () => trial.opened('f', O_WRONLY, (fd) => trial.sys.write(fd, 'x', 0))), 1);
      trial.is(trial.mode('f'), 0o644);
    },
  },
  {
    name: 'a write by root keeps set-id bits',
    run(trial) {
      trial.write('f', 'text');
      trial.sys.chmod('f', 0o6755);
      trial.opened('f', O_WRONLY, (fd) => trial.is(trial.sys.write(fd, 'x', 0), 1));
      trial.is(trial.mode('f'), 0o6755);
    },
  },
  {
    name: 'truncation by a user takes set-id bits away',
    needs: ['owners'],
    run(trial) {
      trial.write('f', 'text');
      trial.sys.chmod('f', 0o6777);
      trial.is(trial.as(BOB, () => trial.sys.truncate('f', 2)), 0);
      trial.is(trial.mode('f'), 0o777);
    },
  },
  {
    name: 'a write moves modification and change time, a read neither',
    run(trial) {
      trial.write('f', 'text');
      trial.sys.utimens('f', OLD, OLD);
      const { ctime } = trial.stat('f');
      trial.opened('f', O_RDWR, (fd) => {
        trial.is(trial.sys.read(fd, 4, 0), 'text');
        trial.is(trial.stat('f').mtime, OLD);
        trial.is(trial.stat('f').ctime, ctime);
        trial.is(trial.sys.write(fd, '', 0), 0);
        trial.is(trial.stat('f').mtime, OLD, 'a write of nothing');
        trial.is(trial.sys.write(fd, 'x', 0), 1);
        trial.isTrue(trial.stat('f').mtime > OLD, 'a write');
        trial.is(trial.stat('f').mtime, trial.stat('f').ctime);
      });
    },
  },
  {
    name: 'access times follow the rule of relatime',
    needs: ['access-times'],
    run(trial) {
      const day = 86_400_000_000_000n;
      const now = BigInt(Date.now()) * 1_000_000n;
      trial.write('f', 'text');
      const read = (): bigint => {
        trial.is(trial.text('f'), 'text');
        return trial.stat('f').atime;
      };
      trial.sys.utimens('f', now - day / 2n, now - day);
      trial.isTrue(read() > now - day / 4n, 'older than the change time');
      trial.sys.utimens('f', now + 10n * day, now);
      trial.is(read(), now + 10n * day, 'newer than both');
    },
  },
];

const truncating: Case[] = [
  ...(
    [
      ['shorter', 10_000, 5_000],
      ['longer', 5_000, 10_000],
      ['to nothing', 10_000, 0],
      ['across a page', 4_097, 4_095],
      ['to a page', 10_000, PAGE],
      ['far', 100, 300_000],
    ] as const
  ).flatMap(([name, before, after]): Case[] =>
    (['truncate', 'ftruncate'] as const).map((call) => ({
      name: `${call} ${name}`,
      run: (trial) =>
        open(trial, (fd) => {
          const text = pattern(before);
          trial.is(trial.sys.write(fd, text, 0), before);
          trial.is(call === 'truncate' ? trial.sys.truncate('f', after) : trial.sys.ftruncate(fd, after), 0);
          trial.is(size(trial), after);
          const kept = Math.min(before, after);
          trial.is(trial.sys.read(fd, 400_000, 0), text.slice(0, kept) + zeros(after - kept));
          trial.is(trial.sys.ftruncate(fd, before + 10), 0);
          trial.is(trial.sys.read(fd, before, kept), zeros(before + 10 - kept).slice(0, before), 'what was cut off is gone');
        }),
    })),
  ),
  {
    name: 'truncation errors: negative sizes, kinds, descriptors and permissions',
    needs: ['owners'],
    run(trial) {
      trial.write('f', 'text', 0o644);
      trial.make('dir', 'd', 0o755);
      trial.is(trial.sys.truncate('f', -1), EINVAL);
      trial.is(trial.sys.truncate('d', 0), EISDIR);
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.ftruncate(fd, 0), EINVAL));
      trial.opened('f', O_RDWR, (fd) => trial.is(trial.sys.ftruncate(fd, -1), EINVAL));
      trial.is(trial.sys.ftruncate(999, 0), EBADF);
      trial.is(trial.as(ALICE, () => trial.sys.truncate('f', 0)), EACCES);
      trial.is(size(trial), 4);
    },
  },
  ...KINDS.filter((kind) => kind === 'fifo' || kind === 'char' || kind === 'socket').map(
    (kind): Case => ({
      name: `truncate of a ${kind} is EINVAL`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'n');
        trial.is(trial.sys.truncate('n', 0), EINVAL);
      },
    }),
  ),
  {
    name: 'truncation moves the times, also to the size that the file has',
    run(trial) {
      trial.write('f', 'text');
      trial.sys.utimens('f', OLD, OLD);
      trial.is(trial.sys.truncate('f', 4), 0);
      trial.isTrue(trial.stat('f').mtime > OLD, 'truncate');
      trial.is(trial.sys.truncate('f', 3), 0);
      trial.sys.utimens('f', OLD, OLD);
      open(trial, (fd) => trial.is(trial.sys.ftruncate(fd, 3), 0));
      trial.isTrue(trial.stat('f').mtime > OLD, 'ftruncate to the same size');
    },
  },
];

const holes: Case[] = [
  {
    name: 'holes take no space',
    needs: ['holes'],
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.ftruncate(fd, 1 << 30), 0);
        trial.is(trial.stat('f').blocks, 0);
        trial.is(trial.sys.write(fd, 'x', 500_000_000), 1);
        trial.is(trial.stat('f').blocks, 8);
        trial.is(trial.sys.read(fd, 3, 499_999_999), '\0x\0');
        trial.is(trial.sys.ftruncate(fd, 100), 0);
        trial.is(trial.stat('f').blocks, 0);
      }),
  },
  {
    name: 'lseek finds data and holes',
    needs: ['holes'],
    run: (trial) =>
      open(trial, (fd) => {
        const { sys } = trial;
        trial.is(sys.seek(fd, 0, SEEK_DATA), ENXIO);
        trial.is(sys.seek(fd, 0, SEEK_HOLE), ENXIO);
        trial.is(sys.ftruncate(fd, 100 * PAGE), 0);
        trial.is(sys.seek(fd, 0, SEEK_DATA), ENXIO);
        trial.is(sys.seek(fd, 5, SEEK_HOLE), 5);
        sys.write(fd, pattern(2 * PAGE), 10 * PAGE);
        sys.write(fd, 'x', 50 * PAGE + 7);
        trial.is(sys.seek(fd, 0, SEEK_DATA), 10 * PAGE);
        trial.is(sys.seek(fd, 10 * PAGE + 3, SEEK_DATA), 10 * PAGE + 3);
        trial.is(sys.seek(fd, 10 * PAGE, SEEK_HOLE), 12 * PAGE);
        trial.is(sys.seek(fd, 12 * PAGE, SEEK_DATA), 50 * PAGE);
        trial.is(sys.seek(fd, 50 * PAGE + 8, SEEK_HOLE), 51 * PAGE);
        trial.is(sys.seek(fd, 51 * PAGE, SEEK_DATA), ENXIO);
        trial.is(sys.seek(fd, 100 * PAGE, SEEK_HOLE), ENXIO);
        trial.is(sys.seek(fd, -1, SEEK_DATA), ENXIO);
        sys.write(fd, 'end', 100 * PAGE - 3);
        trial.is(sys.seek(fd, 99 * PAGE, SEEK_HOLE), 100 * PAGE);
      }),
  },
  {
    name: 'fallocate grows a file and takes space',
    needs: ['allocate'],
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.write(fd, 'text', 0), 4);
        trial.is(trial.sys.allocate(fd, 0, 0, 10 * PAGE), 0);
        trial.is(size(trial), 10 * PAGE);
        trial.is(trial.stat('f').blocks, 80);
        trial.is(trial.sys.read(fd, 6, 0), 'text\0\0');
        trial.is(trial.sys.allocate(fd, 0, 0, PAGE), 0);
        trial.is(size(trial), 10 * PAGE);
      }),
  },
  {
    name: 'fallocate KEEP_SIZE takes space alone',
    needs: ['allocate'],
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.allocate(fd, FALLOC_FL_KEEP_SIZE, PAGE, 3 * PAGE), 0);
        trial.is(size(trial), 0);
        trial.is(trial.stat('f').blocks, 24);
        trial.is(trial.sys.read(fd, 9, 0), '');
        trial.is(trial.sys.ftruncate(fd, 0), 0);
      }),
  },
  {
    name: 'fallocate PUNCH_HOLE frees whole pages and zeroes parts',
    needs: ['allocate', 'holes'],
    run: (trial) =>
      open(trial, (fd) => {
        const text = pattern(40 * PAGE);
        trial.is(trial.sys.write(fd, text, 0), 40 * PAGE);
        trial.is(trial.sys.allocate(fd, PUNCH, PAGE - 10, 3 * PAGE), 0);
        trial.is(size(trial), 40 * PAGE);
        trial.is(trial.stat('f').blocks, 37 * 8 + 8);
        const hole = zeros(3 * PAGE);
        trial.is(trial.sys.read(fd, 40 * PAGE, 0), text.slice(0, PAGE - 10) + hole + text.slice(4 * PAGE - 10));
        trial.is(trial.sys.seek(fd, 0, SEEK_HOLE), PAGE);
        trial.is(trial.sys.allocate(fd, PUNCH, 30 * PAGE, 100 * PAGE), 0);
        trial.is(size(trial), 40 * PAGE);
        trial.is(trial.sys.read(fd, PAGE, 35 * PAGE), zeros(PAGE));
      }),
  },
  {
    name: 'fallocate ZERO_RANGE zeroes',
    needs: ['allocate', 'zero-range'],
    run: (trial) =>
      open(trial, (fd) => {
        trial.is(trial.sys.write(fd, pattern(PAGE), 0), PAGE);
        trial.is(trial.sys.allocate(fd, FALLOC_FL_ZERO_RANGE, 10, PAGE), 0);
        trial.is(size(trial), PAGE + 10);
        trial.is(trial.sys.read(fd, 2 * PAGE, 0), pattern(10) + zeros(PAGE));
      }),
  },
  {
    name: 'fallocate errors',
    needs: ['allocate'],
    run(trial) {
      trial.make('file', 'f');
      open(trial, (fd) => {
        trial.is(trial.sys.allocate(fd, 0, 0, 0), EINVAL);
        trial.is(trial.sys.allocate(fd, 0, -1, 10), EINVAL);
        trial.is(trial.sys.allocate(fd, 0, 0, -1), EINVAL);
        trial.is(trial.sys.allocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10), EOPNOTSUPP);
        trial.is(trial.sys.allocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, PAGE), EOPNOTSUPP);
        trial.is(trial.sys.allocate(fd, 0x4000, 0, PAGE), EOPNOTSUPP);
      });
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.allocate(fd, 0, 0, 10), EBADF));
    },
  },
  {
    name: 'copy_file_range copies within and between files',
    run(trial) {
      const text = pattern(50_000);
      trial.write('a', text);
      trial.make('file', 'b');
      trial.opened('a', O_RDWR, (from) =>
        trial.opened('b', O_RDWR, (to) => {
          trial.is(trial.sys.copyRange(from, 0, to, 0, 50_000), 50_000);
          trial.is(trial.sys.copyRange(from, 10, to, 60_000, 100), 100);
          trial.is(trial.sys.copyRange(from, 49_990, to, 0, 100), 10);
          trial.is(trial.sys.copyRange(from, 60_000, to, 0, 100), 0);
          trial.is(trial.sys.copyRange(from, 0, from, 10, 100), EINVAL);
          trial.is(trial.sys.copyRange(from, 0, from, 50_000, 100), 100);
        }),
      );
      const copied = text.slice(49_990) + text.slice(10) + zeros(10_000) + text.slice(10, 110);
      trial.is(trial.text('b', 100_000), copied);
    },
  },
];

const attributes: Case[] = [
  {
    name: 'xattr: set, get, list, remove',
    run(trial) {
      const { sys } = trial;
      trial.make('file', 'f');
      trial.is(sys.setxattr('f', 'user.a', 'one'), 0);
      trial.is(sys.setxattr('f', 'user.b', ''), 0);
      trial.is(sys.setxattr('f', 'trusted.c', '\0\xff'), 0);
      trial.is(sys.getxattr('f', 'user.a'), 'one');
      trial.is(sys.getxattr('f', 'user.b'), '');
      trial.is(sys.getxattr('f', 'trusted.c'), '\0\xff');
      const names = [...(trial.ok(sys.listxattr('f')) as readonly string[])].sort();
      trial.is(names.filter((name) => !name.startsWith('security.')).join(), 'trusted.c,user.a,user.b');
      trial.is(sys.removexattr('f', 'user.a'), 0);
      trial.is(sys.getxattr('f', 'user.a'), ENODATA);
      trial.is(sys.removexattr('f', 'user.a'), ENODATA);
    },
  },
  {
    name: 'xattr: CREATE and REPLACE',
    run(trial) {
      const { sys } = trial;
      trial.make('file', 'f');
      trial.is(sys.setxattr('f', 'user.a', 'x', XATTR_REPLACE), ENODATA);
      trial.is(sys.setxattr('f', 'user.a', 'x', XATTR_CREATE), 0);
      trial.is(sys.setxattr('f', 'user.a', 'y', XATTR_CREATE), EEXIST);
      trial.is(sys.setxattr('f', 'user.a', 'y', XATTR_REPLACE), 0);
      trial.is(sys.getxattr('f', 'user.a'), 'y');
      trial.is(sys.setxattr('f', 'user.a', 'y', 4), EINVAL);
    },
  },
  {
    name: 'xattr: limits of names and values',
    run(trial) {
      const { sys } = trial;
      trial.make('file', 'f');
      trial.is(sys.setxattr('f', `user.${'n'.repeat(250)}`, 'x'), 0);
      trial.is(sys.setxattr('f', `user.${'n'.repeat(251)}`, 'x'), ERANGE);
      trial.is(sys.setxattr('f', '', 'x'), ERANGE);
      trial.is(sys.setxattr('f', 'user.', 'x'), EINVAL);
      trial.is(sys.setxattr('f', 'user.big', 'v'.repeat(65536)), 0);
      trial.is((trial.ok(sys.getxattr('f', 'user.big')) as string).length, 65536);
      trial.is(sys.setxattr('f', 'user.big', 'v'.repeat(65537)), E2BIG);
    },
  },
  {
    name: 'xattr: unknown name spaces are EOPNOTSUPP',
    run(trial) {
      trial.make('file', 'f');
      trial.is(trial.sys.setxattr('f', 'nonsense', 'x'), EOPNOTSUPP);
      trial.is(trial.sys.setxattr('f', 'nonsense.a', 'x'), EOPNOTSUPP);
      trial.is(trial.sys.setxattr('f', 'system.nonsense', 'x'), EOPNOTSUPP);
      trial.is(trial.sys.getxattr('f', 'nonsense.a'), EOPNOTSUPP);
    },
  },
  {
    name: 'xattr: user attributes follow the permissions of the file',
    needs: ['owners'],
    run(trial) {
      const { sys } = trial;
      trial.make('file', 'f', 0o644, ALICE);
      trial.is(trial.as(ALICE, () => sys.setxattr('f', 'user.a', 'x')), 0);
      trial.is(trial.as(BOB, () => sys.getxattr('f', 'user.a')), 'x');
      trial.is(trial.as(BOB, () => sys.setxattr('f', 'user.a', 'y')), EACCES);
      trial.is(trial.as(BOB, () => sys.removexattr('f', 'user.a')), EACCES);
      sys.chmod('f', 0o600);
      trial.is(trial.as(BOB, () => sys.getxattr('f', 'user.a')), EACCES);
    },
  },
  {
    name: 'xattr: trusted attributes are root\'s alone',
    needs: ['owners'],
    run(trial) {
      const { sys } = trial;
      trial.make('file', 'f', 0o666, ALICE);
      trial.is(sys.setxattr('f', 'trusted.a', 'x'), 0);
      trial.is(trial.as(ALICE, () => sys.getxattr('f', 'trusted.a')), ENODATA);
      trial.is(trial.as(ALICE, () => sys.setxattr('f', 'trusted.a', 'y')), EPERM);
      trial.is(trial.as(ALICE, () => sys.setxattr('f', 'user.b', 'y')), 0);
      const seen = trial.as(ALICE, () => trial.ok(sys.listxattr('f'))) as readonly string[];
      trial.is(seen.filter((name) => !name.startsWith('security.')).join(), 'user.b');
      trial.is(trial.as(ALICE, () => sys.setxattr('f', 'security.a', 'y')), EPERM);
    },
  },
  {
    name: 'xattr: in a sticky directory user attributes are its owner\'s',
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'd', 0o777, ALICE);
      trial.sys.chmod('d', 0o1777);
      trial.is(trial.as(BOB, () => trial.sys.setxattr('d', 'user.a', 'x')), EPERM);
      trial.is(trial.as(ALICE, () => trial.sys.setxattr('d', 'user.a', 'x')), 0);
    },
  },
  ...KINDS.map(
    (kind): Case => ({
      name: `xattr: a ${kind}`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f', 0o755);
        const plain = kind === 'file' || kind === 'dir';
        trial.is(trial.sys.lsetxattr('f', 'trusted.a', 'x'), 0);
        trial.is(trial.sys.lgetxattr('f', 'trusted.a'), 'x');
        // Sockets may have them on newer kernels.
        if (kind === 'socket') return;
        trial.is(trial.sys.lsetxattr('f', 'user.a', 'x'), plain ? 0 : EPERM);
        trial.is(trial.sys.lgetxattr('f', 'user.a'), plain ? 'x' : ENODATA);
      },
    }),
  ),
  {
    name: 'xattr: a write takes file capabilities away',
    run(trial) {
      // A version 2 capability set that grants nothing.
      const capability = `\x00\x00\x00\x02${'\0'.repeat(16)}`;
      trial.write('f', 'text');
      trial.is(trial.sys.setxattr('f', 'security.capability', capability), 0);
      trial.opened('f', O_WRONLY, (fd) => trial.is(trial.sys.write(fd, 'x', 0), 1));
      trial.is(trial.sys.getxattr('f', 'security.capability'), ENODATA);
    },
  },
];

/** Reads a directory entry by entry, doing something after each call. */
function each(trial: Trial, fd: number, action: (entry: ProcessEntry) => void): void {
  for (;;) {
    const some = trial.sys.entries(fd);
    if (isErrno(some) || some.length === 0) {
      trial.is(isErrno(some) ? some : 0, 0);
      return;
    }
    for (const entry of some) action(entry);
  }
}

const listing: Case[] = [
  {
    name: 'a listing has every entry once, with types and inode numbers',
    run(trial) {
      const kinds = KINDS.filter((kind) => trial.features.has('special') || needsOf(kind).length === 0);
      for (const kind of kinds) trial.make(kind, kind, 0o755);
      const types = { file: 8, dir: 4, fifo: 1, char: 2, block: 6, socket: 12, symlink: 10 };
      const found = trial.list('.');
      trial.is(found.map(({ name }) => name).sort().join(), [...kinds].sort().join());
      for (const { name, type, ino } of found) {
        trial.is(type, types[name as keyof typeof types], name);
        trial.is(ino, trial.stat(name).ino, name);
      }
    },
  },
  {
    name: 'a listing begins with . and ..',
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.opened('d', O_RDONLY | O_DIRECTORY, (fd) => {
        const all: ProcessEntry[] = [];
        each(trial, fd, (entry) => all.push(entry));
        trial.is(all.map(({ name }) => name).join(), '.,..');
        trial.is(all[0]?.ino, trial.stat('d').ino);
        trial.is(all[1]?.ino, trial.stat('.').ino);
      });
    },
  },
  {
    name: 'a long listing has every entry once, whatever the length of names',
    run(trial) {
      const names = Array.from({ length: 300 }, (_, index) => `${index}-`.padEnd((index % 250) + 4, 'x'));
      for (const name of names) trial.make('file', name);
      const found = trial.list('.').map(({ name }) => name);
      trial.is(found.length, 300);
      trial.is(new Set(found).size, 300);
    },
  },
  {
    name: 'what is there all the time is listed once while other entries come and go',
    run(trial) {
      for (let index = 0; index < 100; index++) trial.make('file', `keep${index}`);
      for (let index = 0; index < 100; index++) trial.make('file', `drop${index}`);
      const seen: string[] = [];
      trial.opened('.', O_RDONLY | O_DIRECTORY, (fd) => {
        let turn = 0;
        each(trial, fd, ({ name }) => {
          seen.push(name);
          if (turn < 100) {
            trial.sys.unlink(`drop${turn}`);
            trial.make('file', `new${turn}`);
            turn++;
          }
        });
      });
      const kept = seen.filter((name) => name.startsWith('keep'));
      trial.is(kept.length, 100);
      trial.is(new Set(kept).size, 100);
      trial.is(new Set(seen).size, seen.length, 'nothing twice');
    },
  },
  {
    name: 'removing each entry as it is listed empties a directory',
    run(trial) {
      for (let index = 0; index < 200; index++) trial.make('file', `f${index}`);
      trial.opened('.', O_RDONLY | O_DIRECTORY, (fd) => {
        each(trial, fd, ({ name }) => {
          if (name !== '.' && name !== '..') trial.is(trial.sys.unlink(name), 0, name);
        });
      });
      trial.is(trial.list('.').length, 0);
    },
  },
  {
    name: 'a listing can be resumed at any cookie, also after changes',
    run(trial) {
      for (let index = 0; index < 60; index++) trial.make('file', `f${index}`);
      trial.opened('.', O_RDONLY | O_DIRECTORY, (fd) => {
        const all: ProcessEntry[] = [];
        each(trial, fd, (entry) => all.push(entry));
        for (const at of [0, 5, 31, 58]) {
          const { cookie } = all[at] as ProcessEntry;
          trial.is(trial.sys.seek(fd, cookie, SEEK_SET), cookie);
          const next = trial.ok(trial.sys.entries(fd)) as readonly ProcessEntry[];
          trial.is(next[0]?.name, all[at + 1]?.name, `after entry ${at}`);
        }
        const [middle, following] = [all[30] as ProcessEntry, all[32] as ProcessEntry];
        trial.is(trial.sys.unlink((all[31] as ProcessEntry).name), 0);
        trial.is(trial.sys.seek(fd, middle.cookie, SEEK_SET), middle.cookie);
        const next = trial.ok(trial.sys.entries(fd)) as readonly ProcessEntry[];
        trial.is(next[0]?.name, following.name);
        trial.is(trial.sys.seek(fd, 0, SEEK_SET), 0);
        const again: ProcessEntry[] = [];
        each(trial, fd, (entry) => again.push(entry));
        trial.is(again.length, all.length - 1);
      });
    },
  },
  {
    name: 'listing what is no directory is ENOTDIR, and a removed one ENOENT',
    run(trial) {
      trial.make('file', 'f');
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.entries(fd), ENOTDIR));
      trial.make('dir', 'd', 0o755);
      trial.opened('d', O_RDONLY, (fd) => {
        trial.is(trial.sys.rmdir('d'), 0);
        trial.is(trial.sys.entries(fd), ENOENT);
      });
    },
  },
  {
    name: 'a tmpfs lists the newest first and counts 20 bytes for each entry',
    needs: ['tmpfs'],
    run(trial) {
      trial.make('dir', 'd', 0o755);
      trial.is(trial.stat('d').size, 40);
      for (const name of ['a', 'b', 'c']) trial.make('file', `d/${name}`);
      trial.is(trial.stat('d').size, 100);
      trial.is(trial.list('d').map(({ name }) => name).join(), 'c,b,a');
      trial.is(trial.sys.rename('d/b', 'd/e'), 0);
      trial.is(trial.list('d').map(({ name }) => name).join(), 'e,c,a');
      trial.is(trial.stat('d').blocks, 0);
    },
  },
  {
    name: 'a tmpfs keeps long link targets in a page',
    needs: ['tmpfs'],
    run(trial) {
      trial.sys.symlink('x'.repeat(127), 'a');
      trial.sys.symlink('x'.repeat(128), 'b');
      trial.is(trial.stat('a').blocks, 0);
      trial.is(trial.stat('b').blocks, 8);
    },
  },
  {
    name: 'statfs of a tmpfs',
    needs: ['tmpfs'],
    run(trial) {
      const stat = trial.ok(trial.sys.statfs('.')) as { type: number; blockSize: number; nameLength: number };
      trial.is(stat.type, 0x0102_1994);
      trial.is(stat.blockSize, PAGE);
      trial.is(stat.nameLength, 255);
    },
  },
];

export const CONTENT_CASES: readonly Case[] = [
  ...reading,
  ...truncating,
  ...holes,
  ...attributes.map((item) => ({ ...item, needs: ['xattr', ...(item.needs ?? [])] as const })),
  ...listing,
];
