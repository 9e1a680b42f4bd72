/** What the files at the top of /proc do when they are written to, and the binary ones when they are read. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Caller, FixedCaller, CAP_SYSLOG, SUPERUSER } from '../../fs/caller.ts';
import { E2BIG, EACCES, EAGAIN, EINVAL, EIO, EOVERFLOW, EPERM, ERANGE, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { O_NONBLOCK, O_RDONLY, POLLIN, POLLRDNORM } from '../../fs/flags.ts';
import type { GeneratedTree } from '../../fs/generated/tree.ts';
import { open } from '../../fs/operations.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { find, readWhole, statOf, writeOnce } from '../../test/support/tree-reader.ts';
import { FixtureSource, NOBODY } from '../testing/fixture-kernel.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { linprocfs } from './tree.ts';

/** Root, with no more capabilities than those that the mode bits ask for. */
const BARE_ROOT: Caller = new FixedCaller({ uid: 0, gid: 0, capabilities: [] });

function fixture(): { source: FixtureSource; tree: GeneratedTree; asked: string[] } {
  const source = new FixtureSource();
  return { source, tree: linprocfs(source, DEFAULT_OPTIONS), asked: source.data.system.asked };
}

function opened(tree: GeneratedTree, path: string, flags: number, caller: Caller = SUPERUSER): OpenFile {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) throw new Error(`${path}: errno ${vnode}`);
  const file = open(vnode, flags, caller);
  if (isErrno(file)) throw new Error(`${path}: errno ${file}`);
  return file;
}

test('an interrupt goes where one sends it', () => {
  const { source, tree } = fixture();
  const line = source.data.system.interruptLines.get(7);
  // The fixture's CPUs reach to number 4095.
  assert.is(writeOnce(tree, 'irq/7/smp_affinity', '80,00000001\n'), 12);
  assert.equal(line?.affinity.words.slice(0, 3), [1, 0x80, 0]);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity_list', '0-2,4095'), 8);
  assert.is(line?.affinity.words[0], 7);
  assert.is(line?.affinity.words[127], 0x80000000);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity', ''), EINVAL);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity', 'x'), EINVAL);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity', '100000000'), EOVERFLOW);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity_list', '4096'), ERANGE);
  assert.is(writeOnce(tree, 'irq/7/smp_affinity', '1', NOBODY), EACCES);
  assert.is(writeOnce(tree, 'irq/default_smp_affinity', '3'), 1);
  assert.is(source.data.system.defaultAffinity.words[0], 3);
  assert.is(writeOnce(tree, 'irq/7/node', '3'), EIO);
});

test('an interrupt that the kernel keeps in its place cannot be sent elsewhere', () => {
  const { tree } = fixture();
  const stat = statOf(tree, 'irq/123/smp_affinity');
  assert.is(isErrno(stat) || stat.mode & 0o777, 0o444);
  assert.is(writeOnce(tree, 'irq/123/smp_affinity', '1'), EPERM);
});

test('mtrr takes commands from who administers the system', () => {
  const { tree, asked } = fixture();
  assert.is(writeOnce(tree, 'mtrr', 'disable=0x10\n'), 13);
  assert.is(writeOnce(tree, 'mtrr', 'base=0xf8000000 size=0x400000 type=write-combining\n'), 51);
  assert.equal(asked, ['mtrr 16', 'mtrr 1015808 1024 write-combining']);
  for (const text of ['', 'base=1 size=0x1000 type=write-back\n', 'base=0 size=0 type=strange\n', 'size=0\n']) {
    assert.is(writeOnce(tree, 'mtrr', text), EINVAL, text);
  }
  assert.is(writeOnce(tree, 'mtrr', 'disable=1\n', BARE_ROOT), EPERM);
  assert.is(readWhole(tree, 'mtrr', NOBODY), EPERM);
});

test('commands reach the kernel in the parts that it looks at', () => {
  const { tree, asked } = fixture();
  assert.is(writeOnce(tree, 'acpi/wakeup', 'XHCI and more'), 4);
  assert.is(writeOnce(tree, 'acpi/wakeup', ' LID'), 4);
  assert.is(writeOnce(tree, 'scsi/scsi', 'scsi add-single-device 0 1 0x2 03\n'), 34);
  assert.is(writeOnce(tree, 'scsi/scsi', 'scsi dump'), EINVAL);
  assert.is(writeOnce(tree, 'sysrq-trigger', 'help'), 4);
  assert.is(writeOnce(tree, 'sysrq-trigger', '_ab'), 3);
  assert.is(writeOnce(tree, 'latency_stats', 'erase'), 5);
  assert.is(writeOnce(tree, 'dynamic_debug/control', 'module fixture +p\n'), 18);
  assert.is(writeOnce(tree, 'dynamic_debug/control', 'x'.repeat(4096)), E2BIG);
  assert.equal(asked, [
    'wakeup XHCI',
    'wakeup LID',
    'scsi add 0 1 2 3',
    'sysrq h',
    'sysrq _ab',
    'clear latencies',
    'debug module fixture +p\n',
  ]);
  assert.is(readWhole(tree, 'sysrq-trigger'), EIO);
});

