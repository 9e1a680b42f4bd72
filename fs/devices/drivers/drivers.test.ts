/** The devices without hardware: ours and, where there is one to ask, the kernel's, by the same calls. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isErrno, errnoName } from '../../errno.ts';
import { O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../flags.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { S_IFBLK, S_IFCHR } from '../../stat.ts';
import { KernelProcess, kernelProcessMissing } from '../../testing/kernel-process.ts';
import type { Process } from '../../testing/process.ts';
import { VfsProcess } from '../../testing/vfs-process.ts';
import { Vfs } from '../../vfs.ts';
import { openDevice } from '../device-file.ts';
import { DeviceTable } from '../device-table.ts';
import { MEMORY_DEVICES } from './memory.ts';
import { RANDOM_DEVICES } from './random.ts';

function shown(value: number | string): string {
  return typeof value === 'number' && isErrno(value) ? errnoName(value) : typeof value === 'string' ? Buffer.from(value, 'latin1').toString('hex') : String(value);
}

/** Everything that a device answers, in lines; of random bytes only how many there are. */
function examine(sys: Process, name: string, minor: number): string[] {
  const lines: string[] = [];
  const random = minor >= 8;
  const say = (what: string, value: number | string): void => {
    lines.push(`${what} ${random && typeof value === 'string' ? value.length : shown(value)}`);
  };
  for (const flags of [O_RDONLY, O_WRONLY | O_TRUNC, O_RDWR]) {
    const fd = sys.open(name, flags);
    say('open', fd > 0 ? 1 : fd);
    say('read', sys.readNext(fd, 8));
    say('read nothing', sys.readNext(fd, 0));
    say('pread', sys.read(fd, 100, 5000));
    say('pread before', sys.read(fd, 1, -1));
    say('write', sys.append(fd, 'text'));
    say('write nothing', sys.append(fd, ''));
    say('pwrite', sys.write(fd, 'text', 77));
    for (const [offset, whence] of [[0, 0], [10, 0], [-10, 0], [10, 1], [10, 2], [0, 3], [10, 3], [10, 4], [0, 5]] as const) {
      say(`seek ${offset} ${whence}`, sys.seek(fd, offset, whence));
    }
    say('poll', sys.poll(fd));
    for (const command of [0x5401, 0x5413, 0x541b, 0x5201, 0x5204, 0x5206, 0x5207, 0x5299, 0x12345]) {
      say(`ioctl ${command.toString(16)}`, sys.ioctl(fd, command, Buffer.alloc(64)).result);
    }
    const entropy = sys.ioctl(fd, 0x8004_5200, Buffer.alloc(4));
    say('entropy', entropy.result);
    lines.push(`entropy ${String(entropy.output)}`);
    say('negative entropy', sys.ioctl(fd, 0x4004_5201, Buffer.alloc(4, 0xff)).result);
    say('fsync', sys.fsync(fd));
    say('ftruncate', sys.ftruncate(fd, 0));
    say('allocate', sys.allocate(fd, 0, 0, 10));
    say('close', sys.close(fd));
  }
  say('truncate', sys.truncate(name, 0));
  const stat = sys.stat(name);
  if (!isErrno(stat)) lines.push([stat.mode, stat.size, stat.blocks, stat.nlink, stat.rdevMajor, stat.rdevMinor].join(' '));
  return lines;
}

const NAMES: Readonly<Record<string, number>> = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 };

function ours(): Process {
  const devices = new DeviceTable();
  for (const device of [...MEMORY_DEVICES, ...RANDOM_DEVICES]) devices.add(device);
  const vfs = new Vfs(new Tmpfs(defaultTmpfsOptions()), {
    openSpecial: (vnode, flags, caller) => openDevice(devices, vnode, flags, caller),
  });
  const process = new VfsProcess(vfs);
  for (const [name, minor] of Object.entries(NAMES)) assert.is(process.mknod(name, S_IFCHR | 0o666, 1, minor), 0);
  return process;
}

const missing = kernelProcessMissing();
const test = suite('devices without hardware');

for (const [name, minor] of Object.entries(NAMES)) {
  test(`${name}`, () => {
    const process = ours();
    const lines = examine(process, name, minor);
    assert.ok(lines.length > 70);
    if (missing) {
      console.log(`skipped: comparison with the kernel: ${missing}`);
      return;
    }
    const kernel = new KernelProcess('/dev');
    try {
      assert.equal(lines, examine(kernel, name, minor));
    } finally {
      kernel.end();
    }
  });
}

test('a device that nobody serves gives ENXIO, a block device has its own numbers', () => {
  const process = ours();
  assert.is(process.mknod('unknown', S_IFCHR | 0o600, 1, 4), 0);
  assert.is(process.open('unknown', O_RDONLY), -6);
  assert.is(process.mknod('block', S_IFBLK | 0o600, 1, 3), 0);
  assert.is(process.open('block', O_RDONLY), -6);
});

test('two bytes of random data are seldom the same', () => {
  const process = ours();
  const fd = process.open('urandom', O_RDONLY);
  assert.is.not(process.readNext(fd, 16), process.readNext(fd, 16));
});

test.run();
