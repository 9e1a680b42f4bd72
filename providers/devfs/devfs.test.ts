/** The tree of a devfs: what is there, how it comes and goes, what clients do to it, and what rules make of it. */

import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unless } from '../../test/support/requirements.ts';
import { FixedCaller } from '../../fs/caller.ts';
import { EAGAIN, EEXIST, EINVAL, ENOENT, ENOSPC, ENXIO, EPERM, ESPIPE, type Errno, isErrno } from '../../fs/errno.ts';
import { O_CREAT, O_NOCTTY, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../fs/flags.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT } from '../../fs/stat.ts';
import { VfsProcess } from '../../fs/testing/vfs-process.ts';
import { Vfs } from '../../fs/vfs.ts';
import type { Vnode } from '../../fs/vnode.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import type { LogRecord } from '../model/log.ts';
import { HostSource } from '../sources/linux-host/host-source.ts';
import { runDevfsCommand } from './command.ts';
import { Devfs } from './devfs.ts';
import { NO_NAMES } from './rules/parse-rule.ts';
import { RuleError } from './rules/words.ts';
import { type StandardOptions, standardDevfs } from './standard.ts';

/** A machine of few devices. */
class Machine {
  readonly devices = new Map<string, readonly (readonly [string, string])[]>([
    ['dev/char/1:3', [['DEVNAME', 'null'], ['DEVMODE', '0666']]],
    ['dev/char/10:200', [['DEVNAME', 'net/tun'], ['DEVMODE', '0640'], ['DEVUID', '3'], ['DEVGID', '4']]],
    ['dev/char/9:0', [['DEVNAME', 'st0']]],
    ['dev/char/12:1', [['OTHER', 'nameless']]],
    ['dev/char/12:2', [['DEVNAME', '../escape']]],
    ['dev/block/8:0', [['DEVNAME', 'sda'], ['DEVTYPE', 'disk'], ['DISKSEQ', '3']]],
    ['dev/block/8:1', [['DEVNAME', 'sda1'], ['DEVTYPE', 'partition'], ['PARTN', '1'], ['DISKSEQ', '3'], ['PARTNAME', 'my data/x'], ['PARTUUID', 'ab-cd']]],
    ['dev/block/253:4', [['DEVNAME', 'dm-0'], ['DEVTYPE', 'disk']]],
  ]);
  readonly log: LogRecord[] = [
    { priority: 6, sequence: 18446744073709551614n, time: 18446744073709551615n, caller: 'T1', lines: ['first', 'second \\ \xff'] },
    { priority: 30, sequence: 18446744073709551615n, time: 5, caller: undefined, lines: ['last'] },
  ];
  readonly written: string[] = [];
  restricted = 0;

  source(): KernelSource {
    const sysfs = {
      list: (directory: string) =>
        [...this.devices.keys()].filter((key) => key.startsWith(`${directory}/`)).map((key) => ({ name: key.slice(directory.length + 1), type: S_IFLNK })),
      link: (path: string) => (this.devices.has(path) ? `devices/${path}` : ENOENT),
      read: (path: string) => {
        if (path === 'devices/dev/block/253:4/dm/name') return { value: 'swap area' };
        const pairs = this.devices.get(path.slice('devices/'.length, -'/uevent'.length));
        return pairs && path.endsWith('/uevent') ? { value: pairs } : ENOENT;
      },
    };
    const view = {
      sysfs: () => sysfs,
      sysctl: () => ({ read: () => [this.restricted] }),
      task: (id: number) => (id === 70 ? { files: { descriptors: () => [0, 2, 11] } } : undefined),
      openLog: () => {
        let at = 0;
        return { next: () => (at < this.log.length ? this.log[at++] : undefined), close() {} };
      },
      writeLog: (bytes: Uint8Array) => {
        this.written.push(Buffer.from(bytes).toString());
        return bytes.length;
      },
    };
    return { view: () => view as unknown as KernelView };
  }
}

