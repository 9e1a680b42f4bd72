/** Machines as objects: programs on files in memory, and what a guest's /proc, /sys and /dev say. */

import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Emulator, type RunOptions, StartError } from '../../emulator/emulator.ts';
import { FLAGS, MODEL_NAME } from '../../emulator/cpu/identity.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { unless } from '../support/requirements.ts';

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const missing = process.arch === 'x64' && process.platform === 'linux' && BUSYBOX ? undefined : 'needs busybox-static for x86-64';

let vm: Emulator;
test.before(() => {
  if (missing) return;
  vm = new Emulator({
    root: {
      files: {
        '/bin/busybox': { content: readFileSync(BUSYBOX ?? ''), mode: 0o755 },
        '/bin/sh': { link: 'busybox' },
        '/etc/passwd': 'root:x:0:0::/:/bin/sh\nsomebody:x:1234:1235::/:/bin/sh\n',
        '/etc/group': 'root:x:0:\nothers:x:1235:\nmore:x:77:somebody\n',
        '/data/text': 'some text\n',
      },
    },
    cpus: 3,
    memory: 512 * 2 ** 20,
    hostname: 'guest',
    osrelease: '5.4.3-test',
  });
});
test.after(() => vm?.dispose());

/** What a shell command prints. */
async function sh(command: string, options: Partial<RunOptions> = {}): Promise<string> {
  const { code, stdout, stderr } = await vm.run({ program: '/bin/sh', argv: ['sh', '-c', command], env: { PATH: '/bin' }, ...options });
  assert.is(Buffer.from(stderr).toString('latin1'), '');
  assert.is(code, 0, command);
  return Buffer.from(stdout).toString('latin1');
}

unless(missing, 'files of one run are there in the next, and outside', async () => {
  assert.is(await sh('cat /data/text; echo more > /data/new; pwd', { cwd: '/data' }), 'some text\n/data\n');
  assert.is(await sh('cat /data/new'), 'more\n');
  assert.is(Buffer.from(await vm.readFile('/data/new')).toString(), 'more\n');
  await vm.putFiles({ '/data/put': 'put there' });
  assert.is(await sh('busybox cat put', { cwd: '/data' }), 'put there');
});

unless(missing, 'nothing of the host is there', async () => {
  assert.is(await sh('busybox ls /'), 'bin\ndata\ndev\netc\nproc\nsys\n');
  assert.is(await sh('busybox ls /proc/self/cwd/../../..; busybox ls /proc/self/root/..'), await sh('busybox ls /; busybox ls /'));
});

unless(missing, 'paths are looked up in the emulated tree first', async () => {
  const files = {
    '/compat/linux/bin/sh': { content: readFileSync(BUSYBOX ?? ''), mode: 0o755 },
    '/compat/linux/etc/name': 'emulated\n',
    '/etc/name': 'base\n',
    '/etc/other': 'only in the base\n',
  };
  const names = async (emulation: { directory: string; freebsd?: boolean } | undefined, program: string): Promise<string> => {
    const one = new Emulator({ root: { files }, ...(emulation && { emulation }) });
    try {
      const { stdout, stderr } = await one.run({ program, argv: ['sh', '-c', 'read a </etc/name; read b </etc/other; echo $a $b'], env: {} });
      assert.is(Buffer.from(stderr).toString('latin1'), '');
      return Buffer.from(stdout).toString('latin1');
    } finally {
      one.dispose();
    }
  };
  assert.is(await names({ directory: '/compat/linux' }, '/bin/sh'), 'emulated only in the base\n');
  assert.is(await names({ directory: '/compat/linux', freebsd: true }, '/bin/sh'), 'emulated only in the base\n');
  assert.is(await names(undefined, '/compat/linux/bin/sh'), 'base only in the base\n');
  try {
    await names({ directory: '/compat/none' }, '/bin/sh');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, StartError);
  }
});

