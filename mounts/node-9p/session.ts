/** What one Tversion begins and the next one, or the end of the connection, ends: a dialect, and the fids. */

import type { Reader, Writer } from './bytes.ts';
import { EBADF, EINVAL, ENAMETOOLONG } from './errors.ts';
import { Attributes } from './attributes.ts';
import { Fid, type Place } from './fids.ts';
import type { Limits } from './limits.ts';
import type { FileServer, Peer } from './operations.ts';
import type { Outbox } from './outbox.ts';
import { RequestState } from './pending.ts';
import type { NameTable } from './stat-conversion.ts';

/** What a handler returns when its reply comes later. Otherwise it returns 0 or an error number. */
export const PENDING = 1;

/** Answers one type of message: reads its fields and writes the reply's body, or returns why not. */
export type Handler = (session: Session, reader: Reader) => number;

/** What a session needs of its connection. */
export interface Host {
  readonly files: FileServer;
  readonly limits: Limits;
  readonly names: NameTable;
  readonly outbox: Outbox;
  /**
   * Has the reply to the request at hand made when a promise is fulfilled; `encode` writes its body. `discard` gets what
   * nobody is there for any more. Returns PENDING.
   */
  later<T>(promise: Promise<T | number>, encode: (value: T) => number, fid?: Fid, discard?: (value: T) => void): number;
  /**
   * Likewise for a reply that is built in bytes of its own, from `start` on; `finish` completes it but for its header, and
   * returns its length or an error.
   */
  laterElsewhere(
    promise: Promise<number>,
    bytes: Buffer,
    start: number,
    finish: (value: number) => number,
    fid: Fid,
  ): number;
  /** Has what is at work for a fid given up: the fid is gone. */
  abandon(fid: Fid): void;
  /** Reports a limit. */
  hit(limit: keyof Limits): void;
  /** Reports a mistake of the file server's. */
  fault(error: unknown): void;
}

export class Session {
  readonly host: Host;
  readonly peer: Peer;
  readonly outbox: Outbox;
  readonly writer: Writer;
  /** Whether messages have the fields that 9P2000 lacks. */
  readonly extended: boolean;
  /** The request at hand. */
  request: RequestState;
  /** Reused by operations that answer at once. */
  attributes: Attributes = new Attributes();
  /** Bytes of extended attributes that are being written. */
  attributeBytes = 0;
  /** A fid that is there but undefined is about to be. */
  readonly #fids = new Map<number, Fid | undefined>();

  constructor(host: Host, peer: Peer) {
    this.host = host;
    this.peer = peer;
    this.outbox = host.outbox;
    this.writer = host.outbox.writer;
    this.extended = peer.dialect !== '9P2000';
    this.request = new RequestState(peer);
  }

  get size(): number {
    return this.#fids.size;
  }

  fid(number: number): Fid | undefined {
    return this.#fids.get(number);
  }

  /** Whether a number cannot be a new fid's. */
  taken(number: number): boolean {
    return this.#fids.has(number);
  }

  /** Whether there is room for another fid; reports it if not. */
  hasRoom(): boolean {
    if (this.#fids.size < this.host.limits.fids) return true;
    this.host.hit('fids');
    return false;
  }

  /** Takes a number for a fid that is about to be. */
  reserve(number: number): void {
    this.#fids.set(number, undefined);
  }

  unreserve(number: number): void {
    if (this.#fids.get(number) === undefined) this.#fids.delete(number);
  }

  /** Adds a fid, which takes over the reference to its place. */
  add(number: number, place: Place): Fid {
    const fid = new Fid(number, place);
    this.#fids.set(number, fid);
    return fid;
  }

  /** Takes a fid out of the table; returns what closing it gives. */
  drop(fid: Fid): void | Promise<void> {
    if (this.#fids.get(fid.number) === fid) this.#fids.delete(fid.number);
    this.host.abandon(fid);
    if (fid.attribute) this.attributeBytes -= fid.attribute.value.length;
    return this.closed(fid.release());
  }

  /** Sees to it that a failure to close is reported. */
  closed(closing: void | Promise<void>): void | Promise<void> {
    return closing?.catch((error: unknown) => this.host.fault(error));
  }

  /** Gives up every fid. */
  end(): void {
    const fids = [...this.#fids.values()];
    this.#fids.clear();
    for (const fid of fids) {
      try {
        if (fid) void this.closed(fid.release());
      } catch (error) {
        this.host.fault(error);
      }
    }
  }
}

/** Whether something can be the name of a new entry, or of one that is to go. Errors: EINVAL, ENAMETOOLONG. */
export function checkName(name: string): number {
  if (name.length > 255) return ENAMETOOLONG;
  if (name.length === 0 || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) return EINVAL;
  return 0;
}

/** Whether something can be a symbolic link's target or an attribute's name. Errors: EINVAL. */
export function checkText(text: string): number {
  return text.includes('\0') ? EINVAL : 0;
}

/** The fid of a directory's in which something is to be done, or EBADF. */
export function placeOf(session: Session, number: number): Place | typeof EBADF {
  return session.fid(number)?.place ?? EBADF;
}
