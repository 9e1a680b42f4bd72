/** The messages of 9P2000.L. */

import { Attributes, FileSystemAttributes, type TimeChange, makeDevice } from './attributes.ts';
import { type Reader, type StringEncoding, Writer, stringSize, writeU4 } from './bytes.ts';
import { E2BIG, EBADF, EINVAL, EMFILE, ENOTDIR, EOPNOTSUPP, EPERM } from './errors.ts';
import { type Fid, Place } from './fids.ts';
import { finishData, occupying, openFid, replyOpened, stillThere, unreserving } from './handlers.ts';
import type { Answer, Created, DirectorySink, FileNode, Lock, OpenFile } from './operations.ts';
import * as p from './protocol.ts';
import type { Qid } from './qid.ts';
import { type Handler, type Session, checkName, checkText, placeOf } from './session.ts';

/** Goes on with an operation's answer, now or later. */
function then<T>(
  session: Session,
  answer: Answer<T>,
  encode: (value: T) => number,
  fid?: Fid,
  discard?: (value: T) => void,
): number {
  if (answer instanceof Promise) return session.host.later(answer, encode, fid, discard);
  return typeof answer === 'number' && answer < 0 ? answer : encode(answer as T);
}

/** Likewise for an operation whose reply has no body. */
function done(session: Session, answer: Answer<0>, fid?: Fid): number {
  return answer instanceof Promise ? session.host.later(answer, () => 0, fid) : answer;
}

/** Keeps the places that an operation is about until its answer is there: their fids may be clunked before. */
export function keeping<T>(answer: Answer<T>, ...places: readonly Place[]): Answer<T> {
  if (!(answer instanceof Promise)) return answer;
  for (const place of places) place.retain();
  return answer.finally(() => {
    for (const place of places) place.release();
  });
}

// Attributes.

const getattr: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const mask = reader.offset();
  if (!fid) return EBADF;
  const { attributes } = session;
  const { node } = fid.place;
  attributes.valid = p.GETATTR_BASIC;
  const answer = node.getattr(attributes, mask, session.request);
  if (answer === 0) return encodeAttributes(session.writer, attributes, node.qid);
  if (typeof answer === 'number') return answer;
  session.attributes = new Attributes();
  return session.host.later(answer, () => encodeAttributes(session.writer, attributes, node.qid), fid);
};

function encodeAttributes(writer: Writer, attributes: Attributes, qid: Qid): number {
  writer.u8(attributes.valid);
  writer.qid(qid);
  writer.u4(attributes.mode);
  writer.u4(attributes.uid);
  writer.u4(attributes.gid);
  writer.u8(attributes.nlink);
  writer.u8(attributes.rdev);
  writer.u8(attributes.size);
  writer.u8(attributes.blksize);
  writer.u8(attributes.blocks);
  writer.u8(attributes.atime);
  writer.u8(attributes.atimeNanoseconds);
  writer.u8(attributes.mtime);
  writer.u8(attributes.mtimeNanoseconds);
  writer.u8(attributes.ctime);
  writer.u8(attributes.ctimeNanoseconds);
  const { valid } = attributes;
  writer.u8(valid & p.GETATTR_BTIME ? attributes.btime : 0);
  writer.u8(valid & p.GETATTR_BTIME ? attributes.btimeNanoseconds : 0);
  writer.u8(valid & p.GETATTR_GEN ? attributes.generation : 0);
  writer.u8(valid & p.GETATTR_DATA_VERSION ? attributes.dataVersion : 0);
  return 0;
}

const setattr: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const valid = reader.u4();
  const [mode, uid, gid] = [reader.u4(), reader.u4(), reader.u4()];
  const size = reader.offset();
  const atime = timeChange(valid, p.SETATTR_ATIME, p.SETATTR_ATIME_SET, reader);
  const mtime = timeChange(valid, p.SETATTR_MTIME, p.SETATTR_MTIME_SET, reader);
  if (valid & p.SETATTR_SIZE && !(size >= 0)) return EINVAL;
  const change = {
    ...(valid & p.SETATTR_MODE && { mode: mode & 0o7777 }),
    ...(valid & p.SETATTR_UID && { uid }),
    ...(valid & p.SETATTR_GID && { gid }),
    ...(valid & p.SETATTR_SIZE && { size }),
    ...(atime && { atime }),
    ...(mtime && { mtime }),
  };
  return done(session, fid.place.node.setattr?.(change, session.request, fid.file) ?? EPERM, fid);
};

function timeChange(valid: number, bit: number, setBit: number, reader: Reader): TimeChange | undefined {
  const [seconds, nanoseconds] = [reader.i8(), reader.i8()];
  if (!(valid & bit)) return undefined;
  return valid & setBit ? { seconds, nanoseconds } : 'now';
}

