/** What every call that takes a path does with bad ones: one row per call, one column per kind of bad path. */

import { EACCES, EEXIST, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY, EPERM } from '../../errno.ts';
import { MAXSYMLINKS, O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR } from '../../flags.ts';
import { S_IFIFO, S_IFREG } from '../../stat.ts';
import { ALICE, type Case, type Feature, KINDS, type Kind, type Trial, needsOf } from '../trial.ts';

interface Call {
  readonly name: string;
  readonly needs?: readonly Feature[];
  /** What the path is of: something that exists, or a name to be made. */
  readonly path: 'existing' | 'new';
  /** Whether a link as the last component is followed. */
  readonly follows: boolean;
  /** What the existing thing has to be; a file if absent. */
  readonly wants?: Kind;
  /** Makes the call; answers 0 or more, or an errno. */
  readonly call: (trial: Trial, path: string) => number;
}

/** Turns a value into 0, and leaves an errno. */
function outcome(value: unknown): number {
  return typeof value === 'number' && value < 0 ? value : 0;
}

/** Opens and closes again. */
function open(trial: Trial, path: string, flags: number): number {
  const fd = trial.sys.open(path, flags, 0o644);
  if (fd >= 0) trial.sys.close(fd);
  return outcome(fd);
}

const CALLS: readonly Call[] = [
  { name: 'stat', path: 'existing', follows: true, call: ({ sys }, path) => outcome(sys.stat(path)) },
  { name: 'lstat', path: 'existing', follows: false, call: ({ sys }, path) => outcome(sys.lstat(path)) },
  { name: 'open', path: 'existing', follows: true, call: (trial, path) => open(trial, path, O_RDONLY) },
  { name: 'chmod', path: 'existing', follows: true, call: ({ sys }, path) => sys.chmod(path, 0o600) },
  { name: 'chown', path: 'existing', follows: true, call: ({ sys }, path) => sys.chown(path, -1, -1) },
  { name: 'lchown', path: 'existing', follows: false, call: ({ sys }, path) => sys.lchown(path, -1, -1) },
  { name: 'utimensat', path: 'existing', follows: true, call: ({ sys }, path) => sys.utimens(path, 'now', 'now') },
  { name: 'utimensat (link)', path: 'existing', follows: false, call: ({ sys }, path) => sys.lutimens(path, 1n, 1n) },
  { name: 'truncate', path: 'existing', follows: true, call: ({ sys }, path) => sys.truncate(path, 0) },
  { name: 'access', path: 'existing', follows: true, call: ({ sys }, path) => sys.access(path, 0) },
  { name: 'statfs', path: 'existing', follows: true, call: ({ sys }, path) => outcome(sys.statfs(path)) },
  { name: 'readlink', path: 'existing', follows: false, wants: 'symlink', call: ({ sys }, path) => outcome(sys.readlink(path)) },
  { name: 'chdir', path: 'existing', follows: true, wants: 'dir', call: ({ sys }, path) => sys.chdir(path) },
  { name: 'unlink', path: 'existing', follows: false, call: ({ sys }, path) => sys.unlink(path) },
  { name: 'rmdir', path: 'existing', follows: false, wants: 'dir', call: ({ sys }, path) => sys.rmdir(path) },
  {
    name: 'link (from)',
    needs: ['hardlinks'],
    path: 'existing',
    follows: false,
    call: ({ sys }, path) => sys.link(path, 'made'),
  },
  { name: 'rename (from)', path: 'existing', follows: false, call: ({ sys }, path) => sys.rename(path, 'made') },
  {
    name: 'setxattr',
    needs: ['xattr'],
    path: 'existing',
    follows: true,
    call: ({ sys }, path) => sys.setxattr(path, 'trusted.a', 'x'),
  },
  {
    name: 'listxattr',
    needs: ['xattr'],
    path: 'existing',
    follows: true,
    call: ({ sys }, path) => outcome(sys.listxattr(path)),
  },
  { name: 'open O_CREAT', path: 'new', follows: true, call: (trial, path) => open(trial, path, O_CREAT | O_RDWR) },
  { name: 'mkdir', path: 'new', follows: false, call: ({ sys }, path) => sys.mkdir(path, 0o755) },
  { name: 'mknod', path: 'new', follows: false, call: ({ sys }, path) => sys.mknod(path, S_IFREG | 0o644) },
  {
    name: 'mkfifo',
    needs: ['special'],
    path: 'new',
    follows: false,
    call: ({ sys }, path) => sys.mknod(path, S_IFIFO | 0o644),
  },
  { name: 'symlink', path: 'new', follows: false, call: ({ sys }, path) => sys.symlink('target', path) },
  {
    name: 'link (to)',
    needs: ['hardlinks'],
    path: 'new',
    follows: false,
    call: (trial, path) => {
      trial.make('file', 'source');
      return trial.sys.link('source', path);
    },
  },
  {
    name: 'rename (to)',
    path: 'new',
    follows: false,
    call: (trial, path) => {
      trial.make('file', 'source');
      return trial.sys.rename('source', path);
    },
  },
];

