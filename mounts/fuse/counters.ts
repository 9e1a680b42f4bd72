/** Request counts of a mount, in memory that the serving thread writes and any thread may read. */

import type { Dispatcher } from './dispatcher.ts';

/** Slots of the shared memory, in 64-bit floats. */
const REQUESTS = 0;
const OPEN_FILES = 1;
const NODES = 2;
const PARKED = 3;
const BY_OPCODE = 8;
const OPCODES = 64;

/** A reading of the counters. */
export interface Counts {
  /** Requests since the mount began. */
  readonly requests: number;
  readonly openFiles: number;
  /** Nodes that the kernel holds. */
  readonly nodes: number;
  /** Requests and polls that wait for their files. */
  readonly parked: number;
  /** Requests by opcode; opcodes beyond the known ones count as the last. */
  readonly byOpcode: readonly number[];
}

export class Counters {
  readonly memory: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer((BY_OPCODE + OPCODES) * 8)) {
    this.memory = memory;
    this.#values = new Float64Array(memory);
  }

  /** Counts an answered request. */
  count(opcode: number, dispatcher: Dispatcher): void {
    const values = this.#values;
    values[REQUESTS] = (values[REQUESTS] as number) + 1;
    const slot = BY_OPCODE + (opcode < OPCODES ? opcode : OPCODES - 1);
    values[slot] = (values[slot] as number) + 1;
    values[OPEN_FILES] = dispatcher.handles.size;
    values[NODES] = dispatcher.nodes.size;
    values[PARKED] = dispatcher.parked;
  }

  read(): Counts {
    const values = this.#values;
    return {
      requests: values[REQUESTS] as number,
      openFiles: values[OPEN_FILES] as number,
      nodes: values[NODES] as number,
      parked: values[PARKED] as number,
      byOpcode: [...values.subarray(BY_OPCODE)],
    };
  }
}
