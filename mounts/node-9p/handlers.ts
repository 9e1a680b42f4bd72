/** The messages that all versions have. */

import { type Reader, writeU2, writeU4 } from './bytes.ts';
import { EACCES, EBADF, EINVAL, EISDIR, EMFILE, ENOENT, ENOTDIR, EOPNOTSUPP, EPERM } from './errors.ts';
import { Place, type Fid } from './fids.ts';
import type { Attach, FileNode, OpenFile, Request } from './operations.ts';
import {
  IO_HEADER_SIZE,
  NOFID,
  NONUNAME,
  O_ACCMODE,
  O_RDONLY,
  O_WRONLY,
  QID_SIZE,
  QTAUTH,
  QTDIR,
  READ_HEADER_SIZE,
} from './protocol.ts';
import { Qid } from './qid.ts';
import { type Handler, type Session, checkName } from './session.ts';
import { readStatRecords } from './record-listing.ts';

// Attaching.

function readAttach(session: Session, reader: Reader, authentication: OpenFile | undefined): Attach {
  const userName = reader.string();
  const tree = reader.string();
  const userId = session.extended ? reader.u4() : NONUNAME;
  return { userName, userId: userId === NONUNAME ? undefined : userId, tree, authentication };
}

/** The node of a fid that only stands for a conversation. */
const AUTHENTICATION: FileNode = { qid: new Qid(QTAUTH, 0, 0, 0), getattr: () => EOPNOTSUPP };

const auth: Handler = (session, reader) => {
  const number = reader.u4();
  const wanted = readAttach(session, reader, undefined);
  const { files } = session.host;
  if (!files.authenticate) return ENOENT;
  if (session.taken(number)) return EBADF;
  if (!session.hasRoom()) return EMFILE;
  const began = (file: OpenFile): number => {
    session.unreserve(number);
    const fid = session.add(number, new Place(AUTHENTICATION));
    fid.file = file;
    fid.flags = 2;
    session.writer.qid(AUTHENTICATION.qid);
    return 0;
  };
  return answered(session, number, files.authenticate(wanted, session.request), began, (file) => void file.close?.());
};

const attach: Handler = (session, reader) => {
  const number = reader.u4();
  const authenticationNumber = reader.u4();
  const conversation = authenticationNumber === NOFID ? undefined : session.fid(authenticationNumber);
  if (authenticationNumber !== NOFID && conversation?.place.node !== AUTHENTICATION) return EBADF;
  const wanted = readAttach(session, reader, conversation?.file);
  if (session.taken(number)) return EBADF;
  if (!session.hasRoom()) return EMFILE;
  const attached = (node: FileNode): number => {
    session.unreserve(number);
    session.add(number, new Place(node));
    session.writer.qid(node.qid);
    return 0;
  };
  return answered(session, number, session.host.files.attach(wanted, session.request), attached, (node) =>
    node.forget?.(),
  );
};

/** Goes on with the answer of an operation that makes a fid, now or later; its number is taken meanwhile. */
function answered<T>(
  session: Session,
  number: number,
  answer: T | number | Promise<T | number>,
  encode: (value: T) => number,
  discard: (value: T) => void,
): number {
  if (answer instanceof Promise) {
    session.reserve(number);
    return session.host.later(unreserving(session, number, answer), encode, undefined, discard);
  }
  return typeof answer === 'number' ? answer : encode(answer);
}

/** Gives a number back that was taken for a fid, should there be none after all. */
export function unreserving<T>(session: Session, number: number, answer: Promise<T | number>): Promise<T | number> {
  return onFailure(answer, () => session.unreserve(number));
}

/**
 * Keeps a fid from other uses until the answer is there. Should it be good, whoever uses it frees the fid in the same
 * turn, so that nothing comes between.
 */
export function occupying<T>(fid: Fid, answer: Promise<T | number>): Promise<T | number> {
  fid.busy = true;
  return onFailure(answer, () => (fid.busy = false));
}

function onFailure<T>(answer: Promise<T | number>, undo: () => void): Promise<T | number> {
  return answer.then(
    (value) => {
      if (typeof value === 'number' && value < 0) undo();
      return value;
    },
    (error: unknown) => {
      undo();
      throw error;
    },
  );
}

