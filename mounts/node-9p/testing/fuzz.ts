/**
 * Conversations at random with a server: messages that could be meant, messages with something wrong in them, and bytes
 * that are no messages. Everything follows from a seed, so that a failure comes again.
 */

import { decode, encode } from '../codec.ts';
import { Framer } from '../framer.ts';
import { type Fields, type Kind, LAYOUTS, type MessageName, TYPES } from '../layout.ts';
import type { LogEvent } from '../log.ts';
import type { FileServer } from '../operations.ts';
import { type Dialect, NOFID, NOTAG } from '../protocol.ts';
import { Qid } from '../qid.ts';
import { Server } from '../server.ts';
import { streamPair } from '../transports/streams.ts';
import { Random } from './random.ts';

const DIALECTS: readonly Dialect[] = ['9P2000.L', '9P2000.u', '9P2000'];
const REQUESTS = (Object.keys(LAYOUTS) as MessageName[]).filter((name) => name.startsWith('T'));
/** Those that matter most come more often. */
const FAVOURITES: readonly MessageName[] = [
  'Twalk',
  'Twalk',
  'Twalk',
  'Tlopen',
  'Topen',
  'Tread',
  'Tread',
  'Treaddir',
  'Tclunk',
  'Tflush',
  'Twrite',
  'Tlcreate',
  'Tcreate',
];
const INTERESTING: readonly number[] = [
  0, 1, 2, 3, 7, 8, 255, 256, 4095, 4096, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff,
];

/** What a fuzzed server has to live up to besides not failing. */
export interface FuzzSubject {
  readonly files: FileServer;
  /** Names that exist in its tree. */
  readonly names: readonly string[];
  /** The tree to attach to. */
  readonly tree: string;
  /** Looks at every qid that is told; throws at one that should not be. */
  readonly seen?: (qid: Qid) => void;
  /** Called after each conversation, when its connection is gone; throws if anything is left of it. */
  readonly ended?: () => Promise<void>;
}

class Conversation {
  readonly #random: Random;
  readonly #subject: FuzzSubject;
  readonly #dialect: Dialect;
  readonly #msize: number;

  constructor(random: Random, subject: FuzzSubject) {
    this.#random = random;
    this.#subject = subject;
    this.#dialect = random.pick(DIALECTS);
    this.#msize = random.pick([4096, 5000, 8192, 65_536]);
  }

  #name(): string {
    const random = this.#random;
    if (random.percent(85)) return random.pick(this.#subject.names);
    return random.pick([
      '..',
      '.',
      '',
      '/',
      'a/b',
      '../..',
      'a\0b',
      'x'.repeat(random.pick([255, 256, 5000])),
      `new${random.below(10)}`,
      'ü',
      '*',
    ]);
  }