const statfs: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const { node } = fid.place;
  const into = new FileSystemAttributes();
  const answer = node.statfs?.(into, session.request) ?? 0;
  return then<0>(session, answer, () => encodeFileSystem(session.writer, into), fid);
};

function encodeFileSystem(writer: Writer, values: FileSystemAttributes): number {
  writer.u4(values.type);
  writer.u4(values.blockSize);
  writer.u8(values.blocks);
  writer.u8(values.blocksFree);
  writer.u8(values.blocksAvailable);
  writer.u8(values.files);
  writer.u8(values.filesFree);
  writer.u8(values.id);
  writer.u4(values.nameLength);
  return 0;
}

const readlink: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const { node } = fid.place;
  const answer = node.readlink ? node.readlink(session.request) : EINVAL;
  return then<string>(
    session,
    answer,
    (target) => {
      session.outbox.begin(stringSize(target, session.writer.encoding));
      session.writer.string(target);
      return 0;
    },
    fid,
  );
};

// Opening and making.

/** Flags that only say how a name was come by: the file is there, or is to be made, all the same. */
const OPENING_FLAGS = ~(p.O_CREAT | p.O_EXCL | p.O_NOCTTY);

const lopen: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const flags = reader.u4();
  return fid ? openFid(session, fid, flags & OPENING_FLAGS) : EBADF;
};

const lcreate: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const name = reader.string();
  const [flags, mode, gid] = [reader.u4(), reader.u4(), reader.u4()];
  if (!fid || fid.file || fid.busy || fid.attribute) return EBADF;
  return createFile(session, fid, name, flags, mode, gid);
};

/** Makes a regular file in a fid's directory; the fid then stands for the file, open. */
export function createFile(session: Session, fid: Fid, name: string, flags: number, mode: number, gid: number): number {
  const { node } = fid.place;
  if (!(fid.place.qid.type & p.QTDIR)) return ENOTDIR;
  const answer =
    checkName(name) || (node.create ? node.create(name, flags, mode & 0o7777, gid, session.request) : EPERM);
  const created = ({ node: made, file }: Created): number => {
    become(fid, new Place(made, fid.place, name));
    return replyOpened(session, fid, file, flags);
  };
  if (!(answer instanceof Promise)) return typeof answer === 'number' ? answer : created(answer);
  const discard = ({ node: made, file }: Created): void => {
    void file.close?.();
    made.forget?.();
  };
  return session.host.later(occupying(fid, answer), created, fid, discard);
}

/** Has a fid stand for something else. */
export function become(fid: Fid, place: Place): void {
  const before = fid.place;
  fid.place = place;
  before.release();
}

/** Goes on with an operation that made a node, of which only the qid is told. */
function made(session: Session, answer: Answer<FileNode>): number {
  const forget = (node: FileNode): void => node.forget?.();
  return then<FileNode>(
    session,
    answer,
    (node) => {
      session.writer.qid(node.qid);
      forget(node);
      return 0;
    },
    undefined,
    forget,
  );
}

const symlink: Handler = (session, reader) => {
  const place = placeOf(session, reader.u4());
  const [name, target, gid] = [reader.string(), reader.string(), reader.u4()];
  if (typeof place === 'number') return place;
  const invalid = checkName(name) || checkText(target);
  const answer = invalid || (place.node.symlink?.(name, target, gid, session.request) ?? EPERM);
  return made(session, keeping(answer, place));
};

const mknod: Handler = (session, reader) => {
  const place = placeOf(session, reader.u4());
  const [name, mode, major, minor, gid] = [reader.string(), reader.u4(), reader.u4(), reader.u4(), reader.u4()];
  if (typeof place === 'number') return place;
  const device = makeDevice(major, minor);
  const answer = checkName(name) || (place.node.mknod?.(name, mode, device, gid, session.request) ?? EPERM);
  return made(session, keeping(answer, place));
};

const mkdir: Handler = (session, reader) => {
  const place = placeOf(session, reader.u4());
  const [name, mode, gid] = [reader.string(), reader.u4(), reader.u4()];
  if (typeof place === 'number') return place;
  const answer = checkName(name) || (place.node.mkdir?.(name, mode & 0o7777, gid, session.request) ?? EPERM);
  return made(session, keeping(answer, place));
};

const link: Handler = (session, reader) => {
  const directory = placeOf(session, reader.u4());
  const existing = placeOf(session, reader.u4());
  const name = reader.string();
  if (typeof directory === 'number' || typeof existing === 'number') return EBADF;
  const answer = (checkName(name) as 0) || (directory.node.link?.(name, existing.node, session.request) ?? EPERM);
  return done(session, keeping(answer, directory, existing));
};

// Moving and removing.

