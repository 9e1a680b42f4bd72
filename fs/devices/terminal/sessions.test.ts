/** Job control: what terminals decide about processes that only a table of them knows. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller } from '../../caller.ts';
import { EIO, ENOTTY, ENXIO, EPERM, ERESTART, ESRCH, type Errno, WOULD_BLOCK, isErrno } from '../../errno.ts';
import { O_NOCTTY, O_RDWR } from '../../flags.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import { S_IFCHR, makeDevice } from '../../stat.ts';
import type { OpenFile } from '../../vnode.ts';
import { Vfs } from '../../vfs.ts';
import { openDevice } from '../device-file.ts';
import { DeviceTable } from '../device-table.ts';
import { number } from './ioctl.ts';
import { PseudoTerminals } from './pseudo-terminals.ts';
import { type Position, Sessions } from './sessions.ts';
import type { Timers } from './terminal.ts';
import { ICANON, TOSTOP, VMIN, VTIME, encodeTermios } from './termios.ts';

/** Processes by id, and what they were sent. */
class World {
  readonly positions = new Map<number, Position>();
  readonly sent: string[] = [];
  readonly ignoring = new Set<number>();
  readonly orphaned = new Set<number>();
  milliseconds = 0;
  readonly waiting: { at: number; wake: () => void }[] = [];
  readonly vfs: Vfs;
  readonly table: PseudoTerminals;

  constructor() {
    const sessions = new Sessions({
      position: (caller) => this.positions.get(caller.processId() ?? 0),
      ignores: (caller) => this.ignoring.has(caller.processId() ?? 0),
      isOrphaned: (group) => this.orphaned.has(group),
      sessionOf: (group) => [...this.positions.values()].find((position) => position.group === group)?.session,
      signalGroup: (group, signal) => void this.sent.push(`group ${group} signal ${signal}`),
      signalProcess: (process, signal) => void this.sent.push(`process ${process} signal ${signal}`),
    });
    const timers: Timers = {
      after: (milliseconds, wake) => {
        const entry = { at: this.milliseconds + milliseconds, wake };
        this.waiting.push(entry);
        return () => void this.waiting.splice(this.waiting.indexOf(entry), 1);
      },
      now: () => this.milliseconds,
    };
    this.table = new PseudoTerminals({ sessions, timers });
    const devices = new DeviceTable();
    for (const device of this.table.devices()) devices.add(device);
    this.vfs = new Vfs(new Tmpfs(defaultTmpfsOptions()), { openSpecial: (vnode, flags, caller) => openDevice(devices, vnode, flags, caller) });
    const root = new FixedCaller({ uid: 0, gid: 0 });
    this.vfs.mknod('/ptmx', S_IFCHR | 0o666, makeDevice(5, 2), root);
    this.vfs.mknod('/tty', S_IFCHR | 0o666, makeDevice(5, 0), root);
    this.vfs.mknod('/slave', S_IFCHR | 0o666, makeDevice(136, 0), root);
    for (const [id, session, group] of [[100, 100, 100], [101, 100, 101], [102, 100, 102], [200, 200, 200]] as const) {
      this.positions.set(id, { session, group, leader: id === session });
    }
  }

  open(path: string, process: number, flags: number = O_RDWR): OpenFile {
    const file = this.vfs.open(path, flags, 0, caller(process));
    if (isErrno(file)) throw new Error(`${path}: ${file}`);
    return file;
  }

  /** A pair whose slave is the controlling terminal of session 100. */
  pair(): { master: OpenFile; slave: OpenFile } {
    const master = this.open('/ptmx', 100, O_RDWR | O_NOCTTY);
    call(master, 0x4004_5431, 100, 0);
    return { master, slave: this.open('/slave', 100) };
  }

  signals(): string[] {
    return this.sent.splice(0);
  }

  pass(milliseconds: number): void {
    this.milliseconds += milliseconds;
    for (const entry of [...this.waiting]) if (entry.at <= this.milliseconds) entry.wake();
  }
}