  #number(kind: string, field: string, name: MessageName): number {
    const random = this.#random;
    if (/fid$/.test(field)) {
      // Fid 0 is the root, from which everything else is found.
      const root =
        /^Tw?(alk|stat|getattr|readdir|xattrwalk|link|mkdir|unlinkat|renameat|symlink|mknod)$/.test(name) &&
        field !== 'newfid';
      return random.percent(root ? 50 : 0) ? 0 : random.percent(97) ? 1 + random.below(4) : random.pick(INTERESTING);
    }
    if (field === 'count' || field === 'size' || field === 'attr_size')
      return random.percent(70) ? random.below(9000) : random.pick(INTERESTING);
    if (field === 'oldtag') return random.below(12);
    if (field === 'flags') return random.percent(60) ? random.below(4) : random.below(1 << 20);
    if (field === 'mode' && kind === 'u4')
      return random.percent(70) ? 0o100000 | random.below(0o1000) : random.pick(INTERESTING);
    const bound = kind === 'u1' ? 256 : kind === 'u2' ? 65_536 : 2 ** 32;
    return random.percent(50) ? random.below(16) : random.pick(INTERESTING) % bound;
  }

  #field(kind: Kind, field: string, name: MessageName): unknown {
    const random = this.#random;
    switch (kind) {
      case 's':
      case 's?':
        if (field === 'aname') return random.percent(90) ? this.#subject.tree : this.#name();
        if (field === 'extension') return random.pick(['', 'c 1 3', 'b 8 x', '3', '99999', '../../..']);
        return this.#name();
      case 'u8':
        return random.percent(80)
          ? this.#number('u4', field, name)
          : random.pick([2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n]);
      case 'names':
        return Array.from({ length: random.below(random.percent(95) ? 4 : 17) }, () => this.#name());
      case 'data':
        return random.bytes(random.below(random.percent(90) ? 100 : 5000));
      case 'qid':
        return Qid.of(random.below(256), random.below(9), random.below(99));
      case 'qids':
        return [];
      case 'stat': {
        const unchanged = random.percent(50);
        const number = (): number => (unchanged ? 0xffff_ffff : random.pick(INTERESTING));
        return {
          type: number() & 0xffff,
          dev: number(),
          qid: Qid.of(0, 0, 0),
          mode: number(),
          atime: number(),
          mtime: number(),
          length: unchanged ? 2n ** 64n - 1n : random.below(10_000),
          name: random.percent(50) ? '' : this.#name(),
          uid: '',
          gid: random.percent(80) ? '' : 'nobody',
          muid: '',
          extension: '',
          n_uid: number(),
          n_gid: number(),
          n_muid: number(),
        };
      }
      default:
        return this.#number(kind.replace('?', ''), field, name);
    }
  }

  /** The beginning that every conversation needs to get anywhere. */
  opening(): Buffer {
    const attach = { fid: 0, afid: NOFID, uname: '', aname: this.#subject.tree, n_uname: 0 };
    return Buffer.concat([
      encode('Tversion', NOTAG, { msize: this.#msize, version: this.#dialect }, this.#dialect),
      encode('Tattach', 0, attach, this.#dialect),
    ]);
  }

  message(): Buffer {
    const random = this.#random;
    const name = random.percent(60) ? random.pick(FAVOURITES) : random.pick(REQUESTS);
    if (name === 'Tversion' && random.percent(90)) return this.message();
    const fields: Record<string, unknown> = {};
    for (const [field, kind] of Object.entries(LAYOUTS[name] as Record<string, Kind>))
      fields[field] = this.#field(kind, field, name);
    if (name === 'Tversion') fields['version'] = this.#dialect;
    const tag = random.below(random.percent(98) ? 4000 : 12);
    const bytes = encode(name, tag, fields as Fields<MessageName> as never, this.#dialect);
    return random.percent(99) ? bytes : this.#damage(bytes);
  }

  /** Something is wrong with it. */
  #damage(bytes: Buffer): Buffer {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
        bytes.writeUInt32LE(random.pick(INTERESTING), 0);
        return bytes;
      case 1:
        bytes[4] = random.below(256);
        return bytes;
      case 2:
        bytes[random.below(bytes.length)] = random.below(256);
        return bytes;
      case 3: {
        const cut = Buffer.from(bytes.subarray(0, 7 + random.below(bytes.length - 6)));
        cut.writeUInt32LE(cut.length, 0);
        return cut;
      }
      case 4: {
        const longer = Buffer.concat([bytes, random.bytes(1 + random.below(20))]);
        longer.writeUInt32LE(longer.length, 0);
        return longer;
      }
      default:
        return random.bytes(1 + random.below(64));
    }
  }
}

/** What a run did. */
export interface FuzzCounts {
  conversations: number;
  messages: number;
  replies: number;
  errors: number;
  closed: number;
}

/** Has conversations until the time is over, each with a subject of its own and from its own seed, beginning with `seed`. Throws at the first failure. */
export async function fuzzServer(
  makeSubject: () => FuzzSubject,
  seed: number,
  milliseconds: number,
): Promise<FuzzCounts> {
  const counts: FuzzCounts = { conversations: 0, messages: 0, replies: 0, errors: 0, closed: 0 };
  const end = performance.now() + milliseconds;
  for (let at = seed; performance.now() < end || counts.conversations === 0; at++) {
    const faults: LogEvent[] = [];
    const subject = makeSubject();
    const server = new Server(subject.files, {
      log: (event) => void (event.kind === 'fault' && faults.push(event)),
      limits: { outstanding: 8, waiting: 4096 },
    });
    try {
      await converse(server, subject, new Random(at), counts);
      if (faults[0]) throw faults[0].error ?? new Error(faults[0].text);
      if (server.counts.connections > 0 || server.counts.fids > 0) throw new Error('a connection is left');
      await subject.ended?.();
    } catch (error) {
      throw new Error(`seed ${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    counts.conversations++;
  }
  return counts;
}

/** One conversation, from the version to the end of the connection. */
async function converse(server: Server, subject: FuzzSubject, random: Random, counts: FuzzCounts): Promise<void> {
  const [ours, theirs] = streamPair();
  server.serve(theirs, 'fuzz');
  const { readable, writable } = ours;
  const talk = new Conversation(random, subject);
  const replies = new Replies(subject, counts);
  let closed = false;
  let failure: unknown;
  readable.on('data', (chunk: Buffer) => {
    try {
      replies.take(chunk);
    } catch (error) {
      failure ??= error;
    }
  });
  const over = new Promise<void>((resolve) => readable.on('close', () => resolve()));
  readable.on('end', () => (closed = true));
  readable.on('close', () => (closed = true));
  writable.on('error', () => (closed = true));
  const length = random.below(150);
  writable.write(talk.opening());
  for (let sent = 0; sent < length && !closed; sent++) {
    const bytes = Buffer.concat(Array.from({ length: 1 + random.below(5) }, () => (counts.messages++, talk.message())));
    for (let at = 0; at < bytes.length && !closed;) {
      const piece = random.percent(80) ? bytes.length : 1 + random.below(40);
      writable.write(bytes.subarray(at, at + piece));
      at += piece;
    }
    if (random.percent(50)) await new Promise((resolve) => setImmediate(resolve));
    if (failure) break;
  }
  if (closed) counts.closed++;
  if (random.percent(50)) writable.end();
  else ours.destroy();
  // A server that was hung up on in mid-message has nobody to answer.
  const timer = setTimeout(() => ours.destroy(), 50);
  await over;
  clearTimeout(timer);
  for (let turns = 0; turns < 20 && server.counts.connections > 0; turns++)
    await new Promise((resolve) => setImmediate(resolve));
  if (failure) throw failure;
}

/** Looks at what comes back. */
class Replies {
  readonly #subject: FuzzSubject;
  readonly #counts: FuzzCounts;
  readonly #framer = new Framer(1 << 20);
  #dialect: Dialect = '9P2000.L';

  constructor(subject: FuzzSubject, counts: FuzzCounts) {
    this.#subject = subject;
    this.#counts = counts;
  }

  take(chunk: Buffer): void {
    this.#framer.push(chunk);
    while (this.#framer.next()) {
      const { bytes, start, end } = this.#framer;
      const message = decode(bytes, start, end, this.#dialect);
      if (!message) throw new Error(`a malformed reply: ${bytes.toString('hex', start, Math.min(end, start + 64))}`);
      this.#counts.replies++;
      const { name, fields } = message;
      if (TYPES[name] % 2 === 0) throw new Error(`a request, ${name}, as a reply`);
      if (name === 'Rversion' && fields.version !== 'unknown') this.#dialect = fields.version as Dialect;
      if (name === 'Rlerror' || name === 'Rerror') this.#counts.errors++;
      if (name === 'Rwalk') for (const qid of fields.wqids) this.#subject.seen?.(qid);
      if ('qid' in fields) this.#subject.seen?.(fields.qid);
      if (name === 'Rstat') this.#subject.seen?.(fields.stat.qid);
    }
  }
}
