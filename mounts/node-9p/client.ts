/** A 9P client: one connection, any number of requests at once. */

import { type StringEncoding, Writer, writeU4 } from './bytes.ts';
import { decode, encode } from './codec.ts';
import type { ByteStream } from './connection.ts';
import { ECONNRESET, EPROTO, EPROTONOSUPPORT, ESHUTDOWN, ETIMEDOUT, RemoteError, errorByMessage } from './errors.ts';
import { Framer, FramingError } from './framer.ts';
import { type Fields, type MessageName, TYPES } from './layout.ts';
import { type Dialect, IO_HEADER_SIZE, MAXIMUM_MSIZE, NOFID, NONUNAME, NOTAG } from './protocol.ts';
import { RemoteFile } from './remote-file.ts';
import { NUMERIC_NAMES, type NameTable } from './stat-conversion.ts';
import { type ConnectOptions, openStream } from './transports/connect.ts';
import { type U64, u64High, u64Low } from './u64.ts';

/** The requests that a client makes. */
export type RequestName = Extract<MessageName, `T${string}`>;
/** The reply to a request. */
export type ReplyName<N extends RequestName> = N extends `T${infer Rest}` ? Extract<MessageName, `R${Rest}`> : never;

export interface ClientOptions {
  /** The versions to ask for, in this order; all by default. */
  readonly dialects?: readonly Dialect[];
  /** The largest message to ask for. */
  readonly msize?: number;
  /** How many requests may be under way; further ones wait. */
  readonly outstanding?: number;
  /** How names are written: as UTF-8, or each char as a byte (`latin1`). */
  readonly encoding?: StringEncoding;
  /** Numbers for the names of users that 9P2000 has. */
  readonly names?: NameTable;
  /**
   * How long a request that is given up waits for the server to say so, in milliseconds; then it is rejected all the same.
   * For ever by default.
   */
  readonly flushMilliseconds?: number;
  /**
   * How long a server that owes an answer may send nothing at all before the connection ends with ETIMEDOUT, in
   * milliseconds. Halfway there it is asked for a sign of life. For ever by default.
   */
  readonly silenceMilliseconds?: number;
}

/** Who attaches to what. */
export interface AttachOptions {
  /** Which tree; the default is the empty name. */
  readonly tree?: string;
  readonly userName?: string;
  /** The user's number; the default is this process's user. */
  readonly userId?: number;
}

export interface CallOptions {
  /** Gives the request up: the server is told, and the call is rejected unless an answer was faster. */
  readonly signal?: AbortSignal;
}

/** A request that is under way, or waits for its turn. */
interface Call {
  readonly name: RequestName;
  readonly make: (tag: number) => readonly Buffer[];
  readonly resolve: (fields: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | undefined;
  tag: number;
  /** The fid that the server makes for it. */
  readonly newFid: number | undefined;
  flushed: boolean;
  /** Since it was given up: rejects it though the server has not said so. */
  patience: NodeJS.Timeout | undefined;
  /** It was rejected without the server's word. */
  forsaken: boolean;
  onAbort: (() => void) | undefined;
}

/** The silence of a server is measured in so many steps; after half of them it is asked whether it is there. */
const SILENCE_STEPS = 4;

/** Data up to this size are copied out of the piece that they came in, which could be kept from being freed by them. */
const COPIED = 8192;

export class Client {
  /** What was agreed upon. */
  dialect: Dialect = '9P2000';
  msize = 8192;
  readonly encoding: StringEncoding;
  readonly names: NameTable;
  /** Requests of its version that the server was found not to know. */
  readonly unknown: Set<RequestName> = new Set();
  /** Resolves when the connection is gone, with why, if it was not our wish. */
  readonly closed: Promise<Error | undefined>;
  readonly #stream: ByteStream;
  readonly #framer: Framer = new Framer(MAXIMUM_MSIZE);
  readonly #limit: number;
  readonly #flushMilliseconds: number | undefined;
  readonly #calls = new Map<number, Call>();
  readonly #waiting: Call[] = [];
  readonly #freeTags: number[] = [];
  #lastTag = -1;
  readonly #freeFids: number[] = [];
  #lastFid = -1;
  /** Fids of requests that were forsaken: the server may have them or not. */
  readonly #uncertain = new Set<number>();
  #corked = false;
  #watch: NodeJS.Timeout | undefined;
  /** For how many steps the server has said nothing though it owes an answer. */
  #quiet = 0;
  #agreed = false;
  #ended: Error | undefined;
  #resolveClosed: (error: Error | undefined) => void = () => {};

