/** Parts of a snapshot in shared memory: what is taken over is what was written, and stays so while somebody may look at it. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Demand } from '../../providers/sources/portable/demand.ts';
import { PARTS, type Part } from '../../providers/sources/portable/parts.ts';
import { type ProcessFacts, ProcessTable } from '../../providers/sources/portable/process-table.ts';
import { type NewBuffers, PartReader, PartWriter } from '../../providers/sources/portable/shared-parts.ts';
import { NOTHING, type Snapshot } from '../../providers/sources/portable/snapshot.ts';
import { FixedFeed } from './fixed-feed.ts';
import { MACHINES, type MachineFixture } from './machines.ts';

/** Both sides in one thread. */
class Sides {
  readonly demand: Demand = new Demand();
  readonly sent: NewBuffers[] = [];
  readonly writer: PartWriter = new PartWriter(this.demand.parts, { send: (buffers) => void this.sent.push(buffers), filled: (part) => this.demand.post(part) });
  readonly reader: PartReader = new PartReader(this.demand.parts, () => this.sent.shift());
  snapshot: Snapshot = NOTHING;

  take(): Snapshot {
    if (this.demand.isPosted()) this.snapshot = this.reader.take(this.snapshot, this.demand.takePosted());
    return this.snapshot;
  }
}

/** What a list has, as plain values. */
function rowsOf(table: ProcessTable): unknown[] {
  return Array.from({ length: table.length }, (_, row) => [
    ...(['pid', 'life', 'parent', 'uid', 'gid', 'state', 'nice', 'terminal', 'started', 'size', 'resident', 'userTime', 'systemTime', 'kernel'] as const).map((column) => table.number(row, column)),
    ...(['name', 'command', 'executable'] as const).map((text) => table.text(row, text)),
  ]);
}

function plain(snapshot: Snapshot): unknown {
  const { processes, traffic } = snapshot;
  const rest = Object.fromEntries(PARTS.filter((part) => part !== 'processes' && part !== 'traffic').map((part) => [part, snapshot[part]]));
  // What is undefined is left out on the way.
  return JSON.parse(JSON.stringify([rest, snapshot.population, [...traffic], rowsOf(processes)]));
}

function processOf(pid: number, command: string): ProcessFacts {
  return { pid, life: pid, parent: 1, uid: 0, gid: 0, state: 0x53, nice: 0, terminal: 0, started: 0, size: 10, resident: 5, userTime: pid, systemTime: 0, kernel: 0, name: `p${pid}`, command, executable: '' };
}

for (const [name, machine] of Object.entries(MACHINES) as [string, MachineFixture][]) {
  test(`${name}: what is taken over is what was written`, () => {
    const sides = new Sides();
    const written = new FixedFeed(machine).now();
    sides.writer.write(written);
    assert.equal(plain(sides.take()), plain(written));
    assert.not(sides.demand.isPosted());
    assert.is(sides.take(), sides.take(), 'the same as long as nothing comes');
  });
}

test('a part that comes leaves the others as they are', () => {
  const sides = new Sides();
  const written = new FixedFeed(MACHINES['Linux'] as MachineFixture).now();
  sides.writer.write(written);
  const { disks, memory } = sides.take();
  sides.writer.write({ memory: { ...written.memory, free: 77 } });
  assert.is(sides.take().disks, disks);
  assert.is(sides.take().memory.free, 77);
  assert.is(memory.free, written.memory.free);
});

test('what was taken over stays while one more is taken over, however many are written, and grows', () => {
  const sides = new Sides();
  const population = { started: 0, lastId: 0, running: 0, blocked: 0 };
  const write = (round: number): void => {
    const list = Array.from({ length: 1 + round * 7 }, (_, index) => processOf(index + 1, `${'x'.repeat(round)}\0`));
    sides.writer.write({ processes: ProcessTable.of(list), population: { ...population, started: round } });
  };
  const check = (snapshot: Snapshot, round: number): void => {
    assert.is(snapshot.population.started, round);
    assert.is(snapshot.processes.length, 1 + round * 7);
    assert.is(snapshot.processes.text(round * 7, 'command'), `${'x'.repeat(round)}\0`);
    assert.is(snapshot.processes.find(1 + round * 7), round * 7);
  };
  let before: { snapshot: Snapshot; round: number } | undefined;
  for (let round = 1; round < 60; round++) {
    write(round);
    const snapshot = sides.take();
    // Only decoded when it is looked at, which may be late.
    const written = round;
    for (let more = 0; more < round % 5; more++) write(++round);
    check(snapshot, written);
    if (before) check(before.snapshot, before.round);
    before = { snapshot, round: written };
  }
});

test('each part is posted by its own bit', () => {
  const demand = new Demand();
  const posted: Part[] = ['times', 'transfers'];
  for (const part of posted) demand.post(part);
  const bits = demand.takePosted();
  assert.equal(PARTS.filter((_, index) => (bits & (1 << index)) !== 0), posted);
  assert.not(demand.isPosted());
});

test('of two processes with one id the first stays, and texts are bytes', () => {
  const table = ProcessTable.of([processOf(9, 'b\xff\0'), processOf(3, ''), { ...processOf(9, 'other'), parent: 5 }]);
  assert.equal(table.ids(0), [3, 9]);
  assert.equal(table.ids(3), [9]);
  assert.is(table.find(4), -1);
  assert.is(table.text(1, 'command'), 'b\xff\0');
  assert.is(table.number(1, 'parent'), 1);
  assert.is(ProcessTable.of([]).length, 0);
});

test.run();
