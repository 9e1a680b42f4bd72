/** The fids of a session: what they stand for, and for how long. */

import type { Qid } from './qid.ts';
import type { FileNode, OpenFile } from './operations.ts';

/** A node with the way that led to it. It is shared by the fids that were cloned from one another. */
export class Place {
  readonly node: FileNode;
  /** The node's qid when it was walked to, which is enough for its type and path. */
  readonly qid: Qid;
  /** Absent for the root of an attach. */
  parent: Place | undefined;
  name: string;
  #references = 1;

  constructor(node: FileNode, parent?: Place, name = '') {
    this.node = node;
    this.qid = node.qid;
    this.parent = parent?.retain();
    this.name = name;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references > 0) return;
    this.node.forget?.();
    this.parent?.release();
  }

  /** The file was moved. */
  moveTo(parent: Place, name: string): void {
    const before = this.parent;
    this.parent = parent.retain();
    this.name = name;
    before?.release();
  }
}

/** An extended attribute that is being written: it is set when its fid is clunked. */
export interface AttributeWrite {
  readonly name: string;
  /** How long it is going to be. */
  readonly size: number;
  readonly flags: number;
  /** What has been written. */
  value: Buffer;
}

/** How far a directory has been read as stat records. */
export interface RecordListing {
  /** Where the next read has to begin. */
  offset: number;
  /** The cookie behind the last record that was read. */
  cookie: number;
}

export class Fid {
  readonly number: number;
  place: Place;
  /** Present once it is open. */
  file: OpenFile | undefined = undefined;
  /** The O_* flags it was opened with. */
  flags = 0;
  /** Whether reads have answered with a promise: the next one gets a buffer of its own from the start. */
  slow = false;
  /** It is being opened, or turned into something else. */
  busy = false;
  removeOnClunk = false;
  attribute: AttributeWrite | undefined = undefined;
  /** It stands for the value of an extended attribute, whatever the file is. */
  isAttribute = false;
  listing: RecordListing | undefined = undefined;
  #users = 1;

  constructor(number: number, place: Place) {
    this.number = number;
    this.place = place;
  }

  /** Counts a request that uses it, so that it outlives a clunk until then. */
  retain(): void {
    this.#users++;
  }

  release(): void | Promise<void> {
    if (--this.#users > 0) return;
    const closed = this.file?.close?.();
    this.place.release();
    return closed;
  }
}