function caller(process: number): FixedCaller {
  return new FixedCaller({ uid: 0, gid: 0, threadId: process });
}

function call(file: OpenFile, command: number, process: number, value = 0, argument = 0): number | Errno {
  const answer = file.ioctl?.(command, argument, number(value).output as Uint8Array, caller(process));
  if (answer === undefined) return ENOTTY;
  return isErrno(answer) ? answer : Buffer.from(answer.output ?? [0, 0, 0, 0]).readInt32LE();
}

function read(file: OpenFile, process: number, length = 100): string | number {
  const bytes = Buffer.alloc(length);
  const count = file.read?.(bytes, 0, length, 0, caller(process)) ?? -1;
  return count < 0 ? count : bytes.toString('latin1', 0, count);
}

function write(file: OpenFile, process: number, text: string): number {
  return file.write?.(Buffer.from(text), 0, text.length, 0, caller(process)) ?? -1;
}

const TIOCSCTTY = 0x540e;
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const TIOCNOTTY = 0x5422;
const TIOCGSID = 0x5429;

test('the first terminal that a session leader opens controls its session', () => {
  const world = new World();
  assert.is(world.vfs.open('/tty', O_RDWR, 0, caller(100)), ENXIO);
  const { slave, master } = world.pair();
  assert.is(call(slave, TIOCGPGRP, 101), 100);
  assert.is(call(slave, TIOCGSID, 102), 100);
  assert.is(call(slave, TIOCGPGRP, 200), ENOTTY);
  assert.is(call(master, TIOCGPGRP, 200), 100);
  assert.is(call(slave, TIOCSCTTY, 100), 0);
  assert.is(call(slave, TIOCSCTTY, 101), EPERM);
  assert.is(call(slave, TIOCSCTTY, 200), EPERM);
  const tty = world.open('/tty', 102);
  assert.is(write(master, 200, 'x\n'), 2);
  assert.is(read(tty, 100), 'x\n');
  assert.is(call(slave, TIOCSCTTY, 200, 0, 1), 0, 'root takes it');
  assert.is(world.vfs.open('/tty', O_RDWR, 0, caller(100)), ENXIO);
  assert.is(call(slave, TIOCGSID, 200), 200);
});

test('the background is stopped when it reads', () => {
  const world = new World();
  const { slave, master } = world.pair();
  write(master, 200, 'line\n');
  assert.is(call(slave, TIOCSPGRP, 100, 101), 0);
  assert.is(read(slave, 102), ERESTART);
  assert.equal(world.signals(), ['group 102 signal 21']);
  world.ignoring.add(102);
  assert.is(read(slave, 102), EIO);
  world.ignoring.clear();
  world.orphaned.add(102);
  assert.is(read(slave, 102), EIO);
  assert.is(read(slave, 101), 'line\n');
  assert.is(read(slave, 200), WOULD_BLOCK);
  assert.equal(world.signals(), []);
});

test('the background writes unless TOSTOP is set, and does not change settings', () => {
  const world = new World();
  const { slave } = world.pair();
  assert.is(call(slave, TIOCSPGRP, 100, 101), 0);
  assert.is(write(slave, 102, 'x'), 1);
  const settings = (process: number): unknown => {
    const termios = world.table.entries.get(0)?.pair.terminal.termios;
    if (!termios) return undefined;
    return slave.ioctl?.(0x5402, 1, encodeTermios({ ...termios, lflag: termios.lflag | TOSTOP }, 36), caller(process));
  };
  assert.is(settings(102), ERESTART);
  assert.equal(settings(101), { result: 0 });
  assert.is(write(slave, 102, 'x'), ERESTART);
  assert.equal(world.signals(), ['group 102 signal 22', 'group 102 signal 22']);
  world.ignoring.add(102);
  assert.is(write(slave, 102, 'x'), 1);
});

test('the foreground group is one of the session', () => {
  const world = new World();
  const { slave } = world.pair();
  assert.is(call(slave, TIOCSPGRP, 100, 999), ESRCH);
  assert.is(call(slave, TIOCSPGRP, 100, 200), EPERM);
  assert.is(call(slave, TIOCSPGRP, 200, 200), ENOTTY);
});