  private constructor(stream: ByteStream, options: ClientOptions) {
    this.#stream = stream;
    this.encoding = options.encoding ?? 'utf8';
    this.names = options.names ?? NUMERIC_NAMES;
    this.#limit = Math.min(options.outstanding ?? 256, NOTAG);
    this.#flushMilliseconds = options.flushMilliseconds;
    const { silenceMilliseconds } = options;
    if (silenceMilliseconds !== undefined) {
      this.#watch = setInterval(() => this.#listen(), silenceMilliseconds / SILENCE_STEPS);
      this.#watch.unref();
    }
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    const { readable, writable } = stream;
    readable.on('data', (chunk: Buffer) => this.#take(chunk));
    readable.on('end', () => this.#end(new RemoteError(ECONNRESET)));
    for (const side of new Set([readable, writable])) {
      side.on('error', (error: Error) => this.#end(error));
      side.on('close', () => this.#end(new RemoteError(ECONNRESET)));
    }
  }

  /**
   * Connects to an address (`tcp!HOST!PORT`, `unix!PATH`) or over a stream, and agrees upon a version. Rejects with the
   * system's error, or EPROTONOSUPPORT.
   */
  static async connect(to: string | ByteStream, options: ClientOptions & ConnectOptions = {}): Promise<Client> {
    const stream = typeof to === 'string' ? await openStream(to, options) : to;
    const client = new Client(stream, options);
    try {
      await client.#agree(options.dialects ?? ['9P2000.L', '9P2000.u', '9P2000'], options.msize ?? MAXIMUM_MSIZE);
    } catch (error) {
      stream.destroy();
      throw error;
    }
    return client;
  }

  async #agree(dialects: readonly Dialect[], msize: number): Promise<void> {
    for (const dialect of dialects) {
      let answer: Fields<'Rversion'>;
      try {
        answer = await this.#send(
          'Tversion',
          (tag) => [encode('Tversion', tag, { msize, version: dialect }, '9P2000.L')],
          undefined,
          NOTAG,
        );
      } catch (error) {
        // A server that says no with an error may say yes to another version.
        if (this.#ended || !(error instanceof RemoteError)) throw error;
        continue;
      }
      const agreed = dialects.find((one) => one === answer.version);
      if (!agreed) continue;
      this.dialect = agreed;
      this.msize = Math.min(msize, answer.msize);
      this.#framer.limit = this.msize;
      this.#agreed = true;
      return;
    }
    throw new RemoteError(EPROTONOSUPPORT, 'EPROTONOSUPPORT: the server speaks no version that we do');
  }

  /** The most data that one read or write transfers. */
  get ioUnit(): number {
    return this.msize - IO_HEADER_SIZE;
  }

  /** Attaches to a tree and returns its root. Rejects with the server's error. */
  async attach(options: AttachOptions = {}): Promise<RemoteFile> {
    const fid = this.newFid();
    const { tree = '', userName = '' } = options;
    const n_uname = options.userId ?? (userName === '' ? process.getuid?.() : undefined) ?? NONUNAME;
    try {
      const { qid } = await this.call('Tattach', { fid, afid: NOFID, uname: userName, aname: tree, n_uname });
      return new RemoteFile(this, fid, qid);
    } catch (error) {
      this.freeFid(fid);
      throw error;
    }
  }

  /** Makes a request of any kind. Rejects with a RemoteError when the server reports one, or is gone. */
  call<N extends RequestName>(name: N, fields: Fields<N>, options: CallOptions = {}): Promise<Fields<ReplyName<N>>> {
    const make = (tag: number): readonly Buffer[] => [encode(name, tag, fields, this.dialect, this.encoding)];
    return this.#send(name, make, options.signal, -1, newFidOf(name, fields as FidFields));
  }

  /** Makes a Twrite whose data are sent as they are, without a copy; they must stay as they are until it is answered. */
  write(fid: number, offset: U64, data: Uint8Array, options: CallOptions = {}): Promise<Fields<'Rwrite'>> {
    const make = (tag: number): readonly Buffer[] => {
      const header = Buffer.allocUnsafe(23);
      writeU4(header, 0, 23 + data.length);
      header[4] = TYPES.Twrite;
      header[5] = tag;
      header[6] = tag >>> 8;
      const writer = new Writer(header, 7);
      writer.u4(fid);
      writer.u4(u64Low(offset));
      writer.u4(u64High(offset));
      writer.u4(data.length);
      return [header, Buffer.from(data.buffer, data.byteOffset, data.length)];
    };
    return this.#send('Twrite', make, options.signal);
  }

  /** A number for a new fid. */
  newFid(): number {
    return this.#freeFids.pop() ?? ++this.#lastFid;
  }

  /** Gives a number back: the server has no such fid any more, or the request that was to make it failed. */
  freeFid(fid: number): void {
    if (!this.#uncertain.has(fid)) this.#freeFids.push(fid);
  }

  /** Has the server forget a fid, without waiting for it. */
  dropFid(fid: number): void {
    const free = (): void => this.freeFid(fid);
    this.call('Tclunk', { fid }).then(free, free);
  }

  #send<N extends RequestName>(
    name: N,
    make: (tag: number) => readonly Buffer[],
    signal: AbortSignal | undefined,
    tag = -1,
    newFid?: number,
  ): Promise<Fields<ReplyName<N>>> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      if (signal?.aborted) return reject(signal.reason as Error);
      const call: Call = {
        name,
        make,
        resolve: resolve as (fields: unknown) => void,
        reject,
        signal,
        tag,
        newFid,
        flushed: false,
        patience: undefined,
        forsaken: false,
        onAbort: undefined,
      };
      if (signal) {
        call.onAbort = () => this.#abort(call);
        signal.addEventListener('abort', call.onAbort, { once: true });
      }
      if (tag < 0 && this.#calls.size >= this.#limit) this.#waiting.push(call);
      else this.#begin(call);
    });
  }

  #begin(call: Call): void {
    if (call.tag < 0) call.tag = this.#freeTags.pop() ?? ++this.#lastTag;
    this.#calls.set(call.tag, call);
    this.#transmit(call.make(call.tag));
  }

