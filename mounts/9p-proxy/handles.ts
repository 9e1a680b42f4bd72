/** Files and directories that the kernel has open. */

import { EBADF } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import { RemoteError } from '../node-9p/errors.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import type { ListedEntry } from '../node-9p/wire-attributes.ts';
import type { Node } from './nodes.ts';

/** The type of a directory's entry that is a directory. */
const DT_DIR = 4;

/** An open file. */
export interface Handle {
  readonly node: Node;
  readonly file: RemoteFile;
  /** What has been read of a directory. */
  readonly listing: Listing | undefined;
  /** Whether the kernel keeps what was read. */
  readonly cached: boolean;
}

/** An entry, and the offset behind it as the kernel is told it. */
export interface PlacedEntry {
  readonly entry: ListedEntry;
  readonly next: U64;
}

/**
 * An open directory's entries. In 9P2000.L each has a cookie of the server's. The older versions can only be read in one go from
 * the beginning; there all that was read is kept, and an offset counts entries.
 */
export class Listing {
  readonly #file: RemoteFile;
  readonly #node: Node;
  readonly #hasCookies: boolean;
  /** The entries at hand: with cookies, those that the kernel has not taken yet. */
  #entries: readonly PlacedEntry[] = [];
  /** With cookies, where they begin; without, where the server goes on after them. */
  #next: U64 = 0;

  constructor(file: RemoteFile, node: Node, hasCookies: boolean) {
    this.#file = file;
    this.#node = node;
    this.#hasCookies = hasCookies;
  }

  /** The next entries from an offset that was told before, or 0; none at the end. */
  async read(offset: U64, signal: AbortSignal): Promise<readonly PlacedEntry[]> {
    return this.#hasCookies ? this.#readByCookie(offset, signal) : this.#readByCount(Number(offset), signal);
  }

  async #readByCookie(offset: U64, signal: AbortSignal): Promise<readonly PlacedEntry[]> {
    // What is left serves only who goes on where he was: others may have waited for changes.
    if (offset !== this.#next || this.#entries.length === 0) {
      const { entries } = await this.#file.during(signal).readEntries(offset);
      this.#entries = entries.map((entry) => ({ entry, next: entry.cookie }));
    }
    return this.#entries;
  }

  /** The kernel has taken the first of the entries that `read` gave. */
  taken(entries: readonly PlacedEntry[], count: number): void {
    if (!this.#hasCookies) return;
    this.#entries = entries.slice(count);
    this.#next = entries[count - 1]?.next ?? 0;
  }

  async #readByCount(offset: number, signal: AbortSignal): Promise<readonly PlacedEntry[]> {
    if (offset === 0) {
      const { qid, parent } = this.#node;
      const itself = { name: '.', qid, type: DT_DIR, cookie: 0 };
      this.#entries = [
        { entry: itself, next: 1 },
        { entry: { ...itself, name: '..', qid: (parent ?? this.#node).qid }, next: 2 },
      ];
      this.#next = 0;
    }
    while (this.#entries.length <= offset) {
      const { entries, next } = await this.#file.during(signal).readEntries(this.#next);
      if (next === this.#next) return [];
      this.#next = next;
      const count = this.#entries.length;
      this.#entries = [...this.#entries, ...entries.map((entry, at) => ({ entry, next: count + at + 1 }))];
    }
    return this.#entries.slice(offset);
  }
}

export class Handles {
  readonly #handles = new Map<number, Handle>();
  readonly #free: number[] = [];

  get size(): number {
    return this.#handles.size;
  }

  add(handle: Handle): number {
    const number = this.#free.pop() ?? this.#handles.size + 1;
    this.#handles.set(number, handle);
    handle.node.handles.add(handle);
    return number;
  }

  /** Throws EBADF. */
  get(number: U64): Handle {
    const handle = this.#handles.get(Number(number));
    if (!handle) throw new RemoteError(EBADF);
    return handle;
  }

  /** Takes a handle out; its fid is the caller's to give back. */
  remove(number: U64): Handle {
    const handle = this.get(number);
    this.#handles.delete(Number(number));
    this.#free.push(Number(number));
    handle.node.handles.delete(handle);
    return handle;
  }
}
