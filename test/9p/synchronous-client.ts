/** A 9P2000.L client whose calls return with their answers: it talks to a server in the same thread that never waits. */

import { Readable, Writable } from 'node:stream';
import type { Errno } from '../../fs/errno.ts';
import type { ReplyName, RequestName } from '../../mounts/node-9p/client.ts';
import { decode, encode } from '../../mounts/node-9p/codec.ts';
import type { Fields } from '../../mounts/node-9p/layout.ts';
import type { FileServer } from '../../mounts/node-9p/operations.ts';
import { MAXIMUM_MSIZE, NOTAG } from '../../mounts/node-9p/protocol.ts';
import { Server } from '../../mounts/node-9p/server.ts';

const TAG = 1;

export class SynchronousClient {
  readonly server: Server;
  /** What the server reported. */
  readonly log: string[] = [];
  readonly #readable = new Readable({ read() {} });
  #reply: Buffer = Buffer.alloc(0);
  #lastFid = 0;

  constructor(files: FileServer) {
    const readable = this.#readable;
    const writable = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#reply = Buffer.concat([this.#reply, chunk]);
        done();
      },
    });
    const destroy = (): void => {
      readable.destroy();
      writable.destroy();
    };
    this.server = new Server(files, {
      encoding: 'latin1',
      log: ({ kind, text }) => kind !== 'connection' && this.log.push(text),
    });
    this.server.serve({ readable, writable, destroy }, 'synchronous');
    this.call('Tversion', { msize: MAXIMUM_MSIZE, version: '9P2000.L' }, NOTAG);
  }

  /** A number that no fid has. */
  newFid(): number {
    return ++this.#lastFid;
  }

  /** Makes a request; returns the reply's fields, or its negative error number. */
  call<N extends RequestName>(name: N, fields: Fields<N>, tag: number = TAG): Fields<ReplyName<N>> | Errno {
    this.#reply = Buffer.alloc(0);
    this.#readable.emit('data', encode(name, tag, fields, '9P2000.L', 'latin1'));
    const message = decode(this.#reply, 0, this.#reply.length, '9P2000.L', 'latin1');
    if (!message) throw new Error(`${name} is not answered at once: ${this.log.join('; ')}`);
    if (message.name === 'Rlerror') return -message.fields.ecode as Errno;
    return message.fields as Fields<ReplyName<N>>;
  }
}