/** Makes what the call wants to find. */
function prepare(trial: Trial, call: Call, path: string): void {
  if (call.path === 'existing') trial.make(call.wants ?? 'file', path, 0o777);
}

function casesOf(call: Call): Case[] {
  const needs = call.needs ?? [];
  const cases: Case[] = [];
  const add = (name: string, run: (trial: Trial) => void, more: readonly Feature[] = []): void => {
    cases.push({ name: `${call.name}: ${name}`, needs: [...needs, ...more], run });
  };

  add('an empty path is ENOENT', (trial) => trial.is(call.call(trial, ''), ENOENT));
  add('a missing directory is ENOENT', (trial) => trial.is(call.call(trial, 'missing/name'), ENOENT));
  for (const kind of KINDS) {
    if (kind === 'dir' || kind === 'symlink') continue;
    add(
      `a ${kind} as directory is ENOTDIR`,
      (trial) => {
        trial.make(kind, 'prefix');
        trial.is(call.call(trial, 'prefix/name'), ENOTDIR);
      },
      needsOf(kind),
    );
  }
  add('a link to a file as directory is ENOTDIR', (trial) => {
    trial.make('file', 'file');
    trial.sys.symlink('file', 'prefix');
    trial.is(call.call(trial, 'prefix/name'), ENOTDIR);
  });
  add('a dangling link as directory is ENOENT', (trial) => {
    trial.sys.symlink('nowhere', 'prefix');
    trial.is(call.call(trial, 'prefix/name'), ENOENT);
  });
  add('a link to a directory leads on', (trial) => {
    trial.make('dir', 'real', 0o755);
    trial.sys.symlink('real', 'prefix');
    prepare(trial, call, 'real/name');
    trial.is(call.call(trial, 'prefix/name'), 0);
  });
  add('links in a circle are ELOOP', (trial) => {
    trial.sys.symlink('b', 'a');
    trial.sys.symlink('a', 'b');
    trial.is(call.call(trial, 'a/name'), ELOOP);
  });
  if (call.follows) {
    add('a link to itself is ELOOP', (trial) => {
      trial.sys.symlink('self', 'self');
      trial.is(call.call(trial, 'self'), ELOOP);
    });
  }
  for (const [count, expected] of [
    [MAXSYMLINKS, 0],
    [MAXSYMLINKS + 1, ELOOP],
  ] as const) {
    add(`${count} links on the way`, (trial) => {
      trial.make('dir', 'l0', 0o755);
      for (let index = 1; index <= count; index++) trial.sys.symlink(`l${index - 1}`, `l${index}`);
      prepare(trial, call, 'l0/name');
      trial.is(call.call(trial, `l${count}/name`), expected);
    });
  }
  add('a name of 255 bytes', (trial) => {
    const name = 'n'.repeat(255);
    prepare(trial, call, name);
    trial.is(call.call(trial, name), 0);
  });
  add('a name of 256 bytes is ENAMETOOLONG', (trial) => trial.is(call.call(trial, 'n'.repeat(256)), ENAMETOOLONG));
  add('a directory name of 256 bytes is ENAMETOOLONG', (trial) => {
    trial.is(call.call(trial, `${'n'.repeat(256)}/name`), ENAMETOOLONG);
  });
  add('a path of 4095 bytes', (trial) => {
    prepare(trial, call, 'name');
    trial.is(call.call(trial, `${'/'.repeat(0)}${'./'.repeat(2045)}/name`), 0);
  });
  add('a path of 4096 bytes is ENAMETOOLONG', (trial) => {
    prepare(trial, call, 'name');
    trial.is(call.call(trial, `${'./'.repeat(2046)}name`), ENAMETOOLONG);
  });
  add('bytes that are no text', (trial) => {
    const name = '\x01\x7f\x80\xff\xc3"\\ %*';
    prepare(trial, call, name);
    trial.is(call.call(trial, name), 0);
  });
  add('. and .. on the way', (trial) => {
    trial.make('dir', 'd', 0o755);
    prepare(trial, call, 'name');
    trial.is(call.call(trial, './d/.././d/../name'), 0);
  });
  add('a directory without search permission is EACCES', (trial) => {
    trial.make('dir', 'closed', 0o777);
    prepare(trial, call, 'closed/name');
    trial.sys.chmod('closed', 0o666);
    trial.sys.chmod('.', 0o777);
    trial.is(trial.as(ALICE, () => call.call(trial, 'closed/name')), EACCES);
  });
  add('.. in a directory without search permission is EACCES', (trial) => {
    trial.make('dir', 'closed', 0o600);
    prepare(trial, call, 'name');
    trial.sys.chmod('.', 0o777);
    trial.is(trial.as(ALICE, () => call.call(trial, 'closed/../name')), EACCES);
  });
  if (call.path === 'existing') {
    add('a missing file is ENOENT', (trial) => trial.is(call.call(trial, 'missing'), ENOENT));
    if (call.wants !== 'dir') {
      add('a slash behind a file is ENOTDIR', (trial) => {
        trial.make('file', 'name');
        trial.is(call.call(trial, 'name/'), ENOTDIR);
      });
    } else {
      add('slashes behind a directory', (trial) => {
        trial.make('dir', 'name', 0o755);
        trial.is(call.call(trial, 'name///'), 0);
      });
      for (const kind of ['file', 'fifo', 'char', 'socket'] as const) {
        add(
          `a ${kind} is ENOTDIR`,
          (trial) => {
            trial.make(kind, 'name');
            trial.is(call.call(trial, 'name'), ENOTDIR);
          },
          needsOf(kind),
        );
      }
    }
    return cases;
  }
  add('a directory that may not be written is EACCES', (trial) => {
    trial.make('dir', 'fixed', 0o755);
    trial.sys.chmod('.', 0o777);
    trial.is(trial.as(ALICE, () => call.call(trial, 'fixed/name')), EACCES);
  });
  add('a removed directory is ENOENT', (trial) => {
    trial.make('dir', 'gone', 0o755);
    trial.is(trial.sys.chdir('gone'), 0);
    trial.is(trial.sys.rmdir('../gone'), 0);
    if (call.name === 'link (to)' || call.name === 'rename (to)') return;
    trial.is(call.call(trial, 'name'), ENOENT);
  });
  for (const kind of KINDS) {
    if (call.name === 'rename (to)' || call.name === 'open O_CREAT') continue;
    add(
      `an existing ${kind} is EEXIST`,
      (trial) => {
        trial.make(kind, 'name', 0o755);
        trial.is(call.call(trial, 'name'), EEXIST);
      },
      needsOf(kind),
    );
  }
  if (call.name !== 'rename (to)' && call.name !== 'open O_CREAT') {
    add('what exists is EEXIST even where nothing may be made', (trial) => {
      trial.make('dir', 'fixed', 0o755);
      trial.make('file', 'fixed/name');
      trial.sys.chmod('.', 0o777);
      trial.is(trial.as(ALICE, () => call.call(trial, 'fixed/name')), EEXIST);
    });
    for (const name of ['.', '..', '/']) {
      add(`${name} is EEXIST`, (trial) => trial.is(call.call(trial, name), EEXIST));
    }
  }
  if (call.name === 'mkdir') {
    add('slashes behind a new directory', (trial) => trial.is(call.call(trial, 'name///'), 0));
  } else {
    const expected = { 'open O_CREAT': EISDIR, 'rename (to)': ENOTDIR }[call.name] ?? ENOENT;
    add('a slash behind a new name', (trial) => trial.is(call.call(trial, 'name/'), expected));
  }
  return cases;
}