function make(options: StandardOptions): { devfs: Devfs; sys: VfsProcess } {
  const devfs = standardDevfs(options);
  if (devfs instanceof RuleError) throw new Error(devfs.message);
  return { devfs, sys: new VfsProcess(new Vfs(devfs)) };
}

/** Every path with what it is. */
function tree(sys: VfsProcess, directory = '.'): string[] {
  const lines: string[] = [];
  const fd = sys.open(directory, O_RDONLY);
  for (let entries = sys.entries(fd); !isErrno(entries) && entries.length > 0; entries = sys.entries(fd)) {
    for (const { name } of entries) {
      if (name === '.' || name === '..') continue;
      const path = directory === '.' ? name : `${directory}/${name}`;
      const stat = sys.lstat(path);
      if (isErrno(stat)) throw new Error(path);
      const type = stat.mode & S_IFMT;
      const rest = type === S_IFLNK ? sys.readlink(path) : `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}${stat.rdevMajor ? ` ${stat.rdevMajor}:${stat.rdevMinor}` : ''}`;
      lines.push(`${path} ${type === S_IFCHR ? 'c' : type === S_IFBLK ? 'b' : type === S_IFDIR ? 'd' : type === S_IFLNK ? 'l' : '-'} ${rest}`);
      if (type === S_IFDIR) lines.push(...tree(sys, path));
    }
  }
  sys.close(fd);
  return lines.sort();
}

const lines = (text: string): string[] => text.trim().split(/\n\s*/).sort();

test('of another machine, only what means the same here is a node; its disks are listed and cannot be opened', () => {
  const [here, there] = [new Machine(), new Machine()];
  here.devices.clear();
  here.devices.set('dev/block/254:0', [['DEVNAME', 'vda'], ['DEVTYPE', 'disk']]);
  there.devices.set('dev/char/21:0', [['DEVNAME', 'sg0']]);
  there.log.length = 1;
  const { devfs, sys } = make({ source: here.source(), model: there.source() });
  const found = tree(sys);
  for (const line of ['sda - 600 0:0', 'sda1 - 600 0:0', 'sg0 - 600 0:0', 'console - 600 0:0', 'kmsg - 644 0:0', 'block/8:0 l ../sda', 'null c 666 0:0 1:3', 'tty c 666 0:0 5:0', 'fuse c 600 0:0 10:229', 'disk/by-diskseq/3 l ../../sda']) {
    assert.ok(found.includes(line), `${line} in\n${found.join('\n')}`);
  }
  assert.not.ok(found.some((line) => line.startsWith('vda')), 'what this machine has is not there');
  assert.is(sys.open('sda', O_RDONLY), ENXIO);
  assert.is(sys.open('sg0', O_RDWR), ENXIO);
  const log = sys.open('kmsg', O_RDONLY);
  assert.ok(log >= 0, 'the log is that of the other machine');
  assert.equal(devfs.descriptorsOf(new FixedCaller({ uid: 0, gid: 0, threadId: 70 })), [0, 2, 11], 'who looks is of this one');
  there.devices.delete('dev/block/8:1');
});

