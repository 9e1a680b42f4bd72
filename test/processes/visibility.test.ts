/** hidepid=, gid= and subset=, each beside the kernel's own procfs with the same option. */

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import { type Exception, ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

const PATHS = ['$r', '$r.1', '$n', '$m.1', '$u', '$z', 'self', '2', '999999'];

function aboutProcesses(): string[] {
  const asked: string[] = [];
  for (const path of PATHS) {
    for (const inside of ['', '/stat', '/task', '/exe', '/ns', '/ns/net', '/fd', '/attr', '/net', '/nonesuch', '/fdinfo/0']) {
      asked.push(`lstat @/${path}${inside}`);
    }
    asked.push(`try @/${path} r|dir`, `try @/${path}/stat r`, `try @/${path}/task r|dir`, `chdir @/${path}`, `access @/${path} 1`);
    asked.push(`access @/${path} 4`, `entries @/${path}`, `entries @/${path}/task`, `readlink @/${path}/exe`, `cat @/${path}/comm`);
    asked.push(`try @/${path}/ns r|dir`, `try @/${path}/net/dev r`, `try @/${path}/fd/0 path|nofollow`);
  }
  for (const path of ['$r', '$r.1', '$n', '$m', '$m.1', '$u', '$z', '1', '2', '$self', 'self', 'thread-self', 'uptime', 'sys', 'net', 'mounts']) {
    asked.push(`listed @/ ${path}`);
  }
  asked.push('lstat @/$r/task/$r.1', 'try @/$r/task/$r.1/stat r', 'lstat @/$m/task/$m.1', 'try @/$m/task/$m.1/stat r');
  asked.push('lstat @/self', 'lstat @/thread-self', 'readlink @/thread-self', 'try @/thread-self/stat r');
  asked.push('lstat @/uptime', 'try @/sys r|dir', 'try @/net/dev r', 'lstat @/nonesuch');
  return asked;
}

/** What is asked of directories that someone opened who was let see them. */
const HANDLES = ['fstat h', 'fstatat h stat', 'openat h stat r', 'openat h exe path|nofollow', 'openat h task r', 'openat h nonesuch r'];
HANDLES.push('accessat h . 1', 'accessat h . 4', 'getdents h', 'fstat t', 'fstatat t $r', 'openat t $r/stat r', 'accessat t . 1', 'getdents t');
HANDLES.push('fstat n', 'fstatat n net', 'readlinkat n net', 'openat n . r', 'fstat f', 'openat f 0 path|nofollow', 'fstat i', 'openat i 0 r');
HANDLES.push('fstat d', 'openat d stat r', 'openat d exe path|nofollow', 'openat a current r', 'fstat a', 'openat e dev r', 'read s', 'read c');

/** User, group and further groups of those who ask. */
const STRANGERS = ['65534 65534', '65534 65534 0', '0 65534'];
const MEMBERS = ['65534 65534 0', '65534 65534 1234', '65534 1234'];

const script = (identities: readonly string[]): string => [
  'spawn r threads=1',
  'spawn n uid=65534',
  'spawn m uid=65534 threads=1',
  'spawn u uid=65534 undumpable',
  'spawn z zombie',
  ...['h', 't /task', 'n /ns', 'f /fd', 'i /fdinfo', 'd /task/$r', 'a /attr', 'e /net'].map((handle) => {
    const [name = '', path = ''] = handle.split(' ');
    return `open @/$r${path} ${name} r|dir`;
  }),
  'open @/$r/stat s r',
  'open @/$r/comm c r',
  'note root',
  ...aboutProcesses(),
  ...identities.flatMap((identity) => [
    `become ${identity}`,
    `note ${identity}`,
    ...aboutProcesses(),
    ...HANDLES,
    'end',
  ]),
].join('\n');

/** With hidepid=4 the kernel says ENOENT where it has to find the process, and EPERM where it remembers its name. */
const REMEMBERED: readonly Exception[] = [
  { question: /@\/(\$\w+(\.1)?|2)(\/| |$)/, ours: /^(open )?ENOENT$/, reason: 'no name is remembered here' },
];

async function compare(kernelOptions: string, mount: Partial<LinprocfsOptions>): Promise<void> {
  // Covered by its mount: others may not look into the directory itself.
  const kernel = temporaryDirectory();
  const mounted = spawnSync('mount', ['-t', 'proc', '-o', kernelOptions, 'proc', kernel], { encoding: 'utf8' });
  assert.is(mounted.status, 0, mounted.stderr);
  const served = await ServedProc.start({ mount });
  try {
    assertAgreement(ask(compileAsk(), kernel, served.root, script(mount.exemptGroup ? MEMBERS : STRANGERS)), mount.hidePid === 4 ? REMEMBERED : []);
  } finally {
    await served.stop();
    removeDirectory(kernel);
  }
}

const OPTIONS: readonly (readonly [string, Partial<LinprocfsOptions>])[] = [
  ['hidepid=0', {}],
  ['hidepid=1', { hidePid: 1 }],
  ['hidepid=2', { hidePid: 2 }],
  ['hidepid=4', { hidePid: 4 }],
  ['hidepid=1,gid=1234', { hidePid: 1, exemptGroup: 1234 }],
  ['hidepid=2,gid=1234', { hidePid: 2, exemptGroup: 1234 }],
  ['hidepid=4,gid=1234', { hidePid: 4, exemptGroup: 1234 }],
  ['subset=pid', { processesOnly: true }],
  ['hidepid=2,subset=pid', { hidePid: 2, processesOnly: true }],
];

for (const [kernelOptions, mount] of OPTIONS) {
  whenMounting(`as mount -t proc -o ${kernelOptions}`, () => compare(kernelOptions, mount));
}

test.run();
