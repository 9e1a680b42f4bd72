/** The messages of 9P2000 and 9P2000.u that 9P2000.L has others for. */

import { type AttributeChange, Attributes } from './attributes.ts';
import { readStat, statSize, writeStat } from './codec.ts';
import { EBADF, EINVAL, ENOTDIR, EPERM } from './errors.ts';
import { type Fid, Place } from './fids.ts';
import { occupying, openFid } from './handlers.ts';
import { become, createFile, keeping, movePlace } from './linux-handlers.ts';
import type { Answer, FileNode, OpenFile } from './operations.ts';
import * as p from './protocol.ts';
import { recordOf } from './record-listing.ts';
import { type Handler, type Session, checkName, checkText } from './session.ts';
import { changeOf, extensionDevice, unixMode } from './stat-conversion.ts';

/** Linux's flags for a mode of Topen. */
function openFlags(mode: number): number {
  const access = mode & 3;
  const flags = access === p.OWRITE ? p.O_WRONLY : access === p.ORDWR ? p.O_RDWR : p.O_RDONLY;
  return flags | (mode & p.OTRUNC ? p.O_TRUNC : 0) | (mode & p.OAPPEND ? p.O_APPEND : 0);
}

const open: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const mode = reader.u1();
  if (!fid) return EBADF;
  const outcome = openFid(session, fid, openFlags(mode));
  if (outcome >= 0 && mode & p.ORCLOSE) fid.removeOnClunk = true;
  return outcome;
};

/** What a fid stands for that was made by Tcreate and cannot be read or written. */
const NOTHING: OpenFile = {};
/** The group of a new file where the client names none. */
const NO_GROUP = 0xffff_ffff;

const create: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  const [name, permissions, mode] = [reader.string(), reader.u4(), reader.u1()];
  const extension = session.extended ? reader.string() : '';
  if (!fid || fid.file || fid.busy || fid.attribute) return EBADF;
  if (!(fid.place.qid.type & p.QTDIR)) return ENOTDIR;
  if (session.extended) return createAny(session, fid, name, permissions, mode, extension);
  // A new file has no right that its directory has not (Plan 9's open(5)).
  const attributes = new Attributes();
  const { request } = session;
  const answer = fid.place.node.getattr(attributes, p.GETATTR_MODE, request);
  const go = (): number => {
    fid.busy = false;
    const mask = permissions & p.DMDIR ? 0o777 : 0o666;
    return createAny(session, fid, name, permissions & (~mask | (attributes.mode & mask)), mode, '');
  };
  if (answer instanceof Promise) return session.host.later(occupying(fid, answer), go, fid);
  return answer < 0 ? answer : go();
};

/** Makes a file of the type in `permissions`. */
function createAny(
  session: Session,
  fid: Fid,
  name: string,
  permissions: number,
  mode: number,
  extension: string,
): number {
  const special = p.DMSYMLINK | p.DMLINK | p.DMDEVICE | p.DMNAMEDPIPE | p.DMSOCKET;
  const kind = session.extended ? permissions & special : 0;
  const remove = (outcome: number): number => {
    if (outcome >= 0 && mode & p.ORCLOSE) fid.removeOnClunk = true;
    return outcome;
  };
  if (!(permissions & p.DMDIR) && kind === 0) {
    return remove(
      createFile(
        session,
        fid,
        name,
        openFlags(mode) | p.O_CREAT | p.O_EXCL,
        unixMode(permissions, session.extended),
        NO_GROUP,
      ),
    );
  }
  const invalid = checkName(name);
  if (invalid) return invalid;
  const directory = fid.place;
  const answer = makeSpecial(session, directory.node, name, permissions, extension);
  const { request } = session;
  const made = (node: FileNode): Answer<OpenFile> => {
    become(fid, new Place(node, directory, name));
    if (!(permissions & p.DMDIR)) return NOTHING;
    return node.open?.(p.O_RDONLY | p.O_DIRECTORY, request) ?? NOTHING;
  };
  const opened = (file: OpenFile): number => {
    fid.busy = false;
    fid.file = file;
    fid.flags = p.O_RDONLY;
    session.writer.qid(fid.place.node.qid);
    session.writer.u4(0);
    return 0;
  };
  directory.retain();
  const node =
    answer instanceof Promise
      ? answer.then((value) => (typeof value === 'number' ? value : made(value)))
      : typeof answer === 'number'
        ? answer
        : made(answer);
  if (!(node instanceof Promise)) {
    directory.release();
    return remove(typeof node === 'number' ? node : opened(node));
  }
  const outcome = node.finally(() => directory.release());
  return remove(session.host.later(occupying(fid, outcome), opened, fid, (file) => void file.close?.()));
}