// Walking.

const walk: Handler = (session, reader) => {
  const number = reader.u4();
  const newNumber = reader.u4();
  const count = reader.u2();
  const fid = session.fid(number);
  if (!fid || fid.busy || (newNumber !== number && session.taken(newNumber))) return EBADF;
  if (fid.file && !mayWalkOpen(session, fid, count, newNumber)) return EBADF;
  if (newNumber !== number && !session.hasRoom()) return EMFILE;
  const { writer } = session;
  const countAt = writer.at;
  writer.at += 2;
  let place = fid.place.retain();
  for (let index = 0; index < count; index++) {
    const name = reader.string();
    const step = walkOne(place, name, session.request);
    if (step instanceof Promise) {
      const names = Array.from({ length: count - index - 1 }, () => reader.string());
      const before = Buffer.from(writer.bytes.subarray(countAt + 2, writer.at));
      return walkLater(session, fid, newNumber, before, place, step, [name, ...names]);
    }
    if (typeof step === 'number') {
      place.release();
      if (index === 0) return step;
      // Part of the way is told, and leads to no fid.
      writeU2(writer.bytes, countAt, index);
      return 0;
    }
    place.release();
    place = step;
    writer.qid(place.qid);
  }
  writeU2(writer.bytes, countAt, count);
  arrive(session, fid, newNumber, place);
  return 0;
};

/**
 * An open fid can be cloned, but neither moved nor walked from. Differs: in 9P2000.L it can be walked from, as it can with
 * diod and QEMU; diod's own tools do so.
 */
function mayWalkOpen({ peer }: Session, fid: Fid, count: number, newNumber: number): boolean {
  if (newNumber === fid.number) return false;
  return count === 0 || (peer.dialect === '9P2000.L' && !fid.isAttribute);
}

/** Has a fid stand for where a walk ended. */
function arrive(session: Session, from: Fid, number: number, place: Place): void {
  if (from.number !== number) {
    session.add(number, place);
    return;
  }
  const before = from.place;
  from.place = place;
  before.release();
}

/** Goes one step. What it returns has a reference of its own. */
function walkOne(place: Place, name: string, request: Request): Place | number | Promise<Place | number> {
  if (name === '..') {
    if (!(place.qid.type & QTDIR)) return ENOTDIR;
    return (place.parent ?? place).retain();
  }
  // Linux's entry for the directory itself, which diod's tools walk to as they find it listed.
  if (name === '.' && request.peer.dialect === '9P2000.L') return place.qid.type & QTDIR ? place.retain() : ENOTDIR;
  const error = checkName(name);
  if (error) return error;
  const { node } = place;
  if (!node.walk) return ENOTDIR;
  const found = node.walk(name, request);
  if (found instanceof Promise)
    return found.then((later) => (typeof later === 'number' ? later : new Place(later, place, name)));
  return typeof found === 'number' ? found : new Place(found, place, name);
}

/**
 * The rest of a walk, a step of which takes time. `before` are the qids of the steps that were made, as bytes, and `begin`
 * is where they led; the walk has a reference to it.
 */
function walkLater(
  session: Session,
  fid: Fid,
  newNumber: number,
  before: Buffer,
  begin: Place,
  first: Promise<Place | number>,
  names: readonly string[],
): number {
  const { request } = session;
  const qids: Qid[] = [];
  const go = async (): Promise<Place | number> => {
    let place = begin;
    let step: Place | number | Promise<Place | number> = first;
    for (;;) {
      let next: Place | number;
      try {
        next = await step;
      } finally {
        place.release();
      }
      if (typeof next === 'number') return before.length + qids.length === 0 ? next : 0;
      place = next;
      qids.push(place.qid);
      const name = names[qids.length];
      if (name === undefined) return place;
      step = walkOne(place, name, request);
    }
  };
  const inPlace = newNumber === fid.number;
  if (!inPlace) session.reserve(newNumber);
  const outcome = inPlace ? occupying(fid, go()) : unreserving(session, newNumber, go());
  const encode = (place: Place | 0): number => {
    const { writer } = session;
    writer.u2(before.length / QID_SIZE + qids.length);
    writer.bytes.set(before, writer.at);
    writer.at += before.length;
    for (const qid of qids) writer.qid(qid);
    if (inPlace) fid.busy = false;
    else session.unreserve(newNumber);
    if (place !== 0) arrive(session, fid, newNumber, place);
    return 0;
  };
  return session.host.later<Place | 0>(
    outcome as Promise<Place | 0>,
    encode,
    fid,
    (place) => place !== 0 && place.release(),
  );
}

