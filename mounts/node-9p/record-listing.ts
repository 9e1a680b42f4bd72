/** Reading directories as 9P2000 and 9P2000.u do: as stat records, none of which is ever split. */

import { Attributes } from './attributes.ts';
import { Writer } from './bytes.ts';
import { statSize, writeStat } from './codec.ts';
import { EINVAL, ENOTDIR } from './errors.ts';
import type { Fid } from './fids.ts';
import type { DirectorySink, FileNode, OpenFile, Request } from './operations.ts';
import { QTSYMLINK } from './protocol.ts';
import type { Qid } from './qid.ts';
import type { Session } from './session.ts';
import type { StatRecord } from './stat-record.ts';
import { toRecord } from './stat-conversion.ts';

/** How many names are asked for at a time. */
const BATCH = 64;

/** Collects names. `.` and `..` are not part of a directory's records. */
class Names implements DirectorySink {
  readonly taken: { readonly name: string; readonly cookie: number }[] = [];
  /** The cookie behind what was taken or passed over. */
  cookie = 0;

  add(name: string, _qid: Qid, _type: number, cookie: number): boolean {
    if (this.taken.length >= BATCH) return false;
    this.cookie = cookie;
    if (name !== '.' && name !== '..') this.taken.push({ name, cookie });
    return true;
  }
}

/** The record of a file that goes by a name. Errors: the operations'. */
export async function recordOf(
  session: Session,
  node: FileNode,
  name: string,
  request: Request,
): Promise<StatRecord | number> {
  const attributes = new Attributes();
  const error = await node.getattr(attributes, attributes.valid, request);
  if (error < 0) return error;
  const { qid } = node;
  let target = '';
  if (qid.type & QTSYMLINK && session.extended && node.readlink) {
    const text = await node.readlink(request);
    if (typeof text === 'string') target = text;
  }
  return toRecord(attributes, qid, name, target, session.host.names, session.extended);
}

async function recordIn(
  session: Session,
  directory: FileNode,
  name: string,
  request: Request,
): Promise<StatRecord | number> {
  const node = await (directory.walk?.(name, request) ?? ENOTDIR);
  if (typeof node === 'number') return node;
  try {
    return await recordOf(session, node, name, request);
  } finally {
    node.forget?.();
  }
}

/** Answers a Tread of a directory. Errors: EINVAL for an offset that is neither 0 nor where the last read ended. */
export function readStatRecords(session: Session, fid: Fid, offset: number, count: number): number {
  const listing = (fid.listing ??= { offset: 0, cookie: 0 });
  if (offset === 0) listing.offset = listing.cookie = 0;
  else if (offset !== listing.offset) return EINVAL;
  const { file } = fid;
  if (!file?.list) return ENOTDIR;
  const { request } = session;
  return session.host.later(
    collect(session, file, fid, count, request),
    ({ bytes, cookie }) => {
      listing.offset = offset + bytes.length;
      listing.cookie = cookie;
      session.outbox.begin(4 + bytes.length);
      session.writer.data(bytes);
      return 0;
    },
    fid,
  );
}

/** Records in a row. */
interface Collected {
  readonly bytes: Buffer;
  readonly cookie: number;
}

async function collect(
  session: Session,
  file: OpenFile,
  fid: Fid,
  count: number,
  request: Request,
): Promise<Collected | number> {
  const { encoding } = session.writer;
  const writer = new Writer(Buffer.allocUnsafe(count), 0, encoding);
  let cookie = fid.listing?.cookie ?? 0;
  for (;;) {
    const names = new Names();
    const error = await (file.list?.(cookie, names, request) ?? ENOTDIR);
    if (error < 0) return writer.at > 0 ? { bytes: writer.bytes.subarray(0, writer.at), cookie } : error;
    for (const { name, cookie: behind } of names.taken) {
      const record = await recordIn(session, fid.place.node, name, request);
      // What went away meanwhile, or cannot be looked at, is not listed.
      if (typeof record !== 'number') {
        if (writer.at + statSize(record, session.extended, encoding) > count) {
          return writer.at > 0 ? { bytes: writer.bytes.subarray(0, writer.at), cookie } : EINVAL;
        }
        writeStat(writer, record, session.extended);
      }
      cookie = behind;
    }
    if (names.cookie <= cookie && names.taken.length < BATCH)
      return { bytes: writer.bytes.subarray(0, writer.at), cookie };
    cookie = Math.max(cookie, names.cookie);
  }
}