unless(missing, 'how programs end', async () => {
  const run = (command: string) => vm.run({ program: '/bin/sh', argv: ['sh', '-c', command] });
  assert.is((await run('exit 7')).code, 7);
  const killed = await run('kill -TERM $$');
  assert.equal([killed.code, killed.signal, killed.signalName], [0, 15, 'SIGTERM']);
  const failed = await run('busybox cat /nonexistent');
  assert.is(failed.code, 1);
  assert.is(Buffer.from(failed.stderr).toString(), "cat: can't open '/nonexistent': No such file or directory\n");
  try {
    await vm.run({ program: '/nonexistent' });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, StartError);
    assert.is((error as StartError).errno, -2);
  }
  // The kernel finds out about this entry point, beyond all addresses, when there is no way back.
  const content = readFileSync(BUSYBOX ?? '');
  content[31] = 0xff;
  await vm.putFiles({ '/bin/hostile': { content, mode: 0o755 } });
  const hostile = await vm.run({ program: '/bin/hostile' });
  assert.equal([hostile.code, hostile.signal, hostile.signalName], [0, 11, 'SIGSEGV']);
  assert.is(await sh('/bin/hostile 2>/dev/null; echo $?'), '139\n');
});

unless(missing, 'a machine that was disposed of does not start again', async () => {
  const machine = new Emulator({ root: { files: {} } });
  await machine.start();
  machine.dispose();
  try {
    await machine.run({ program: '/bin/sh' });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'the machine was disposed of');
  }
});

unless(missing, 'input, and output as it comes', async () => {
  assert.is(await sh('busybox tr a-z A-Z', { stdin: { text: 'some input' } }), 'SOME INPUT');
  const parts: string[] = [];
  await vm.run({ program: '/bin/sh', argv: ['sh', '-c', 'echo a; echo b >&2'], stdout: (bytes) => void parts.push(Buffer.from(bytes).toString()), stderr: 'none' });
  assert.equal(parts, ['a\n']);
});

unless(missing, 'users are those of the guest', async () => {
  assert.is(await sh('busybox id', { user: 'somebody' }), 'uid=1234(somebody) gid=1235(others) groups=1235(others),77(more)\n');
  assert.is(await sh('busybox id -u; busybox id -g', { user: '5:6' }), '5\n6\n');
});

unless(missing, '/proc tells of the guest: the machine', async () => {
  assert.is(await sh('busybox uname -nrm'), 'guest 5.4.3-test x86_64\n');
  assert.is(await sh('busybox cat /proc/sys/kernel/hostname /proc/sys/kernel/osrelease'), 'guest\n5.4.3-test\n');
  assert.match(await sh('busybox cat /proc/version'), /^Linux version 5\.4\.3-test /);
  const cpuinfo = await sh('busybox cat /proc/cpuinfo');
  assert.is(cpuinfo.match(/^processor/gm)?.length, 3);
  assert.ok(cpuinfo.includes(`model name\t: ${MODEL_NAME}\n`));
  assert.ok(cpuinfo.includes(`flags\t\t: ${FLAGS.join(' ')}\n`));
  assert.is(await sh('busybox cat /sys/devices/system/cpu/online'), '0-2\n');
  assert.match(await sh('busybox cat /proc/meminfo'), /^MemTotal: {9}524288 kB\n/);
  const stat = await sh('busybox cat /proc/stat');
  assert.match(stat, /^cpu {2}\d+ 0 \d+ \d+ 0 0 0 0 0 0\ncpu0 .*\ncpu1 .*\ncpu2 .*\nintr /);
  assert.match(stat, /^procs_running 1$/m);
  assert.match(await sh('busybox cat /proc/uptime /proc/loadavg'), /^\d+\.\d\d \d+\.\d\d\n[\d.]+ [\d.]+ [\d.]+ 1\/\d+ \d+\n$/);
  assert.match(await sh('busybox cat /proc/mounts'), /^tmpfs \/ tmpfs rw,relatime 0 0\nproc \/proc proc rw,nosuid,nodev,noexec,relatime 0 0\nsysfs \/sys sysfs .*\ndevtmpfs \/dev devtmpfs .*\n/);
});

