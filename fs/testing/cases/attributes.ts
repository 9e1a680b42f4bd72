/** chmod, chown and utimensat: who may, what changes, and what changes with it. */

import { EACCES, EBADF, ENOENT, EPERM } from '../../errno.ts';
import { O_CREAT, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from '../../flags.ts';
import { ALICE, ALICE_IN_BOBS, BOB, type Case, KINDS, ROOT, type Trial, needsOf } from '../trial.ts';

const SECOND = 1_000_000_000n;

/** Whether something moves a file's change time. A kernel's clock for that ticks a hundred times a second or so. */
function changes(trial: Trial, path: string, action: () => void): boolean {
  const before = trial.stat(path).ctime;
  for (let attempt = 0; attempt < 100_000; attempt++) {
    action();
    if (trial.stat(path).ctime > before) return true;
  }
  return false;
}

const chmod: Case[] = [
  ...KINDS.filter((kind) => kind !== 'symlink').flatMap((kind): Case[] => [
    {
      name: `chmod of a ${kind} sets all twelve bits`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        for (const mode of [0, 0o111, 0o222, 0o644, 0o7777, 0o4755, 0o2755, 0o1755, 0o755]) {
          trial.is(trial.sys.chmod('f', mode), 0);
          trial.is(trial.mode('f'), mode);
        }
        trial.is(trial.sys.chmod('f', 0o170000 | 0o640), 0, 'type bits are ignored');
        trial.is(trial.mode('f'), 0o640);
      },
    },
    {
      name: `chmod of a ${kind} by its owner`,
      needs: ['owners', ...needsOf(kind)],
      run(trial) {
        trial.make(kind, 'f', 0o644, ALICE);
        trial.is(trial.as(ALICE, () => trial.sys.chmod('f', 0o1711)), 0);
        trial.is(trial.mode('f'), 0o1711);
      },
    },
    {
      name: `chmod of a ${kind} by another is EPERM`,
      needs: ['owners', ...needsOf(kind)],
      run(trial) {
        trial.make(kind, 'f', 0o777, ALICE);
        trial.is(trial.as(BOB, () => trial.sys.chmod('f', 0o777)), EPERM);
        trial.is(trial.mode('f'), 0o777);
      },
    },
    {
      name: `chmod of a ${kind} moves its change time`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        trial.isTrue(changes(trial, 'f', () => trial.sys.chmod('f', 0o600)), 'chmod');
      },
    },
  ]),
  {
    name: 'chmod follows a link',
    run(trial) {
      trial.make('file', 'f');
      trial.sys.symlink('f', 'l');
      trial.is(trial.sys.chmod('l', 0o600), 0);
      trial.is(trial.mode('f'), 0o600);
      trial.is(trial.mode('l'), 0o777);
    },
  },
  {
    name: 'chmod through a dangling link is ENOENT',
    run(trial) {
      trial.sys.symlink('nowhere', 'l');
      trial.is(trial.sys.chmod('l', 0o600), ENOENT);
    },
  },
  {
    name: 'fchmod needs no write access',
    run(trial) {
      trial.make('file', 'f');
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.fchmod(fd, 0o4700), 0));
      trial.is(trial.mode('f'), 0o4700);
    },
  },
  {
    name: 'fchmod of nothing is EBADF',
    run: (trial) => trial.is(trial.sys.fchmod(999, 0o700), EBADF),
  },
  {
    name: 'a user may set the sticky bit of a file',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, ALICE);
      trial.is(trial.as(ALICE, () => trial.sys.chmod('f', 0o1644)), 0);
      trial.is(trial.mode('f'), 0o1644);
    },
  },
  {
    name: 'set-group-id is dropped from a file of a group that the user is not in',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, { uid: ALICE.uid, gid: BOB.gid });
      trial.is(trial.as(ALICE, () => trial.sys.chmod('f', 0o2755)), 0);
      trial.is(trial.mode('f'), 0o755);
    },
  },
  {
    name: 'set-group-id stays on a file of a supplementary group',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, { uid: ALICE.uid, gid: BOB.gid });
      trial.is(trial.as(ALICE_IN_BOBS, () => trial.sys.chmod('f', 0o2755)), 0);
      trial.is(trial.mode('f'), 0o2755);
    },
  },
  {
    name: 'set-group-id of a directory of another group is dropped as well',
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'd', 0o755, { uid: ALICE.uid, gid: BOB.gid });
      trial.is(trial.as(ALICE, () => trial.sys.chmod('d', 0o2755)), 0);
      trial.is(trial.mode('d'), 0o755);
    },
  },
];

