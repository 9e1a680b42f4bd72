/** Pressure triggers: what a write makes of an open file, and when poll(2) tells of it. */

import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CAP_SYS_RESOURCE, type Caller, FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import { EBUSY, EINVAL, errnoFromHost, isErrno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, O_RDONLY, O_RDWR, POLLERR, POLLPRI } from '../../fs/flags.ts';
import { open } from '../../fs/operations.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { find, readWhole } from '../../test/support/tree-reader.ts';
import { FixtureSource, NOBODY } from '../testing/fixture-kernel.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { PressureTrigger, parseTrigger } from './pressure-trigger.ts';
import { linprocfs } from './tree.ts';

const tree = linprocfs(new FixtureSource(), DEFAULT_OPTIONS);

function opened(path: string, flags: number, caller: Caller): OpenFile {
  const vnode = find(tree, path, caller);
  if (isErrno(vnode)) throw new Error(`errno ${vnode}`);
  const file = open(vnode, flags, caller);
  if (isErrno(file)) throw new Error(`errno ${file}`);
  return file;
}

function write(file: OpenFile, text: string, caller: Caller): number {
  const bytes = Buffer.from(text, 'latin1');
  return file.write?.(bytes, 0, bytes.length, 0, caller) ?? EINVAL;
}

/** Texts that a kernel takes or refuses, by its rules of parsing and of rights. */
const TEXTS = [
  '', '\0', '\n', 'some 150000 1000000\0', 'full 150000 1000000\n', 'some 0 2000000\0', 'some 2000000 2000000\0',
  'some 2000001 2000000\0', 'some 1 1\0', 'some 1 10000000\n', 'some 1 10000001\n', 'some 150000\0', 'some 12 \0',
  'none 1 2000000\0', 'some1 2000000\0', 'some  1 \t 2000000\0', 'some 1 2000000 junk\0', 'SOME 1 2000000\0',
  ' some 1 2000000\0', 'some 0x1 2000000\0', 'some -1 2000000\0', 'some +1 2000000\0', 'some 4294967297 2000000\0',
  'some 1 2000000', 'some 1 20000000', 'some 1 4000000\0', 'some 1 3000000\0', `some 1 2000000${'a'.repeat(40)}`,
  `some 1                  2000000\0`, 'some 1 2000000\0 500',
];

test('a window is for who may use the resources, unless it is of two seconds', () => {
  assert.equal(parseTrigger('some 150000 1000000', true), { kind: 'some', threshold: 150000, window: 1000000 });
  assert.is(parseTrigger('some 150000 1000000', false), EINVAL);
  assert.equal(parseTrigger('full 1 4000000', false), { kind: 'full', threshold: 1, window: 4000000 });
});

test('an open file takes one trigger', () => {
  const file = opened('pressure/memory', O_RDWR, NOBODY);
  assert.is(file.poll?.(NOBODY), DEFAULT_POLL_MASK | POLLERR | POLLPRI);
  assert.is(write(file, 'some 1 3000000\0', NOBODY), EINVAL);
  assert.is(write(file, 'some 1 2000000\0', NOBODY), 15);
  assert.is(write(file, 'some 1 2000000\0', NOBODY), EBUSY);
  assert.is(file.poll?.(NOBODY), DEFAULT_POLL_MASK);
  assert.is(opened('pressure/memory', O_RDONLY, NOBODY).poll?.(NOBODY), DEFAULT_POLL_MASK | POLLERR | POLLPRI);
  assert.is(write(opened('pressure/irq', O_RDWR, SUPERUSER), 'some 1 2000000\0', SUPERUSER), EINVAL);
  assert.is(write(opened('pressure/irq', O_RDWR, SUPERUSER), 'full 1 2000000\0', SUPERUSER), 15);
  assert.match(readWhole(tree, 'pressure/memory') as string, /^some avg10=0\.00 /);
});

test('an event is told once for each window in which stalls passed the threshold', () => {
  const trigger = new PressureTrigger({ kind: 'some', threshold: 100_000, window: 1_000_000 }, 5n, 0);
  assert.not.ok(trigger.fired(50_005n, 100));
  assert.ok(trigger.fired(100_005n, 200));
  assert.not.ok(trigger.fired(300_005n, 300));
  assert.ok(trigger.fired(300_006n, 1201));
  // Of the growth in the window before, half a window later half is taken to be left.
  assert.not.ok(trigger.fired(300_006n, 1300));
  assert.ok(trigger.fired(300_006n, 2300) === false);
  assert.not.ok(trigger.fired(300_006n, 9000));
});

const live = existsSync('/proc/pressure/cpu');
if (!live) console.log('skipped: this machine tells no pressure');

(live ? test : test.skip)('the kernel takes and refuses the same texts', () => {
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  const privileged = (BigInt(`0x${effective}`) >> BigInt(CAP_SYS_RESOURCE)) & 1n;
  const caller = new FixedCaller({ uid: 0, gid: 0, capabilities: privileged ? [CAP_SYS_RESOURCE] : [] });
  for (const text of TEXTS) {
    const descriptor = openSync('/proc/pressure/cpu', 'r+');
    let kernel: number;
    try {
      kernel = writeSync(descriptor, Buffer.from(text, 'latin1'));
    } catch (error) {
      kernel = errnoFromHost(error);
    } finally {
      closeSync(descriptor);
    }
    // Node does not pass on a write of nothing.
    if (text === '') kernel = EINVAL;
    assert.is(write(opened('pressure/cpu', O_RDWR, caller), text, caller), kernel, JSON.stringify(text));
  }
});

test.run();
