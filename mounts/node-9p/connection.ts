/** One client: its stream of requests, what is at work for it, and its replies. */

import type { Readable, Writable } from 'node:stream';
import { Reader, type StringEncoding, readU2 } from './bytes.ts';
import { fits } from './codec.ts';
import { EINTR, EIO, EMSGSIZE, EOPNOTSUPP, errorMessage, errorOfThrown } from './errors.ts';
import type { Fid } from './fids.ts';
import { Framer, FramingError } from './framer.ts';
import { SHARED_HANDLERS } from './handlers.ts';
import { TYPES, messageName } from './layout.ts';
import { LEGACY_HANDLERS } from './legacy-handlers.ts';
import type { Limits } from './limits.ts';
import { LINUX_HANDLERS } from './linux-handlers.ts';
import type { LogEvent } from './log.ts';
import type { FileServer } from './operations.ts';
import { Outbox } from './outbox.ts';
import { type Pending, RequestState } from './pending.ts';
import { type Dialect, HEADER_SIZE, MINIMUM_MSIZE } from './protocol.ts';
import { type Handler, type Host, PENDING, Session } from './session.ts';
import type { NameTable } from './stat-conversion.ts';

/** A reliable stream of bytes in both directions. */
export interface ByteStream {
  readonly readable: Readable;
  readonly writable: Writable;
  /** Gives the stream up at once. */
  destroy(): void;
}

/** What a connection needs of its server. */
export interface ConnectionOptions {
  readonly files: FileServer;
  readonly limits: Limits;
  readonly dialects: readonly Dialect[];
  readonly encoding: StringEncoding;
  readonly names: NameTable;
  readonly log: (event: LogEvent) => void;
  /** Counts a request. */
  readonly counted: (type: number) => void;
  readonly ended: () => void;
}

/** Room for every reply whose size is not told beforehand. */
const ROOM = 512;
/** The largest message before Tversion has said how large they get. */
const FIRST_MESSAGE = 8192;

const LINUX: readonly (Handler | undefined)[] = table([...SHARED_HANDLERS, ...LINUX_HANDLERS]);
const LEGACY: readonly (Handler | undefined)[] = table([...SHARED_HANDLERS, ...LEGACY_HANDLERS]);

function table(rows: readonly (readonly [number, Handler])[]): (Handler | undefined)[] {
  const handlers: (Handler | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [type, handler] of rows) handlers[type] = handler;
  return handlers;
}

export class Connection implements Host {
  readonly files: FileServer;
  readonly limits: Limits;
  readonly names: NameTable;
  readonly outbox: Outbox;
  readonly #options: ConnectionOptions;
  readonly #stream: ByteStream;
  readonly #identity: { readonly id: number; readonly address: string; readonly certified?: string };
  readonly #framer: Framer = new Framer(FIRST_MESSAGE);
  readonly #reader: Reader;
  #session: Session | undefined;
  #handlers: readonly (Handler | undefined)[] = LINUX;
  /** The request at hand. */
  #type = 0;
  #tag = 0;
  #flushes: number[] | undefined;
  /** Requests whose answers come later, by tag, and by the tags of the flushes that wait for them. */
  readonly #pending = new Map<number, Pending>();
  #working = 0;
  /** Requests that wait for others to end, by tag: copies of their bytes. */
  readonly #waiting = new Map<number, Buffer>();
  #waitingBytes = 0;
  #flushing = false;
  #pumping = false;
  #ended = false;
  /** The other side, or we, have nothing more to say; what is at work is still answered. */
  #closing = false;
  #closed: (() => void) | undefined;
  readonly #hits = new Set<keyof Limits>();
  /** For the watch: when the stream began, when a message began to come in, and when output was last taken. */
  #begunAt: number = performance.now();
  #partialSince = 0;
  #stalledSince = 0;
  #lastWritten = 0;

