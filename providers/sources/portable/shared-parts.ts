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
import type { Snapshot } from './snapshot.ts';

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
  readonly #send: (buffers: NewBuffers) => void;
  readonly #buffers = new Map<Part, SharedArrayBuffer[]>();

  /** `send` hands new buffers to the reader. */
  constructor(words: Int32Array<SharedArrayBuffer>, send: (buffers: NewBuffers) => void) {
    this.#words = words;
    this.#send = send;
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
      this.#send({ part, buffers: larger });
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
  }
}

/** What is in front of a part: its length in bytes. The rest may begin with numbers of 64 bits. */
const HEADER = 8;

/** The readers' side. */
export class PartReader {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #receive: () => NewBuffers | undefined;
  readonly #buffers = new Map<Part, SharedArrayBuffer[]>();
  readonly #filled = new Int32Array(PARTS.length);

  /** `receive` gives buffers that were sent, if any. */
  constructor(words: Int32Array<SharedArrayBuffer>, receive: () => NewBuffers | undefined) {
    this.#words = words;
    this.#receive = receive;
    for (const part of PARTS) {
      for (const which of [USED, USED_BEFORE]) Atomics.store(words, placeOf(part) + which, NO_BUFFER);
    }
  }

  /** Takes over what was filled since the last time; the same snapshot where nothing was. */
  take(before: Snapshot): Snapshot {
    let now: LazySnapshot | undefined;
    for (let index = 0; index < PARTS.length; index++) {
      if (Atomics.load(this.#words, index * WORDS + FILLED) === this.#filled[index]) continue;
      const part = PARTS[index] as Part;
      (now ??= new LazySnapshot(before)).replace(part, this.#use(part, index));
    }
    return now ?? before;
  }

  /** The buffer that was filled last. From now on it is not filled again until two later ones were taken over. */
  #use(part: Part, index: number): SharedArrayBuffer {
    const place = index * WORDS;
    Atomics.store(this.#words, place + USED_BEFORE, Atomics.load(this.#words, place + USED));
    for (;;) {
      const filled = Atomics.load(this.#words, place + FILLED);
      Atomics.store(this.#words, place + USED, filled & BUFFER_MASK);
      // Had it been filled again in between, the keeper may not have seen that we use it.
      if (Atomics.load(this.#words, place + FILLED) !== filled) continue;
      this.#filled[index] = filled;
      return this.#buffer(part, filled & BUFFER_MASK);
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

/** A snapshot of which a part is decoded when somebody looks at it. */
class LazySnapshot implements Snapshot {
  readonly #parts = new Map<Part, { buffer: SharedArrayBuffer | undefined; value: Partial<Snapshot> }>();

  /** Begins with the parts of another one. */
  constructor(from: Snapshot) {
    if (from instanceof LazySnapshot) {
      this.#parts = new Map(from.#parts);
      return;
    }
    for (const part of PARTS) this.#parts.set(part, { buffer: undefined, value: from });
  }

  replace(part: Part, buffer: SharedArrayBuffer): void {
    this.#parts.set(part, { buffer, value: {} });
  }

  /** What a part says; decoded once, however many snapshots have it. */
  #decoded(part: Part): Partial<Snapshot> {
    const held = this.#parts.get(part) as { buffer: SharedArrayBuffer | undefined; value: Partial<Snapshot> };
    if (held.buffer) {
      held.value = decode(part, held.buffer);
      held.buffer = undefined;
    }
    return held.value;
  }

  get machine(): Snapshot['machine'] {
    return this.#decoded('machine').machine as Snapshot['machine'];
  }

  get times(): Snapshot['times'] {
    return this.#decoded('times').times as Snapshot['times'];
  }

  get memory(): Snapshot['memory'] {
    return this.#decoded('memory').memory as Snapshot['memory'];
  }

  get processes(): Snapshot['processes'] {
    return this.#decoded('processes').processes as Snapshot['processes'];
  }

  get population(): Snapshot['population'] {
    return this.#decoded('processes').population as Snapshot['population'];
  }

  get interfaces(): Snapshot['interfaces'] {
    return this.#decoded('interfaces').interfaces as Snapshot['interfaces'];
  }

  get traffic(): Snapshot['traffic'] {
    return this.#decoded('traffic').traffic as Snapshot['traffic'];
  }

  get connections(): Snapshot['connections'] {
    return this.#decoded('connections').connections as Snapshot['connections'];
  }

  get disks(): Snapshot['disks'] {
    return this.#decoded('disks').disks as Snapshot['disks'];
  }

  get transfers(): Snapshot['transfers'] {
    return this.#decoded('transfers').transfers as Snapshot['transfers'];
  }
}

/** Numbers in front of the list of processes: those of the population, and how many numbers the list has. */
const FRONT = 5;

function encode(part: Part, value: Snapshot[Part], population: Snapshot['population'] | undefined): Uint8Array {
  if (value instanceof ProcessTable) {
    const { numbers, text } = value.memory;
    const { started = 0, lastId = 0, running = 0, blocked = 0 } = population ?? {};
    const front = Float64Array.of(started, lastId, running, blocked, numbers.length);
    const bytes = new Uint8Array(front.byteLength + numbers.byteLength + text.length);
    bytes.set(new Uint8Array(front.buffer), 0);
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), front.byteLength);
    bytes.set(text, front.byteLength + numbers.byteLength);
    return bytes;
  }
  // Texts are bytes already, and the rest is in ASCII.
  return Buffer.from(JSON.stringify(part === 'traffic' ? [...(value as Snapshot['traffic'])] : value), 'latin1');
}

function decode(part: Part, buffer: SharedArrayBuffer): Partial<Snapshot> {
  const length = new Uint32Array(buffer, 0, 1)[0] as number;
  if (part === 'processes') {
    const [started = 0, lastId = 0, running = 0, blocked = 0, count = 0] = new Float64Array(buffer, HEADER, FRONT);
    const start = HEADER + 8 * FRONT;
    const numbers = new Float64Array(buffer, start, count);
    const text = new Uint8Array(buffer, start + 8 * count, length + HEADER - start - 8 * count);
    return { processes: new ProcessTable({ numbers, text }), population: { started, lastId, running, blocked } };
  }
  const value: unknown = JSON.parse(Buffer.from(buffer, HEADER, length).toString('latin1'));
  return { [part]: part === 'traffic' ? new Map(value as [string, never][]) : value } as Partial<Snapshot>;
}
