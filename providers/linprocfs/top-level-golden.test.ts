/** The files at the top of /proc of a kernel whose values no machine has. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Caller, FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, isErrno } from '../../fs/errno.ts';
import { S_IFREG } from '../../fs/stat.ts';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { find, listNames, readWhole } from '../../test/support/tree-reader.ts';
import { HostSource } from '../sources/linux-host/host-source.ts';
import type { AddressPolicy } from '../model/system.ts';
import { FixtureSource, NOBODY } from '../testing/fixture-kernel.ts';
import { GOLDEN } from '../testing/golden-top-level.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { linprocfs } from './tree.ts';

/** What is not about the machine as a whole. */
const ELSEWHERE = /^(?:\d+|self|thread-self|net|sys|mounts)$/;
/** Binary files, one that waits for more, and one that can only be written; they have tests of their own. */
const BINARY = /^(?:config\.gz|kcore|kmsg|kpage\w+|sysrq-trigger|bus\/pci\/[0-9a-f:]+\/.*)$/;

const tree = linprocfs(new FixtureSource(), DEFAULT_OPTIONS);

/** The regular files of the tree. */
function* regularFiles(below = ''): Generator<string> {
  const names = listNames(tree, below);
  if (isErrno(names)) throw new Error(`${below}: errno ${names}`);
  for (const name of names) {
    if (below === '' && ELSEWHERE.test(name)) continue;
    const path = below === '' ? name : `${below}/${name}`;
    const vnode = find(tree, path);
    if (isErrno(vnode)) throw new Error(`${path}: errno ${vnode}`);
    if (vnode.list) yield* regularFiles(path);
    else if (vnode.type === S_IFREG && !BINARY.test(path)) yield path;
  }
}

test('every file has a golden text', () => {
  assert.equal([...regularFiles()].sort(), Object.keys(GOLDEN).sort());
});

for (const [path, text] of Object.entries(GOLDEN)) {
  test(path, () => {
    assert.is(readWhole(tree, path), text);
    // The pieces of a file that is read bit by bit are those of one text.
    assert.is(readWhole(tree, path, SUPERUSER, 7), text);
  });
}

test('the parsers of the host source understand every golden text', () => {
  const directory = temporaryDirectory();
  const source = new HostSource({ proc: `${directory}/`, sys: '/sys/' });
  try {
    for (const [path, text] of Object.entries(GOLDEN)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text, 'latin1');
    }
    const parsed = linprocfs(source, DEFAULT_OPTIONS);
    for (const [path, text] of Object.entries(GOLDEN)) assert.is(readWhole(parsed, path), text, path);
  } finally {
    source.dispose();
    removeDirectory(directory);
  }
});

/** Files in which a name and a number, or a word, are a row like any other. */
const LISTS =
  /^(?:cgroups|filesystems|interrupts|meminfo|softirqs|timer_list|tty\/ldiscs|vmstat|fs\/ext4\/.*\/(?:mb_structs_summary|mb_stats|options))$/;

test('a line that a parser does not know changes nothing else', () => {
  const directory = temporaryDirectory();
  const source = new HostSource({ proc: `${directory}/`, sys: '/sys/' });
  try {
    for (const [path, text] of Object.entries(GOLDEN)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), `${text}Strange_new_line: 17 of something\n`, 'latin1');
    }
    const parsed = linprocfs(source, DEFAULT_OPTIONS);
    for (const [path, text] of Object.entries(GOLDEN)) {
      const printed = readWhole(parsed, path) as string;
      assert.is(LISTS.test(path) ? printed.slice(0, text.length) : printed, text, path);
    }
  } finally {
    source.dispose();
    removeDirectory(directory);
  }
});

test('addresses of the kernel are zeros for who may not see them', () => {
  const nobody = (path: string): string => readWhole(tree, path, NOBODY) as string;
  assert.match(nobody('modules'), /^nf_tables 18446744073709551615 1234 nft_ct,nft_chain_nat, Live 0x0{16}\n/);
  assert.is(nobody('kallsyms'), '0000000000000000 T _text\n0000000000000000 d a.local\t[nf_tables]\n');
  assert.match(nobody('iomem'), /^00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n {10}00000000-00000000 : very deep\n$/);
  assert.is(nobody('ioports'), '0000-0000 : PCI Bus 0000:00\n  0000-0000 : dma1\n');
});

