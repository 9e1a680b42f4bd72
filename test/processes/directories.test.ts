/** Process directories: what is in them, to whom they open, and what their links say, as the kernel has it. */

import { readFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

/** Asks a script at a mount of its own. */
async function askMounted(script: string): Promise<Answer[]> {
  const served = await ServedProc.start();
  try {
    return ask(compileAsk(), '/proc', served.root, script);
  } finally {
    await served.stop();
  }
}

const DESCRIPTORS = Array.from({ length: 37 }, (_, index) => index + 10);

whenMounting('descriptors of every kind: links, modes and fdinfo', async () => {
  const script = ['spawn z zoo', 'entries @/$z/fd', 'entries @/$z/fdinfo', 'lstat @/$z/fd', 'lstat @/$z/fdinfo'];
  for (const number of DESCRIPTORS) {
    script.push(`readlink @/$z/fd/${number}`, `lstat @/$z/fd/${number}`, `lstat @/$z/fdinfo/${number}`);
    // An armed timer runs on between two looks at it.
    script.push(`cat @/$z/fdinfo/${number}`, `readlink @/$z/task/$z/fd/${number}`);
  }
  const answers = await askMounted(script.join('\n'));
  assertAgreement(answers, [
    { question: /fdinfo\/26$/, ours: /it_value: \(\d+, \d+\)\\nit_interval: \(5, 7\)\\n$/, reason: 'the time left goes down' },
  ]);
  for (const label of ['eventfd-count', 'tfd: ', 'inotify wd', 'fanotify flags', 'sigmask', 'clockid', 'NSpid', 'lock:']) {
    assert.ok(answers.some(({ kernel }) => kernel.includes(label)), `${label} was compared`);
  }
});

/** One process of each kind that is treated in a way of its own. */
const KINDS = [
  'spawn r threads=2',
  'spawn n uid=65534',
  'spawn o uid=12345',
  'spawn u uid=65534 undumpable',
  'spawn v undumpable',
  'spawn z zombie',
  'spawn y uid=65534 zombie',
  'spawn m uid=65534 threads=2',
  'spawn k exec=/bin/sleep',
];

/** What is asked of each. */
function questionsOf(directory: string): string[] {
  const questions: string[] = [];
  for (const name of ['fd', 'fdinfo', 'ns', 'map_files']) {
    const path = `@/${directory}/${name}`;
    questions.push(`lstat ${path}`, `entries ${path}`, `try ${path} r|dir`, `access ${path} 4`, `access ${path} 1`, `chdir ${path}`);
  }
  for (const name of ['exe', 'cwd', 'root', 'fd/0', 'fd/1', 'fd/77', 'fd/00', 'ns/net', 'ns/pid', 'ns/pid_for_children', 'ns/user']) {
    questions.push(`lstat @/${directory}/${name}`, `readlink @/${directory}/${name}`);
  }
  questions.push(`lstat @/${directory}/fdinfo/0`, `cat @/${directory}/fdinfo/0`, `access @/${directory}/fdinfo/0 4`);
  questions.push(`lstat @/${directory}/fdinfo/99`, `lstat @/${directory}/map_files/0-1`, `lstat @/${directory}/ns/nonesuch`);
  questions.push(`lstat @/${directory}/stat`, `lstat @/${directory}/nonesuch`);
  return questions;
}

const SUBJECTS = ['$r', '$r.1', '$n', '$o', '$u', '$v', '$z', '$y', '$m', '$m.2', '$k', '2', '$self', '$parent', 'self'];

function allQuestions(): string[] {
  const questions: string[] = [];
  for (const subject of SUBJECTS) questions.push(...questionsOf(subject));
  questions.push(...questionsOf('$r/task/$r.1'), ...questionsOf('$m/task/$m.1'), ...questionsOf('$z/task/$z'));
  for (const task of ['$r', '$r.1', '$m', '$z', '2']) {
    questions.push(`lstat @/${task}/task`, `entries @/${task}/task`, `access @/${task}/task/$r 4`, `lstat @/${task}/task/0`);
  }
  for (const name of ['01', '0', '-1', '4294967297', '99999999999', '1x', '$r/task/0$r']) questions.push(`lstat @/${name}`);
  return questions;
}

for (const [who, identity] of [
  ['root', undefined],
  ['another user', '65534 65534'],
  ['another user in the group of root', '65534 0'],
  ['a member of the group of root', '65534 65534 0'],
] as const) {
  whenMounting(`directories and links of all kinds of processes, asked by ${who}`, async () => {
    const questions = allQuestions();
    const asked = identity === undefined ? questions : [`become ${identity}`, ...questions, 'end'];
    assertAgreement(await askMounted([...KINDS, ...asked].join('\n')));
  });
}

whenMounting('a process that may not be dumped still sees its own descriptors', async () => {
  const script = ['undumpable', 'entries @/self/fd', 'lstat @/self/fd', 'lstat @/self/fd/0', 'entries @/self/map_files', 'try @/self/fd r|dir'];
  assertAgreement(await askMounted(['become 65534 65534', ...script, 'end'].join('\n')));
});

whenMounting('inode numbers are those of the listing, lasting, and each of one file', async () => {
  const script = ['spawn r threads=3', 'spawn z zoo', 'rootinode @/'];
  for (const path of ['', '$r', '$r/task', '$r/task/$r.1', '$z/fd', '$z/fdinfo', '$r/ns', '$r/map_files', '$r/attr', '$r/net', 'sys/kernel', 'irq']) {
    script.push(`inodes @/${path}`);
  }
  const answers = await askMounted(script.join('\n'));
  for (const { question, kernel, ours } of answers) {
    // The kernel gives a file another number when it has forgotten it meanwhile.
    const wanted = kernel.replace(/(?<=other |moved )\d+/g, '0');
    assert.is(ours, wanted, question);
  }
  assert.is(answers[0]?.ours, '1');
});

whenMounting('a process directory is as old as the process', async () => {
  const served = await ServedProc.start();
  try {
    const [, boot] = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1')) ?? [];
    for (const id of [process.pid, process.ppid]) {
      const fields = readFileSync(`/proc/${id}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
      const started = Number(boot) + Number(fields[19]) / 100;
      for (const path of ['', '/stat', '/fd', '/task']) {
        const { mtimeMs, ctimeMs, atimeMs } = await lstat(`${served.root}/${id}${path}`);
        // The kernel works out the time of its start anew each time, and may round otherwise.
        for (const time of [mtimeMs, ctimeMs, atimeMs]) assert.ok(Math.abs(time / 1000 - started) < 2, `${path}: ${time} and ${started}`);
      }
    }
  } finally {
    await served.stop();
  }
});

whenMounting('links lead to the very same files', async () => {
  const script = ['spawn z zoo', 'spawn r', 'same @/$z/fd/12 @/$z/fd/12', 'inode @/$z/ns/net', 'inode @/$z/ns/pid', 'inode @/$z/fd/13'];
  script.push('inode @/$z/fd/12', 'inode @/$z/fd/18', 'inode @/$z/fd/19', 'inode @/$z/exe', 'inode @/$z/cwd', 'inode @/$z/root/etc');
  script.push('stat @/$z/fd/12', 'stat @/$z/fd/13', 'stat @/$z/fd/15', 'try @/$z/fd/15 r', 'try @/$z/fd/13 r|nonblock', 'try @/$z/fd/18 rw');
  script.push('try @/$z/fd/12 w|trunc', 'stat @/$z/fd/12', 'try @/$z/fd/10/etc r|dir', 'try @/$z/cwd/. r|dir', 'inode @/$r/ns/user');
  assertAgreement(await askMounted(script.join('\n')));
});

test.run();
