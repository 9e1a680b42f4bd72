/** Builds FUSE requests and reads replies, for tests that take the kernel's part. */

import { errnoName, isErrno } from '../../../fs/errno.ts';
import * as fuse from '../protocol.ts';

/** Who asks, and about what. */
export interface RequestHeader {
  readonly node?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly thread?: number;
  readonly unique?: number;
}

/** A part of a request's body: a 32-bit field, a 64-bit field, a string with its NUL, or bytes as they are. */
export type Part = number | bigint | string | Uint8Array;

/** The bytes of one part. */
function encode(part: Part): Buffer {
  if (typeof part === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(part >>> 0);
    return bytes;
  }
  if (typeof part === 'bigint') {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, part));
    return bytes;
  }
  return typeof part === 'string' ? Buffer.from(`${part}\0`, 'latin1') : Buffer.from(part);
}

/** A request in memory that is aligned as the dispatcher needs it. */
export function buildRequest(opcode: number, parts: readonly Part[], header: RequestHeader = {}): Buffer {
  const body = Buffer.concat(parts.map(encode));
  const length = fuse.IN_HEADER_SIZE + body.length;
  const request = Buffer.from(new ArrayBuffer((length + 7) & ~7), 0, length);
  request.writeUInt32LE(length, 0);
  request.writeUInt32LE(opcode, 4);
  request.writeBigUInt64LE(BigInt(header.unique ?? 2), 8);
  request.writeBigUInt64LE(BigInt(header.node ?? fuse.FUSE_ROOT_ID), 16);
  request.writeUInt32LE(header.uid ?? 0, 24);
  request.writeUInt32LE(header.gid ?? 0, 28);
  request.writeUInt32LE(header.thread ?? 1, 32);
  body.copy(request, fuse.IN_HEADER_SIZE);
  return request;
}

/** A reply as the kernel sees it. */
export interface Reply {
  /** 0 or a negative errno. */
  readonly error: number;
  readonly unique: number;
  readonly body: Buffer;
}

/** Reads a reply. Throws where it breaks the protocol. */
export function readReply(bytes: Buffer, length: number): Reply {
  const said = bytes.readUInt32LE(0);
  const error = bytes.readInt32LE(4);
  if (length < fuse.OUT_HEADER_SIZE || said !== length) throw new Error(`a reply of ${length} bytes says that it has ${said}`);
  if (error > 0 || error <= -512) throw new Error(`a reply with the error ${error}`);
  if (error !== 0 && length !== fuse.OUT_HEADER_SIZE) throw new Error(`a reply with ${errnoName(error as never)} and ${length} bytes`);
  return { error, unique: Number(bytes.readBigUInt64LE(8)), body: Buffer.from(bytes.subarray(fuse.OUT_HEADER_SIZE, length)) };
}

/** What an entry reply tells. */
export interface EntryReply {
  readonly node: number;
  readonly generation: number;
  readonly ino: number;
  readonly size: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly entrySeconds: number;
}

/** Reads a struct fuse_entry_out. */
export function readEntry(body: Buffer, at = 0): EntryReply {
  return {
    node: Number(body.readBigUInt64LE(at)),
    generation: Number(body.readBigUInt64LE(at + 8)),
    entrySeconds: Number(body.readBigUInt64LE(at + 16)),
    ...readAttributes(body, at + 40),
  };
}

/** Reads a struct fuse_attr. */
export function readAttributes(body: Buffer, at: number): Pick<EntryReply, 'ino' | 'size' | 'mode' | 'nlink' | 'uid' | 'gid'> {
  return {
    ino: Number(body.readBigUInt64LE(at)),
    size: Number(body.readBigUInt64LE(at + 8)),
    mode: body.readUInt32LE(at + 60),
    nlink: body.readUInt32LE(at + 64),
    uid: body.readUInt32LE(at + 68),
    gid: body.readUInt32LE(at + 72),
  };
}

/** An entry of a listing; `entry` is there in READDIRPLUS. */
export interface ListedEntry {
  readonly name: string;
  readonly ino: number;
  readonly offset: number;
  readonly type: number;
  readonly entry?: EntryReply;
}