test('addresses of the kernel are shown by its policy', () => {
  const reading = (policy: AddressPolicy, path: string, caller: Caller): string => {
    const source = new FixtureSource();
    Object.assign(source.data.system, { addressPolicy: policy });
    return readWhole(linprocfs(source, DEFAULT_OPTIONS), path, caller) as string;
  };
  assert.match(reading({ restriction: 0, paranoia: 1 }, 'kallsyms', NOBODY), /^f{16} /);
  assert.match(reading({ restriction: 1, paranoia: 1 }, 'kallsyms', NOBODY), /^0{16} /);
  assert.match(reading({ restriction: 1, paranoia: 3 }, 'kallsyms', SUPERUSER), /^f{16} /);
  const bare = new FixedCaller({ uid: 0, gid: 0, capabilities: [] });
  assert.match(reading({ restriction: 0, paranoia: 3 }, 'vmallocinfo', bare), /^0xf{16}-/);
  assert.match(reading({ restriction: 1, paranoia: 3 }, 'vmallocinfo', bare), /^0x0{16}-0x0{16} /);
  assert.match(reading({ restriction: 1, paranoia: 3 }, 'vmallocinfo', SUPERUSER), /^0xf{16}-/);
});

test('who may not read a file is refused', () => {
  for (const path of ['allocinfo', 'slabinfo', 'vmallocinfo', 'pagetypeinfo', 'timer_list', 'tty/driver/fixture']) {
    assert.is(readWhole(tree, path, NOBODY), EACCES, path);
  }
});

test('keys are shown to those who may view them', () => {
  const [first = '', second = ''] = (GOLDEN['keys'] as string).split(/(?<=\n)/);
  const member = new FixedCaller({ uid: 1, gid: 4294967294 });
  assert.is(readWhole(tree, 'keys', member), first);
  assert.is(readWhole(tree, 'keys', NOBODY), first);
  assert.is(readWhole(tree, 'keys', SUPERUSER), first + second);
});

test('the configuration space of a PCI function ends where the caller may not read on', () => {
  assert.is((readWhole(tree, 'bus/pci/00/1f.7') as string).length, 4096);
  assert.is((readWhole(tree, 'bus/pci/00/1f.7', NOBODY) as string).length, 64);
  assert.is((readWhole(tree, 'bus/pci/0001:ff/02.1', NOBODY) as string).length, 128);
});

test('a kernel that lacks a file does not show it', () => {
  const lacking = new Set(['modules', 'schedstat', 'pressure', 'sysvipc', 'tty', 'bus/pci']);
  const bare = linprocfs(new FixtureSource({ lacking }), DEFAULT_OPTIONS);
  for (const path of lacking) assert.ok(isErrno(find(bare, path)), path);
  const names = listNames(bare, '') as string[];
  for (const path of lacking) assert.not.ok(names.includes(path), path);
});

test('entries are listed by length, then by bytes, with self and thread-self behind', () => {
  const names = (listNames(tree, '') as string[]).filter((name) => !/^\d/.test(name));
  assert.equal(names.slice(-2), ['self', 'thread-self']);
  const sorted = names.slice(0, -2).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  assert.equal(names.slice(0, -2), sorted);
  assert.equal(listNames(tree, '', SUPERUSER, 3), listNames(tree, ''));
  assert.equal(listNames(tree, 'irq'), ['7', '123', 'default_smp_affinity']);
  assert.equal(listNames(tree, 'irq/7', SUPERUSER, 1), [
    'node',
    'first',
    'spurious',
    'smp_affinity',
    'affinity_hint',
    'second handler',
    'smp_affinity_list',
    'effective_affinity',
    'effective_affinity_list',
  ]);
  assert.equal(listNames(tree, 'bus/pci'), ['00', '0001:ff', 'devices']);
});

test.run();
