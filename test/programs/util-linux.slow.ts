/** Programs of util-linux and coreutils on ours, and others that ask one question. */

import { test } from 'uvu';
import { endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url);
endWorld(world);

/** Mount tables but for /proc, and for where the kernel's own is shown. */
function withoutProc(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/(?: |^)\/(?:proc|\S*\/run\/proc)(?: |$)/.test(line))
    .join('\n')
    .replace(/ +/g, ' ');
}

/** What a machine may be without. */
const hardware = { status: 'same', silent: true } as const;

const SUBJECT = '$(pgrep -o subject)';

testPrograms(world, [
  ...['', '-e', '-J', '-p', '-y', '-x', '-B', '-C', '-a -e', '-e=CPU,NODE,ONLINE,MHZ', '-J -e', '-C=NAME,ALL-SIZE'].map((options) => ({
    line: `lscpu ${options}`,
  })),
  { line: 'lsmem', ...hardware },
  { line: 'lsmem -a -J', ...hardware },
  { line: 'lslocks' },
  { line: 'lslocks -b -u -o COMMAND,PID,TYPE,SIZE,INODE,MAJ:MIN,MODE,M,START,END,PATH,BLOCKER' },
  { line: 'lsirq -s irq', ...hardware, allowances: [{ line: /./, by: 1_000_000 }] },
  { line: 'lsipc' },
  { line: 'lsipc -m', networkOf: 'network' },
  { line: 'ipcs -a' },
  { line: 'ipcs -l' },
  { line: 'ipcs -u' },
  { line: 'lsblk -a', ...hardware },
  { line: 'lsblk -J -o NAME,MAJ:MIN,SIZE,TYPE,MOUNTPOINTS,FSTYPE', ...hardware },
  { line: 'lsblk -S', silent: true },
  { line: 'prlimit' },
  { line: `prlimit -p ${SUBJECT}` },
  { line: `taskset -pc ${SUBJECT}` },
  { line: `chrt -ap ${SUBJECT}` },
  { line: `ionice -p ${SUBJECT}` },
  { line: `choom -p ${SUBJECT}` },
  { line: `uclampset -ap ${SUBJECT}`, needs: ['uclampset'] },
  { line: 'setpriv --dump' },
  { line: 'swapon -s', silent: true },
  { line: 'swapon --show', silent: true },
  { line: 'mount', edit: withoutProc },
  { line: 'mount -l -t tmpfs,ext4', edit: withoutProc, silent: true },
  { line: 'findmnt -l', edit: withoutProc },
  { line: 'findmnt -D -a', edit: withoutProc, silent: true },
  { line: 'df', edit: withoutProc },
  { line: 'df -aT', edit: withoutProc },
  { line: 'mountpoint /proc' },
  { line: 'mountpoint -d /' },
  { line: 'findmnt -T /tmp' },
  { line: 'losetup -a', silent: true },
  { line: 'nsenter -t 1 -n -u -i ip link' },
  { line: 'unshare -p -f --mount-proc ps ax' },
  { line: 'unshare -n ip -o link' },
  { line: 'dmesg' },
  // coreutils and others
  { line: 'nproc' },
  { line: 'nproc --all' },
  { line: 'df -i /' },
  { line: 'who -a', silent: true },
  { line: 'getconf -a', allowances: [{ line: /_AVPHYS_PAGES/, by: 1_000_000 }] },
  { line: 'id -a' },
  { line: 'groups' },
  { line: 'tty <&-', needs: [], status: 1 },
  { line: 'find /proc/1 /proc/self -maxdepth 1 -name "*m*" -printf "%f %m %y %l %s %U %G\\n"' },
  { line: 'find /proc/[0-9]* -maxdepth 1 -type f -perm /022 -printf "%f %m\\n"' },
  { line: 'find /proc/sys -type f -perm -200 -printf "%P %m\\n"' },
  { line: 'ls -l /proc/1/fd /proc/1/ns /proc/1/exe /proc/1/cwd /proc/1/root --time-style=+' },
  { line: `ls -lL --time-style=+ /proc/${SUBJECT}/ns/`, needs: ['ls'] },
  { line: 'ls -d /proc/[0-9]*/task/*' },
  { line: 'readlink -f /proc/self /proc/thread-self/exe /proc/1/root /proc/mounts /proc/net' },
  { line: 'realpath /proc/self/cwd' },
  { line: 'du -s /proc/1' },
  { line: 'stat -c "%n %a %F %h %u %g %s %b %B %o %t %T" /proc /proc/stat /proc/self /proc/1 /proc/1/fd /proc/sys' },
  { line: 'stat -L -c "%n %i %d %F %a" /proc/1/ns/net /proc/1/ns/user /proc/self/exe /proc/1/root' },
  { line: 'cat /proc/version /proc/cpuinfo /proc/cmdline' },
  { line: 'head -n 3 /proc/meminfo' , allowances: [{ line: /./, by: 1_000_000 }] },
  { line: 'tail -n 3 /proc/filesystems' },
  { line: 'tac /proc/partitions' },
  { line: 'wc /proc/filesystems /proc/crypto /proc/kallsyms' },
  { line: 'sort /proc/devices' },
  { line: 'md5sum /proc/version /proc/filesystems' },
  { line: 'dd if=/proc/version bs=1 status=none' },
  { line: 'dd if=/proc/version bs=7 skip=2 count=3 status=none' },
  { line: 'cp /proc/version copied && cat copied && rm copied' },
  { line: 'cp -r /proc/sys/fs/inotify copied && cat copied/* && rm -r copied' },
  { line: 'tar -cf - -C /proc/sys/kernel osrelease ostype 2>&1 | tar -tvf - | cut -c 1-40', needs: ['tar'] },
  { line: 'grep -r . /proc/sys/fs/inotify /proc/sys/kernel/random/boot_id' },
  { line: 'grep -c processor /proc/cpuinfo' },
  { line: "awk '/^cpu[0-9]/ { print $1, NF }' /proc/stat" },
  { line: 'xargs -0 -n1 echo < /proc/1/cmdline' },
  { line: "cat /proc/self/environ | tr '\\0' '\\n' | sort" },
  { line: 'strings -n 3 /proc/1/cmdline' },
  { line: 'od -A d -t x1 /proc/1/auxv' },
  { line: 'cmp /proc/version /proc/version', silent: true },
  { line: 'test -r /proc/1/stat -a -x /proc/self/exe -a -d /proc/1/fd -a -h /proc/self', silent: true },
  { line: 'lsmod', silent: true, status: 'same' },
]);

test.run();