  constructor(
    stream: ByteStream,
    identity: { id: number; address: string; certified?: string },
    options: ConnectionOptions,
  ) {
    this.files = options.files;
    this.limits = options.limits;
    this.names = options.names;
    this.#options = options;
    this.#stream = stream;
    this.#identity = identity;
    this.#reader = new Reader(options.encoding);
    this.outbox = new Outbox(stream.writable, options.encoding);
    const { readable, writable } = stream;
    readable.on('data', (chunk: Buffer) => this.#take(chunk));
    readable.on('end', () => this.#finish());
    writable.on('drain', () => this.#pump());
    for (const side of new Set([readable, writable])) {
      side.on('error', () => this.#end());
      side.on('close', () => this.#end());
    }
  }

  get id(): number {
    return this.#identity.id;
  }

  get address(): string {
    return this.#identity.address;
  }

  /** What was agreed upon with the client; undefined before that. */
  get dialect(): Dialect | undefined {
    return this.#session?.peer.dialect;
  }

  /** How many fids the client has. */
  get fids(): number {
    return this.#session?.size ?? 0;
  }

  /** How many requests are at work or wait. */
  get outstanding(): number {
    return this.#working + this.#waiting.size;
  }

  // Requests coming in.

  #take(chunk: Buffer): void {
    if (this.#ended || this.#closing) return;
    this.#framer.push(chunk);
    this.#pump();
  }

  /** Whether nothing more is to be taken until replies have gone out or requests have ended. */
  get #full(): boolean {
    return this.outbox.buffered > this.limits.unsent || this.#waitingBytes > this.limits.waiting;
  }

  /** Answers what has come in, as far as there is room for the answers. */
  #pump(): void {
    if (this.#pumping || this.#ended) return;
    this.#pumping = true;
    const { readable } = this.#stream;
    try {
      for (;;) {
        if (this.#framer.pending && this.#full) {
          this.outbox.flush();
          if (this.#full) {
            if (!readable.isPaused()) readable.pause();
            return;
          }
        }
        if (this.#closing || !this.#framer.next()) break;
        this.#receive(this.#framer.bytes, this.#framer.start, this.#framer.end);
        if (this.#ended) return;
      }
      this.outbox.flush();
      this.#partialSince = this.#framer.partial ? this.#partialSince || performance.now() : 0;
      if (readable.isPaused() && !this.#closing) readable.resume();
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#violation(error.message);
    } finally {
      this.#pumping = false;
    }
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    const type = bytes[start + 4] as number;
    const tag = readU2(bytes, start + 5);
    this.#options.counted(type);
    if (type === TYPES.Tversion) {
      this.#version(tag, bytes, start, end);
      return;
    }
    const session = this.#session;
    if (!session) {
      this.#violation('the first message is not Tversion');
      return;
    }
    if (!fits(type, session.extended, bytes, start + HEADER_SIZE, end)) {
      const name = messageName(type);
      if (name !== undefined && this.#handlers[type]) this.#violation(`a malformed ${name}`);
      else this.#reply(type, tag, EOPNOTSUPP);
      return;
    }
    if (this.#working > 0 || this.#waiting.size > 0) {
      if (this.#pending.has(tag) || this.#waiting.has(tag)) {
        this.#violation(`tag ${tag} is in use`);
        return;
      }
      if (type === TYPES.Tflush) {
        this.#flush(tag, readU2(bytes, start + HEADER_SIZE));
        return;
      }
      if (this.#waiting.size > 0 || this.#working >= this.limits.outstanding) {
        if (this.#waiting.size === 0) this.hit('outstanding');
        const copy = Buffer.from(bytes.subarray(start, end));
        this.#waiting.set(tag, copy);
        this.#waitingBytes += copy.length;
        return;
      }
    }
    if (this.#dispatch(session, type, tag, bytes, start) === PENDING) this.#framer.keep();
  }

  /** Has a request answered; returns PENDING where that takes time. */
  #dispatch(session: Session, type: number, tag: number, bytes: Buffer, start: number): number {
    this.#type = type;
    this.#tag = tag;
    this.#flushes = undefined;
    let outcome: number;
    if (type === TYPES.Tflush) {
      outcome = 0;
      this.outbox.begin(ROOM);
    } else {
      const handler = this.#handlers[type];
      this.outbox.begin(ROOM);
      try {
        outcome = handler ? handler(session, this.#reader.begin(bytes, start + HEADER_SIZE)) : EOPNOTSUPP;
      } catch (error) {
        outcome = this.#failed(error);
      }
    }
    if (outcome !== PENDING) this.#complete(type, tag, outcome);
    return outcome;
  }

  /** Replies without a body, or with an error. */
  #reply(type: number, tag: number, error: number): void {
    this.outbox.begin(ROOM);
    this.#complete(type, tag, error);
  }

  /** Ends the reply whose body was written, or makes it an error's. */
  #complete(type: number, tag: number, outcome: number): void {
    const { outbox } = this;
    const session = this.#session;
    if (!session) return;
    let error = outcome;
    if (error >= 0 && outbox.length > session.peer.msize) error = EMSGSIZE;
    if (error >= 0) {
      outbox.end(type + 1, tag);
      return;
    }
    outbox.rewind();
    const { writer } = outbox;
    if (session.peer.dialect === '9P2000.L') {
      writer.u4(-error);
      outbox.end(TYPES.Rlerror, tag);
      return;
    }
    writer.string(errorMessage(error));
    if (session.extended) writer.u4(-error);
    outbox.end(TYPES.Rerror, tag);
  }

  /** The error number of something thrown; what is not an error of the system's is reported. */
  #failed(error: unknown): number {
    const number = errorOfThrown(error);
    if (number !== undefined) return number;
    this.fault(error);
    return EIO;
  }

  // Versions.

  #version(tag: number, bytes: Buffer, start: number, end: number): void {
    if (!fits(TYPES.Tversion, true, bytes, start + HEADER_SIZE, end)) {
      this.#violation('a malformed Tversion');
      return;
    }
    const reader = this.#reader.begin(bytes, start + HEADER_SIZE);
    const asked = reader.u4();
    const version = reader.string();
    const msize = Math.min(asked, this.limits.messageSize);
    if (asked > msize) this.hit('messageSize');
    this.#endSession();
    const dialect = this.#agree(version);
    this.outbox.begin(ROOM);
    const { writer } = this.outbox;
    writer.u4(msize);
    writer.string(dialect && msize >= MINIMUM_MSIZE ? dialect : 'unknown');
    this.outbox.end(TYPES.Rversion, tag);
    if (!dialect || msize < MINIMUM_MSIZE) {
      this.#framer.limit = FIRST_MESSAGE;
      return;
    }
    this.#framer.limit = msize;
    this.#handlers = dialect === '9P2000.L' ? LINUX : LEGACY;
    this.#session = new Session(this, { ...this.#identity, dialect, msize });
  }

  /** The best version that both know: the one asked for, or one that it extends (`9P2000.x` extends `9P2000`). */
  #agree(version: string): Dialect | undefined {
    const { dialects } = this.#options;
    const exact = dialects.find((dialect) => dialect === version);
    if (exact) return exact;
    return /^9P2000(\.|$)/.test(version) ? dialects.find((dialect) => dialect === '9P2000') : undefined;
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#waiting.clear();
    this.#waitingBytes = 0;
    const pending = new Set(this.#pending.values());
    this.#pending.clear();
    this.#working = 0;
    for (const one of pending) {
      one.dropped = true;
      one.request.abort();
    }
    session?.end();
  }

  // Answers that come later.

  later<T>(
    promise: Promise<T | number>,
    encode: (value: T) => number,
    fid?: Fid,
    discard?: (value: T) => void,
  ): number {
    const pending = this.#park(fid);
    promise.then(
      (value) => {
        if (pending.dropped) {
          if (typeof value !== 'number') discard?.(value);
          this.#release(pending);
        } else {
          this.#settle(pending, typeof value === 'number' && value < 0 ? value : 0, () => encode(value as T));
        }
      },
      (error: unknown) => this.#settleFailed(pending, error),
    );
    return PENDING;
  }

  laterElsewhere(
    promise: Promise<number>,
    bytes: Buffer,
    start: number,
    finish: (value: number) => number,
    fid: Fid,
  ): number {
    const pending = this.#park(fid);
    promise.then(
      (value) => {
        const length = pending.dropped || value < 0 ? value : finish(value);
        if (pending.dropped || length < 0) {
          this.#settle(pending, length, () => 0);
          return;
        }
        bytes.writeUInt32LE(length, start);
        bytes[start + 4] = pending.type + 1;
        bytes.writeUInt16LE(pending.tag, start + 5);
        this.outbox.append(bytes.subarray(start, start + length));
        this.#settled(pending);
      },
      (error: unknown) => this.#settleFailed(pending, error),
    );
    return PENDING;
  }

  /** Notes the request at hand as one that is answered later. */
  #park(fid: Fid | undefined): Pending {
    const session = this.#session as Session;
    const { request } = session;
    session.request = new RequestState(session.peer);
    fid?.retain();
    const pending: Pending = {
      type: this.#type,
      tag: this.#tag,
      request,
      fid,
      flushes: this.#flushes ?? [],
      dropped: false,
    };
    this.#pending.set(pending.tag, pending);
    for (const tag of pending.flushes) this.#pending.set(tag, pending);
    this.#working++;
    return pending;
  }

  #settleFailed(pending: Pending, error: unknown): void {
    this.#settle(pending, pending.dropped ? EINTR : this.#failed(error), () => 0);
  }

  /** Answers a request whose operation has ended; `encode` writes the body if it has not failed. */
  #settle(pending: Pending, error: number, encode: () => number): void {
    const session = this.#session;
    if (pending.dropped || !session) {
      this.#release(pending);
      return;
    }
    const { request, type, tag, flushes } = pending;
    let outcome = error;
    if (outcome >= 0) {
      // The rest of an operation may itself take time; it is then parked again as the same request.
      const between = session.request;
      session.request = request;
      this.#type = type;
      this.#tag = tag;
      this.#flushes = flushes;
      this.outbox.begin(ROOM);
      try {
        outcome = encode();
      } catch (thrown) {
        outcome = this.#failed(thrown);
      }
      session.request = between;
      if (outcome === PENDING) {
        this.#working--;
        this.#release(pending);
        return;
      }
    } else {
      this.outbox.begin(ROOM);
    }
    // What was given up and so did not happen is not answered.
    if (!(flushes.length > 0 && outcome === EINTR)) this.#complete(type, tag, outcome);
    this.#settled(pending);
  }

  /** A request has been answered, if at all: those who flushed it hear of that, and others get their turn. */
  #settled(pending: Pending): void {
    this.#pending.delete(pending.tag);
    for (const tag of pending.flushes) {
      this.#pending.delete(tag);
      this.#reply(TYPES.Tflush, tag, 0);
    }
    this.#working--;
    this.#release(pending);
    this.#flushSoon();
    if (this.#waiting.size > 0) this.#startWaiting();
    if (this.#closing) this.#endIfDone();
    else if (this.#stream.readable.isPaused()) this.#pump();
  }

  #release({ request, fid }: Pending): void {
    request.end();
    try {
      void fid?.release()?.catch((error: unknown) => this.fault(error));
    } catch (error) {
      this.fault(error);
    }
  }

  /** Begins requests that waited. */
  #startWaiting(): void {
    const session = this.#session;
    while (session && session === this.#session && this.#working < this.limits.outstanding) {
      const [next] = this.#waiting;
      if (!next) {
        this.#hits.delete('outstanding');
        return;
      }
      const [tag, bytes] = next;
      this.#waiting.delete(tag);
      this.#waitingBytes -= bytes.length;
      this.#dispatch(session, bytes[4] as number, tag, bytes, 0);
    }
  }

  /** Has replies go out together once the event loop has had its turn. */
  #flushSoon(): void {
    if (this.#flushing || this.#pumping) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (!this.#ended) this.outbox.flush();
    });
  }

  // Giving requests up.

  #flush(tag: number, oldTag: number): void {
    const waits = this.#waiting.get(oldTag);
    if (waits) {
      // It has not begun, and never will.
      this.#waiting.delete(oldTag);
      this.#waitingBytes -= waits.length;
      this.#reply(TYPES.Tflush, tag, 0);
      return;
    }
    const pending = this.#pending.get(oldTag);
    if (!pending) {
      this.#reply(TYPES.Tflush, tag, 0);
      return;
    }
    pending.flushes.push(tag);
    this.#pending.set(tag, pending);
    pending.request.abort();
  }