// Reading and writing.

const read: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const offset = reader.offset();
  const asked = reader.u4();
  if (!fid) return EBADF;
  const { file } = fid;
  if (!file || fid.busy || (fid.flags & O_ACCMODE) === O_WRONLY) return EBADF;
  const count = Math.min(asked, session.peer.msize - READ_HEADER_SIZE);
  if (fid.place.qid.type & QTDIR && !fid.isAttribute) {
    return session.peer.dialect === '9P2000.L' ? EISDIR : readStatRecords(session, fid, offset, count);
  }
  if (!file.read) return EINVAL;
  if (!(offset >= 0)) return EINVAL;
  if (fid.slow) return readElsewhere(session, fid, offset, count);
  const { outbox, writer } = session;
  outbox.begin(4 + count);
  const start = writer.at + 4;
  const got = file.read(writer.bytes, start, count, offset, session.request);
  if (got instanceof Promise) {
    fid.slow = true;
    const given = outbox.giveAway();
    return session.host.laterElsewhere(
      got,
      given.bytes,
      given.start,
      (length) => finishData(given.bytes, given.start, Math.min(length, count)),
      fid,
    );
  }
  if (got < 0) return got;
  const length = Math.min(got, count);
  writeU4(writer.bytes, start - 4, length);
  writer.at = start + length;
  return 0;
};

/** Reads into a buffer of its own, since the answer is expected to take time. */
function readElsewhere(session: Session, fid: Fid, offset: number, count: number): number {
  const bytes = Buffer.allocUnsafe(READ_HEADER_SIZE + count);
  const got = (fid.file as Required<OpenFile>).read(bytes, READ_HEADER_SIZE, count, offset, session.request);
  if (!(got instanceof Promise)) fid.slow = false;
  return session.host.laterElsewhere(
    Promise.resolve(got),
    bytes,
    0,
    (length) => finishData(bytes, 0, Math.min(length, count)),
    fid,
  );
}

/** Completes a Rread or Rreaddir but for its header; returns its length, or the error that the length of the data is. */
export function finishData(bytes: Buffer, start: number, length: number): number {
  if (length < 0) return length;
  writeU4(bytes, start + READ_HEADER_SIZE - 4, length);
  return READ_HEADER_SIZE + length;
}

const write: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const offset = reader.offset();
  const count = reader.u4();
  const start = reader.at;
  const { bytes } = reader;
  if (!fid) return EBADF;
  if (fid.attribute) return writeAttribute(session, fid, bytes, start, count, offset);
  const { file } = fid;
  if (!file || fid.busy || (fid.flags & O_ACCMODE) === O_RDONLY) return EBADF;
  if (fid.place.qid.type & QTDIR) return EISDIR;
  if (!file.write) return EINVAL;
  if (!(offset >= 0)) return EINVAL;
  const written = file.write(bytes, start, count, offset, session.request);
  if (written instanceof Promise) {
    return session.host.later(written, (value) => encodeCount(session, value), fid);
  }
  return written < 0 ? written : encodeCount(session, written);
};

function encodeCount(session: Session, count: number): number {
  session.writer.u4(count);
  return 0;
}

/** Takes a part of an extended attribute that is set at the clunk. */
function writeAttribute(
  session: Session,
  fid: Fid,
  bytes: Buffer,
  start: number,
  count: number,
  offset: number,
): number {
  const { attribute } = fid;
  if (!attribute || offset !== attribute.value.length || offset + count > attribute.size) return EINVAL;
  if (session.attributeBytes + count > session.host.limits.attributes) {
    session.host.hit('attributes');
    return EMFILE;
  }
  session.attributeBytes += count;
  attribute.value = Buffer.concat([attribute.value, bytes.subarray(start, start + count)]);
  session.writer.u4(count);
  return 0;
}