/** Who may change the owner: from the file's ids, by the caller, to these, with this outcome. */
const CHOWN: readonly [string, typeof ALICE, number, number, number][] = [
  ['owner keeps ids', ALICE, ALICE.uid, ALICE.gid, 0],
  ['owner names nothing', ALICE, -1, -1, 0],
  ['owner gives the file away', ALICE, BOB.uid, -1, EPERM],
  ['owner gives it to root', ALICE, 0, 0, EPERM],
  ['owner gives it to a group that he is not in', ALICE, -1, BOB.gid, EPERM],
  ['owner gives it to a supplementary group', ALICE_IN_BOBS, -1, BOB.gid, 0],
  ['owner gives it to a supplementary group, naming himself', ALICE_IN_BOBS, ALICE.uid, BOB.gid, 0],
  ['another takes it', BOB, BOB.uid, -1, EPERM],
  ['another sets his group', BOB, -1, BOB.gid, EPERM],
  ['another sets the ids that it has', BOB, ALICE.uid, ALICE.gid, EPERM],
  ['another names nothing', BOB, -1, -1, 0],
  ['root sets both', ROOT, 123, 456, 0],
  ['root sets the owner', ROOT, 123, -1, 0],
  ['root sets the group', ROOT, -1, 456, 0],
];

const chown: Case[] = [
  ...CHOWN.flatMap(([name, caller, uid, gid, expected]) =>
    (['file', 'dir', 'fifo', 'symlink'] as const).map(
      (kind): Case => ({
        name: `chown of a ${kind}: ${name}`,
        needs: ['owners', ...needsOf(kind)],
        run(trial) {
          trial.make(kind, 'f', 0o644, ALICE);
          trial.is(trial.as(caller, () => trial.sys.lchown('f', uid, gid)), expected);
          const { uid: owner, gid: group } = trial.stat('f');
          const kept = expected !== 0;
          trial.is(owner, kept || uid === -1 ? ALICE.uid : uid, 'owner');
          trial.is(group, kept || gid === -1 ? ALICE.gid : gid, 'group');
        },
      }),
    ),
  ),
  ...(
    [
      [0o6755, 0o755],
      [0o4755, 0o755],
      [0o2755, 0o755],
      [0o6644, 0o2644],
      [0o1777, 0o1777],
    ] as const
  ).map(
    ([before, after]): Case => ({
      name: `chown by root takes set-id bits away: ${before.toString(8)}`,
      needs: ['owners'],
      run(trial) {
        trial.make('file', 'f', before);
        trial.is(trial.sys.chmod('f', before), 0);
        trial.is(trial.sys.chown('f', ALICE.uid, ALICE.gid), 0);
        trial.is(trial.mode('f'), after);
      },
    }),
  ),
  {
    name: 'chown by the owner takes set-id bits away',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f', 0o644, ALICE);
      trial.is(trial.sys.chmod('f', 0o6755), 0);
      trial.is(trial.as(ALICE_IN_BOBS, () => trial.sys.chown('f', -1, BOB.gid)), 0);
      trial.is(trial.mode('f'), 0o755);
    },
  },
  {
    name: 'chown of a directory keeps its set-id bits',
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'd', 0o6755);
      trial.is(trial.sys.chown('d', ALICE.uid, ALICE.gid), 0);
      trial.is(trial.mode('d'), 0o6755);
    },
  },
  {
    name: 'chown follows a link and lchown does not',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f');
      trial.sys.symlink('f', 'l');
      trial.is(trial.sys.chown('l', 12, 13), 0);
      trial.is(trial.stat('f').uid, 12);
      trial.is(trial.stat('l').uid, 0);
      trial.is(trial.sys.lchown('l', 14, 15), 0);
      trial.is(trial.stat('f').gid, 13);
      trial.is(trial.stat('l').gid, 15);
    },
  },
  {
    name: 'fchown',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f');
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.fchown(fd, 3, 4), 0));
      trial.is(trial.stat('f').uid, 3);
      trial.is(trial.stat('f').gid, 4);
    },
  },
  {
    name: 'chown moves the change time alone',
    needs: ['owners'],
    run(trial) {
      trial.make('file', 'f');
      const { mtime } = trial.stat('f');
      trial.isTrue(changes(trial, 'f', () => trial.sys.chown('f', 1, 1)), 'chown');
      trial.is(trial.stat('f').mtime, mtime);
    },
  },
];

