/** The memory in which replies are built: one buffer per dispatcher, seen as bytes and as 32-bit words. */

import type { Stat, StatFs } from '../../fs/stat.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import { OUT_HEADER_SIZE } from './protocol.ts';

/** Word offsets within a reply. */
export const BODY: number = OUT_HEADER_SIZE / 4;
/** Sizes of encoded structs in bytes. */
export const ATTR_SIZE = 88;
export const ENTRY_OUT_SIZE: number = 40 + ATTR_SIZE;
export const ATTR_OUT_SIZE: number = 16 + ATTR_SIZE;
export const OPEN_OUT_SIZE = 16;
export const STATFS_OUT_SIZE = 80;

export class ReplyBuffer {
  readonly bytes: Buffer;
  readonly words: Uint32Array;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, capacity >> 2);
  }

  /** Writes a 64-bit value at a word offset. */
  u64(word: number, value: U64): void {
    this.words[word] = u64Low(value);
    this.words[word + 1] = u64High(value) >>> 0;
  }

  /** Writes the reply header; `unique` comes as two words. Returns the reply's length in bytes. */
  header(length: number, error: number, uniqueLow: number, uniqueHigh: number): number {
    const words = this.words;
    words[0] = length;
    words[1] = error >>> 0;
    words[2] = uniqueLow;
    words[3] = uniqueHigh;
    return length;
  }

  /** Writes a struct fuse_attr at a word offset. */
  attr(word: number, stat: Stat): void {
    const words = this.words;
    this.u64(word, stat.ino);
    this.u64(word + 2, stat.size);
    this.u64(word + 4, stat.blocks);
    this.u64(word + 6, stat.atime);
    this.u64(word + 8, stat.mtime);
    this.u64(word + 10, stat.ctime);
    words[word + 12] = stat.atimeNanoseconds;
    words[word + 13] = stat.mtimeNanoseconds;
    words[word + 14] = stat.ctimeNanoseconds;
    words[word + 15] = stat.mode;
    words[word + 16] = stat.nlink;
    words[word + 17] = stat.uid;
    words[word + 18] = stat.gid;
    words[word + 19] = stat.rdev;
    words[word + 20] = stat.blksize;
    words[word + 21] = 0;
  }

  /** Writes a struct fuse_entry_out at a word offset. */
  entry(word: number, nodeId: number, generation: number, entryMs: number, attributeMs: number, stat: Stat): void {
    const words = this.words;
    this.u64(word, nodeId);
    this.u64(word + 2, generation);
    this.u64(word + 4, Math.floor(entryMs / 1000));
    this.u64(word + 6, Math.floor(attributeMs / 1000));
    words[word + 8] = (entryMs % 1000) * 1e6;
    words[word + 9] = (attributeMs % 1000) * 1e6;
    this.attr(word + 10, stat);
  }

  /** Writes a struct fuse_entry_out that says, for a time, that there is no such entry. */
  missing(word: number, milliseconds: number): void {
    const words = this.words;
    words.fill(0, word, word + ENTRY_OUT_SIZE / 4);
    this.u64(word + 4, Math.floor(milliseconds / 1000));
    words[word + 8] = (milliseconds % 1000) * 1e6;
  }

  /** Writes a struct fuse_attr_out at a word offset. */
  attrOut(word: number, attributeMs: number, stat: Stat): void {
    this.u64(word, Math.floor(attributeMs / 1000));
    this.words[word + 2] = (attributeMs % 1000) * 1e6;
    this.words[word + 3] = 0;
    this.attr(word + 4, stat);
  }

  /** Writes a struct fuse_open_out at a word offset. */
  openOut(word: number, handle: number, flags: number): void {
    this.u64(word, handle);
    this.words[word + 2] = flags;
    this.words[word + 3] = 0;
  }

  /** Writes a struct fuse_statfs_out at a word offset. */
  statfs(word: number, stat: StatFs): void {
    const words = this.words;
    this.u64(word, stat.blocks);
    this.u64(word + 2, stat.blocksFree);
    this.u64(word + 4, stat.blocksAvailable);
    this.u64(word + 6, stat.files);
    this.u64(word + 8, stat.filesFree);
    words[word + 10] = stat.blockSize;
    words[word + 11] = stat.nameLength;
    words[word + 12] = stat.fragmentSize;
    words.fill(0, word + 13, word + 20);
  }
}
