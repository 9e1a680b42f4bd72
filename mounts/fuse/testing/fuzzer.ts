/**
 * Feeds a dispatcher requests that are right, nearly right and wrong, and checks after each that it answered as the
 * protocol has it and counts nodes and handles as its replies said. Every run is determined by its seed.
 */

import type { FileSystem } from '../../../fs/vnode.ts';
import * as fuse from '../protocol.ts';
import { TestKernel } from './kernel.ts';
import { type Part, buildRequest } from './request.ts';

/** Numbers from a seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) >>> 0 || 1;
  }

  /** 0..2^32-1. */
  next(): number {
    let value = this.#state;
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    this.#state = value >>> 0;
    return this.#state;
  }

  below(limit: number): number {
    return this.next() % limit;
  }

  /** True once in so many times. */
  once(many: number): boolean {
    return this.below(many) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const NAMES: readonly string[] = ['a', 'b', 'c', 'd', 'pipe', '.', '..', '', 'a/b', 'n'.repeat(255), 'n'.repeat(256), '\xff\x01'];
const LARGE: readonly bigint[] = [0n, 1n, 4095n, 4096n, 131_072n, (1n << 31n) - 1n, 1n << 31n, (1n << 32n) - 1n, 1n << 32n, 1n << 53n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];
const XATTRS: readonly string[] = ['user.a', 'trusted.b', 'security.c', 'system.d', 'odd', 'user.', ''];

/** Fields that are likely to be good. */
interface Fields {
  readonly random: Random;
  readonly node: () => bigint;
  readonly handle: () => bigint;
}

/** The body of a good request, by opcode. */
const BODIES: Readonly<Record<number, (fields: Fields) => Part[]>> = {
  [fuse.FUSE_LOOKUP]: ({ random }) => [random.pick(NAMES)],
  [fuse.FUSE_GETATTR]: ({ handle }) => [0, 0, handle()],
  [fuse.FUSE_SETATTR]: ({ random, handle }) => {
    const size = random.once(4) ? random.pick(LARGE) : BigInt(random.below(200_000));
    const head: Part[] = [random.below(1 << 12), 0, handle(), size, 0n];
    return [...head, ...Array.from({ length: 14 }, () => random.next())];
  },
  [fuse.FUSE_READLINK]: () => [],
  [fuse.FUSE_SYMLINK]: ({ random }) => [random.pick(NAMES), random.pick(['target', '', 'x'.repeat(4095), 'x'.repeat(4096)])],
  [fuse.FUSE_MKNOD]: ({ random }) => [random.pick([0, 1, 2, 4, 6, 8, 10, 12]) << 12 | random.below(0o10000), random.next(), 0, 0, random.pick(NAMES)],
  [fuse.FUSE_MKDIR]: ({ random }) => [random.below(0o10000), 0, random.pick(NAMES)],
  [fuse.FUSE_UNLINK]: ({ random }) => [random.pick(NAMES)],
  [fuse.FUSE_RMDIR]: ({ random }) => [random.pick(NAMES)],
  [fuse.FUSE_RENAME]: ({ random, node }) => [node(), random.pick(NAMES), random.pick(NAMES)],
  [fuse.FUSE_RENAME2]: ({ random, node }) => [node(), random.below(8), 0, random.pick(NAMES), random.pick(NAMES)],
  [fuse.FUSE_LINK]: ({ random, node }) => [node(), random.pick(NAMES)],
  [fuse.FUSE_OPEN]: ({ random }) => [random.pick([0, 1, 2, 3]) | (random.once(8) ? random.next() : 0), 0],
  [fuse.FUSE_OPENDIR]: ({ random }) => [random.once(8) ? random.next() : 0, 0],
  [fuse.FUSE_READ]: ({ random, handle }) => [handle(), offset(random), random.below(300_000), 0, 0n, random.once(2) ? 0o4000 : 0, 0],
  [fuse.FUSE_WRITE]: ({ random, handle }) => {
    const data = Buffer.alloc(random.below(random.once(10) ? 131_072 : 5000), random.below(256));
    return [handle(), offset(random), data.length, random.below(8), 0n, random.once(2) ? 0o4000 : 0, 0, data];
  },
  [fuse.FUSE_STATFS]: () => [],
  [fuse.FUSE_RELEASE]: ({ handle }) => [handle(), 0, 0, 0n],
  [fuse.FUSE_RELEASEDIR]: ({ handle }) => [handle(), 0, 0, 0n],
  [fuse.FUSE_FSYNC]: ({ handle }) => [handle(), 0, 0],
  [fuse.FUSE_FSYNCDIR]: ({ handle }) => [handle(), 0, 0],
  [fuse.FUSE_SETXATTR]: ({ random }) => {
    const value = Buffer.alloc(random.below(100));
    return [value.length, random.below(4), random.pick(XATTRS), value];
  },
  [fuse.FUSE_GETXATTR]: ({ random }) => [random.below(200), 0, random.pick(XATTRS)],
  [fuse.FUSE_LISTXATTR]: ({ random }) => [random.below(200), 0],
  [fuse.FUSE_REMOVEXATTR]: ({ random }) => [random.pick(XATTRS)],
  [fuse.FUSE_FLUSH]: ({ handle }) => [handle(), 0, 0, 0n],
  [fuse.FUSE_INIT]: ({ random }) => [7, random.below(60), random.next(), random.next()],
  [fuse.FUSE_READDIR]: ({ random, handle }) => [handle(), BigInt(random.below(20)), random.below(5000), 0, 0n, 0, 0],
  [fuse.FUSE_READDIRPLUS]: ({ random, handle }) => [handle(), BigInt(random.below(20)), random.below(5000), 0, 0n, 0, 0],
  [fuse.FUSE_ACCESS]: ({ random }) => [random.below(16), 0],
  [fuse.FUSE_CREATE]: ({ random }) => [random.below(4) | (random.once(4) ? random.next() : 0), random.below(0o10000), 0, 0, random.pick(NAMES)],
  [fuse.FUSE_TMPFILE]: ({ random }) => [2, random.below(0o10000), 0, 0, '/'],
  [fuse.FUSE_INTERRUPT]: ({ random }) => [BigInt(random.below(2000))],
  [fuse.FUSE_IOCTL]: ({ random, handle }) => [handle(), 0, random.next(), 0n, random.below(100), random.below(100), new Uint8Array(random.below(100))],
  [fuse.FUSE_POLL]: ({ random, handle }) => [handle(), BigInt(random.below(5)), random.below(2), random.below(0x200)],
  [fuse.FUSE_FALLOCATE]: ({ random, handle }) => [handle(), offset(random), offset(random), random.pick([0, 1, 2, 3, 8, 16, 17, 32]), 0],
  [fuse.FUSE_LSEEK]: ({ random, handle }) => [handle(), offset(random), random.below(6), 0],
  [fuse.FUSE_COPY_FILE_RANGE]: ({ random, node, handle }) => [handle(), offset(random), node(), handle(), offset(random), offset(random), 0n],
  [fuse.FUSE_SYNCFS]: () => [0n],
  [fuse.FUSE_GETLK]: ({ handle }) => [handle(), 0n, 0n, 0n, 0, 0, 0, 0],
  [fuse.FUSE_SETLK]: ({ handle }) => [handle(), 0n, 0n, 0n, 0, 0, 0, 0],
  [fuse.FUSE_SETLKW]: ({ handle }) => [handle(), 0n, 0n, 0n, 0, 0, 0, 0],
  [fuse.FUSE_BMAP]: () => [0n, 4096, 0],
  [fuse.FUSE_SETUPMAPPING]: ({ handle }) => [handle(), 0n, 4096n, 0n, 0n],
  [fuse.FUSE_REMOVEMAPPING]: () => [1, 0n, 4096n],
  [fuse.FUSE_NOTIFY_REPLY]: ({ random }) => [0n, offset(random), random.below(5000), 0, 0n, 0n],
  [fuse.FUSE_FORGET]: ({ random }) => [random.once(4) ? random.pick(LARGE) : BigInt(random.below(3))],
  [fuse.FUSE_BATCH_FORGET]: ({ random, node }) => {
    const items = Array.from({ length: random.below(4) }, () => [node(), BigInt(random.below(3))]);
    return [random.once(4) ? random.next() : items.length, 0, ...items.flat()];
  },
  [fuse.FUSE_DESTROY]: () => [],
  [fuse.FUSE_STATX]: ({ handle }) => [0, 0, handle(), 0, 0],
};

/** Offsets are small enough for a file that fits into the test's limits, or wild. */
function offset(random: Random): bigint {
  return random.once(6) ? random.pick(LARGE) : BigInt(random.below(300_000));
}

/** Numbers that are no requests of FUSE: never given out, not yet, or another protocol's. */
const STRANGE: readonly number[] = [0, 7, 19, 53, 63, 64, 4096, 0x7fff_ffff, 0xffff_ffff];

/** Every opcode that there is, and some that there are not. */
export const OPCODES: readonly number[] = [...Object.keys(BODIES).map(Number), ...STRANGE];

/** Those that end what the others work on, which is done once in a while. */
const FINAL: readonly number[] = [fuse.FUSE_DESTROY];
const FINAL_EVERY = 400;

/** What is asked for at random: what finds, opens and uses files more often than the rest, so that there are some. */
const CHOICE: readonly number[] = [
  ...OPCODES.filter((opcode) => !FINAL.includes(opcode)),
  ...Array.from({ length: 5 }, () => [fuse.FUSE_LOOKUP, fuse.FUSE_OPEN, fuse.FUSE_CREATE, fuse.FUSE_READ, fuse.FUSE_WRITE]).flat(),
];

export class Fuzzer {
  readonly kernel: TestKernel;
  readonly random: Random;
  readonly #fileSystem: FileSystem;

  constructor(fileSystem: FileSystem, seed: number) {
    this.#fileSystem = fileSystem;
    this.random = new Random(seed);
    this.kernel = new TestKernel(fileSystem);
  }

  #fields(): Fields {
    const { random, kernel } = this;
    const nodes = [...kernel.lookups.keys()];
    const handles = [...kernel.handles];
    const wild = (): bigint => (random.once(2) ? random.pick(LARGE) : BigInt(random.below(50)));
    return {
      random,
      node: () => (random.once(20) ? wild() : random.once(3) || nodes.length === 0 ? 1n : BigInt(random.pick(nodes))),
      handle: () => (random.once(20) || handles.length === 0 ? wild() : BigInt(random.pick(handles))),
    };
  }

  /** A request as the kernel would make it, more or less. */
  request(opcode: number): Buffer {
    const fields = this.#fields();
    const user = this.random.once(4);
    return buildRequest(opcode, BODIES[opcode]?.(fields) ?? [], {
      node: Number(fields.node() & 0xffff_ffffn),
      uid: user ? 1000 : 0,
      gid: user ? 1000 : 0,
      thread: user ? 7 : 1,
      unique: this.kernel.nextUnique(),
    });
  }

  /** Sends a request and checks everything. */
  send(request: Buffer): void {
    try {
      this.kernel.sendBytes(request);
      this.kernel.checkCounts();
    } catch (error) {
      const shown = request.subarray(0, 200).toString('hex');
      throw new Error(`${error instanceof Error ? error.message : String(error)} (request ${shown})`, { cause: error });
    }
  }

  /** One request of any kind, perhaps spoiled. */
  step(): void {
    const { random, kernel } = this;
    if (random.once(50)) {
      const nodes = [...kernel.lookups];
      if (nodes.length > 0) {
        const [node, count] = random.pick(nodes);
        kernel.forget(node, random.once(2) ? count : 1);
        kernel.checkCounts();
      }
      return;
    }
    const request = this.request(random.pick(random.once(FINAL_EVERY) ? FINAL : CHOICE));
    this.send(random.once(3) ? this.#spoil(request) : request);
    if (kernel.handles.size > 60) for (const handle of [...kernel.handles]) kernel.ask(fuse.FUSE_RELEASE, [BigInt(handle), 0, 0, 0n]);
  }

  /** Makes a request wrong; what gives or takes counts stays of a kind whose reply tells. */
  #spoil(request: Buffer): Buffer {
    const { random } = this;
    switch (random.below(5)) {
      case 0:
        return resized(request, random.below(request.length + 1), random.once(2));
      case 1:
        return resized(request, request.length + random.below(64), random.once(2));
      case 2: {
        const flipped = Buffer.from(request);
        for (let count = 1 + random.below(8); count > 0 && flipped.length > fuse.IN_HEADER_SIZE; count--) {
          flipped[fuse.IN_HEADER_SIZE + random.below(flipped.length - fuse.IN_HEADER_SIZE)] = random.below(256);
        }
        return flipped;
      }
      case 3: {
        const other = Buffer.from(request);
        other.writeUInt32LE(random.pick(CHOICE), 4);
        return other;
      }
      default: {
        const noise = Buffer.from(request);
        for (let index = fuse.IN_HEADER_SIZE; index < noise.length; index++) noise[index] = random.below(256);
        return noise;
      }
    }
  }

  /** Every length that a request of an opcode can be cut to. */
  truncations(opcode: number): void {
    const whole = this.request(opcode);
    const most = Math.min(whole.length, 400);
    for (let length = 0; length <= most; length++) {
      this.send(resized(whole, length, true));
      this.send(resized(whole, length, false));
    }
  }

  /** Gives everything back, and checks that nothing is left. */
  finish(): void {
    this.kernel.letGo();
    this.kernel.checkCounts();
    const { dispatcher, pending } = this.kernel;
    if (dispatcher.parked > 0) throw new Error(`${dispatcher.parked} requests wait for files that are closed`);
    if (pending.size > 0) throw new Error(`${pending.size} requests were never answered`);
    if (dispatcher.nodes.size !== 1) throw new Error(`${dispatcher.nodes.size} nodes are left`);
    if (dispatcher.handles.size !== 0) throw new Error(`${dispatcher.handles.size} handles are left`);
    this.#fileSystem.dispose?.();
  }
}

/** A request of another length, which its header says or not. */
function resized(request: Buffer, length: number, said: boolean): Buffer {
  const other = Buffer.alloc(length);
  request.copy(other);
  if (said && length >= 4) other.writeUInt32LE(length, 0);
  return other;
}