  abandon(fid: Fid): void {
    if (this.#working === 0) return;
    for (const pending of new Set(this.#pending.values())) if (pending.fid === fid) pending.request.abort();
  }

  // Ends.

  hit(limit: keyof Limits): void {
    if (this.#hits.has(limit)) return;
    this.#hits.add(limit);
    this.#log('limit', `the limit of ${this.limits[limit]} ${LIMIT_TEXTS[limit] ?? limit} is reached`);
  }

  fault(error: unknown): void {
    this.#options.log({ kind: 'fault', text: `${this.address}: ${String(error)}`, peer: this.#identity, error });
  }

  #log(kind: LogEvent['kind'], text: string): void {
    this.#options.log({ kind, text: `${this.address}: ${text}`, peer: this.#identity });
  }

  /** The client broke the protocol: nothing that it says can be understood any more. */
  #violation(text: string): void {
    this.#log('protocol', `closed: ${text}`);
    this.destroy();
  }

  /** Looks at how long things have taken. */
  watch(now: number): void {
    const { limits } = this;
    if (!this.#session && now - this.#begunAt > limits.handshakeMilliseconds) {
      this.#log('limit', `closed: no Tversion within ${limits.handshakeMilliseconds} ms`);
      this.destroy();
      return;
    }
    if (this.#partialSince > 0 && now - this.#partialSince > limits.messageMilliseconds) {
      this.#log('limit', `closed: a message was not complete within ${limits.messageMilliseconds} ms`);
      this.destroy();
      return;
    }
    if (this.outstanding === 0) {
      this.outbox.rest();
      this.#framer.rest();
    }
    const unsent = this.#stream.writable.writableLength;
    if (unsent === 0 || unsent !== this.#lastWritten) this.#stalledSince = now;
    else if (now - this.#stalledSince > limits.stalledMilliseconds) {
      this.#log('limit', `closed: took nothing for ${limits.stalledMilliseconds} ms`);
      this.destroy();
      return;
    }
    this.#lastWritten = unsent;
  }

  /**
   * Takes no more requests; answers those that are at work, has those end that would wait for ever, and closes. Resolves
   * once it is closed.
   */
  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const closed = new Promise<void>((resolve) => (this.#closed = resolve));
    this.#finish();
    return closed;
  }

  /** Closes at once. */
  destroy(): void {
    if (this.#ended) return;
    this.#end();
    this.#stream.destroy();
  }

  #finish(): void {
    if (this.#closing || this.#ended) return;
    this.#closing = true;
    this.#stream.readable.pause();
    for (const pending of new Set(this.#pending.values())) pending.request.abort();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#working > 0 || this.#waiting.size > 0 || this.#ended) return;
    this.outbox.flush();
    this.#stream.writable.end(() => this.destroy());
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endSession();
    this.#options.ended();
    this.#closed?.();
  }
}

/** How limits are spoken of. */
const LIMIT_TEXTS: Partial<Record<keyof Limits, string>> = {
  fids: 'fids',
  messageSize: 'bytes of a message',
  outstanding: 'outstanding requests; further ones wait',
  attributes: 'bytes of extended attributes that are being written',
};
