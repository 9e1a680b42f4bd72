/** The request at hand, what it speaks of, and the replies that many requests have in common. */

import { EAGAIN, EIO, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import { O_NONBLOCK } from '../../fs/flags.ts';
import { S_IFREG, Stat } from '../../fs/stat.ts';
import type { FileSystem, OpenFile, Vnode } from '../../fs/vnode.ts';
import type { FuseCaller } from './fuse-caller.ts';
import { HandleTable } from './handle-table.ts';
import { MAX_READ } from './init.ts';
import type { Node, NodeTable } from './node-table.ts';
import * as fuse from './protocol.ts';
import { ATTR_OUT_SIZE, BODY, ENTRY_OUT_SIZE, OPEN_OUT_SIZE, ReplyBuffer } from './reply-buffer.ts';
import type { Waiting } from './waiting.ts';

/** Words of the request header; a request's own fields begin at word 10. */
export const ARGUMENTS: number = fuse.IN_HEADER_SIZE / 4;

export class RequestContext {
  readonly fileSystem: FileSystem;
  readonly nodes: NodeTable;
  readonly handles: HandleTable = new HandleTable();
  readonly reply: ReplyBuffer = new ReplyBuffer(MAX_READ + 4096);
  readonly caller: FuseCaller;
  readonly waiting: Waiting;
  readonly #stat = new Stat();
  /** The request's bytes, its words and its length. */
  bytes: Buffer = Buffer.alloc(0);
  words: Uint32Array = new Uint32Array(0);
  length = 0;

  constructor(fileSystem: FileSystem, nodes: NodeTable, caller: FuseCaller, waiting: Waiting) {
    this.fileSystem = fileSystem;
    this.nodes = nodes;
    this.caller = caller;
    this.waiting = waiting;
  }

  /** The word at index `at` of the request's own fields. */
  word(at: number): number {
    return this.words[ARGUMENTS + at] as number;
  }

  /** The 64-bit value at an absolute word; beyond 2^53 it is no id or size of ours, whatever it rounds to. */
  u64(word: number): number {
    return (this.words[word] as number) + (this.words[word + 1] as number) * 0x1_0000_0000;
  }

  /** The node that it is about. */
  node(): Node | undefined {
    return this.nodes.get(this.u64(4));
  }

  /** The open file whose handle its own fields begin with. */
  file(): OpenFile | undefined {
    return this.handles.get(this.u64(ARGUMENTS));
  }

  /** The NUL-terminated byte string at an offset of the request's own fields, or undefined if its end is missing. */
  name(offset: number): string | undefined {
    const start = fuse.IN_HEADER_SIZE + offset;
    const bytes = this.bytes;
    let end = start;
    // Names are short: a loop beats the way into native code.
    while (end < this.length && bytes[end] !== 0) end++;
    return end < this.length ? bytes.toString('latin1', start, end) : undefined;
  }

  /** Encodes the entry of a vnode that was just looked up or made, and counts the look-up. */
  entry(vnode: Vnode, parent: Node, name: string): number {
    const error = vnode.stat(this.#stat, this.caller);
    if (isErrno(error)) return error;
    const node = this.nodes.lookedUp(vnode, parent, name);
    const caching = this.fileSystem.caching;
    this.reply.entry(
      BODY,
      node.id,
      node.generation,
      vnode.entryMilliseconds ?? caching.entryMilliseconds,
      vnode.attributeMilliseconds ?? caching.attributeMilliseconds,
      this.#stat,
    );
    return ENTRY_OUT_SIZE;
  }

  /** Encodes the attributes of a vnode. */
  attributes(vnode: Vnode): number {
    const error = vnode.stat(this.#stat, this.caller);
    if (isErrno(error)) return error;
    this.reply.attrOut(BODY, vnode.attributeMilliseconds ?? this.fileSystem.caching.attributeMilliseconds, this.#stat);
    return ATTR_OUT_SIZE;
  }

  /** Encodes an open file's handle behind `word`. */
  opened(word: number, file: OpenFile): number {
    const { data } = this.fileSystem.caching;
    let flags = data === 'exclusive' ? fuse.FOPEN_KEEP_CACHE : 0;
    if (file.stream) flags = fuse.FOPEN_DIRECT_IO | fuse.FOPEN_STREAM | fuse.FOPEN_NONSEEKABLE;
    else if (file.uncached || (!data && file.vnode.type === S_IFREG)) flags = fuse.FOPEN_DIRECT_IO;
    this.reply.openOut(word, this.handles.add(file), flags);
    return OPEN_OUT_SIZE;
  }

  /** Puts the request at hand aside until its file changes, unless its caller does not wait. */
  park(file: OpenFile): number {
    if (this.word(8) & O_NONBLOCK) return EAGAIN;
    if (!file.waiters) return EIO;
    this.waiting.park(this.u64(2), this.u64(ARGUMENTS), this.bytes, this.length, file.waiters);
    return WOULD_BLOCK;
  }
}
