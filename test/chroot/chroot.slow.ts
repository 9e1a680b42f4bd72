/** `compatfs up` in a Debian tree: programs in a chroot of it do as they do with the kernel's own proc, sys and dev. */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandLine } from '../support/command-line.ts';
import { unless } from '../support/requirements.ts';
import { reasonAgainstDebian, showDebian } from './debian.ts';

/** What one program said. */
interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Programs, and what of their output may differ from one run to the next. */
const PROGRAMS: readonly (readonly [line: string, volatile?: RegExp])[] = [
  ['echo $((6 * 7)); cd /proc/self && pwd; test -r /proc/meminfo -a -d /sys/class/net; echo $?'],
  ['ps -p 1,2 -o pid,ppid,user,stat,comm'],
  ['ps -o pid,args -C bash --no-headers | grep -c .', /\d+/g],
  ['ps -e -o pid= | grep -cw 1'],
  ['ps -eLf | head -n 2 | tail -n 1', /\d+|\?|[A-Z][a-z]{2}\d\d/g],
  ['top -b -n 1 -p 1 | sed -n "7,8p"', /[\d.:]+/g],
  ['free | cut -c1-80', /\d+/g],
  ['vmstat | head -n 2'],
  ['lscpu', /^(CPU\(s\) scaling )?MHz.*$|^BogoMIPS.*$/gm],
  ['nproc; getconf _NPROCESSORS_CONF'],
  ['lsmem -b -o RANGE,SIZE,STATE --summary=never | sort'],
  ['python3 -c "import os, platform, sys; print(os.cpu_count(), platform.uname()[2:], sorted(os.listdir(\'/sys/class/net\')))"'],
  ['python3 -c "import os; print(sorted(map(int, os.listdir(\'/proc/self/fd\'))), open(\'/proc/self/comm\').read())"'],
  ['python3 -c "open(\'/dev/shm/x\', \'w\').write(\'text\'); print(open(\'/dev/shm/x\').read())"; rm /dev/shm/x'],
  ['apt-get -s install hello 2>&1 | grep -v "^Reading"'],
  ['dpkg -l | wc -l'],
  ['sysctl -n kernel.ostype kernel.pid_max'],
  ['uptime -s; pgrep -x no-such-program; pidof no-such-program; echo $?', /\d\d:\d\d:\d\d/g],
  ['head -c 20 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c; echo lost >/dev/null; echo x >/dev/full'],
  ['ls -lL /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty | cut -d " " -f 1,3-6'],
  ['echo text | cat /dev/stdin; cat <(echo other); echo more >/dev/stdout; ls /dev/fd | head -n 3'],
];

unless(reasonAgainstDebian(), 'a Debian userland runs on the tree that up makes', async () => {
  const line = new CommandLine();
  try {
    const [ours, kernels] = ['ours', 'kernels'].map((name) => join(line.directory, name)) as [string, string];
    const script = join(line.directory, 'script');
    const programs = PROGRAMS.map(([program]) => program);
    writeFileSync(script, runner(programs));
    const clean = 'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TERM=dumb';
    const run = (root: string): string => `cp ${script} ${root}/script && ${clean} chroot ${root} /bin/bash /script </dev/null`;
    const { stdout, stderr, status } = await line.shell(
      [
        `${await showDebian(ours)} && ${await showDebian(kernels)}`,
        `for part in proc sys dev; do mount --rbind /$part ${kernels}/$part; done`,
        `$compatfs up ${ours} >&2`,
        `{ ${run(ours)} && echo === && ${run(kernels)}; }; status=$?`,
        `$compatfs down ${ours} >&2; exit $status`,
      ].join('\n'),
      true,
    );
    assert.is(status, 0, stderr);
    assert.match(stderr, new RegExp(`^${ours}: dev/shm, .*proc unmounted$`, 'm'));
    const [one = [], other = []] = stdout.split('===\n').map(read);
    assert.is(one.length, PROGRAMS.length);
    const differences = PROGRAMS.flatMap(([program, volatile], at) => {
      const [mine, theirs] = [one[at], other[at]].map((said) => shape(said, volatile));
      return mine === theirs ? [] : [`${program}\nours:   ${mine}\nkernel: ${theirs}`];
    });
    assert.equal(differences, []);
    assert.is(other[9]?.stdout.split('\n')[0], String(cpus().length));
  } finally {
    await line.remove();
  }
});

/** A script that runs each line and tells what came of it, as a line of JSON strings without escapes but of base64. */
function runner(programs: readonly string[]): string {
  const quoted = programs.map((program) => `'${program.replaceAll("'", `'\\''`)}'`);
  return [
    `for program in ${quoted.join(' ')}; do`,
    '  bash -c "$program" >/tmp/out 2>/tmp/err; status=$?',
    '  echo "$status $(base64 -w0 </tmp/out)- $(base64 -w0 </tmp/err)-"',
    'done',
  ].join('\n');
}

function read(text: string): Said[] {
  return text
    .trim()
    .split('\n')
    .map((row) => {
      const [status = '', stdout = '', stderr = ''] = row.split(' ');
      const plain = (field: string): string => Buffer.from(field.slice(0, -1), 'base64').toString('latin1');
      return { status: Number(status), stdout: plain(stdout), stderr: plain(stderr) };
    });
}

/** What a program said, without what may differ. */
function shape(said: Said | undefined, volatile: RegExp | undefined): string {
  const text = (output: string): string => (volatile ? output.replace(volatile, '_') : output).replace(/[ _]+/g, ' ');
  return said ? JSON.stringify([said.status, text(said.stdout), text(said.stderr)]) : 'nothing';
}

test.run();