unless(missing, '/proc tells of the guest: processes', async () => {
  assert.is(await sh('busybox readlink /proc/self/exe'), '/bin/busybox\n');
  assert.is(await sh('busybox readlink /proc/$$/cwd', { cwd: '/data' }), '/data\n');
  assert.is(await sh('busybox cat /proc/self/cmdline'), 'busybox\0cat\0/proc/self/cmdline\0');
  assert.match(await sh('busybox cat /proc/$$/environ'), /PATH=\/bin\0/);
  const maps = await sh('busybox cat /proc/self/maps');
  assert.match(maps, /^[0-9a-f]{8}-[0-9a-f]{8} r-xp [0-9a-f]{8} 00:\w\w \d+ +\/bin\/busybox$/m);
  assert.match(maps, / rw-p 00000000 00:00 0 +\[heap\]\n/);
  assert.match(maps, / rw-p 00000000 00:00 0 +\[stack\]\n/);
  const status = await sh('busybox cat /proc/self/status');
  assert.match(status, /^Name:\tbusybox\nUmask:\t0022\nState:\tR \(running\)\n/);
  assert.match(status, /^VmSize:\t +\d+ kB$/m);
  assert.match(await sh('busybox cat /proc/self/limits'), /^Max stack size +8388608 +unlimited +bytes/m);
  assert.match(await sh('busybox cat /proc/self/stat'), /^(\d+) \(busybox\) R \d+ \d+ \d+ 0 -1 /);
  assert.match(await sh('busybox ps; true'), /PID +USER +COMMAND\n[^]* sh -c busybox ps; true\n[^]* busybox ps\n/);
});

unless(missing, 'links to open files lead to them', async () => {
  assert.is(await sh('busybox cat /dev/stdin', { stdin: { text: 'through a link' } }), 'through a link');
  assert.is(await sh('exec 5</data/text; busybox cat /proc/self/fd/5; busybox readlink /proc/self/fd/5'), 'some text\n/data/text\n');
  assert.is(await sh('echo gone > /tmp.file; exec 5</tmp.file; busybox rm /tmp.file; busybox cat /proc/self/fd/5; busybox readlink /proc/self/fd/5'), 'gone\n/tmp.file (deleted)\n');
  assert.is(await sh('echo text > /dev/stdout'), 'text\n');
  assert.is(await sh('busybox ls /proc/self/fd'), '0\n1\n2\n3\n');
});

unless(missing, 'a directory of the host: nothing outside is reached, and changes go where they are to go', async () => {
  const directory = temporaryDirectory();
  try {
    mkdirSync(join(directory, 'root/bin'), { recursive: true });
    mkdirSync(join(directory, 'root/proc'));
    writeFileSync(join(directory, 'outside'), 'secret');
    cpSync(BUSYBOX ?? '', join(directory, 'root/bin/busybox'));
    symlinkSync(join(directory, 'outside'), join(directory, 'root/absolute'));
    symlinkSync('../outside', join(directory, 'root/relative'));
    writeFileSync(join(directory, 'root/inside'), 'before');
    const script = 'for f in /absolute /relative /../outside /proc/1/root/../outside /proc/self/cwd/../outside; do busybox cat $f 2>/dev/null; done; echo after > /inside && busybox cat /inside';
    for (const [changes, printed, left] of [['memory', 'after\n', 'before'], ['none', '', 'before'], ['host', 'after\n', 'after\n']] as const) {
      const machine = new Emulator({ root: { directory: join(directory, 'root'), changes } });
      const { stdout } = await machine.run({ program: '/bin/busybox', argv: ['sh', '-c', script], env: { PATH: '/bin' } });
      machine.dispose();
      assert.is(Buffer.from(stdout).toString(), printed, changes);
      assert.is(readFileSync(join(directory, 'root/inside'), 'utf8'), left, changes);
    }
  } finally {
    removeDirectory(directory);
  }
});

unless(missing, 'devices work', async () => {
  assert.is(await sh('busybox head -c 3 /dev/zero | busybox od -An -tx1; echo x > /dev/null; busybox ls /dev/pts /dev/shm'), ' 00 00 00\n/dev/pts:\n\n/dev/shm:\n');
  assert.is((await sh('busybox head -c 8 /dev/urandom')).length, 8);
});

test.run();
