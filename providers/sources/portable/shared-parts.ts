/**
 * Parts of a snapshot in memory that the keeper's thread and the readers' share, so that taking one over is a look at a few words: a
 * message would take the reader longer than a whole read does.
 *
 * Each part has buffers, of which the keeper fills one that nobody uses, and says so. The reader says which two it uses: the last
 * one that it took over and the one before, for something may still be looked at that was made of that. Where a part outgrows its
 * buffers, it gets four larger ones, which are sent by a message. Words of 32 bits, three for each part:
 *
 *     0   what was filled last: its number << 12 | which buffer; 0 for none yet
 *     1   the buffer that the reader uses
 *     2   the one that it used before
 */

import { PARTS, type Part } from './parts.ts';
import { ProcessTable } from './process-table.ts';
import { NOTHING, type Snapshot } from './snapshot.ts';

const FILLED = 0;
const USED = 1;
const USED_BEFORE = 2;
/** Words of a part. */
const WORDS = 3;
const BUFFER_BITS = 12;
const BUFFER_MASK = (1 << BUFFER_BITS) - 1;
/** The number of a filling stays positive in 32 bits. */
const NUMBERS = 1 << 19;
/** Two that the reader uses, the one that was filled last, and the one that is being filled. */
const BUFFERS = 4;
const SMALLEST = 4096;
const NO_BUFFER = -1;

/** How many words the parts need. */
export const SHARED_WORDS: number = PARTS.length * WORDS;

/** Larger buffers for a part. */
export interface NewBuffers {
  readonly part: Part;
  readonly buffers: readonly SharedArrayBuffer[];
}

/** The words of a part, as both sides see them. */
function placeOf(part: Part): number {
  return PARTS.indexOf(part) * WORDS;
}

/** The keeper's side. */
export class PartWriter {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #reader: { send(buffers: NewBuffers): void; filled(part: Part): void };
  readonly #buffers = new Map<Part, SharedArrayBuffer[]>();

  /** The reader is sent new buffers, and told what was filled. */
  constructor(words: Int32Array<SharedArrayBuffer>, reader: { send(buffers: NewBuffers): void; filled(part: Part): void }) {
    this.#words = words;
    this.#reader = reader;
  }

  write(changes: Partial<Snapshot>): void {
    for (const part of PARTS) {
      const value = changes[part];
      if (value !== undefined) this.#fill(part, encode(part, value, changes.population));
    }
  }