/** Calls that remove or move what dots stand for. */
const DOTS: readonly { readonly name: string; readonly path: string; readonly errors: readonly number[]; readonly call: Call['call'] }[] = [
  { name: 'unlink', path: '.', errors: [EISDIR], call: ({ sys }, path) => sys.unlink(path) },
  { name: 'unlink', path: '..', errors: [EISDIR], call: ({ sys }, path) => sys.unlink(path) },
  { name: 'unlink', path: 'd/', errors: [EISDIR], call: ({ sys }, path) => sys.unlink(path) },
  { name: 'unlink', path: 'd', errors: [EISDIR], call: ({ sys }, path) => sys.unlink(path) },
  { name: 'rmdir', path: '.', errors: [-22], call: ({ sys }, path) => sys.rmdir(path) },
  { name: 'rmdir', path: 'd/.', errors: [-22], call: ({ sys }, path) => sys.rmdir(path) },
  { name: 'rmdir', path: '..', errors: [ENOTEMPTY], call: ({ sys }, path) => sys.rmdir(path) },
  { name: 'rename', path: '.', errors: [-16], call: ({ sys }, path) => sys.rename(path, 'x') },
  { name: 'rename', path: '..', errors: [-16], call: ({ sys }, path) => sys.rename(path, 'x') },
  { name: 'rename', path: 'd/.', errors: [-16], call: ({ sys }, path) => sys.rename(path, 'x') },
  { name: 'rename to', path: '.', errors: [-16], call: ({ sys }, path) => sys.rename('d', path) },
  { name: 'rename to', path: '..', errors: [-16], call: ({ sys }, path) => sys.rename('d', path) },
  { name: 'truncate', path: 'd', errors: [EISDIR], call: ({ sys }, path) => sys.truncate(path, 0) },
  { name: 'open O_CREAT', path: '.', errors: [EISDIR], call: (trial, path) => open(trial, path, O_CREAT) },
  { name: 'open O_CREAT', path: 'd/', errors: [EISDIR], call: (trial, path) => open(trial, path, O_CREAT) },
  { name: 'open O_DIRECTORY', path: 'd/..', errors: [0], call: (trial, path) => open(trial, path, O_DIRECTORY) },
];

