import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, constants, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonAgainstNamespaces, unless, whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';
import { type Errno, errnoName } from '../../fs/errno.ts';

const HELPER = fileURLToPath(new URL('../../../test/process/helper.c', import.meta.url));
const KERNEL = '/proc';
const NOBODY = 65534;
/** Enough for any machine; nothing waits that long unless something is wrong. */
const PATIENCE_MS = 120_000;

const children: ChildProcess[] = [];
let served: ServedProc | undefined;
let directory = '';

test.before(async () => {
  if (process.getuid?.() !== 0) return;
  directory = temporaryDirectory();
  // Other users run the helper.
  chmodSync(directory, 0o755);
  try {
    served = await ServedProc.start();
    spawnSync('cc', ['-o', helper(), HELPER]);
  } catch {
    // The tests say why they are skipped.
  }
});

test.after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await served?.stop();
  if (directory) removeDirectory(directory);
});

/** The mount under test. */
function ours(): string {
  return served?.root as string;
}

/** The compiled helper. */
function helper(): string {
  return join(directory, 'helper');
}

/** Starts a program that stays until the end. */
function start(command: readonly string[], uid = 0): ChildProcess {
  const child = spawn(command[0] as string, command.slice(1), { cwd: '/', uid, gid: uid, stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

/** Whether two lists of outcomes are the same, without printing the contents of memory where they are not. */
function same(found: readonly Outcome[], expected: readonly Outcome[], acts: readonly Act[]): void {
  acts.forEach(({ path, write, at }, index) => {
    const what = `${path}${at === undefined ? '' : ` @${at}`}${write === undefined ? '' : ` < ${JSON.stringify(write)}`}`;
    const brief = (outcome: Outcome | undefined): string => JSON.stringify(outcome).slice(0, 200);
    assert.ok(found[index] === expected[index], `${what}: ${brief(found[index])} instead of ${brief(expected[index])}`);
  });
}

/** Waits until a process executes a program of that name, and has come to where it waits: it has its name before its memory. */
async function named(child: ChildProcess, name: string): Promise<number> {
  const pid = child.pid as number;
  while (!readFileSync(`/proc/${pid}/stat`, 'latin1').startsWith(`${pid} (${name}) S `)) await new Promise(setImmediate);
  return pid;
}

/** A process that sleeps, as a user. */
function sleeper(uid: number, ...before: string[]): Promise<number> {
  return named(start([...before, 'sleep', '1000'], uid), 'sleep');
}

/** Something done to a file. `SELF` in a path stands for the process id of who does it. */
interface Act {
  readonly path: string;
  /** Bytes to write in one write(2), one char each. Absent: read. */
  readonly write?: string;
  /** Where to read or write, and how much to read. */
  readonly at?: number;
  readonly length?: number;
  /** How to open; the default is for what is done. */
  readonly flags?: number;
}

/** The bytes read, how many were written, or which call failed and how. */
type Outcome = number | string;

/** What comes of the acts when a user does them, in one process. */
function perform(acts: readonly Act[], uid: number, before: readonly string[] = []): Outcome[] {
  const [program = '', ...words] = [...before, helper(), 'act'];
  const input = acts.map(({ path, write, at = -1, length = 65536, flags }) =>
    write === undefined
      ? `r ${flags ?? constants.O_RDONLY} ${at} ${length} ${path}\n`
      : `w ${flags ?? constants.O_WRONLY} ${at} ${Buffer.from(write, 'latin1').toString('hex')} ${path}\n`,
  );
  const done = spawnSync(program, words, { cwd: '/', uid, gid: uid, encoding: 'latin1', input: input.join(''), maxBuffer: 1 << 24 });
  const lines = done.stdout.split('\n').slice(0, -1);
  assert.is(lines.length, acts.length, done.stderr);
  return lines.map((line) => {
    if (line.startsWith('=')) return Buffer.from(line.slice(1), 'hex').toString('latin1');
    const [call, error] = line.split(' ');
    return error === undefined ? Number(call) : `${call}: ${errnoName(-Number(error) as Errno)}`;
  });
}

const NUMBERS = ['\n', '5', '5\n', ' 6 ', '7\0', '8 9', '0x10', '20', '-5', '+25', '-+5', '--5', '1001', '-1001'];
const ODD_NUMBERS = ['99999999999', '12345678901234', '35            7', '35\0junk', '\t43\v', '\xa043', '0b1', '08', '1_0', '0x'];
const MASKS = ['0x33', '\n', '51', '51\n', ' 51', '51 ', '051', '-1', '+1', '0xffffffff', '0x1ffffffff', '7\0', '3\n\n', 'junk'];

/** What is written to the files of a process that nobody needs, in order. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  oom_score_adj: [...NUMBERS, ...ODD_NUMBERS, '200', '1000'],
  oom_adj: ['1', '-17', '-18', '15', '16', '-16', '7', '0', '8 8'],
  coredump_filter: [...MASKS, `${'0'.repeat(43)}51`, `51${'\n'.repeat(40)}`, '+', '0x', '0x33'],
  clear_refs: ['1', '2\n', '3', '4', '5', '6', '0', '-1', ' 1 ', '0x1', '01', '+1', '1\0'],
  timerslack_ns: ['0', '1', '60000\n', '-1', '+7', '0x10', '18446744073709551615', '18446744073709551616', ' 7', '7 ', '7\0', '0'],
  autogroup: ['20', '-21', 'junk', '99999999999'],
  comm: ['x'],
  loginuid: ['0', 'junk', '-1'],
  sched: ['0', 'junk'],
  uid_map: ['0 0 1\n', 'junk'],
  gid_map: ['0 0 1\n'],
  projid_map: ['0 0 1\n'],
  setgroups: ['allow', 'deny', 'junk', 'allow\n', 'allow x', 'allowed'],
  timens_offsets: ['monotonic 0 0\n', 'junk', 'boottime 1 1000000000', '1 0 0\n7 1 1\nx'],
  'attr/current': ['x'],
  'attr/exec': ['x'],
  'attr/prev': ['x'],
  environ: ['x'],
  stat: ['x'],
  maps: ['x'],
  mountinfo: ['x'],
  limits: ['x'],
};

/** What shows nothing of what was written, or what others change too. */
const UNREAD = ['clear_refs', 'sched', 'maps', 'stat', 'mountinfo'];

function writesTo(root: string, directory: string): Act[] {
  return Object.entries(WRITES).flatMap(([file, values]) =>
    values.flatMap((write): Act[] => {
      const path = `${root}/${directory}/${file}`;
      return UNREAD.includes(file) ? [{ path, write }] : [{ path, write }, { path }];
    }),
  );
}

/** Does the same on the kernel's files and on ours, about two processes that are alike, or about the thread of each. */
async function compareWrites(actor: number, owner: number, place = (pid: number): string => String(pid)): Promise<void> {
  const [theirs, mine] = [await sleeper(owner), await sleeper(owner)];
  const acts = writesTo(KERNEL, place(theirs));
  const expected = perform(acts, actor);
  same(perform(writesTo(ours(), place(mine)), actor), expected, acts);
}

whenMounting('what root writes about a process does as in the kernel', () => compareWrites(0, 0));
whenMounting('what a user writes about its process does as in the kernel', () => compareWrites(NOBODY, NOBODY));
whenMounting("what a user writes about root's process does as in the kernel", () => compareWrites(NOBODY, 0));
whenMounting("what root writes about a user's process does as in the kernel", () => compareWrites(0, NOBODY));
whenMounting('what is written about a thread does as in the kernel', async () => {
  for (const actor of [0, NOBODY]) await compareWrites(actor, NOBODY, (pid) => `${pid}/task/${pid}`);
});

whenMounting('without CAP_SYS_RESOURCE nobody protects a process more than it is', async () => {
  const path = `${ours()}/${await sleeper(NOBODY)}/oom_score_adj`;
  assert.equal(perform(['10', '9', '-1', '11'].map((write) => ({ path, write })), NOBODY), [2, 'write: EACCES', 'write: EACCES', 2]);
});

whenMounting('the nice level of an autogroup is set, and not below zero by users', async () => {
  const pid = await sleeper(NOBODY, 'setsid');
  const values = ['3', '-1', '-20', '0x5', ' 19 '];
  const acts = (root: string): Act[] =>
    values.flatMap((write) => [{ path: `${root}/${pid}/autogroup`, write }, { path: `${root}/${pid}/autogroup` }]);
  assert.equal(perform(acts(ours()), 0), perform(acts(KERNEL), 0));
  const negative = (root: string): Act[] => [{ path: `${root}/${pid}/autogroup`, write: '-1' }];
  assert.equal(perform(negative(ours()), NOBODY), perform(negative(KERNEL), NOBODY));
});

whenMounting('what a process writes about itself', async () => {
  const writes = (root: string): Act[] =>
    ['attr/current', 'attr/exec'].map((file) => ({ path: `${root}/SELF/${file}`, write: 'x' }));
  for (const uid of [0, NOBODY]) {
    const found = perform(writes(ours()), uid);
    // A security module may take a label from the process itself, whom the server is not.
    const labels = perform([{ path: `${KERNEL}/SELF/attr/current` }], uid)[0] !== 'read: EINVAL';
    if (labels) assert.ok(found.every((outcome) => /^write: (?:EACCES|EINVAL)$/.test(String(outcome))), String(found));
    else assert.equal(found, perform(writes(KERNEL), uid));
  }
  // Only a thread itself could do these, and the server is none of the caller's.
  const refused = ['comm', 'loginuid'].map((file) => ({ path: `${ours()}/SELF/${file}`, write: '0' }));
  assert.equal(perform(refused, 0), ['write: EINVAL', 'write: EPERM']);
});

/** Where the environment of a process lies. */
function environmentStart(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[47]);
}

whenMounting('mem is the memory, to those who may', async () => {
  const pid = await sleeper(NOBODY);
  const at = environmentStart(pid);
  const acts = (root: string): Act[] => {
    const path = `${root}/${pid}/mem`;
    return [
      { path, at, length: 64 },
      { path, at: at + 1, length: 1 },
      // Past the end of the stack there is nothing: a part, and then an error.
      { path, at: at - (at % 4096), length: 1 << 20 },
      { path, at: 0, length: 8 },
      { path, at: 2 ** 47, length: 8 },
      { path, at: 2 ** 60, length: 8 },
      { path, at: 0, write: 'x', flags: constants.O_RDWR },
      { path, at, length: 8, flags: constants.O_RDWR },
    ];
  };
  for (const uid of [0, NOBODY]) same(perform(acts(ours()), uid), perform(acts(KERNEL), uid), acts(KERNEL));
  const roots = await sleeper(0);
  const other: Act = { path: `${ours()}/${roots}/mem` };
  assert.equal(perform([other, { ...other, write: 'x' }], NOBODY), ['open: EACCES', 'open: EACCES']);

  const [before] = perform([{ path: `${KERNEL}/${pid}/mem`, at, length: 4 }], 0);
  const write = [...(before as string)].map((letter) => (letter === 'x' ? 'y' : 'x')).join('');
  assert.equal(perform([{ path: `${ours()}/${pid}/mem`, at, write }], NOBODY), [4]);
  assert.is(readFileSync(`/proc/${pid}/environ`, 'latin1').slice(0, 4), write);
});

whenMounting('pagemap tells frames to root alone', async () => {
  const pid = await sleeper(NOBODY);
  const word = Math.floor(environmentStart(pid) / 4096) * 8;
  const acts = (root: string): Act[] => {
    const path = `${root}/${pid}/pagemap`;
    return [
      { path, at: word, length: 8 },
      { path, at: word - 4096, length: 8192 },
      { path, at: word + 4, length: 8 },
      { path, at: word, length: 4 },
      { path, at: 0, length: 64 },
      { path, at: 2 ** 38, length: 8 },
      { path, at: 2 ** 50, length: 8 },
      { path, at: 2 ** 62, length: 8 },
    ];
  };
  for (const uid of [0, NOBODY]) same(perform(acts(ours()), uid), perform(acts(KERNEL), uid), acts(KERNEL));
  const [seen] = perform(acts(ours()), NOBODY);
  assert.is(Buffer.from(seen as string, 'latin1').readUIntLE(0, 6), 0);
});

whenMounting('an opened file stays with the memory that it was opened on', async () => {
  const shell = start(['/bin/sh', '-c', 'read line; exec sleep 1000']);
  const pid = await named(shell, 'sh');
  const names = ['maps', 'smaps', 'numa_maps', 'environ', 'mem'];
  const files = [KERNEL, ours()].map((root) => names.map((name) => openSync(`${root}/${pid}/${name}`, 'r')));
  const at = environmentStart(pid);
  const bytes = Buffer.alloc(4096);
  const counts = (): number[][] =>
    files.map((descriptors) =>
      descriptors.map((descriptor, index) => readSync(descriptor, bytes, 0, 64, names[index] === 'mem' ? at : 0)),
    );
  try {
    assert.equal(counts(), [
      [64, 64, 64, 64, 64],
      [64, 64, 64, 64, 64],
    ]);
    shell.stdin?.write('go\n');
    await named(shell, 'sleep');
    assert.equal(counts(), [
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  } finally {
    for (const descriptor of files.flat()) closeSync(descriptor);
  }
});

whenMounting('who polls mounts hears of a new one', async () => {
  const point = join(directory, 'mounted here');
  mkdirSync(point);
  const pollers = [KERNEL, ours()].flatMap((root) =>
    ['mounts', 'mountinfo'].map((name) => {
      const path = `${root}/${process.pid}/${name}`;
      const child = spawn(helper(), ['poll', path, String(PATIENCE_MS)], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    }),
  );
  const line = (lines: AsyncIterator<string>): Promise<string> => lines.next().then(({ value }) => String(value));
  assert.equal(await Promise.all(pollers.map(line)), pollers.map(() => 'now 1'));
  assert.is(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'a#b c', point]).status, 0);
  assert.equal(await Promise.all(pollers.map(line)), pollers.map(() => 'then 1 a'));
  assert.equal(await Promise.all(pollers.map(line)), pollers.map(() => 'after 1'));
  // The name of the file system has what is escaped.
  for (const name of ['mounts', 'mountinfo', 'mountstats']) {
    const read = (root: string): string => readFileSync(`${root}/${process.pid}/${name}`, 'latin1');
    let [before, mine, after] = [read(KERNEL), read(ours()), read(KERNEL)];
    // Somebody else may be mounting too.
    while (before !== after) [before, mine, after] = [read(KERNEL), read(ours()), read(KERNEL)];
    assert.is(mine, before);
    assert.match(before, 'a\\043b\\040c');
  }
});

/** `test` where users can make user namespaces. */
function withNamespaces(name: string, body: () => Promise<void>): void {
  const reason = process.getuid?.() === 0 ? reasonAgainstNamespaces(NOBODY) : undefined;
  if (reason === undefined) whenMounting(name, body);
  else unless(reason, name, body);
}

/** Maps of a new user namespace, and how its groups may be set. */
const NAMESPACE_FILES = ['setgroups', 'uid_map', 'gid_map', 'projid_map'];

withNamespaces('root maps the ids of a new user namespace once', async () => {
  const writes: Readonly<Record<string, readonly string[]>> = {
    setgroups: ['deny', 'allow'],
    uid_map: ['junk', '0 0', '0 0 0', '0 0 1 1', '0 0 1\n0 5 1\n', '4294967295 0 2', '0 1000 10\n 20 65534 1 \n', '0 0 1'],
    gid_map: ['0 0 1\n', '0 0 1'],
    projid_map: ['0 0 10', '0 0 10'],
  };
  const results = await Promise.all(
    [KERNEL, ours()].map(async (root) => {
      const pid = await sleeper(NOBODY, 'unshare', '-U');
      const files = NAMESPACE_FILES.map((name) => ({ path: `${root}/${pid}/${name}` }));
      const acts = NAMESPACE_FILES.flatMap((name) => writes[name]?.map((write) => ({ path: `${root}/${pid}/${name}`, write })) ?? []);
      return perform([...files, ...acts, ...files], 0);
    }),
  );
  assert.equal(results[1], results[0]);
  assert.ok(results[0]?.includes('         0       1000         10\n        20      65534          1\n'));
});

withNamespaces('a process in a new user namespace maps its own ids and no others', async () => {
  const attempts: readonly (readonly Act[])[] = [
    [
      { path: 'setgroups', write: 'deny' },
      { path: 'uid_map', write: `0 ${NOBODY} 1\n` },
      { path: 'gid_map', write: `0 ${NOBODY} 1\n` },
      { path: 'uid_map', write: `0 ${NOBODY} 1\n` },
    ],
    [{ path: 'uid_map', write: '0 1000 1' }],
    [{ path: 'uid_map', write: '0 0 1' }],
    [{ path: 'uid_map', write: `0 ${NOBODY} 2` }],
    [{ path: 'uid_map', write: `0 ${NOBODY} 1\n1 1000 1\n` }],
    // Groups can still be dropped: not without giving that up first.
    [{ path: 'gid_map', write: `0 ${NOBODY} 1\n` }],
  ];
  for (const attempt of attempts) {
    const results = [KERNEL, ours()].map((root) => {
      const inside = (path: string): string => `${root}/SELF/${path}`;
      const acts = attempt.map((act) => ({ ...act, path: inside(act.path) }));
      return perform([...acts, ...NAMESPACE_FILES.map((name) => ({ path: inside(name) }))], NOBODY, ['unshare', '-U']);
    });
    assert.equal(results[1], results[0], JSON.stringify(attempt));
  }
});

whenMounting('root sets the clocks of a new time namespace', async () => {
  const writes = ['monotonic 86400 0\nboottime -5 999999999\n', 'boottime 7 1\nmonotonic 1 0\nmonotonic 2 0\n', '7 1 1'];
  const outOfRange = ['monotonic 9223372036854775807 0', 'monotonic -9223372036854775808 0'];
  const results = await Promise.all(
    [KERNEL, ours()].map(async (root) => {
      const path = `${root}/${await named(start([helper(), 'clocks']), 'clocks')}/timens_offsets`;
      return perform([...writes, ...outOfRange].flatMap((write) => [{ path, write }, { path }]), 0);
    }),
  );
  assert.equal(results[1], results[0]);
  assert.ok(results[0]?.includes('monotonic           1         0\nboottime            7         1\n'));
});

test.run();
