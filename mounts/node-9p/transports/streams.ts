/** Streams that are there already: standard input and output, any pair of Node's streams, and a pair within the process. */

import { Duplex, type Readable, type Writable } from 'node:stream';
import type { ByteStream } from '../connection.ts';

/** One stream for what comes in and one for what goes out. */
export function joinStreams(readable: Readable, writable: Writable): ByteStream {
  return {
    readable,
    writable,
    destroy() {
      readable.destroy();
      writable.destroy();
    },
  };
}

/** Standard input and output: for a server that is started by inetd, ssh or a client of its own. */
export function standardStreams(): ByteStream {
  return joinStreams(process.stdin, process.stdout);
}

/** One end of a pair. What is written to it is read from the other, the same bytes and not a copy. */
class PairEnd extends Duplex {
  other: PairEnd | undefined;
  /** Said when the other side wants to read more. */
  #taken: (() => void) | undefined;

  override _read(): void {
    this.other?.goOn();
  }

  goOn(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const { other } = this;
    if (!other || other.destroyed) done(new Error('the other end is gone'));
    else if (other.push(chunk)) done();
    else this.#taken = done;
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    done(error);
    // One that has said all it had to say is read to its end.
    if (other && !other.destroyed && !this.writableFinished) setImmediate(() => other.destroy());
  }
}

/** Two streams, each the other's other end: a client and a server in one process. */
export function streamPair(): [ByteStream, ByteStream] {
  const [a, b] = [new PairEnd({ allowHalfOpen: true }), new PairEnd({ allowHalfOpen: true })];
  a.other = b;
  b.other = a;
  return [joinStreams(a, a), joinStreams(b, b)];
}
