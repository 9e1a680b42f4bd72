/** A snapshot of what a test says that was found. */

import type { Feed } from '../../providers/sources/portable/feed.ts';
import { Interpreter, type OwnProcess } from '../../providers/sources/portable/interpreter.ts';
import { PARTS, type Part } from '../../providers/sources/portable/parts.ts';
import type { Snapshot } from '../../providers/sources/portable/snapshot.ts';
import type { MachineFixture, Results } from './machines.ts';

export class FixedFeed implements Feed {
  readonly wanted: Set<Part> = new Set();
  readonly #machine: MachineFixture;
  readonly #interpreter: Interpreter;

  constructor(machine: MachineFixture, own?: OwnProcess) {
    this.#machine = machine;
    this.#interpreter = new Interpreter(own);
    for (const part of PARTS) this.find(part, machine.results[part], { first: true });
  }

  /** Something was found; `after` seconds later than the fixture. */
  find<P extends Part>(part: P, results: Results[P], { first = false, after = 0 }: { first?: boolean; after?: number } = {}): void {
    const { platform, wall } = this.#machine;
    this.#interpreter.take({ part, platform, wall: wall + after * 1000, steady: after * 1000, first, results });
  }

  take(): Snapshot {
    return this.now();
  }

  now(): Snapshot {
    return this.#interpreter.snapshot;
  }

  uptime(): number {
    return this.now().times.uptime;
  }

  want(part: Part): void {
    this.wanted.add(part);
  }

  close(): void {}
}