function makeSpecial(
  session: Session,
  directory: FileNode,
  name: string,
  permissions: number,
  extension: string,
): Answer<FileNode> {
  const { request } = session;
  const mode = unixMode(permissions, session.extended, extension);
  if (permissions & p.DMDIR) return directory.mkdir?.(name, mode & 0o7777, NO_GROUP, request) ?? EPERM;
  if (permissions & p.DMSYMLINK) return checkText(extension) || (directory.symlink?.(name, extension, NO_GROUP, request) ?? EPERM);
  if (permissions & p.DMLINK) {
    // The extension is the number of a fid of the file, with an end of line from Linux.
    const existing = session.fid(Number.parseInt(extension, 10));
    if (!existing) return EBADF;
    const linked = keeping(directory.link?.(name, existing.place.node, request) ?? EPERM, existing.place);
    const walk = (error: number): Answer<FileNode> => (error < 0 ? error : (directory.walk?.(name, request) ?? EPERM));
    return linked instanceof Promise ? linked.then(walk) : walk(linked);
  }
  const device = permissions & p.DMDEVICE ? extensionDevice(extension) : 0;
  if (device === undefined) return EINVAL;
  return directory.mknod?.(name, mode, device, NO_GROUP, request) ?? EPERM;
}

const stat: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  if (!fid) return EBADF;
  const { place } = fid;
  const name = place.parent ? place.name : '/';
  return session.host.later(
    recordOf(session, place.node, name, session.request),
    (record) => {
      const { writer, outbox } = session;
      const size = statSize(record, session.extended, writer.encoding);
      outbox.begin(2 + size);
      writer.u2(size);
      writeStat(writer, record, session.extended);
      return 0;
    },
    fid,
  );
};

const wstat: Handler = (session, reader) => {
  const fid = session.fid(reader.u4());
  reader.at += 2;
  const record = readStat(reader, session.extended);
  if (!fid) return EBADF;
  const { place } = fid;
  const change = changeOf(record, session.host.names, session.extended);
  if (!change) return EINVAL;
  const { parent } = place;
  const renames = record.name !== '' && record.name !== place.name;
  // What cannot be done at all changes nothing.
  const invalid = !renames ? 0 : parent ? checkName(record.name) : EPERM;
  if (invalid) return invalid;
  const changed = applyChange(session, fid, change);
  const go = (): number => (renames && parent ? movePlace(session, fid, parent, record.name) : 0);
  if (changed instanceof Promise) return session.host.later(changed, go, fid);
  return changed < 0 ? changed : go();
};

/** Makes the change of a Twstat; one that changes nothing asks for everything to be written back, which it is. */
function applyChange(session: Session, { place, file }: Fid, change: AttributeChange): Answer<0> {
  if (Object.keys(change).length === 0) return file?.fsync?.(false, session.request) ?? 0;
  return place.node.setattr?.(change, session.request, file) ?? EPERM;
}

/** The handlers by message type. */
export const LEGACY_HANDLERS: readonly (readonly [type: number, handler: Handler])[] = [
  [112, open],
  [114, create],
  [124, stat],
  [126, wstat],
];