/** Who may set which times of a file of Alice's with a mode. */
const UTIMENS: readonly [string, typeof ALICE, number, bigint | 'now' | 'omit', bigint | 'now' | 'omit', number][] = [
  ['the owner sets moments', ALICE, 0o400, SECOND, SECOND, 0],
  ['the owner sets the present', ALICE, 0, 'now', 'now', 0],
  ['a writer sets the present', BOB, 0o666, 'now', 'now', 0],
  ['a writer sets moments', BOB, 0o666, SECOND, SECOND, EPERM],
  ['a writer sets one time to the present', BOB, 0o666, 'now', 'omit', EPERM],
  ['a writer sets a moment and the present', BOB, 0o666, SECOND, 'now', EPERM],
  ['a reader sets the present', BOB, 0o644, 'now', 'now', EACCES],
  ['a reader sets moments', BOB, 0o644, SECOND, SECOND, EPERM],
  ['a reader sets nothing', BOB, 0o644, 'omit', 'omit', 0],
  ['root sets moments', ROOT, 0, SECOND, SECOND, 0],
];

const utimens: Case[] = [
  ...UTIMENS.map(
    ([name, caller, mode, atime, mtime, expected]): Case => ({
      name: `utimensat: ${name}`,
      needs: ['owners'],
      run(trial) {
        trial.make('file', 'f', mode, ALICE);
        trial.is(trial.as(caller, () => trial.sys.utimens('f', atime, mtime)), expected);
      },
    }),
  ),
  ...KINDS.map(
    (kind): Case => ({
      name: `utimensat of a ${kind} sets both times`,
      needs: needsOf(kind),
      run(trial) {
        trial.make(kind, 'f');
        trial.is(trial.sys.lutimens('f', 5n * SECOND, 7n * SECOND), 0);
        trial.is(trial.stat('f').atime, 5n * SECOND);
        trial.is(trial.stat('f').mtime, 7n * SECOND);
      },
    }),
  ),
  ...([0n, 1n, 999_999_999n, 123_456_789n, 1_700_000_000_987_654_321n, 2n ** 32n * SECOND + 5n, -SECOND, -1n, -86_400n * SECOND + 7n] as const).map(
    (time): Case => ({
      name: `utimensat keeps ${time} ns`,
      needs: ['nanoseconds'],
      run(trial) {
        trial.make('file', 'f');
        trial.is(trial.sys.utimens('f', time, time), 0);
        trial.is(trial.stat('f').atime, time);
        trial.is(trial.stat('f').mtime, time);
      },
    }),
  ),
  {
    name: 'utimensat leaves what is omitted',
    run(trial) {
      trial.make('file', 'f');
      trial.sys.utimens('f', 3n * SECOND, 4n * SECOND);
      trial.is(trial.sys.utimens('f', 'omit', 9n * SECOND), 0);
      trial.is(trial.stat('f').atime, 3n * SECOND);
      trial.is(trial.stat('f').mtime, 9n * SECOND);
      trial.is(trial.sys.utimens('f', 8n * SECOND, 'omit'), 0);
      trial.is(trial.stat('f').atime, 8n * SECOND);
      trial.is(trial.stat('f').mtime, 9n * SECOND);
    },
  },
  {
    name: 'utimensat moves the change time',
    run(trial) {
      trial.make('file', 'f');
      trial.isTrue(changes(trial, 'f', () => trial.sys.utimens('f', SECOND, SECOND)), 'utimensat');
    },
  },
  {
    name: 'utimensat of a link leaves its target alone',
    run(trial) {
      trial.make('file', 'f');
      trial.sys.utimens('f', SECOND, SECOND);
      trial.sys.symlink('f', 'l');
      trial.is(trial.sys.lutimens('l', 5n * SECOND, 6n * SECOND), 0);
      trial.is(trial.stat('f').mtime, SECOND);
      trial.is(trial.stat('l').mtime, 6n * SECOND);
    },
  },
  {
    name: 'futimens',
    run(trial) {
      trial.make('file', 'f');
      trial.opened('f', O_RDONLY, (fd) => trial.is(trial.sys.futimens(fd, SECOND, 2n * SECOND), 0));
      trial.is(trial.stat('f').mtime, 2n * SECOND);
    },
  },
];