  /** Has what is sent in one turn of the event loop go out together. */
  #transmit(buffers: readonly Buffer[]): void {
    const { writable } = this.#stream;
    if (!this.#corked) {
      this.#corked = true;
      writable.cork();
      process.nextTick(() => {
        this.#corked = false;
        writable.uncork();
      });
    }
    for (const buffer of buffers) if (buffer.length > 0) writable.write(buffer);
  }

  #take(chunk: Buffer): void {
    const framer = this.#framer;
    this.#quiet = 0;
    framer.push(chunk);
    try {
      while (!this.#ended && framer.next()) this.#receive(framer);
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#fail(error.message);
    }
  }

  #receive(framer: Framer): void {
    const { bytes, start, end } = framer;
    const message = decode(bytes, start, end, this.dialect, this.encoding);
    if (!message) return this.#fail('a malformed reply');
    const { name, tag, fields } = message;
    const call = this.#calls.get(tag);
    if (!call) return this.#fail(`${name} without a request`);
    if (name === 'Rlerror') return this.#settle(call, false, () => call.reject(new RemoteError(-fields.ecode)));
    if (name === 'Rerror') {
      const number = fields.ecode ? -fields.ecode : errorByMessage(fields.ename);
      return this.#settle(call, false, () => call.reject(new RemoteError(number, fields.ename)));
    }
    if (TYPES[name] !== TYPES[call.name] + 1) return this.#fail(`${name} for ${call.name}`);
    if (name === 'Rread' || name === 'Rreaddir') {
      const { data } = fields;
      // Small data would keep much memory that came with them; large ones are handed over as they are.
      if (data.length < COPIED || bytes.length > 2 * data.length) fields.data = Buffer.from(data);
      else framer.keep();
    }
    this.#settle(call, true, () => call.resolve(fields));
  }

  /** Ends a call; its tag is free, unless a flush of it is under way. */
  #settle(call: Call, happened: boolean, tell: () => void): void {
    if (call.onAbort) call.signal?.removeEventListener('abort', call.onAbort);
    clearTimeout(call.patience);
    this.#calls.delete(call.tag);
    if (!call.flushed && call.tag !== NOTAG) this.#freeTags.push(call.tag);
    if (call.forsaken) this.#known(call, happened);
    else tell();
    const next = this.#waiting.shift();
    if (next) this.#begin(next);
  }

  #abort(call: Call): void {
    const waits = this.#waiting.indexOf(call);
    if (waits >= 0) {
      this.#waiting.splice(waits, 1);
      call.reject(call.signal?.reason as Error);
      return;
    }
    if (this.#calls.get(call.tag) !== call || call.flushed) return;
    call.flushed = true;
    if (this.#flushMilliseconds !== undefined)
      call.patience = setTimeout(() => this.#forsake(call), this.#flushMilliseconds).unref();
    this.#flush(call.tag, () => {
      this.#freeTags.push(call.tag);
      // An answer that was faster counts.
      if (this.#calls.get(call.tag) !== call) return;
      clearTimeout(call.patience);
      this.#calls.delete(call.tag);
      if (call.forsaken) this.#known(call, false);
      else call.reject(call.signal?.reason as Error);
      const next = this.#waiting.shift();
      if (next) this.#begin(next);
    });
  }

  /** Asks for the end of a request; a tag that no request has is none. */
  #flush(oldtag: number, done: () => void): void {
    this.#begin({
      name: 'Tflush',
      make: (tag) => [encode('Tflush', tag, { oldtag }, this.dialect)],
      resolve: done,
      reject: () => {},
      signal: undefined,
      tag: -1,
      newFid: undefined,
      flushed: false,
      patience: undefined,
      forsaken: false,
      onAbort: undefined,
    });
  }

  /** Rejects a request that was given up and of which the server says nothing: its tag and its fid stay taken. */
  #forsake(call: Call): void {
    call.forsaken = true;
    if (call.newFid !== undefined) this.#uncertain.add(call.newFid);
    call.reject(call.signal?.reason as Error);
  }

  /** What has become of a request that was forsaken is known after all. */
  #known({ newFid }: Call, happened: boolean): void {
    if (newFid === undefined) return;
    this.#uncertain.delete(newFid);
    if (happened) this.dropFid(newFid);
    else this.freeFid(newFid);
  }

  /** A step of the server's silence has gone by. */
  #listen(): void {
    if (this.#calls.size === 0) {
      this.#quiet = 0;
      return;
    }
    this.#quiet++;
    if (this.#quiet >= SILENCE_STEPS) {
      this.#end(new RemoteError(ETIMEDOUT));
      this.#stream.destroy();
    } else if (this.#quiet === SILENCE_STEPS / 2 && this.#agreed) {
      // Every server answers this at once, whatever else it is about.
      this.#flush(NOTAG, () => {});
    }
  }

  /** The server broke the protocol. */
  #fail(text: string): void {
    this.#end(new RemoteError(EPROTO, `EPROTO: ${text}`));
    this.#stream.destroy();
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    const calls = [...this.#calls.values(), ...this.#waiting];
    this.#calls.clear();
    this.#waiting.length = 0;
    clearInterval(this.#watch);
    for (const call of calls) {
      if (call.onAbort) call.signal?.removeEventListener('abort', call.onAbort);
      clearTimeout(call.patience);
      call.reject(error);
    }
    this.#resolveClosed((error as RemoteError).errno === ESHUTDOWN ? undefined : error);
  }

  /** Ends the connection; what is under way is rejected. */
  close(): void {
    this.#end(new RemoteError(ESHUTDOWN));
    this.#stream.destroy();
  }
}

/** The fields in which requests name fids. */
interface FidFields {
  readonly fid?: number;
  readonly newfid?: number;
}

/** The fid that a request is to make, if it is not the one that it begins with. */
function newFidOf(name: RequestName, { fid, newfid }: FidFields): number | undefined {
  if (name === 'Tattach') return fid;
  return newfid === fid ? undefined : newfid;
}