/** Reads a READDIR or READDIRPLUS reply. Throws where an entry is cut off. */
export function readListing(body: Buffer, plus: boolean): ListedEntry[] {
  const found: ListedEntry[] = [];
  const prefix = plus ? 128 : 0;
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32LE(at + prefix + 16);
    const next = at + ((prefix + 24 + length + 7) & ~7);
    if (next > body.length || length === 0) throw new Error('a listing with an entry that is cut off');
    found.push({
      ino: Number(body.readBigUInt64LE(at + prefix)),
      offset: Number(body.readBigUInt64LE(at + prefix + 8)),
      type: body.readUInt32LE(at + prefix + 20),
      name: body.toString('latin1', at + prefix + 24, at + prefix + 24 + length),
      ...(plus && { entry: readEntry(body, at) }),
    });
    at = next;
  }
  return found;
}

/** The size that a successful reply's body has, by opcode; others are looked at by `checkReply`. */
const FIXED_SIZES: Readonly<Record<number, number>> = {
  [fuse.FUSE_LOOKUP]: 128,
  [fuse.FUSE_MKNOD]: 128,
  [fuse.FUSE_MKDIR]: 128,
  [fuse.FUSE_SYMLINK]: 128,
  [fuse.FUSE_LINK]: 128,
  [fuse.FUSE_CREATE]: 144,
  [fuse.FUSE_TMPFILE]: 144,
  [fuse.FUSE_GETATTR]: 104,
  [fuse.FUSE_SETATTR]: 104,
  [fuse.FUSE_OPEN]: 16,
  [fuse.FUSE_OPENDIR]: 16,
  [fuse.FUSE_WRITE]: 8,
  [fuse.FUSE_STATFS]: 80,
  [fuse.FUSE_INIT]: 64,
  [fuse.FUSE_POLL]: 8,
  [fuse.FUSE_LSEEK]: 8,
  [fuse.FUSE_COPY_FILE_RANGE]: 8,
};

/** Opcodes that the kernel takes no reply to. */
export const UNANSWERED: ReadonlySet<number> = new Set([
  fuse.FUSE_FORGET,
  fuse.FUSE_BATCH_FORGET,
  fuse.FUSE_INTERRUPT,
  fuse.FUSE_NOTIFY_REPLY,
]);

/** Throws where the kernel would not take a reply to a request. */
export function checkReply(request: Buffer, reply: Reply): void {
  if (reply.error !== 0) return;
  const opcode = request.readUInt32LE(4);
  const word = (index: number): number => request.readUInt32LE(fuse.IN_HEADER_SIZE + index * 4);
  const { length } = reply.body;
  const fixed = FIXED_SIZES[opcode];
  let most = fixed ?? 0;
  let least = most;
  switch (opcode) {
    case fuse.FUSE_READ:
    case fuse.FUSE_READDIR:
    case fuse.FUSE_READDIRPLUS:
      [least, most] = [0, word(4)];
      if (opcode !== fuse.FUSE_READ) readListing(reply.body, opcode === fuse.FUSE_READDIRPLUS);
      break;
    case fuse.FUSE_READLINK:
      [least, most] = [1, 4095];
      break;
    case fuse.FUSE_GETXATTR:
    case fuse.FUSE_LISTXATTR:
      [least, most] = word(0) === 0 ? [8, 8] : [0, word(0)];
      break;
    case fuse.FUSE_IOCTL:
      [least, most] = [16, 16 + word(7)];
      break;
  }
  if (length < least || length > most) throw new Error(`opcode ${opcode}: a reply of ${length} bytes, not ${least} to ${most}`);
  if (opcode === fuse.FUSE_WRITE && reply.body.readUInt32LE(0) > word(4)) throw new Error('more was written than asked for');
}

/** An errno by name, for messages. */
export function replyName({ error }: Reply): string {
  return error === 0 ? 'success' : isErrno(error) ? errnoName(error) : String(error);
}