test('nodes of the model, of the drivers, and what every /dev has', () => {
  const { sys } = make({ source: new Machine().source() });
  assert.equal(
    tree(sys),
    lines(`
      block d 755 0:0
      block/253:4 l ../dm-0
      block/8:0 l ../sda
      block/8:1 l ../sda1
      char d 755 0:0
      char/1:11 l ../kmsg
      char/1:3 l ../null
      char/1:5 l ../zero
      char/1:7 l ../full
      char/1:8 l ../random
      char/1:9 l ../urandom
      char/10:200 l ../net/tun
      char/10:229 l ../fuse
      char/10:237 l ../loop-control
      char/5:0 l ../tty
      char/5:1 l ../console
      char/5:2 l ../ptmx
      char/9:0 l ../st0
      console c 600 0:0 5:1
      core l /proc/kcore
      disk d 755 0:0
      disk/by-diskseq d 755 0:0
      disk/by-diskseq/3 l ../../sda
      disk/by-diskseq/3-part1 l ../../sda1
      disk/by-id d 755 0:0
      disk/by-id/dm-name-swap\\x20area l ../../dm-0
      disk/by-partlabel d 755 0:0
      disk/by-partlabel/my\\x20data\\x2fx l ../../sda1
      disk/by-partuuid d 755 0:0
      disk/by-partuuid/ab-cd l ../../sda1
      dm-0 b 600 0:0 253:4
      fd d 755 0:0
      fd/0 l /proc/self/fd/0
      fd/1 l /proc/self/fd/1
      fd/2 l /proc/self/fd/2
      full c 666 0:0 1:7
      fuse c 600 0:0 10:229
      kmsg c 644 0:0 1:11
      log l /run/systemd/journal/dev-log
      loop-control c 600 0:0 10:237
      mapper d 755 0:0
      mapper/swap\\x20area l ../dm-0
      mqueue d 1777 0:0
      net d 755 0:0
      net/tun c 640 3:4 10:200
      null c 666 0:0 1:3
      ptmx c 666 0:0 5:2
      pts d 755 0:0
      random c 666 0:0 1:8
      sda b 600 0:0 8:0
      sda1 b 600 0:0 8:1
      shm d 1777 0:0
      st0 c 600 0:0 9:0
      stderr l fd/2
      stdin l fd/0
      stdout l fd/1
      tty c 666 0:0 5:0
      urandom c 666 0:0 1:9
      zero c 666 0:0 1:5`),
  );
  assert.is(sys.open('sda', O_RDONLY), ENXIO);
  assert.is(sys.open('tty', O_RDWR), ENXIO);
});