test('files that only tell refuse what is written', () => {
  const { tree } = fixture();
  for (const path of ['modules', 'zoneinfo', 'config.gz', 'bus/pci/devices', 'kpagecount', 'kcore', 'kmsg']) {
    assert.is(writeOnce(tree, path, 'x'), EIO, path);
  }
});

test('the configuration of a PCI function is read and written where it lies', () => {
  const { source, tree } = fixture();
  const space = source.data.system.pciConfigurations.get('00')?.get('00.0') as Uint8Array;
  const stat = statOf(tree, 'bus/pci/00/00.0');
  assert.is(isErrno(stat) || stat.size, 256);
  assert.is(writeOnce(tree, 'bus/pci/00/00.0', '\xaa\xbb', SUPERUSER, 255), 1);
  assert.is(space[255], 0xaa);
  assert.is(writeOnce(tree, 'bus/pci/00/00.0', 'x', SUPERUSER, 256), 0);
});

test('numbers of pages are read whole', () => {
  const { tree } = fixture();
  const file = opened(tree, 'kpagecount', O_RDONLY);
  const into = Buffer.alloc(64);
  assert.is(file.read?.(into, 0, 16, 8, SUPERUSER), 16);
  assert.is(into[0], 247);
  assert.is(file.read?.(into, 0, 8, 64, SUPERUSER), 0);
  assert.is(file.read?.(into, 0, 7, 0, SUPERUSER), EINVAL);
  assert.is(file.read?.(into, 0, 8, 4, SUPERUSER), EINVAL);
  assert.is(readWhole(tree, 'kpagecount', NOBODY), EACCES);
});

test('the core is for who may touch the hardware', () => {
  const { tree } = fixture();
  assert.is(readWhole(tree, 'kcore'), '\x7fELF and so on');
  assert.is(readWhole(tree, 'kcore', BARE_ROOT), EPERM);
  const stat = statOf(tree, 'kcore');
  assert.is(isErrno(stat) || stat.size, 14);
});

test('st_size of files that have one', () => {
  const { tree } = fixture();
  for (const path of ['cmdline', 'config.gz']) {
    const stat = statOf(tree, path);
    assert.is(isErrno(stat) || stat.size, (readWhole(tree, path) as string).length, path);
  }
});

const RECORDS = [
  '<2047>[18446744073709.551614][T4194303] two\n<2047>[18446744073709.551614][T4194303] lines \xff\n',
  '<6>[    1.000002] one\n',
] as const;

function read(file: OpenFile, length: number): string | number {
  const into = Buffer.alloc(length);
  const count = file.read?.(into, 0, length, 0, SUPERUSER) ?? EINVAL;
  return count < 0 ? count : into.toString('latin1', 0, count);
}

test('the log is given record by record, once', () => {
  const { source, tree } = fixture();
  const first = opened(tree, 'kmsg', O_RDONLY | O_NONBLOCK);
  const second = opened(tree, 'kmsg', O_RDONLY);
  assert.is(first.poll?.(SUPERUSER), POLLIN | POLLRDNORM);
  assert.is(read(first, 10), RECORDS[0].slice(0, 10));
  assert.is(read(second, RECORDS[0].length), RECORDS[0].slice(10));
  assert.is(read(first, 4096), RECORDS[1]);
  assert.is(first.poll?.(SUPERUSER), 0);
  assert.is(read(first, 4096), EAGAIN);
  assert.is(read(second, 4096), WOULD_BLOCK);
  source.data.system.log.push({ priority: 3, sequence: 3, time: 5, caller: undefined, lines: [''] });
  assert.is(read(second, 4096), '<3>[    0.000005] \n');
});

test('whole records are given while there is room', () => {
  const { source, tree } = fixture();
  source.data.system.logsTimes = false;
  source.data.system.log = [1, 2, 3].map((sequence) => ({
    priority: sequence,
    sequence,
    time: 0,
    caller: undefined,
    lines: ['12345'],
  }));
  const file = opened(tree, 'kmsg', O_RDONLY);
  assert.is(read(file, 20), '<1>12345\n<2>12345\n');
  assert.is(read(file, 20), '<3>12345\n');
});

test('the log is for who may administer it', () => {
  const { tree } = fixture();
  const root = new FixedCaller({ uid: 0, gid: 0, capabilities: [CAP_SYSLOG] });
  opened(tree, 'kmsg', O_RDONLY, root);
  assert.is(readWhole(tree, 'kmsg', BARE_ROOT), EPERM);
  assert.is(readWhole(tree, 'kmsg', NOBODY), EACCES);
});

test.run();
