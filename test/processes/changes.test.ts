/** What can be done to the files of /proc besides reading them, and with which errors. */

import { test } from 'uvu';
import { type Exception, ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

const DIRECTORIES = ['', '/$r', '/$r/task', '/$r/fd', '/$r/fdinfo', '/$r/ns', '/$r/map_files', '/$r/attr', '/$r/net', '/$r/task/$r', '/self', '/self/.'];
const FILES = ['/meminfo', '/uptime', '/$r/stat', '/$r/status', '/$r/comm', '/$r/oom_score_adj', '/$r/environ', '/$r/maps', '/$r/fdinfo/0'];
const LINKS = ['/self', '/mounts', '/$r/exe', '/$r/ns/net', '/$r/fd/0'];
const FLAGS = ['r', 'w', 'rw', 'w|trunc', 'rw|append', 'r|creat', 'w|creat|excl', 'r|dir', 'path', 'r|nofollow', 'r|tmpfile', 'r|noatime', 'r|nonblock'];

function makingAndRemoving(): string[] {
  const asked: string[] = [];
  for (const directory of DIRECTORIES) {
    const path = `@${directory}`;
    for (const name of ['new', 'stat', '0', '1x']) {
      const inside = `${path}/${name}`;
      asked.push(`mkdir ${inside}`, `mknod ${inside}`, `symlink ${inside}`, `try ${inside} w|creat`, `try ${inside} w|creat|excl`);
      asked.push(`unlink ${inside}`, `rmdir ${inside}`);
    }
    asked.push(`link @/uptime ${path}/new`, `rename @/uptime ${path}/new`, `rename ${path}/new @/newer`, `rename ${path}/new ${path}/newer`);
    if (directory) asked.push(`rmdir ${path}`, `unlink ${path}`);
    asked.push(`mkdir ${path}`, `try ${path} r|tmpfile`, `try ${path} w|dir|creat`);
    asked.push(`mkdir ${path}/.`, `mkdir ${path}/..`, `rmdir ${path}/.`, `unlink ${path}/..`);
  }
  for (const path of [...FILES, ...LINKS]) {
    asked.push(`unlink @${path}`, `rmdir @${path}`, `rename @${path} @${path}.new`, `link @${path} @/new`, `mkdir @${path}/new`, `try @${path}/new r`);
  }
  asked.push('rename @/uptime @/version', 'rename @/uptime @/uptime', 'rename @/$r @/self', 'rename @/$r/task @/$r/fd', 'link @/uptime @/version');
  return asked;
}

function opening(): string[] {
  return [...DIRECTORIES, ...FILES, ...LINKS].flatMap((path) => FLAGS.map((flags) => `try @${path} ${flags}`));
}

function attributes(): string[] {
  const asked: string[] = [];
  for (const path of [...DIRECTORIES, ...FILES]) {
    asked.push(`access @${path} 4`, `access @${path} 2`, `access @${path} 1`, `access @${path} 0`);
    asked.push(`getxattr @${path} user.name`, `getxattr @${path} security.capability`, `setxattr @${path} user.name`, `setxattr @${path} trusted.name`);
    asked.push(`truncate @${path} 0`, `truncate @${path} 10`);
  }
  for (const path of DIRECTORIES.slice(1).concat(FILES.slice(2))) {
    asked.push(`chmod @${path} 700`, `lstat @${path}`, `utimes @${path}`);
  }
  return asked;
}

/** Attributes of /proc's own files can be changed; they are changed back, on the kernel's side too. */
const KEPT = ['chmod @/uptime 400', 'lstat @/uptime', 'chown @/uptime 65534 65534', 'lstat @/uptime', 'chown @/uptime 0 0', 'chmod @/uptime 444'];
KEPT.push('lstat @/uptime', 'utimes @/uptime', 'truncate @/uptime 0', 'truncate @/uptime 5', 'lstat @/uptime');

function places(): string[] {
  const asked: string[] = [];
  for (const path of ['/meminfo', '/$r/stat', '/$r/maps', '/$r/comm', '/$r/fdinfo/0']) {
    asked.push(`open @${path} f r`, 'seek f 5 0', 'seek f 5 1', 'seek f -100 1', 'seek f -1 0', 'seek f 1048576 0', 'read f', 'seek f 0 0', 'close f');
  }
  for (const path of ['', '/$r', '/$r/task', '/$r/ns']) {
    asked.push(`open @${path} d r|dir`, 'seek d 0 0', 'seek d -1 0', 'read d', 'close d');
  }
  return asked;
}

const DIFFERS: readonly Exception[] = [
  // The kernel compares the types before it asks us, and does not ask whether a directory may be searched.
  { question: /^rmdir /, ours: /^ENOTDIR$/, reason: 'types are compared first' },
  { question: /^unlink /, ours: /^EISDIR$/, reason: 'types are compared first' },
  { question: /^rename @\/\$r @\/self$/, ours: /^ENOTDIR$/, reason: 'types are compared first' },
  { question: /^(mkdir|rmdir|unlink) \S+\/\.\.?$/, ours: /^(EEXIST|EINVAL|EISDIR|ENOTEMPTY)$/, reason: 'dots are looked at first' },
  { question: /^link @\/\S+ @\/new$/, ours: /^EPERM$/, reason: 'protected_hardlinks is looked at first' },
  { question: / r\|noatime$/, ours: /^EPERM$/, reason: 'O_NOATIME is looked at first' },
];

async function compare(questions: readonly string[], exceptions: readonly Exception[] = []): Promise<void> {
  const served = await ServedProc.start();
  try {
    assertAgreement(ask(compileAsk(), '/proc', served.root, ['spawn r', ...questions].join('\n')), [...DIFFERS, ...exceptions]);
  } finally {
    await served.stop();
  }
}

for (const [who, identity] of [
  ['root', undefined],
  ['another user', '65534 65534'],
] as const) {
  const as = (questions: string[]): string[] => (identity === undefined ? questions : [`become ${identity}`, ...questions, 'end']);
  whenMounting(`names are made, moved and removed by ${who}`, () => compare(as(makingAndRemoving())));
  whenMounting(`files are opened in every way by ${who}`, () => compare(as(opening())));
  whenMounting(`attributes are asked for and changed by ${who}`, () => compare(as(attributes())));
}
whenMounting("attributes of /proc's own files", () => compare(KEPT));
whenMounting('places in files and directories', () => compare(places()));

test.run();