test('as files: what a driver serves, and no device', () => {
  const { sys } = make({ source: new Machine().source(), form: 'files' });
  const found = tree(sys);
  assert.ok(found.includes('null - 666 0:0'));
  assert.not(found.some((line) => /^(sda|net|fuse|st0)/.test(line)));
  const fd = sys.open('full', O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  assert.is(sys.append(fd, 'x'), ENOSPC);
  assert.is(sys.truncate('full', 0), 0);
  assert.is(sys.mknod('mine', S_IFCHR | 0o600, 1, 5), 0);
  const mine = sys.open('mine', O_RDONLY);
  assert.is(sys.readNext(mine, 3), '\0\0\0');
});

test('devices come and go', () => {
  const machine = new Machine();
  const { devfs, sys } = make({ source: machine.source() });
  assert.is(sys.access('sdb', 0), ENOENT);
  const remove = devfs.devices.add({ type: S_IFCHR, major: 240, minor: 1, name: 'own/device', mode: 0o640, driver: { read: () => 0 } });
  const fd = sys.open('own/device', O_RDONLY);
  assert.ok(fd > 0);
  assert.is(sys.readlink('char/240:1'), '../own/device');
  remove();
  assert.is(sys.access('own', 0), ENOENT);
  assert.is(sys.readNext(fd, 1), '');
  assert.is(sys.close(fd), 0);
});

test('pseudo-terminals have nodes while their masters are open', () => {
  const { sys } = make({});
  assert.is(sys.access('pts/0', 0), ENOENT);
  const master = sys.open('ptmx', O_RDWR | O_NOCTTY);
  const stat = sys.stat('pts/0');
  assert.equal(isErrno(stat) ? stat : [stat.mode, stat.rdevMajor, stat.rdevMinor], [S_IFCHR | 0o600, 136, 0]);
  sys.ioctl(master, 0x4004_5431, Buffer.alloc(4));
  const peer = sys.ioctl(master, 0x5441, O_RDWR | O_NOCTTY).result;
  const slave = sys.open('char/136:0', O_RDWR | O_NOCTTY);
  assert.is(sys.append(slave, 'a\n'), 2);
  assert.is(sys.readNext(master, 9), 'a\r\n');
  assert.is(sys.append(master, 'b\n'), 2);
  assert.is(sys.readNext(peer, 9), 'b\n');
  sys.close(master);
  assert.is(sys.access('pts/0', 0), ENOENT);
  assert.is(sys.readNext(peer, 9), '');
});

test('what a client removes stays away until it is made again', () => {
  const { devfs, sys } = make({ source: new Machine().source() });
  assert.is(sys.unlink('zero'), 0);
  devfs.devices.generation++;
  assert.is(sys.access('zero', 0), ENOENT);
  assert.is(sys.mknod('zero', S_IFCHR | 0o600, 1, 5), 0);
  const stat = sys.stat('zero');
  assert.is(isErrno(stat) ? stat : stat.mode, S_IFCHR | 0o666, 'with the permissions that it had');
  assert.is(sys.mknod('zero', S_IFCHR | 0o600, 1, 5), EEXIST);
  assert.is(sys.rename('null', 'nil'), 0);
  devfs.devices.generation++;
  assert.is(sys.access('null', 0), ENOENT);
  const fd = sys.open('nil', O_RDWR);
  assert.is(sys.append(fd, 'x'), 1);
  assert.is(sys.unlink('stdin'), 0);
  assert.is(sys.symlink('/elsewhere', 'stdin'), 0);
  assert.is(sys.readlink('stdin'), '/elsewhere');
});

test('what a client made covers what comes later, until it is removed', () => {
  const { devfs, sys } = make({});
  assert.is(sys.symlink('/x', 'dice'), 0);
  assert.is(sys.mkdir('dir', 0o755), 0);
  devfs.devices.add({ type: S_IFCHR, major: 240, minor: 0, name: 'dice', driver: {} });
  devfs.devices.add({ type: S_IFCHR, major: 240, minor: 1, name: 'dir/below', driver: {} });
  assert.is(sys.readlink('dice'), '/x');
  assert.is(sys.access('dir/below', 0), ENOENT);
  assert.is(sys.unlink('dice'), 0);
  assert.is(sys.readlink('dice'), EINVAL);
  const fd = sys.open('other', O_CREAT | O_RDWR, 0o600);
  sys.close(fd);
  assert.is(sys.rename('other', 'full'), 0);
  assert.is(sys.unlink('full'), 0);
  const full = sys.lstat('full');
  assert.is(isErrno(full) ? full : full.rdevMinor, 7);
});

test('files and attributes of clients last', () => {
  const { devfs, sys } = make({});
  assert.is(sys.chmod('null', 0o600), 0);
  assert.is(sys.chown('null', 3, 4), 0);
  devfs.devices.generation++;
  const stat = sys.stat('null');
  assert.equal(isErrno(stat) ? stat : [stat.mode & 0o7777, stat.uid, stat.gid], [0o600, 3, 4]);
  const fd = sys.open('shm/file', O_CREAT | O_RDWR, 0o600);
  assert.is(sys.append(fd, 'text'), 4);
  assert.is(sys.read(fd, 9, 0), 'text');
});

test('the descriptors of whoever asks', () => {
  const { devfs } = make({ source: new Machine().source() });
  const caller = new FixedCaller({ uid: 0, gid: 0, threadId: 70 });
  const directory: Vnode | Errno = devfs.root.lookup('fd');
  if (isErrno(directory) || !directory.list || !directory.lookup) throw new Error('no fd');
  const names: string[] = [];
  directory.list(0, { add: (name) => names.push(name) > 0 }, caller);
  assert.equal(names, ['0', '2', '11']);
  assert.is(directory.lookup('1', caller), ENOENT);
  assert.is(directory.lookup('011', caller), ENOENT);
  const link = directory.lookup('11', caller);
  assert.is(isErrno(link) ? link : link.readlink?.(caller), '/proc/self/fd/11');
  assert.is(link, directory.lookup('11', caller));
});

test('the log', () => {
  const machine = new Machine();
  const { sys } = make({ source: machine.source() });
  const fd = sys.open('kmsg', O_RDWR);
  assert.is(sys.readNext(fd, 10), EINVAL);
  assert.is(sys.poll(fd), 0x41);
  assert.is(sys.readNext(fd, 999), '6,18446744073709551614,18446744073709551615,-,caller=T1;first\\x0asecond \\x5c \\xff\n');
  assert.is(sys.readNext(fd, 999), '30,18446744073709551615,5,-;last\n');
  assert.is(sys.readNext(fd, 999), EAGAIN);
  assert.is(sys.poll(fd), 0);
  machine.log.push({ priority: 1, sequence: 7, time: 8, caller: undefined, lines: [''] });
  assert.is(sys.readNext(fd, 999), '1,7,8,-;\n');
  assert.is(sys.seek(fd, 0, 0), 0);
  assert.is(String(sys.readNext(fd, 999)).slice(0, 3), '6,1');
  assert.is(sys.seek(fd, 0, 2), 0);
  assert.is(sys.readNext(fd, 999), EAGAIN);
  assert.is(sys.seek(fd, 1, 0), ESPIPE);
  assert.is(sys.seek(fd, 0, 1), EINVAL);
  assert.is(sys.append(fd, '<3>ours'), 7);
  assert.equal(machine.written, ['<3>ours']);
  assert.is(sys.append(fd, 'x'.repeat(2000)), EINVAL);
  machine.restricted = 1;
  sys.become({ uid: 65534, gid: 65534 });
  assert.is(sys.open('kmsg', O_RDONLY), EPERM);
});

test('rules are applied to what appears', () => {
  const { devfs, sys } = make({ ruleset: 10, rules: '[mine=10]\nadd hide\nadd path null unhide mode 600 user 7\nadd path shm unhide\nadd path own unhide\nadd type disk path own unhide' });
  assert.equal(tree(sys), lines('null c 600 7:0 1:3\nshm d 1777 0:0'));
  devfs.devices.add({ type: S_IFBLK, major: 8, minor: 0, name: 'own', driver: {} });
  devfs.devices.add({ type: S_IFBLK, major: 8, minor: 1, name: 'hidden', driver: {} });
  assert.equal(tree(sys), lines('null c 600 7:0 1:3\nshm d 1777 0:0\nown b 600 0:0 8:0'));
  assert.is(sys.mkdir('fd', 0o700), 0, 'a hidden name is free');
});

test('the command', () => {
  const { devfs, sys } = make({ source: new Machine().source() });
  const command = (line: string): string => {
    const answer = runDevfsCommand(devfs, line.split(' '), NO_NAMES);
    return 'error' in answer ? answer.error : answer.lines.join('|');
  };
  tree(sys);
  assert.is(command('rule showsets'), '1|2|3|4|5');
  assert.is(command('rule show'), '');
  assert.is(command('rule add hide'), 'rule set 0 is empty and stays so');
  assert.is(command('rule -s 20 add path sd* hide'), '');
  assert.is(command('rule -s 20 add 50 type tty mode 0600'), '');
  assert.is(command('rule -s 20 show'), '50 type tty mode 0600|100 path sd* hide');
  assert.is(command('rule -s 20 show 100'), '100 path sd* hide');
  assert.is(command('ruleset 20'), '');
  assert.is(command('rule show 100'), '100 path sd* hide');
  assert.is(sys.access('sda', 0), 0, 'not until it is applied');
  assert.is(command('rule apply 100'), '');
  assert.is(sys.access('sda', 0), ENOENT);
  assert.is(sys.access('block/8:0', 0), ENOENT, 'what it links to is hidden');
  const tty = (): number => {
    const stat = sys.stat('tty');
    return isErrno(stat) ? stat : stat.mode & 0o777;
  };
  assert.is(tty(), 0o666);
  assert.is(command('rule applyset'), '');
  assert.is(tty(), 0o600);
  assert.is(command('rule apply path sda unhide'), '');
  assert.is(sys.access('sda', 0), 0);
  assert.is(command('rule del 100'), '');
  assert.is(command('rule del 100'), 'rule set 20 has no rule 100');
  assert.is(command('rule delset'), '');
  assert.is(command('rule -s 4 delset'), '');
  assert.is(command('rule showsets'), '1|2|3|5');
  assert.is(command('rule -s devfsrules_jail_vnet show 500'), '500 path pf unhide');
  assert.is(command('rule add path x hidden'), 'unknown word hidden (column 8 of the rule)');
  assert.is(command('rule delete'), 'unknown word delete; the words are add, apply, applyset, del, delset, show, showsets');
  assert.is(command('rules'), 'unknown command rules; the commands are rule and ruleset');
  assert.is(command('ruleset none'), 'unknown rule set none');
});

test('hiding a directory hides what is in it, and showing it again shows what came meanwhile', () => {
  const { devfs, sys } = make({});
  runDevfsCommand(devfs, ['rule', 'apply', 'path', 'pts', 'hide'], NO_NAMES);
  assert.is(sys.access('pts', 0), ENOENT);
  const master = sys.open('ptmx', O_RDWR | O_NOCTTY);
  assert.is(sys.access('pts/0', 0), ENOENT);
  runDevfsCommand(devfs, ['rule', 'apply', 'path', 'pts', 'unhide'], NO_NAMES);
  assert.is(sys.access('pts/0', 0), 0);
  sys.close(master);
});

test('the nodes of this machine have the numbers that its own /dev has', () => {
  const { sys } = make({ source: new HostSource() });
  const wrong: string[] = [];
  let count = 0;
  for (const line of tree(sys)) {
    const [path = '', type = '', ...rest] = line.split(' ');
    if (type !== 'c' && type !== 'b') continue;
    count++;
    const stat = sys.lstat(path);
    if (isErrno(stat)) continue;
    assert.is(stat.mode & S_IFMT, type === 'c' ? S_IFCHR : S_IFBLK);
    try {
      const host = lstatSync(join('/dev', path));
      // A container has a terminal for its console, and links.
      if (path === 'console' || (host.mode & S_IFMT) === S_IFLNK) continue;
      const [major, minor] = [(host.rdev >>> 8) & 0xfff, (host.rdev & 0xff) | ((host.rdev >>> 12) & 0xfff00)];
      if ((host.mode & S_IFMT) !== (stat.mode & S_IFMT) || major !== stat.rdevMajor || minor !== stat.rdevMinor) wrong.push(`${path} ${rest.join(' ')} but ${major}:${minor}`);
    } catch {
      // A container's /dev has but a few.
    }
  }
  assert.equal(wrong, []);
  assert.ok(count >= 8);
});

/** Whether the kernel says that there is such a device; somebody may have made a node by hand. */
function existsInSysfs(path: string): boolean {
  return ['char', 'block'].some((kind) =>
    readdirSync(`/sys/dev/${kind}`).some((number) => readFileSync(`/sys/dev/${kind}/${number}/uevent`, 'latin1').split('\n').includes(`DEVNAME=${path}`)),
  );
}

const noDevtmpfs = process.getuid?.() !== 0 ? 'needs root' : spawnSync('grep', ['-qw', 'devtmpfs', '/proc/filesystems']).status === 0 ? undefined : 'this machine has no devtmpfs';

unless(noDevtmpfs, "every node of the kernel's devtmpfs is there", async () => {
  const { sys } = make({ source: new HostSource() });
  const names = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t devtmpfs none /mnt && cd /mnt && find . -xdev \\( -type c -o -type b \\) -printf "%P %y %m\\n"'], { encoding: 'utf8' });
  const ours = new Map(tree(sys).map((line) => [line.slice(0, line.indexOf(' ')), line]));
  const missing: string[] = [];
  for (const line of names.stdout.trim().split('\n')) {
    const [path = '', type] = line.split(' ');
    // Others may have made or removed some by hand, and disks come and go.
    if (ours.get(path)?.split(' ')[1] !== type && !/^(loop|zram|vcs)/.test(path) && existsInSysfs(path)) missing.push(line);
  }
  assert.ok(ours.size > 20);
  assert.equal(missing, []);
});

test.run();
