/** One end of a connection that says exactly what a test tells it to, byte by byte if need be. */

import { type Message, decode, encode } from '../codec.ts';
import type { ByteStream } from '../connection.ts';
import { Framer } from '../framer.ts';
import type { Fields, MessageName } from '../layout.ts';
import type { LogEvent } from '../log.ts';
import type { FileServer } from '../operations.ts';
import { type Dialect, MAXIMUM_MSIZE, NOFID, NOTAG } from '../protocol.ts';
import { Server, type ServerOptions } from '../server.ts';
import { streamPair } from '../transports/streams.ts';

export class RawClient {
  readonly stream: ByteStream;
  readonly received: Message[] = [];
  dialect: Dialect = '9P2000.L';
  closed = false;
  readonly #framer = new Framer(MAXIMUM_MSIZE + 4096);
  #arrived: (() => void) | undefined;

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.readable.on('data', (chunk: Buffer) => {
      this.#framer.push(chunk);
      while (this.#framer.next()) {
        const { bytes, start, end } = this.#framer;
        const message = decode(Buffer.from(bytes.subarray(start, end)), 0, end - start, this.dialect);
        if (!message) throw new Error('a malformed reply');
        this.received.push(message);
      }
      this.#arrived?.();
    });
    const ended = (): void => {
      this.closed = true;
      this.#arrived?.();
    };
    stream.readable.on('end', ended);
    stream.readable.on('close', ended);
    stream.writable.on('error', ended);
  }

  bytes(bytes: Buffer): void {
    this.stream.writable.write(bytes);
  }

  send<N extends MessageName>(name: N, tag: number, fields: Fields<N>): void {
    this.bytes(encode(name, tag, fields, this.dialect));
  }

  /** The next reply, or undefined when the connection ended first. */
  async next(): Promise<Message | undefined> {
    while (this.received.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
    return this.received.shift();
  }

  /** Sends a request and waits for the next reply. */
  async ask<N extends MessageName>(name: N, tag: number, fields: Fields<N>): Promise<Message | undefined> {
    this.send(name, tag, fields);
    return this.next();
  }

  /** Agrees upon a version and attaches as fid 0. */
  async begin(dialect: Dialect = '9P2000.L', msize = 65_536): Promise<void> {
    await this.ask('Tversion', NOTAG, { msize, version: dialect });
    this.dialect = dialect;
    await this.ask('Tattach', 1, { fid: 0, afid: NOFID, uname: '', aname: '', n_uname: 0 });
  }
}

/** A server with a client, and what the server reported but for connections that began and ended. */
export function serveRaw(
  files: FileServer,
  options: ServerOptions = {},
): { client: RawClient; server: Server; log: LogEvent[] } {
  const log: LogEvent[] = [];
  const server = new Server(files, { ...options, log: (event) => event.kind !== 'connection' && log.push(event) });
  const [ours, theirs] = streamPair();
  server.serve(theirs, 'test');
  return { client: new RawClient(ours), server, log };
}

/** Waits until something holds, a turn of the event loop at a time. */
export async function settled(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 10_000) throw new Error('it never came true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