  #fill(part: Part, bytes: Uint8Array): void {
    const place = placeOf(part);
    let buffers = this.#buffers.get(part) ?? [];
    if (buffers.length === 0 || (buffers.at(-1) as SharedArrayBuffer).byteLength < bytes.length + HEADER) {
      const size = Math.max(SMALLEST, 2 * bytes.length + HEADER);
      const larger = Array.from({ length: BUFFERS }, () => new SharedArrayBuffer(size));
      this.#buffers.set(part, (buffers = [...buffers, ...larger]));
      this.#reader.send({ part, buffers: larger });
    }
    const filled = Atomics.load(this.#words, place + FILLED);
    const taken = [filled === 0 ? NO_BUFFER : filled & BUFFER_MASK, Atomics.load(this.#words, place + USED), Atomics.load(this.#words, place + USED_BEFORE)];
    let at = buffers.length - BUFFERS;
    while (taken.includes(at)) at++;
    const buffer = buffers[at] as SharedArrayBuffer;
    new Uint32Array(buffer, 0, 1)[0] = bytes.length;
    new Uint8Array(buffer, HEADER).set(bytes);
    const number = ((filled >> BUFFER_BITS) % (NUMBERS - 1)) + 1;
    Atomics.store(this.#words, place + FILLED, (number << BUFFER_BITS) | at);
    this.#reader.filled(part);
  }
}

/** What is in front of a part: its length in bytes. The rest may begin with numbers of 64 bits. */
const HEADER = 8;

/** The readers' side. */
export class PartReader {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #receive: () => NewBuffers | undefined;
  readonly #buffers = new Map<Part, SharedArrayBuffer[]>();

  /** `receive` gives buffers that were sent, if any. */
  constructor(words: Int32Array<SharedArrayBuffer>, receive: () => NewBuffers | undefined) {
    this.#words = words;
    this.#receive = receive;
    for (const part of PARTS) {
      for (const which of [USED, USED_BEFORE]) Atomics.store(words, placeOf(part) + which, NO_BUFFER);
    }
  }

  /** Takes over the parts that were filled, a bit each. */
  take(before: Snapshot, filled: number): Snapshot {
    const now = LazySnapshot.from(before);
    for (const [index, part] of PARTS.entries()) if ((filled & (1 << index)) !== 0) now.replace(part, this.#use(part));
    return now;
  }

  /** The buffer that was filled last. From now on it is not filled again until two later ones were taken over. */
  #use(part: Part): SharedArrayBuffer {
    const place = placeOf(part);
    Atomics.store(this.#words, place + USED_BEFORE, Atomics.load(this.#words, place + USED));
    for (;;) {
      const filled = Atomics.load(this.#words, place + FILLED);
      Atomics.store(this.#words, place + USED, filled & BUFFER_MASK);
      // Had it been filled again in between, the keeper may not have seen that we use it.
      if (Atomics.load(this.#words, place + FILLED) === filled) return this.#buffer(part, filled & BUFFER_MASK);
    }
  }

  #buffer(part: Part, at: number): SharedArrayBuffer {
    for (;;) {
      const found = this.#buffers.get(part)?.[at];
      if (found) return found;
      // They were sent before the buffer was filled.
      const sent = this.#receive();
      if (!sent) throw new Error(`${part}: no buffer ${at}`);
      this.#buffers.set(sent.part, [...(this.#buffers.get(sent.part) ?? []), ...sent.buffers]);
    }
  }
}

/** A part of a snapshot that is decoded when somebody looks at it, once for however many snapshots have it. */
class Cell {
  readonly #part: Part;
  #buffer: SharedArrayBuffer | undefined;
  #value: Partial<Snapshot>;

  constructor(part: Part, buffer: SharedArrayBuffer | undefined, value: Partial<Snapshot>) {
    this.#part = part;
    this.#buffer = buffer;
    this.#value = value;
  }

  get value(): Partial<Snapshot> {
    if (this.#buffer) {
      this.#value = decode(this.#part, this.#buffer);
      this.#buffer = undefined;
    }
    return this.#value;
  }
}

class LazySnapshot implements Snapshot {
  readonly #cells: Record<Part, Cell>;

  constructor(cells: Record<Part, Cell>) {
    this.#cells = cells;
  }

  /** One with the parts of another. */
  static from(other: Snapshot): LazySnapshot {
    const cells = other instanceof LazySnapshot ? { ...other.#cells } : Object.fromEntries(PARTS.map((part) => [part, new Cell(part, undefined, other)]));
    return new LazySnapshot(cells as Record<Part, Cell>);
  }

  replace(part: Part, buffer: SharedArrayBuffer): void {
    this.#cells[part] = new Cell(part, buffer, NOTHING);
  }

  get machine(): Snapshot['machine'] {
    return this.#cells.machine.value.machine as Snapshot['machine'];
  }

  get times(): Snapshot['times'] {
    return this.#cells.times.value.times as Snapshot['times'];
  }

  get memory(): Snapshot['memory'] {
    return this.#cells.memory.value.memory as Snapshot['memory'];
  }

  get processes(): Snapshot['processes'] {
    return this.#cells.processes.value.processes as Snapshot['processes'];
  }

  get population(): Snapshot['population'] {
    return this.#cells.processes.value.population as Snapshot['population'];
  }

  get interfaces(): Snapshot['interfaces'] {
    return this.#cells.interfaces.value.interfaces as Snapshot['interfaces'];
  }

  get traffic(): Snapshot['traffic'] {
    return this.#cells.traffic.value.traffic as Snapshot['traffic'];
  }

  get connections(): Snapshot['connections'] {
    return this.#cells.connections.value.connections as Snapshot['connections'];
  }

  get disks(): Snapshot['disks'] {
    return this.#cells.disks.value.disks as Snapshot['disks'];
  }

  get transfers(): Snapshot['transfers'] {
    return this.#cells.transfers.value.transfers as Snapshot['transfers'];
  }

  get hardware(): Snapshot['hardware'] {
    return this.#cells.hardware.value.hardware as Snapshot['hardware'];
  }

  get power(): Snapshot['power'] {
    return this.#cells.power.value.power as Snapshot['power'];
  }

  get temperatures(): Snapshot['temperatures'] {
    return this.#cells.temperatures.value.temperatures as Snapshot['temperatures'];
  }
}

/** Parts that are numbers and no more, in the order in which they are kept. */
const MEMORY = ['total', 'free', 'available', 'buffers', 'cached', 'slab', 'reclaimableSlab', 'swap', 'swapFree', 'dirty', 'writeback'] as const;
const TRANSFERS = ['reads', 'writes', 'readTime', 'writeTime', 'weightedTime', 'readBytes', 'writtenBytes', 'openFiles', 'mostOpenFiles'] as const;
const TRAFFIC = ['receivedBytes', 'receiveErrors', 'receiveDropped', 'sentBytes', 'sendErrors', 'sendDropped'] as const;
const POPULATION = ['started', 'lastId', 'running', 'blocked'] as const;

/** Ticks of a CPU in each state, and its frequency. */
const COLUMNS = 10;
const PER_CPU = COLUMNS + 1;

/**
 * What is asked for often is kept as numbers of 64 bits, of which the first says how many follow, and a text behind them; the rest is
 * JSON. Decoding may take no longer than a read does, and JSON is slow where it is seldom used.
 */
function encode(part: Part, value: Snapshot[Part], population: Snapshot['population'] | undefined): Uint8Array {
  switch (part) {
    case 'times': {
      const { uptime, steady, bootTime, load, cpus } = value as Snapshot['times'];
      return numbersWith([uptime, steady, bootTime, ...load, ...cpus.flatMap(({ ticks, megahertz }) => [...ticks, megahertz])]);
    }
    case 'memory':
      return numbersWith(MEMORY.map((name) => (value as Snapshot['memory'])[name]));
    case 'transfers':
      return numbersWith(TRANSFERS.map((name) => (value as Snapshot['transfers'])[name]));
    case 'traffic': {
      const traffic = [...(value as Snapshot['traffic'])];
      return numbersWith(traffic.flatMap(([, counts]) => TRAFFIC.map((name) => counts[name])), Buffer.from(traffic.map(([name]) => name).join('\n'), 'latin1'));
    }
    case 'processes': {
      const { numbers, text } = (value as ProcessTable).memory;
      const all = new Float64Array(POPULATION.length + numbers.length);
      POPULATION.forEach((name, index) => (all[index] = population?.[name] ?? 0));
      all.set(numbers, POPULATION.length);
      return numbersWith(all, text);
    }
    default:
      // Texts are bytes already, and the rest is in ASCII.
      return Buffer.from(JSON.stringify(value), 'latin1');
  }
}

function numbersWith(numbers: ArrayLike<number>, text: Uint8Array = new Uint8Array(0)): Uint8Array {
  const all = new Float64Array(1 + numbers.length);
  all[0] = numbers.length;
  all.set(numbers, 1);
  const bytes = new Uint8Array(all.byteLength + text.length);
  bytes.set(new Uint8Array(all.buffer), 0);
  bytes.set(text, all.byteLength);
  return bytes;
}

function named<Name extends string>(names: readonly Name[], numbers: Float64Array, at = 0): { readonly [Each in Name]: number } {
  const found: Record<string, number> = {};
  for (let index = 0; index < names.length; index++) found[names[index] as Name] = numbers[at + index] as number;
  return found as { readonly [Each in Name]: number };
}

function decode(part: Part, buffer: SharedArrayBuffer): Partial<Snapshot> {
  const length = new Uint32Array(buffer, 0, 1)[0] as number;
  if (!['times', 'memory', 'transfers', 'traffic', 'processes'].includes(part)) {
    return { [part]: JSON.parse(Buffer.from(buffer, HEADER, length).toString('latin1')) as unknown };
  }
  const count = new Float64Array(buffer, HEADER, 1)[0] as number;
  const numbers = new Float64Array(buffer, HEADER + 8, count);
  const textAt = HEADER + 8 * (1 + count);
  const text = new Uint8Array(buffer, textAt, length + HEADER - textAt);
  switch (part) {
    case 'times':
      return { times: timesIn(numbers) };
    case 'memory':
      return { memory: named(MEMORY, numbers) };
    case 'transfers':
      return { transfers: named(TRANSFERS, numbers) };
    case 'traffic': {
      const names = text.length === 0 ? [] : Buffer.from(buffer, textAt, text.length).toString('latin1').split('\n');
      return { traffic: new Map(names.map((name, index) => [name, named(TRAFFIC, numbers, index * TRAFFIC.length)])) };
    }
    default:
      return { processes: new ProcessTable({ numbers: numbers.subarray(POPULATION.length), text }), population: named(POPULATION, numbers) };
  }
}

function timesIn(numbers: Float64Array): Snapshot['times'] {
  const [uptime = 0, steady = 0, bootTime = 0, one = 0, five = 0, fifteen = 0] = numbers;
  const cpus: { ticks: number[]; megahertz: number }[] = [];
  for (let at = 6; at < numbers.length; at += PER_CPU) {
    const ticks: number[] = [];
    for (let column = 0; column < COLUMNS; column++) ticks.push(numbers[at + column] as number);
    cpus.push({ ticks, megahertz: numbers[at + COLUMNS] as number });
  }
  return { uptime, steady, bootTime, cpus, load: [one, five, fifteen] };
}