export const PATH_CASES: readonly Case[] = [
  ...CALLS.flatMap(casesOf),
  ...DOTS.map(({ name, path, errors, call }) => ({
    name: `${name} of ${path}`,
    run: (trial: Trial) => {
      trial.make('dir', 'd', 0o755);
      trial.is(call(trial, path), errors);
    },
  })),
  {
    name: 'a path through a directory that was renamed while it was the working directory',
    run: (trial: Trial) => {
      trial.make('dir', 'a', 0o755);
      trial.make('dir', 'b', 0o755);
      trial.make('file', 'b/here');
      trial.is(trial.sys.chdir('a'), 0);
      trial.is(trial.sys.rename('../a', '../b/c'), 0);
      trial.isTrue(trial.exists('../here'), '.. is the new parent');
      trial.is((trial.ok(trial.sys.getcwd()) as string).endsWith('/b/c'), true, 'getcwd');
    },
  },
  {
    name: 'getcwd in a removed directory is ENOENT',
    run: (trial: Trial) => {
      trial.make('dir', 'gone', 0o755);
      trial.is(trial.sys.chdir('gone'), 0);
      trial.is(trial.sys.rmdir('../gone'), 0);
      trial.is(trial.sys.getcwd(), ENOENT);
    },
  },
  {
    name: 'EPERM and EACCES: a file of mode 000 is root\'s to open, and nobody\'s to execute',
    run: (trial: Trial) => {
      trial.make('file', 'f', 0);
      trial.is(trial.sys.access('f', 6), 0);
      trial.is(trial.sys.access('f', 1), EACCES);
      trial.sys.chmod('.', 0o777);
      trial.is(trial.as(ALICE, () => trial.sys.chmod('f', 0o777)), EPERM);
    },
  },
];