/** Permission bits against access(2) and open(2): each of the classes decides alone. */
const access: Case[] = [];
for (const [className, caller, shift] of [
  ['the owner', ALICE, 6],
  ['the group', BOB, 3],
  ['a supplementary group', { uid: 65532, gid: 65532, groups: [BOB.gid] }, 3],
  ['the others', { uid: 65532, gid: 65532 }, 0],
] as const) {
  for (let bits = 0; bits < 8; bits++) {
    access.push({
      name: `access by ${className} with ${bits}, where all others have the opposite`,
      needs: ['owners'],
      run(trial) {
        const mode = (bits << shift) | (0o777 & ~(7 << shift) & ~(bits * 0o111));
        const full = (bits << shift) | ((7 ^ bits) * 0o111 & ~(7 << shift));
        trial.make('file', 'f', mode === full ? mode : full, { uid: ALICE.uid, gid: BOB.gid });
        trial.as(caller, () => {
          for (let mask = 1; mask < 8; mask++) {
            trial.is(trial.sys.access('f', mask), (mask & bits) === mask ? 0 : EACCES, `mask ${mask}`);
          }
          for (const [flags, mask] of [
            [O_RDONLY, 4],
            [O_WRONLY, 2],
            [O_RDWR, 6],
          ] as const) {
            const fd = trial.sys.open('f', flags);
            trial.is(fd < 0 ? fd : 0, (mask & bits) === mask ? 0 : EACCES, `flags ${flags}`);
            if (fd >= 0) trial.sys.close(fd);
          }
        });
      },
    });
  }
}
for (let bits = 0; bits < 8; bits++) {
  access.push({
    name: `a directory of mode ${bits} for its user: searching, listing and writing`,
    needs: ['owners'],
    run(trial) {
      trial.make('dir', 'd', 0o777, ALICE);
      trial.make('file', 'd/f', 0o666);
      trial.sys.chmod('d', bits << 6);
      trial.as(ALICE, () => {
        const stat = trial.sys.stat('d/f');
        trial.is(typeof stat === 'number' ? stat : 0, bits & 1 ? 0 : EACCES, 'search');
        const fd = trial.sys.open('d', O_RDONLY);
        trial.is(fd < 0 ? fd : 0, bits & 4 ? 0 : EACCES, 'list');
        if (fd >= 0) trial.sys.close(fd);
        trial.is(trial.sys.mkdir('d/new', 0o755), (bits & 3) === 3 ? 0 : EACCES, 'make');
        trial.is(trial.sys.unlink('d/f'), (bits & 3) === 3 ? 0 : EACCES, 'remove');
      });
      trial.sys.chmod('d', 0o700);
    },
  });
}
access.push(
  {
    name: 'root reads, writes and searches everything, and executes what somebody may',
    run(trial) {
      trial.make('file', 'f', 0);
      trial.make('dir', 'd', 0);
      trial.make('file', 'x', 0o001);
      trial.is(trial.sys.access('f', 6), 0);
      trial.is(trial.sys.access('f', 1), EACCES);
      trial.is(trial.sys.access('d', 7), 0);
      trial.is(trial.sys.access('x', 7), 0);
    },
  },
  {
    name: 'access mode 3 asks for both rights and gives neither',
    run(trial) {
      trial.write('f', 'text', 0o644);
      trial.opened('f', 3, (fd) => {
        trial.is(trial.sys.read(fd, 4, 0), EBADF);
        trial.is(trial.sys.write(fd, 'x', 0), EBADF);
      });
      trial.is(trial.as(BOB, () => trial.sys.open('f', 3)), EACCES);
    },
  },
  {
    name: 'a descriptor of a path transfers nothing',
    needs: ['resolve'],
    run(trial) {
      trial.write('f', 'text', 0);
      trial.as(ALICE, () =>
        trial.opened('f', O_PATH | O_CREAT, (fd) => {
          trial.is(trial.sys.read(fd, 4, 0), EBADF);
          trial.is(trial.sys.fchmod(fd, 0o777), [EBADF, EPERM]);
          trial.isTrue(typeof trial.sys.fstat(fd) === 'object', 'fstat');
        }),
      );
    },
  },
);

export const ATTRIBUTE_CASES: readonly Case[] = [...chmod, ...chown, ...utimens, ...access];