const rename: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const directory = placeOf(session, reader.u4());
  const name = reader.string();
  if (!fid || typeof directory === 'number') return EBADF;
  return movePlace(session, fid, directory, name);
};

/** Whether the way to a directory leads through a place, or ends there: a directory cannot come to be below itself. */
function isWithin(directory: Place, place: Place): boolean {
  for (let above: Place | undefined = directory; above; above = above.parent)
    if (above.qid.samePath(place.qid)) return true;
  return false;
}

/** Moves what a fid stands for. */
export function movePlace(session: Session, fid: Fid, directory: Place, name: string): number {
  const { place } = fid;
  const { node, parent } = place;
  const { request } = session;
  const error = checkName(name);
  if (error) return error;
  if (isWithin(directory, place)) return EINVAL;
  const moved = (outcome: number): number => {
    // Another move may have ended meanwhile; places that lead to each other would never be released.
    if (outcome >= 0 && parent && !isWithin(directory, place)) place.moveTo(directory, name);
    return outcome;
  };
  // The fids may stand for something else, or be clunked, before a later answer comes.
  const finish = (answer: Answer<0>): number => {
    if (!(answer instanceof Promise)) return moved(answer);
    place.retain();
    directory.retain();
    const outcome = answer.then(moved).finally(() => {
      place.release();
      directory.release();
    });
    return session.host.later(outcome as Promise<0>, () => 0, fid);
  };
  if (node.move) return finish(node.move(directory.node, name, request));
  if (!parent?.node.rename) return EPERM;
  const go = (same: number): Answer<0> => {
    if (same < 0) return same;
    return parent.node.rename?.(place.name, directory.node, name, request) ?? EPERM;
  };
  const same = stillThere(session, place);
  return finish(same instanceof Promise ? same.then(go) : go(same));
}

const renameat: Handler = (session, reader) => {
  const oldDirectory = placeOf(session, reader.u4());
  const oldName = reader.string();
  const newDirectory = placeOf(session, reader.u4());
  const newName = reader.string();
  if (typeof oldDirectory === 'number' || typeof newDirectory === 'number') return EBADF;
  const error = checkName(oldName) || checkName(newName);
  if (error) return error;
  const answer = oldDirectory.node.rename?.(oldName, newDirectory.node, newName, session.request) ?? EPERM;
  return done(session, keeping(answer, oldDirectory, newDirectory));
};

const unlinkat: Handler = (session, reader) => {
  const directory = placeOf(session, reader.u4());
  const name = reader.string();
  const flags = reader.u4();
  if (typeof directory === 'number') return directory;
  if (flags & ~p.AT_REMOVEDIR) return EINVAL;
  const error = checkName(name);
  if (error) return error;
  const answer = directory.node.unlink?.(name, (flags & p.AT_REMOVEDIR) !== 0, session.request) ?? EPERM;
  return done(session, keeping(answer, directory));
};

// Directories.

/** Encodes entries into bytes that have room for them. */
class EntryEncoder implements DirectorySink {
  readonly #writer: Writer;
  readonly #start: number;
  readonly #end: number;
  /** Whether an entry did not find room. */
  #full = false;

  constructor(bytes: Buffer, at: number, room: number, encoding: StringEncoding) {
    this.#writer = new Writer(bytes, at, encoding);
    this.#start = at;
    this.#end = at + room;
  }

  add(name: string, qid: Qid, type: number, cookie: number): boolean {
    const writer = this.#writer;
    if (writer.at + p.QID_SIZE + 9 + stringSize(name, writer.encoding) > this.#end) {
      this.#full = true;
      return false;
    }
    writer.qid(qid);
    writer.u8(cookie);
    writer.u1(type);
    writer.string(name);
    return true;
  }

  /** The length of the entries; EINVAL where the first of them finds no room, for it never will. */
  get length(): number {
    const length = this.#writer.at - this.#start;
    return length === 0 && this.#full ? EINVAL : length;
  }
}

const readdir: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const after = reader.offset();
  const asked = reader.u4();
  if (!fid?.file || fid.busy) return EBADF;
  if (!(after >= 0)) return EINVAL;
  const { file } = fid;
  if (!file.list) return ENOTDIR;
  const count = Math.min(asked, session.peer.msize - p.READ_HEADER_SIZE);
  const { outbox, writer } = session;
  outbox.begin(4 + count);
  const at = writer.at + 4;
  const sink = new EntryEncoder(writer.bytes, at, count, writer.encoding);
  const answer = file.list(after, sink, session.request);
  if (answer instanceof Promise) {
    const { bytes, start } = outbox.giveAway();
    return session.host.laterElsewhere(answer, bytes, start, () => finishData(bytes, start, sink.length), fid);
  }
  const { length } = sink;
  if (answer < 0 || length < 0) return answer || length;
  writeU4(writer.bytes, at - 4, length);
  writer.at = at + length;
  return 0;
};

