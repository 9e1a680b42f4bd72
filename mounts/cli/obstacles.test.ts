/** What root is told where something is in the way. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CommandLine, mounting } from '../../test/support/command-line.ts';

/** A test with a command line of its own; `script` runs in a mount namespace of its own. */
function obstacle(name: string, script: string, expected: (target: string) => string, ...programs: string[]): void {
  const check = async (line: CommandLine): Promise<void> => {
    const { stdout, stderr } = await line.shell(`target=${line.target}; ${script}; echo $?`, true);
    assert.equal({ stdout, stderr }, { stdout: '1\n', stderr: `compatfs: ${expected(line.target)}\n` });
  };
  mounting(name, check, 'unshare', ...programs);
}

const CONTAINER = 'start a container with --cap-add SYS_ADMIN --device /dev/fuse';

obstacle(
  'no /dev/fuse',
  'mount -t tmpfs none /dev; $compatfs mount $target',
  () => '/dev/fuse: no such file; load the kernel module (modprobe fuse), or start the container with --device /dev/fuse',
);
obstacle(
  'no /dev/fuse for a program',
  'mount -t tmpfs none /dev; $compatfs exec true',
  () => 'exec: /dev/fuse does not exist (modprobe fuse; in a container: --device /dev/fuse)',
);
obstacle(
  'a /dev/fuse that nothing serves',
  'mount -t tmpfs none /mnt; mknod /mnt/fuse c 240 7; mount --bind /mnt/fuse /dev/fuse; $compatfs mount $target',
  () => '/dev/fuse: the kernel has no FUSE; load its module (modprobe fuse)',
);
obstacle(
  'no permission to mount',
  'setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin $compatfs mount $target',
  (target) => `${target}: no permission to mount: CAP_SYS_ADMIN is needed (run as root; ${CONTAINER})`,
  'setpriv',
);
obstacle(
  'no permission to make a namespace',
  'setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin $compatfs exec true',
  () => 'exec: a mount namespace cannot be made (unshare failed: Operation not permitted); CAP_SYS_ADMIN is needed',
  'setpriv',
);
obstacle(
  'no mount(8)',
  'mount --bind /dev/null $(readlink -f $(command -v mount)); $compatfs mount $target',
  () => 'mount(8): cannot be run (EACCES)',
);
obstacle(
  'no mount(8) in PATH',
  'node=$(command -v node); PATH=/nowhere; $compatfs mount $target',
  () => 'mount(8): not found in PATH; install util-linux',
);
obstacle(
  'no /proc',
  'mount -t tmpfs none /proc; $compatfs mount $target',
  () => '/proc: no proc file system is mounted there, and the data comes from it (mount -t proc proc /proc)',
);
obstacle(
  "another's dead mount",
  'exec 9<>/dev/fuse; mount -i -t fuse.other -o fd=9,rootmode=40000,user_id=0,group_id=0 label $target; exec 9<&-; $compatfs mount $target',
  (target) => `${target}: busy: a dead mount (fuse.other of label) is there; umount it first`,
);
obstacle(
  'a place for the control socket that is not ours alone',
  'mkdir run; chmod 777 run; $compatfs mount $target',
  (target) => `${join(target, '../run')}: cannot be made, or belongs to somebody else; the control socket needs it`,
);

obstacle(
  'a place for the control socket that depends on the working directory',
  'COMPATFS_RUNTIME_DIR=run $compatfs mount $target',
  () => 'COMPATFS_RUNTIME_DIR: run is not an absolute path',
);
obstacle(
  'a place where nobody can make directories',
  '$compatfs start /proc/a/b',
  () => '/proc/a/b/proc: cannot be made: ENOENT',
);
obstacle(
  'the root as the target',
  '$compatfs mount -o cover /',
  () => '/: the root cannot be covered: programs, umount(8) among them, look beneath it',
);
obstacle(
  'a target that hides umount(8)',
  'tools=$(dirname $(readlink -f $(command -v umount))); mount --bind $tools $target; cd $target; PATH=$target:$PATH $compatfs mount -o cover .',
  (target) => `.: would hide ${target}/umount, without which it could not be unmounted`,
);
for (const [place, options] of [
  ['/proc/sys', '-o cover'],
  ['/proc/tty', ''],
  ['/sys/kernel', '-t linsysfs'],
] as const) {
  obstacle(
    `a target that the data comes from: ${place}`,
    `timeout -s KILL 20 $compatfs mount -d ${options} ${place}`,
    () => `${place}: below ${place.slice(0, place.lastIndexOf('/'))}, where the data comes from: the server would read itself`,
  );
}
obstacle(
  "/sys, where /proc is not the kernel's",
  '$compatfs mount -d -o cover /proc; timeout -s KILL 20 $compatfs mount -d -t linsysfs -o cover /sys; ' +
    'status=$?; $compatfs umount /proc; (exit $status)',
  () => "/sys: the data comes from there, and only the kernel's own /proc leads beneath a mount; /proc is another",
);
obstacle(
  'a target without a name',
  "$compatfs mount ''",
  () => "'': no such directory",
);
obstacle(
  'a target whose name Node.js cannot read',
  "cd $target; mkdir $(printf 'a\\377'); $compatfs mount $(printf 'a\\377')",
  () => 'a\ufffd: no such directory; its name must be UTF-8',
);

mounting(
  'a mount over /dev goes, with or without its server',
  async (line) => {
    const mounted = `grep -c ' /dev rw.*fuse.linprocfs' /proc/self/mountinfo`;
    const script = `
      exec 3<>/dev/null 4>&2
      $compatfs mount -o cover -d /dev <&3; ${mounted}; $compatfs umount /dev <&3; echo $?; ${mounted}
      $compatfs mount -o cover -d /dev <&3; kill -9 $(cat ${line.runtimeDirectory}/*.pid)
      i=0; while ${mounted} >&3 && [ $i -lt 400 ]; do sleep 0.05; i=$((i + 1)); done; ${mounted}`;
    const { stdout, stderr } = await line.shell(script, true);
    assert.equal({ stdout, stderr }, { stdout: '1\n0\n0\n0\n', stderr: '' });
  },
  'unshare',
);

mounting('what a server that has gone left behind is not in the way', async (line) => {
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  const pid = line.serverId();
  const [log] = await line.shell(`ls ${line.runtimeDirectory}/*.log`).then(({ stdout }) => stdout.trim().split('\n'));
  process.kill(pid, 'SIGKILL');
  writeFileSync(log as string, 'what the old one said');
  await line.shell(`while grep -q ' ${line.target} ' /proc/self/mountinfo; do sleep 0.05; done`);
  assert.is((await line.run('status', '--json')).stdout.includes(line.target), false);
  assert.equal(line.leftovers(), []);
  assert.is(readFileSync(log as string, 'utf8'), 'what the old one said');
  assert.is((await line.run('mount', '-d', line.target)).status, 0);
  assert.is(readFileSync(log as string, 'utf8'), '');
  assert.is((await line.run('umount', line.target)).status, 0);
});

test.run();