// Ends.

const clunk: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const { attribute } = fid;
  if (!attribute && !fid.removeOnClunk) {
    // What it takes to close a file is nobody's concern but the server's.
    void session.drop(fid);
    return 0;
  }
  const answer = attribute ? commitAttribute(session, fid) : removePlace(session, fid.place);
  const place = fid.place.retain();
  void session.drop(fid);
  const end = (error: number): number => {
    place.release();
    return attribute ? error : 0;
  };
  if (!(answer instanceof Promise)) return end(answer);
  return session.host.later(
    answer.then(end, (error: unknown) => {
      place.release();
      throw error;
    }),
    () => 0,
  );
};

/** Sets the extended attribute that was written to a fid. */
function commitAttribute(session: Session, { place, attribute }: Fid): number | Promise<number> {
  if (!attribute || attribute.value.length !== attribute.size) return EINVAL;
  const { xattr } = place.node;
  if (!xattr) return EOPNOTSUPP;
  // Linux's client says so for removexattr(2).
  if (attribute.size === 0 && attribute.flags === 2) return xattr.remove(attribute.name, session.request);
  return xattr.set(attribute.name, attribute.value, attribute.flags, session.request);
}

const remove: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const place = fid.place.retain();
  void session.drop(fid);
  let answer: number | Promise<number>;
  try {
    answer = removePlace(session, place);
  } catch (error) {
    place.release();
    throw error;
  }
  if (!(answer instanceof Promise)) {
    place.release();
    return answer;
  }
  return session.host.later(
    answer.finally(() => place.release()),
    () => 0,
  );
};

/** Removes a file by where it was walked to. */
export function removePlace(session: Session, place: Place): number | Promise<number> {
  const { node, parent, name } = place;
  const { request } = session;
  if (node.remove) return node.remove(request);
  const directory = parent?.node;
  if (!directory?.unlink) return EPERM;
  const isDirectory = (place.qid.type & QTDIR) !== 0;
  const same = stillThere(session, place);
  if (same instanceof Promise) {
    return same.then((error) => error || (directory.unlink?.(name, isDirectory, request) ?? EPERM));
  }
  return same || directory.unlink(name, isDirectory, request);
}

/** Whether the name that was walked to still stands for the file. Errors: ENOENT. */
export function stillThere(session: Session, { qid, parent, name }: Place): number | Promise<number> {
  const found = parent?.node.walk?.(name, session.request) ?? EPERM;
  const compare = (other: FileNode | number): number => {
    if (typeof other === 'number') return other;
    const same = other.qid.samePath(qid);
    other.forget?.();
    return same ? 0 : ENOENT;
  };
  return found instanceof Promise ? found.then(compare) : compare(found);
}

/** The iounit that Ropen and its like tell. */
function ioUnit(session: Session, file: OpenFile): number {
  return Math.min(file.ioUnit ?? 0, session.peer.msize - IO_HEADER_SIZE);
}

/** Opens what a fid stands for. */
export function openFid(session: Session, fid: Fid, flags: number): number {
  if (fid.file || fid.busy || fid.attribute) return EBADF;
  const { node } = fid.place;
  const answer = node.open ? node.open(flags, session.request) : EACCES;
  const opened = (file: OpenFile): number => replyOpened(session, fid, file, flags);
  if (!(answer instanceof Promise)) return typeof answer === 'number' ? answer : opened(answer);
  return session.host.later(occupying(fid, answer), opened, fid, (file) => void file.close?.());
}

/** Has a fid be open, and answers what Rlopen and Rlcreate tell. */
export function replyOpened(session: Session, fid: Fid, file: OpenFile, flags: number): number {
  fid.busy = false;
  fid.file = file;
  fid.flags = flags;
  session.writer.qid(fid.place.node.qid);
  session.writer.u4(ioUnit(session, file));
  return 0;
}

/** The handlers by message type. */
export const SHARED_HANDLERS: readonly (readonly [type: number, handler: Handler])[] = [
  [102, auth],
  [104, attach],
  [110, walk],
  [116, read],
  [118, write],
  [120, clunk],
  [122, remove],
];
