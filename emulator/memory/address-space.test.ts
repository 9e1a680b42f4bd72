/** What the kernel cannot be asked about: limits of our own, several address spaces, faults, and who is told what. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EFAULT, ENOMEM, isErrno } from '../../fs/errno.ts';
import { spaceWith, TestFile, unlimitedSpace } from '../../test/emulator/mappings.ts';
import { MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, MS_SYNC, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import type { AddressSpace } from './address-space.ts';
import { indexOf } from './guest-memory.ts';
import { CODE_MAP, GUEST_TOP, MAPPING_TOP, PERMISSION_CODE, PERMISSION_EXECUTE, PERMISSION_READ, PERMISSION_WRITE, STACK_TOP } from './layout.ts';
import { MappedFiles } from './mapped-files.ts';

const RW = PROT_READ | PROT_WRITE;
const ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS;
const PAGE = 4096;

const peek = (space: AddressSpace, address: number): number => space.memory.bytes[indexOf(address)]!;
const poke = (space: AddressSpace, address: number, value: number): void => {
  space.memory.bytes[indexOf(address)] = value;
};

test('addresses that a guest does not have', () => {
  const space = unlimitedSpace();
  assert.is(space.mmap(0x7f0000000000, PAGE, RW, ANONYMOUS, undefined, 0), MAPPING_TOP - PAGE);
  assert.is(space.mmap(0x7f0000000000, PAGE, RW, ANONYMOUS | MAP_FIXED, undefined, 0), ENOMEM);
  assert.is(space.mmap(GUEST_TOP, PAGE, RW, ANONYMOUS | MAP_FIXED, undefined, 0), ENOMEM);
  assert.is(space.mmap(0, 2 ** 40, RW, ANONYMOUS, undefined, 0), ENOMEM);
  assert.is(space.mmap(0, 2 ** 64, RW, ANONYMOUS, undefined, 0), ENOMEM);
  assert.is(space.munmap(0x7f0000000000, PAGE), 0);
  assert.is(space.memory.writable(0x7f0000000000, 1), false);
  space.dispose();
});

test('what is unmapped is zero when it is mapped again, in the next address space too', () => {
  for (let round = 0; round < 3; round++) {
    const space = unlimitedSpace();
    space.addStack(8 * PAGE, RW);
    const at = space.mmap(0x30000000, 40 * PAGE, RW, ANONYMOUS, undefined, 0);
    for (let page = 0; page < 40; page++) {
      assert.is(peek(space, at + page * PAGE), 0);
      poke(space, at + page * PAGE, 7);
    }
    assert.is(space.munmap(at + PAGE, 3 * PAGE), 0);
    assert.is(space.mmap(at + 2 * PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, undefined, 0), at + 2 * PAGE);
    assert.is(peek(space, at + 2 * PAGE), 0);
    // Far below what the stack is known to have, as code that runs unchecked may write.
    assert.is(peek(space, STACK_TOP - (2 << 20)), 0);
    poke(space, STACK_TOP - (2 << 20), 1);
    space.dispose();
  }
});

test('the stack grows to its limit, for the kernel too, and keeps its distance', () => {
  const space = spaceWith({ addressSpace: Infinity, data: Infinity, stack: 1 << 20, locked: 0 });
  space.addStack(8 * PAGE, RW);
  assert.is(space.memory.write(STACK_TOP - 20 * PAGE, Uint8Array.of(1)), 0);
  assert.is(space.stackStart, STACK_TOP - 20 * PAGE);
  assert.is(space.fault(STACK_TOP - (1 << 20), PERMISSION_WRITE), undefined);
  assert.equal(space.fault(STACK_TOP - (1 << 20) - 1, PERMISSION_WRITE), { signal: 11, code: 1 });
  assert.is(space.memory.write(STACK_TOP - (1 << 20) - 8, new Uint8Array(16)), EFAULT);
  space.limits.stack = 4 << 20;
  const below = STACK_TOP - (3 << 20);
  assert.is(space.mmap(below - PAGE, PAGE, RW, ANONYMOUS | MAP_FIXED, undefined, 0), below - PAGE);
  assert.is(space.fault(below + (1 << 20) - PAGE, PERMISSION_WRITE)?.signal, 11);
  assert.is(space.fault(below + (1 << 20), PERMISSION_WRITE), undefined);
  space.dispose();
});

test('faults', () => {
  const files = new MappedFiles();
  const space = unlimitedSpace(files);
  const contents = { bytes: new Uint8Array(PAGE + 10) };
  const file = new TestFile(contents, true);
  const at = space.mmap(0, 4 * PAGE, PROT_READ, MAP_SHARED, file, 0) as number;
  assert.equal(space.fault(at + 2 * PAGE, PERMISSION_READ), { signal: 7, code: 2 });
  assert.equal(space.fault(at, PERMISSION_WRITE), { signal: 11, code: 2 });
  assert.equal(space.fault(at + 4 * PAGE, PERMISSION_READ), { signal: 11, code: 1 });
  assert.equal(space.fault(0x10, PERMISSION_READ), { signal: 11, code: 1 });
  // Somebody who does not tell makes the file larger.
  contents.bytes = Uint8Array.from({ length: 3 * PAGE }, () => 9);
  assert.is(space.fault(at + 2 * PAGE, PERMISSION_READ), undefined);
  assert.is(peek(space, at + 2 * PAGE), 9);
  contents.bytes = contents.bytes.slice(0, 100);
  files.resized(contents, 100);
  assert.is(space.memory.readable(at + PAGE, 1), false);
  assert.is(peek(space, at + 50), 0);
  space.dispose();
  assert.is(file.references, 0);
});

test('limits', () => {
  const space = spaceWith({ addressSpace: 100 * PAGE, data: 50 * PAGE, stack: 8 << 20, locked: 0 });
  space.setBreak(0x20000000, 0);
  assert.is(space.mmap(0, 101 * PAGE, PROT_READ, ANONYMOUS, undefined, 0), ENOMEM);
  assert.is(space.mmap(0, 51 * PAGE, RW, ANONYMOUS, undefined, 0), ENOMEM);
  const at = space.mmap(0, 50 * PAGE, RW, ANONYMOUS, undefined, 0) as number;
  assert.is(space.mmap(0, PAGE, RW, ANONYMOUS, undefined, 0), ENOMEM);
  assert.is(space.brk(0x20000000 + PAGE), 0x20000000);
  const more = space.mmap(0, 50 * PAGE, PROT_READ, ANONYMOUS, undefined, 0) as number;
  space.limits.addressSpace = 200 * PAGE;
  assert.is(space.mprotect(more, PAGE, RW), ENOMEM);
  assert.is(space.mmap(at, PAGE, RW, ANONYMOUS | MAP_FIXED, undefined, 0), at);
  assert.is(space.totals().total, 100);
  space.limits.data = Infinity;
  space.limits.addressSpace = Infinity;
  assert.is(space.brk(0x20000000 + 100), 0x20000000 + 100);
  assert.is(space.entries().find(({ name }) => name === '[heap]')?.end, 0x20001000);
  assert.is(space.brk(0x20000000), 0x20000000);
  space.dispose();
});

test('whoever runs code is told of changes', () => {
  const space = unlimitedSpace();
  const told: string[] = [];
  space.watcher = {
    codeChanged: (start, end) => told.push(`${start.toString(16)}-${end.toString(16)}`),
    writableCode: () => told.push('writable'),
  };
  const at = space.mmap(0x30000000, 4 * PAGE, PROT_READ | PROT_EXEC, ANONYMOUS, undefined, 0) as number;
  assert.equal(told, []);
  space.memory.permissions[at / PAGE]! |= PERMISSION_CODE;
  space.mprotect(at, PAGE, RW);
  assert.equal(told.splice(0), ['30000000-30001000']);
  space.mprotect(at, PAGE, RW | PROT_EXEC);
  assert.equal(told.splice(0), ['writable']);
  const late: string[] = [];
  space.watcher = { ...space.watcher, writableCode: () => late.push('late') };
  assert.equal(late, ['late']);
  space.munmap(at + 2 * PAGE, PAGE);
  assert.equal(told.splice(0), ['30002000-30003000']);
  space.mmap(at + 3 * PAGE, PAGE, PROT_READ | PROT_EXEC, ANONYMOUS | MAP_FIXED, undefined, 0);
  assert.equal(told.splice(0), ['30003000-30004000']);
  space.memory.words[(indexOf(CODE_MAP) >>> 2) + at / PAGE] = 5;
  space.dispose();
  const next = unlimitedSpace();
  assert.is(next.memory.words[(indexOf(CODE_MAP) >>> 2) + at / PAGE], 0);
  assert.is(next.memory.permissions[at / PAGE], 0);
  next.dispose();
});

test('a child has a copy of what is private, and shares the rest', () => {
  const files = new MappedFiles();
  const parent = unlimitedSpace(files);
  const own = parent.mmap(0x30000000, 300 * PAGE, RW, ANONYMOUS, undefined, 0) as number;
  const shared = parent.mmap(0x38000000, 40 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, undefined, 0) as number;
  poke(parent, own + 5, 1);
  poke(parent, own + 200 * PAGE, 2);
  poke(parent, shared + 3, 3);
  const child = parent.fork(parent.limits);
  assert.not(isErrno(child));
  const other = child as AddressSpace;
  assert.equal([peek(other, own + 5), peek(other, own + 200 * PAGE), peek(other, shared + 3)], [1, 2, 3]);
  assert.equal(other.entries(), parent.entries());
  // The parent goes on.
  poke(parent, own + 5, 4);
  poke(parent, shared + 20 * PAGE, 5);
  other.switchIn();
  assert.equal([peek(other, own + 5), peek(other, shared + 20 * PAGE)], [1, 5]);
  poke(other, shared + 20 * PAGE, 6);
  poke(other, shared + 39 * PAGE, 7);
  const third = other.fork(parent.limits) as AddressSpace;
  poke(other, shared + 30 * PAGE, 8);
  parent.switchIn();
  assert.equal([20, 39, 30].map((page) => peek(parent, shared + page * PAGE)), [6, 7, 8]);
  poke(parent, shared + 30 * PAGE, 9);
  parent.dispose();
  third.switchIn();
  assert.equal([20, 39, 30].map((page) => peek(third, shared + page * PAGE)), [6, 7, 9]);
  assert.equal(third.futexKey(shared + 8)?.object, other.futexKey(shared + 8)?.object);
  assert.is(third.futexKey(own), undefined);
  other.dispose();
  third.dispose();
});

test('a file that is mapped shared is one file', () => {
  const files = new MappedFiles();
  const contents = { bytes: new Uint8Array(100 * PAGE) };
  const one = unlimitedSpace(files);
  const other = unlimitedSpace(files);
  const file = new TestFile(contents, true);
  const at = one.mmap(0, 100 * PAGE, RW, MAP_SHARED, file, 0) as number;
  one.switchIn();
  poke(one, at, 1);
  assert.is(contents.bytes[0], 0);
  files.beforeRead(contents);
  assert.is(contents.bytes[0], 1);
  const reader = other.mmap(0, PAGE, PROT_READ, MAP_SHARED, new TestFile(contents, false), 0) as number;
  assert.is(peek(other, reader), 1);
  one.switchIn();
  poke(one, at, 2);
  poke(one, at + 99 * PAGE, 3);
  other.switchIn();
  assert.is(peek(other, reader), 2);
  one.switchIn();
  poke(one, at + 50 * PAGE, 4);
  assert.is(one.msync(at, 100 * PAGE, MS_SYNC), 0);
  assert.equal([0, 50, 99].map((page) => contents.bytes[page * PAGE]), [2, 4, 3]);
  // A write by a call, of some bytes, is seen, and takes nothing away.
  poke(one, at + 8, 8);
  files.beforeRead(contents);
  contents.bytes[9] = 9;
  files.written(contents, 9, 10);
  assert.equal([peek(one, at + 8), peek(one, at + 9)], [8, 9]);
  contents.bytes = Uint8Array.from({ length: 101 * PAGE }, (_, index) => contents.bytes[index] ?? 5);
  files.written(contents, 100 * PAGE, 101 * PAGE);
  const grown = one.mmap(0, 102 * PAGE, PROT_READ, MAP_SHARED, file, 0) as number;
  assert.is(peek(one, grown + 100 * PAGE), 5);
  contents.bytes = Uint8Array.from({ length: 102 * PAGE }, (_, index) => contents.bytes[index] ?? 6);
  files.written(contents, 101 * PAGE, 102 * PAGE);
  assert.is(peek(one, grown + 101 * PAGE), 6);
  assert.is(one.memory.readable(grown + 101 * PAGE, 1), true);
  one.munmap(grown, 102 * PAGE);
  other.switchIn();
  assert.equal([peek(other, reader + 8), peek(other, reader + 9)], [8, 9]);
  one.switchIn();
  poke(one, at + 70 * PAGE, 7);
  one.dispose();
  assert.is(contents.bytes[70 * PAGE], 7);
  other.dispose();
  assert.is(file.references, 0);
});

test('what is mapped twice agrees at system calls', () => {
  const files = new MappedFiles();
  const space = unlimitedSpace(files);
  const file = new TestFile({ bytes: new Uint8Array(4 * PAGE) }, true);
  const one = space.mmap(0, 4 * PAGE, RW, MAP_SHARED, file, 0) as number;
  assert.is(space.aliased, false);
  const two = space.mmap(0, PAGE, RW, MAP_SHARED, file, 2 * PAGE) as number;
  assert.is(space.aliased, true);
  poke(space, one + 2 * PAGE + 1, 1);
  poke(space, two + 2, 2);
  space.synchronise();
  assert.equal([1, 2].map((byte) => peek(space, two + byte)), [1, 2]);
  assert.equal([1, 2].map((byte) => peek(space, one + 2 * PAGE + byte)), [1, 2]);
  space.munmap(two, PAGE);
  assert.is(space.aliased, false);
  space.dispose();
});

test('permissions follow', () => {
  const space = unlimitedSpace();
  const at = space.mmap(0, 4 * PAGE, PROT_WRITE, ANONYMOUS, undefined, 0) as number;
  const permissions = (): number[] => [0, 1, 2, 3].map((page) => space.memory.permissions[at / PAGE + page]!);
  assert.equal(permissions(), [3, 3, 3, 3]);
  space.mprotect(at + PAGE, PAGE, 0);
  space.mprotect(at + 2 * PAGE, PAGE, PROT_EXEC);
  space.munmap(at + 3 * PAGE, PAGE);
  assert.equal(permissions(), [3, 0, PERMISSION_READ | PERMISSION_EXECUTE, 0]);
  space.dispose();
});

test.run();
