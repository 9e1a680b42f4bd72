/** What is left of processes that have ended: zombies, and directories that are held open after the end. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Exception, ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

const HANDLES: readonly (readonly [string, string, string])[] = [
  ['pid', '', 'r|dir'],
  ['task', '/task', 'r|dir'],
  ['fd', '/fd', 'r|dir'],
  ['fdinfo', '/fdinfo', 'r|dir'],
  ['ns', '/ns', 'r|dir'],
  ['maps', '/map_files', 'r|dir'],
  ['attr', '/attr', 'r|dir'],
  ['net', '/net', 'r|dir'],
  ['tid', '/task/$r', 'r|dir'],
  ['threadfd', '/task/$r/fd', 'r|dir'],
  ['stat', '/stat', 'r'],
  ['statm', '/statm', 'r'],
  ['status', '/status', 'r'],
  ['comm', '/comm', 'r'],
  ['limits', '/limits', 'r'],
  ['cmdline', '/cmdline', 'r'],
  ['info', '/fdinfo/0', 'r'],
  ['link', '/fd/0', 'path|nofollow'],
  ['nslink', '/ns/net', 'path|nofollow'],
  ['exe', '/exe', 'path|nofollow'],
];
const DIRECTORIES = HANDLES.filter(([, , flags]) => flags === 'r|dir').map(([name]) => name);
const FILES = HANDLES.filter(([, , flags]) => flags === 'r').map(([name]) => name);
const LINKS = HANDLES.filter(([, , flags]) => flags.startsWith('path')).map(([name]) => name);
/** A name to look for in each directory. */
const INSIDE: Readonly<Record<string, string>> = {
  pid: 'stat',
  task: '$r',
  fd: '0',
  fdinfo: '0',
  ns: 'net',
  maps: '0-1',
  attr: 'current',
  net: 'dev',
  tid: 'stat',
  threadfd: '0',
};

/** Everything that can be asked of the handles. */
function questions(): string[] {
  const asked: string[] = [];
  for (const name of DIRECTORIES) {
    const inside = INSIDE[name] ?? '';
    asked.push(`openat ${name} ${inside} r`, `fstatat ${name} ${inside}`, `openat ${name} nonesuch r`, `fstatat ${name} nonesuch`);
    asked.push(`fstat ${name}`, `getdents ${name}`, `openat ${name} . r`, `accessat ${name} . 4`, `openat ${name} .. r`);
  }
  asked.push('openat pid task/$r r', 'openat pid fd/0 path|nofollow', 'openat pid task r', 'openat pid fd r', 'openat task $r/stat r');
  for (const name of FILES) asked.push(`read ${name}`, `fstat ${name}`);
  for (const name of LINKS) asked.push(`readlinkat ${name}`, `fstat ${name}`);
  asked.push('lstat @/$r', 'try @/$r/stat r', 'lstat @/$r/task', 'entries @/$r/fd', 'readlink @/$r/exe', 'entries @/$r/ns', 'cat @/$r/comm');
  return asked;
}

const DIFFERS: readonly Exception[] = [
  { question: /^openat \w+ \.\. r$/, ours: /^0$/, reason: 'FUSE is not asked whether a directory may be searched for `..`' },
  { question: /^fstatat (pid|tid|attr|net) \w+$/, ours: /^100/, reason: 'names of files stay valid for a second' },
  { question: /^openat net dev r$/, ours: /^ESRCH$/, reason: 'names of files stay valid for a second' },
  { question: /^fstat net$/, ours: /^40555 nlink 9 /, reason: 'its links are counted as they were' },
  { question: /^getdents net$/, ours: /^ENOENT$/, reason: 'gone is gone' },
];

/** The script: the handles are opened at a living process, the questions are asked when it is reaped or a zombie. */
async function askAfter(end: readonly string[]): Promise<void> {
  const served = await ServedProc.start();
  try {
    const opened = HANDLES.map(([name, path, flags]) => `open @/$r${path} ${name} ${flags}`);
    const script = ['spawn r threads=1', ...opened, ...end, ...questions()];
    assertAgreement(ask(compileAsk(), '/proc', served.root, script.join('\n')), DIFFERS);
  } finally {
    await served.stop();
  }
}

// A mount may go on answering from what it knew for a millisecond, and the kernel's cache of names counts in ticks.
const SETTLED = 'wait 30';

whenMounting('a reaped process', () => askAfter(['reap r', SETTLED]));

whenMounting('a zombie', () => askAfter(['signal r 9', SETTLED]));

