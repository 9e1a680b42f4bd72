/** Ready-made nodes for small servers: directories of names, and files whose content a function gives. */

import type { Attributes } from './attributes.ts';
import { EACCES, ENOENT } from './errors.ts';
import type { Answer, DirectorySink, FileNode, OpenFile, Request } from './operations.ts';
import { O_ACCMODE, O_RDONLY, O_WRONLY, QTDIR, QTFILE, S_IFDIR, S_IFREG } from './protocol.ts';
import { Qid } from './qid.ts';

let lastPath = 0;

function fill(into: Attributes, mode: number, size: number): 0 {
  into.mode = mode;
  into.uid = into.gid = 0;
  into.nlink = 1;
  into.rdev = 0;
  into.size = size;
  into.blksize = 4096;
  into.blocks = Math.ceil(size / 512);
  into.atime = into.mtime = into.ctime = 0;
  into.atimeNanoseconds = into.mtimeNanoseconds = into.ctimeNanoseconds = 0;
  return 0;
}

/** A directory that holds the given nodes by their names. */
export function directory(entries: Readonly<Record<string, FileNode>>, mode = 0o755): FileNode {
  const qid = Qid.of(QTDIR, 0, ++lastPath);
  const names = Object.keys(entries);
  const list = (after: number, sink: DirectorySink): 0 => {
    for (let at = after; at < names.length; at++) {
      const name = names[at] as string;
      const node = entries[name] as FileNode;
      if (!sink.add(name, node.qid, node.qid.type & QTDIR ? 4 : 8, at + 1)) return 0;
    }
    return 0;
  };
  return {
    qid,
    getattr: (into) => fill(into, S_IFDIR | mode, 0),
    walk: (name) => (Object.hasOwn(entries, name) ? (entries[name] as FileNode) : ENOENT),
    open: () => ({ list }),
  };
}

/** What a file says when it is read, and what takes what is written to it. */
export interface FileContent {
  /** The text or bytes at the moment; asked for at offset 0 and kept until the next time, for each open file. */
  readonly read?: (request: Request) => string | Uint8Array | Promise<string | Uint8Array>;
  readonly write?: (data: Buffer, offset: number, request: Request) => void | number | Promise<void | number>;
}

/** A file with a content, or with functions that give and take it. */
export function file(content: string | Uint8Array | FileContent, mode?: number): FileNode {
  const functions: FileContent =
    typeof content === 'string' || content instanceof Uint8Array ? { read: () => content } : content;
  const qid = Qid.of(QTFILE, 0, ++lastPath);
  const permissions = mode ?? (functions.read ? 0o444 : 0) | (functions.write ? 0o222 : 0);
  return {
    qid,
    getattr: (into) => fill(into, S_IFREG | permissions, typeof content === 'string' ? Buffer.byteLength(content) : 0),
    open(flags) {
      const access = flags & O_ACCMODE;
      if ((access !== O_WRONLY && !functions.read) || (access !== O_RDONLY && !functions.write)) return EACCES;
      return openContent(functions);
    },
  };
}

function openContent({ read, write }: FileContent): OpenFile {
  let bytes: Uint8Array = Buffer.alloc(0);
  const part = (into: Buffer, start: number, length: number, offset: number): number => {
    const piece = bytes.subarray(Math.min(offset, bytes.length), offset + length);
    into.set(piece, start);
    return piece.length;
  };
  const toBytes = (value: string | Uint8Array): Uint8Array => (typeof value === 'string' ? Buffer.from(value) : value);
  return {
    ...(read && {
      read(into: Buffer, start: number, length: number, offset: number, request: Request): Answer<number> {
        if (offset > 0) return part(into, start, length, offset);
        const value = read(request);
        if (value instanceof Promise) {
          return value.then((later) => {
            bytes = toBytes(later);
            return part(into, start, length, offset);
          });
        }
        bytes = toBytes(value);
        return part(into, start, length, offset);
      },
    }),
    ...(write && {
      write(from: Buffer, start: number, length: number, offset: number, request: Request): Answer<number> {
        const taken = write(from.subarray(start, start + length), offset, request);
        return taken instanceof Promise ? taken.then((count) => count ?? length) : (taken ?? length);
      },
    }),
  };
}
