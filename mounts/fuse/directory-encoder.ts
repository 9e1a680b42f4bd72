/** Encodes READDIR and READDIRPLUS replies (struct fuse_dirent, struct fuse_direntplus). */

import { EACCES, isErrno } from '../../fs/errno.ts';
import type { Caller } from '../../fs/caller.ts';
import { type FileType, S_IFDIR, Stat, direntType } from '../../fs/stat.ts';
import type { U64 } from '../../fs/u64.ts';
import type { DirectorySink, Vnode } from '../../fs/vnode.ts';
import type { Node, NodeTable } from './node-table.ts';
import { OUT_HEADER_SIZE } from './protocol.ts';
import { ENTRY_OUT_SIZE, type ReplyBuffer } from './reply-buffer.ts';

const DIRENT_HEADER = 24;
/** Offsets 1 and 2 stand behind `.` and `..`; the file system's cookies follow. */
const FIRST_COOKIE = 2;

const stat = new Stat();

export class DirectoryEncoder implements DirectorySink {
  readonly #reply: ReplyBuffer;
  readonly #nodes: NodeTable;
  #at = 0;
  #end = 0;
  #plus = false;
  #parent: Node;
  #caller: Caller | undefined;

  constructor(reply: ReplyBuffer, nodes: NodeTable) {
    this.#reply = reply;
    this.#nodes = nodes;
    this.#parent = nodes.root;
  }

  /** Writes entries behind `offset` into the reply's body, at most `size` bytes. Returns the bytes or an errno. */
  encode(node: Node, offset: number, size: number, plus: boolean, caller: Caller): number {
    this.#at = OUT_HEADER_SIZE;
    this.#end = Math.min(OUT_HEADER_SIZE + size, this.#reply.bytes.length);
    this.#plus = plus;
    this.#parent = node;
    this.#caller = caller;
    if (offset < 1 && !this.#put('.', this.#inodeNumber(node), S_IFDIR, 1, undefined)) return 0;
    if (offset < 2 && !this.#put('..', this.#inodeNumber(node.parent ?? node), S_IFDIR, 2, undefined)) {
      return this.#at - OUT_HEADER_SIZE;
    }
    const error = node.vnode.list?.(Math.max(0, offset - FIRST_COOKIE), this, caller) ?? 0;
    // Who may open a directory but not list it gets as far as `.` and `..` in Linux.
    if (isErrno(error) && (error !== EACCES || this.#at === OUT_HEADER_SIZE)) return error;
    return this.#at - OUT_HEADER_SIZE;
  }

  #inodeNumber(node: Node): U64 {
    return this.#caller && !isErrno(node.vnode.stat(stat, this.#caller)) ? stat.ino : 0;
  }

  add(name: string, ino: U64, type: FileType, cookie: number, vnode?: Vnode): boolean {
    return this.#put(name, ino, type, cookie + FIRST_COOKIE, vnode);
  }

  #put(name: string, ino: U64, type: FileType, offset: number, vnode: Vnode | undefined): boolean {
    const reply = this.#reply;
    const prefix = this.#plus ? ENTRY_OUT_SIZE : 0;
    const length = name.length;
    const total = (prefix + DIRENT_HEADER + length + 7) & ~7;
    let at = this.#at;
    if (at + total > this.#end) return false;
    if (this.#plus) this.#entry(at >> 2, name, vnode);
    at += prefix;
    const word = at >> 2;
    reply.u64(word, ino);
    reply.u64(word + 2, offset);
    reply.words[word + 4] = length;
    reply.words[word + 5] = direntType(type);
    const bytes = reply.bytes;
    at += DIRENT_HEADER;
    for (let index = 0; index < length; index++) bytes[at + index] = name.charCodeAt(index);
    const end = this.#at + total;
    for (let pad = at + length; pad < end; pad++) bytes[pad] = 0;
    this.#at = end;
    return true;
  }

  /** The entry of READDIRPLUS: a look-up that the kernel counts, or node id 0 for "look it up yourself". */
  #entry(word: number, name: string, vnode: Vnode | undefined): void {
    const caller = this.#caller;
    if (!vnode || !caller || isErrno(vnode.stat(stat, caller))) {
      this.#reply.words.fill(0, word, word + ENTRY_OUT_SIZE / 4);
      return;
    }
    const node = this.#nodes.lookedUp(vnode, this.#parent, name);
    const caching = vnode.fileSystem.caching;
    this.#reply.entry(
      word,
      node.id,
      node.generation,
      vnode.entryMilliseconds ?? caching.entryMilliseconds,
      vnode.attributeMilliseconds ?? caching.attributeMilliseconds,
      stat,
    );
  }
}