whenMounting('a zombie that was one before anybody looked', async () => {
  const served = await ServedProc.start();
  try {
    const script = ['spawn z zombie', 'entries @/$z'];
    for (const name of ['task', 'fd', 'fdinfo', 'ns', 'map_files', 'attr', 'task/$z', 'task/$z/fd']) {
      script.push(`lstat @/$z/${name}`, `entries @/$z/${name}`);
    }
    for (const name of ['exe', 'cwd', 'root', 'fd/0', 'ns/net', 'ns/pid', 'ns/user', 'ns/mnt', 'task/$z/exe']) {
      script.push(`lstat @/$z/${name}`, `readlink @/$z/${name}`, `stat @/$z/${name}`);
    }
    for (const name of ['stat', 'statm', 'cmdline', 'comm', 'maps', 'smaps', 'environ', 'auxv', 'smaps_rollup', 'mem', 'mounts',
      'mountinfo', 'mountstats', 'limits', 'cgroup', 'io', 'oom_score', 'oom_score_adj', 'wchan', 'schedstat', 'loginuid', 'sessionid',
      'personality', 'uid_map', 'gid_map', 'setgroups', 'timers', 'timerslack_ns', 'syscall', 'stack', 'numa_maps', 'pagemap', 'cpuset',
      'coredump_filter', 'autogroup', 'fdinfo/0', 'attr/current', 'net/dev']) {
      script.push(`lstat @/$z/${name}`, `cat @/$z/${name}`);
    }
    assertAgreement(ask(compileAsk(), '/proc', served.root, script.join('\n')));
  } finally {
    await served.stop();
  }
});

whenMounting('a process that becomes another program stays the same process', async () => {
  const served = await ServedProc.start();
  try {
    const script: string[] = [];
    for (const kind of ['later', 'threadlater']) {
      script.push(`note ${kind}`, `spawn r ${kind}=/bin/sleep`);
      const held = ['', '/task', '/fd', '/ns', '/task/$r', '/task/$r.1'].slice(0, kind === 'later' ? 5 : 6);
      held.forEach((path, index) => script.push(`open @/$r${path} h${index} r|dir`));
      script.push('open @/$r/comm comm r', 'open @/$r/cmdline cmdline r', 'open @/$r/exe exe path|nofollow', 'read comm', 'readlinkat exe');
      script.push('signal r 10', 'settle r sleep', SETTLED, 'seek comm 0 0', 'read comm', 'read cmdline', 'readlinkat exe', 'openat h0 stat r');
      script.push('readlinkat h0 exe', 'fstat h0', 'getdents h1', 'fstat h1', 'getdents h2', 'openat h2 0 r', 'readlinkat h3 net', 'openat h4 stat r');
      script.push('cat @/$r/comm', 'readlink @/$r/exe', 'entries @/$r/task');
      if (kind === 'threadlater') script.push('lstat @/$r.1', 'lstat @/$r/task/$r.1');
      if (kind === 'threadlater') script.push('openat h5 stat r', 'fstat h5', 'getdents h5');
      script.push('reap r');
    }
    const answers = ask(compileAsk(), '/proc', served.root, script.join('\n'));
    assertAgreement(answers);
    assert.is(answers.filter(({ question, ours }) => question === 'cat @/$r/comm' && ours === 'sleep\\n').length, 2);
  } finally {
    await served.stop();
  }
});

whenMounting('a directory never shows the process that gets the id next', async () => {
  const served = await ServedProc.start();
  try {
    const script = ['spawn r'];
    const held = ['', '/task', '/fd', '/fdinfo', '/ns', '/task/$r'];
    held.forEach((path, index) => script.push(`open @/$r${path} h${index} r|dir`, `getdents h${index} 200`));
    script.push('open @/$r/comm comm r', 'open @/$r/exe exe path|nofollow', 'read comm', 'cat @/$r/comm', 'reuse r');
    // At once nothing of the successor shows; that the process is gone may take the millisecond that a view lasts.
    script.push('read comm', 'readlinkat exe', 'readlinkat h2 0', 'wait 30');
    script.push('openat h0 comm r', 'openat h0 exe r', 'openat h0 fd r', 'openat h1 $r r', 'openat h2 0 r', 'openat h3 0 r', 'openat h4 net r');
    script.push('openat h5 comm r', 'read comm', 'readlinkat exe', 'readlinkat h0 exe', 'readlinkat h2 0', 'getdents h2', 'getdents h1');
    script.push('cat @/$r/comm', 'readlink @/$r/fd/0', 'entries @/$r/task');
    const answers = ask(compileAsk(), '/proc', served.root, script.join('\n'));
    if (!answers.some(({ section }) => section === 'reused')) {
      console.log('skipped: this machine does not let us choose a process id');
      return;
    }
    assertAgreement(answers);
    assert.ok(answers.some(({ question, ours }) => question === 'cat @/$r/comm' && ours === 'successor\\n'));
  } finally {
    await served.stop();
  }
});

test.run();