const fsync: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const dataOnly = reader.u4() !== 0;
  if (!fid?.file) return EBADF;
  return done(session, fid.file.fsync?.(dataOnly, session.request) ?? 0, fid);
};

// Locks.

function readLock(reader: Reader, type: number, flags: number): Lock | undefined {
  const [start, length, processId, clientId] = [reader.offset(), reader.offset(), reader.u4(), reader.string()];
  if (!(start >= 0) || !(length >= 0) || type > p.LOCK_TYPE_UNLCK) return undefined;
  return { type, blocking: (flags & p.LOCK_FLAGS_BLOCK) !== 0, start, length, processId, clientId };
}

const lock: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const [type, flags] = [reader.u1(), reader.u4()];
  const wanted = readLock(reader, type, flags);
  if (!fid?.file) return EBADF;
  if (!wanted) return EINVAL;
  return then<number>(
    session,
    fid.file.lock?.(wanted, session.request) ?? EOPNOTSUPP,
    (status) => {
      session.writer.u1(status);
      return 0;
    },
    fid,
  );
};

const getlock: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const wanted = readLock(reader, reader.u1(), 0);
  if (!fid?.file) return EBADF;
  if (!wanted) return EINVAL;
  return then<Lock>(
    session,
    fid.file.getlock?.(wanted, session.request) ?? EOPNOTSUPP,
    (found) => {
      const { writer } = session;
      writer.u1(found.type);
      writer.u8(found.start);
      writer.u8(found.length);
      writer.u4(found.processId);
      writer.string(found.clientId.slice(0, 255));
      return 0;
    },
    fid,
  );
};

// Extended attributes.

/** What an extended attribute says, as a file. */
class AttributeFile implements OpenFile {
  readonly #value: Uint8Array;

  constructor(value: Uint8Array) {
    this.#value = value;
  }

  read(into: Buffer, start: number, length: number, offset: number): number {
    const part = this.#value.subarray(Math.min(offset, this.#value.length), offset + length);
    into.set(part, start);
    return part.length;
  }
}

const xattrwalk: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const newNumber = reader.u4();
  const name = reader.string();
  const inPlace = newNumber === fid?.number;
  if (!fid || (inPlace ? fid.file || fid.busy || fid.attribute : session.taken(newNumber))) return EBADF;
  const { xattr } = fid.place.node;
  if (!xattr) return EOPNOTSUPP;
  if (checkText(name)) return EINVAL;
  if (!session.hasRoom()) return EMFILE;
  const { encoding } = session.writer;
  const found = (value: Uint8Array | readonly string[]): number => {
    const bytes =
      value instanceof Uint8Array
        ? Uint8Array.from(value)
        : Buffer.from(value.map((one) => `${one}\0`).join(''), encoding);
    if (inPlace) fid.busy = false;
    else session.unreserve(newNumber);
    const target = inPlace ? fid : session.add(newNumber, fid.place.retain());
    target.file = new AttributeFile(bytes);
    target.isAttribute = true;
    session.writer.u8(bytes.length);
    return 0;
  };
  const answer: Answer<Uint8Array | readonly string[]> =
    name === '' ? xattr.list(session.request) : xattr.get(name, session.request);
  if (!(answer instanceof Promise)) return typeof answer === 'number' ? answer : found(answer);
  if (!inPlace) session.reserve(newNumber);
  return session.host.later(inPlace ? occupying(fid, answer) : unreserving(session, newNumber, answer), found, fid);
};

/** The longest value of an extended attribute (linux/limits.h). */
const XATTR_SIZE_MAX = 65_536;

const xattrcreate: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const name = reader.string();
  const size = reader.offset();
  const flags = reader.u4();
  if (!fid || fid.file || fid.busy || fid.attribute) return EBADF;
  if (!fid.place.node.xattr) return EOPNOTSUPP;
  if (!(size <= XATTR_SIZE_MAX)) return E2BIG;
  if (flags & ~(p.XATTR_CREATE | p.XATTR_REPLACE) || name.length === 0 || checkText(name)) return EINVAL;
  fid.attribute = { name, size, flags, value: Buffer.alloc(0) };
  return 0;
};

/** The handlers by message type. */
export const LINUX_HANDLERS: readonly (readonly [type: number, handler: Handler])[] = [
  [8, statfs],
  [12, lopen],
  [14, lcreate],
  [16, symlink],
  [18, mknod],
  [20, rename],
  [22, readlink],
  [24, getattr],
  [26, setattr],
  [30, xattrwalk],
  [32, xattrcreate],
  [40, readdir],
  [50, fsync],
  [52, lock],
  [54, getlock],
  [70, link],
  [72, mkdir],
  [74, renameat],
  [76, unlinkat],
];
