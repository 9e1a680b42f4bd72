/** Connected sockets without an address: what socketpair(2) makes (net/unix/af_unix.c). */

import type { Caller } from '../../fs/caller.ts';
import { EAGAIN, EMSGSIZE, ENOTCONN, ENOTTY, EPIPE, type Errno, WOULD_BLOCK, type WouldBlock } from '../../fs/errno.ts';
import { O_NONBLOCK, O_RDWR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../fs/flags.ts';
import { S_IFSOCK } from '../../fs/stat.ts';
import { type IoctlAnswer, OpenFile } from '../../fs/vnode.ts';
import { WaitQueue } from '../../fs/wait-queue.ts';
import type { Description } from './description.ts';
import { type NamelessFileSystem, NamelessVnode } from './nameless.ts';

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_SEQPACKET = 5;

/** As sys/net/core/wmem_default is. */
const CAPACITY = 212992;
const FIONREAD = 0x541b;
const POLLRDHUP = 0x2000;

/** A piece that was sent: bytes, and descriptions that go with them (SCM_RIGHTS). */
interface Message {
  readonly bytes: Uint8Array;
  taken: number;
  rights: readonly Description[];
}

/** What `receive` gave besides the bytes. */
export interface Received {
  /** Bytes of the message that had no room. */
  cut: number;
  rights: readonly Description[];
}

export class SocketEnd extends OpenFile {
  override readonly stream = true;
  override readonly waiters: WaitQueue = new WaitQueue();
  readonly kind: number;
  peer: SocketEnd | undefined;
  readonly #messages: Message[] = [];
  #queued = 0;
  /** Nothing more is read here, or written here (shutdown(2)). */
  #readClosed = false;
  #writeClosed = false;
  readonly received: Received = { cut: 0, rights: [] };

  constructor(vnode: NamelessVnode, flags: number, kind: number) {
    super(vnode, O_RDWR | flags);
    this.kind = kind;
  }

  /** Takes bytes; the rest of a message that is no stream's is lost, and so is what `peek` leaves there. */
  receive(into: Uint8Array, start: number, length: number, peek: boolean): number | Errno | WouldBlock {
    const { received } = this;
    received.cut = 0;
    received.rights = [];
    const [first] = this.#messages;
    if (!first) {
      if (this.#readClosed || !this.peer) return 0;
      return WOULD_BLOCK;
    }
    if (this.kind !== SOCK_STREAM) {
      const count = Math.min(length, first.bytes.length);
      into.set(first.bytes.subarray(0, count), start);
      received.cut = first.bytes.length - count;
      if (!peek) {
        received.rights = first.rights;
        this.#messages.shift();
        this.#drained(first.bytes.length);
      }
      return count;
    }
    let done = 0;
    let index = 0;
    while (done < length && index < this.#messages.length) {
      const message = this.#messages[index]!;
      // What comes with descriptions is not joined to what came before.
      if (done > 0 && message.rights.length > 0) break;
      const part = message.bytes.subarray(message.taken, message.taken + length - done);
      into.set(part, start + done);
      done += part.length;
      if (peek) {
        index++;
        continue;
      }
      if (message.rights.length > 0) {
        received.rights = message.rights;
        message.rights = [];
      }
      message.taken += part.length;
      if (message.taken === message.bytes.length) this.#messages.shift();
    }
    if (!peek) this.#drained(done);
    return done;
  }

  #drained(count: number): void {
    this.#queued -= count;
    this.peer?.waiters.wakeAll();
    this.waiters.wakeAll();
  }

  /** Sends bytes, with descriptions whose uses go along. */
  send(from: Uint8Array, start: number, length: number, rights: readonly Description[] = []): number | Errno | WouldBlock {
    const { peer } = this;
    if (this.#writeClosed) return EPIPE;
    if (!peer) return this.kind === SOCK_DGRAM ? ENOTCONN : EPIPE;
    if (peer.#readClosed) return EPIPE;
    if (length === 0 && this.kind === SOCK_STREAM) return 0;
    const room = CAPACITY - peer.#queued;
    if (this.kind !== SOCK_STREAM && length > CAPACITY) return EMSGSIZE;
    if (room < (this.kind === SOCK_STREAM ? 1 : length)) return WOULD_BLOCK;
    const count = Math.min(length, room);
    peer.#messages.push({ bytes: from.slice(start, start + count), taken: 0, rights });
    peer.#queued += count;
    peer.waiters.wakeAll();
    return count;
  }

  /** shutdown(2). */
  shutDown(reading: boolean, writing: boolean): void {
    const { peer } = this;
    if (reading) this.#readClosed = true;
    if (writing) this.#writeClosed = true;
    if (peer && this.kind !== SOCK_DGRAM) {
      if (writing) peer.#readClosed = true;
      if (reading) peer.#writeClosed = true;
    }
    this.waiters.wakeAll();
    peer?.waiters.wakeAll();
  }

  override read(into: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    if (length === 0) return 0;
    const count = this.receive(into, start, length, false);
    for (const right of this.received.rights) right.release();
    return count === WOULD_BLOCK && this.flags & O_NONBLOCK ? EAGAIN : count;
  }

  override write(from: Uint8Array, start: number, length: number): number | Errno | WouldBlock {
    const count = this.send(from, start, length);
    return count === WOULD_BLOCK && this.flags & O_NONBLOCK ? EAGAIN : count;
  }

  override poll(): number {
    const { peer } = this;
    let events = 0;
    const ended = this.#readClosed || (!peer && this.kind !== SOCK_DGRAM);
    if (this.#messages.length > 0 || ended) events |= POLLIN | POLLRDNORM;
    if (ended) events |= POLLRDHUP;
    if ((!peer && this.kind !== SOCK_DGRAM) || (this.#readClosed && this.#writeClosed)) events |= POLLHUP;
    if (!peer || peer.#queued * 4 <= CAPACITY) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override ioctl(command: number): IoctlAnswer | Errno {
    if (command !== FIONREAD) return ENOTTY;
    const count = this.kind === SOCK_STREAM ? this.#queued : (this.#messages[0]?.bytes.length ?? 0);
    return { result: 0, output: Uint8Array.of(count, count >> 8, count >> 16, count >> 24) };
  }

  protected override close(): void {
    for (const { rights } of this.#messages) for (const right of rights) right.release();
    this.#messages.length = 0;
    const { peer } = this;
    this.peer = undefined;
    if (!peer) return;
    peer.peer = undefined;
    peer.waiters.wakeAll();
  }
}

/** Makes two sockets that are connected to each other. */
export function makeSocketPair(fileSystem: NamelessFileSystem, kind: number, flags: number, owner: Caller): [SocketEnd, SocketEnd] {
  const make = (): SocketEnd => new SocketEnd(new NamelessVnode(fileSystem, S_IFSOCK, 0o777, (ino) => `socket:[${ino}]`, owner), flags, kind);
  const [one, other] = [make(), make()];
  one.peer = other;
  other.peer = one;
  return [one, other];
}
