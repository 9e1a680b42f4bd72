/** Request counts of a mount, in memory that the serving thread writes and any thread may read. */

import type { Dispatcher } from './dispatcher.ts';

/** Slots of the shared memory, in 64-bit floats. */
const REQUESTS = 0;
const OPEN_FILES = 1;
const NODES = 2;
const PARKED = 3;
const TIMED = 4;
const MILLISECONDS = 5;
const FAULTS = 6;
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
  /** How many requests were timed, from their arrival to their reply, and how long those took together. */
  readonly timed: number;
  readonly milliseconds: number;
  /** Requests that ended in a failure of our own. */
  readonly faults: number;
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
    this.countRequest(opcode, dispatcher.handles.size, dispatcher.nodes.size, dispatcher.parked);
  }

  /** Likewise, for a server without a dispatcher. */
  countRequest(opcode: number, openFiles: number, nodes: number, parked: number): void {
    const values = this.#values;
    values[REQUESTS] = (values[REQUESTS] as number) + 1;
    const slot = BY_OPCODE + (opcode < OPCODES ? opcode : OPCODES - 1);
    values[slot] = (values[slot] as number) + 1;
    values[OPEN_FILES] = openFiles;
    values[NODES] = nodes;
    values[PARKED] = parked;
  }

  /** Adds one request's service time; a server times a few of its requests, since looking at the clock costs. */
  time(milliseconds: number): void {
    const values = this.#values;
    values[TIMED] = (values[TIMED] as number) + 1;
    values[MILLISECONDS] = (values[MILLISECONDS] as number) + milliseconds;
  }

  /** Counts a request that failed by a mistake of ours. */
  fault(): void {
    this.#values[FAULTS] = (this.#values[FAULTS] as number) + 1;
  }

  /** Requests and polls that wait for their files. */
  get parked(): number {
    return this.#values[PARKED] as number;
  }

  read(): Counts {
    const values = this.#values;
    return {
      requests: values[REQUESTS] as number,
      openFiles: values[OPEN_FILES] as number,
      nodes: values[NODES] as number,
      parked: values[PARKED] as number,
      timed: values[TIMED] as number,
      milliseconds: values[MILLISECONDS] as number,
      faults: values[FAULTS] as number,
      byOpcode: [...values.subarray(BY_OPCODE)],
    };
  }
}