test('the foreground gets interrupts and changes of the window', () => {
  const world = new World();
  const { master } = world.pair();
  write(master, 200, '\x03\x1c\x1a');
  const size = { rows: Uint8Array.of(24, 0, 80, 0, 0, 0, 0, 0) };
  master.ioctl?.(0x5414, 1, size.rows, caller(200));
  master.ioctl?.(0x5414, 1, size.rows, caller(200));
  assert.equal(world.signals(), ['group 100 signal 2', 'group 100 signal 3', 'group 100 signal 20', 'group 100 signal 28']);
});

test('a terminal that is hung up tells the leader, and cuts everyone off', () => {
  const world = new World();
  const { master, slave } = world.pair();
  assert.is(call(slave, TIOCSPGRP, 100, 101), 0);
  master.release();
  assert.equal(world.signals(), ['process 100 signal 1', 'process 100 signal 18', 'group 101 signal 1']);
  assert.is(read(slave, 101), '');
  assert.is(write(slave, 101, 'x'), EIO);
  assert.is(world.table.entries.size, 0);
  assert.is(world.vfs.open('/tty', O_RDWR, 0, caller(100)), ENXIO);
  // The number is free once nobody has it open.
  const next = world.open('/ptmx', 200, O_RDWR | O_NOCTTY);
  assert.is(call(next, 0x8004_5430, 200), 1);
  slave.release();
  assert.is(call(world.open('/ptmx', 200, O_RDWR | O_NOCTTY), 0x8004_5430, 200), 0);
});

test('a leader gives its terminal up', () => {
  const world = new World();
  const { slave } = world.pair();
  assert.is(call(slave, TIOCNOTTY, 100), 0);
  assert.equal(world.signals(), ['group 100 signal 1', 'group 100 signal 18']);
  assert.is(call(slave, TIOCNOTTY, 100), ENOTTY);
  assert.is(call(slave, TIOCGSID, 100), ENOTTY);
});

test('VTIME ends a read, or the wait for the next byte', () => {
  const world = new World();
  const { slave, master } = world.pair();
  const terminal = world.table.entries.get(0)?.pair.terminal;
  if (!terminal) throw new Error('no terminal');
  const cc = Uint8Array.from(terminal.termios.cc);
  cc[VMIN] = 0;
  cc[VTIME] = 5;
  terminal.setTermios({ ...terminal.termios, lflag: terminal.termios.lflag & ~ICANON, cc });
  let woken = 0;
  slave.waiters?.add(() => woken++);
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(499);
  assert.is(woken, 0);
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(1);
  assert.is(woken, 1);
  assert.is(read(slave, 100), '');
  assert.is(read(slave, 100), WOULD_BLOCK);
  write(master, 200, 'x');
  assert.is(read(slave, 100), 'x');
  cc[VMIN] = 3;
  terminal.setTermios({ ...terminal.termios, cc });
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(10_000);
  assert.is(read(slave, 100), WOULD_BLOCK, 'the time begins with a byte');
  write(master, 200, 'a');
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(400);
  write(master, 200, 'b');
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(400);
  assert.is(read(slave, 100), WOULD_BLOCK);
  world.pass(100);
  assert.is(read(slave, 100), 'ab');
});

test('the peer of a master is a file of its own', () => {
  const world = new World();
  const { master } = world.pair();
  assert.is(call(master, 0x5441, 200, 0, O_RDWR | O_NOCTTY), ENOTTY, 'where nobody has nodes');
  world.table.openPeer = (_index, flags, who) => world.vfs.open('/slave', flags, 0, who);
  const answer = master.ioctl?.(0x5441, O_RDWR | O_NOCTTY, Buffer.alloc(0), caller(200));
  if (answer === undefined || isErrno(answer) || !answer.opened) throw new Error('no file');
  write(master, 200, 'x\n');
  assert.is(read(answer.opened, 200), 'x\n');
});

test.run();
