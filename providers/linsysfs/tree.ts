/** linsysfs: a Linux /sys over any source of kernel views. */

import type { Caller } from '../../fs/caller.ts';
import { EACCES, ENODEV, ENOENT, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, MAY_READ, MAY_WRITE, POLLERR, POLLPRI, accessMask } from '../../fs/flags.ts';
import {
  type AddEntry,
  type ChangePolicy,
  type DirectorySpec,
  type DynamicEntry,
  type FileSpec,
  type LinkSpec,
  type StreamSpec,
  type Subject,
  dir,
  entry,
  file,
  link,
  stream,
} from '../../fs/generated/spec.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import { type GeneratedTree, generatedTree } from '../../fs/generated/tree.ts';
import { S_IFDIR, S_IFLNK, type Stat } from '../../fs/stat.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { seesCode } from '../linprocfs/addresses.ts';
import type { SysfsEntry, SysfsView } from '../model/sysfs.ts';
import type { SysfsRow } from '../model/sysfs/row.ts';
import { linkText } from './links.ts';
import { inListingOrder } from './order.ts';
import { renderAttribute } from './render.ts';

/** SYSFS_MAGIC */
const MAGIC = 0x6265_6572;
const PAGE = 4096;

/**
 * How long a name stays valid, in milliseconds. What it leads to is looked at in every operation, so a name that outlives
 * its object leads to ENOENT.
 */
const ENTRY_MS = 1000;

/** An object or attribute in one operation. */
interface Place {
  readonly subject: SysfsSubject;
  readonly kernel: KernelView;
  readonly view: SysfsView;
}

/** A path of the tree, found anew for each operation. */
class SysfsSubject implements Subject<Place> {
  readonly path: string;
  readonly #source: KernelSource;
  #gone = false;

  constructor(source: KernelSource, path: string) {
    this.#source = source;
    this.path = path;
  }

  context(caller: Caller): Place {
    const kernel = this.#source.view(caller);
    return { subject: this, kernel, view: kernel.sysfs() };
  }

  gone(): boolean {
    return this.#gone;
  }

  /** `known` is what the name was found to be before. */
  lookup(name: string, view: SysfsView, known: Subject<unknown> | undefined): DynamicEntry | undefined {
    const path = this.path === '' ? name : `${this.path}/${name}`;
    const found = view.entry(path);
    if (known instanceof SysfsSubject && !found && !this.#source.byCaller) known.#gone = true;
    if (!found) return undefined;
    return entry(specOf(found), known instanceof SysfsSubject ? known : new SysfsSubject(this.#source, path));
  }

  list(after: number, view: SysfsView, add: AddEntry): Errno | 0 {
    const names = view.list(this.path);
    if (isErrno(names)) return names;
    for (const { name, cookie, type } of inListingOrder(names)) {
      if (cookie > after && !add(name, cookie, type)) return 0;
    }
    return 0;
  }
}

// One declaration serves all nodes of a sort: what tells them apart is in the subject.
function specOf({ type, row }: SysfsEntry): DirectorySpec<Place> | FileSpec<Place> | LinkSpec<Place> | StreamSpec<Place> {
  if (type === S_IFDIR) return directory;
  if (type === S_IFLNK) return symbolicLink;
  return row?.kind === 'binary' ? binaryAttribute : attribute;
}

function attributes(into: Stat, { subject, view }: Place): Errno | 0 {
  const found = view.entry(subject.path);
  if (!found) return ENOENT;
  into.mode = found.type | found.mode;
  into.uid = found.uid;
  into.gid = found.gid;
  into.nlink = found.links;
  into.size = found.size;
  return 0;
}

/**
 * An attribute is opened for what it can do, whoever asks: reading takes a read bit for somebody, writing a write bit
 * (KERNFS_ROOT_EXTRA_OPEN_PERM_CHECK). Errors: EACCES.
 */
function checkOpen(flags: number, { subject, view }: Place): Errno | 0 {
  const found = view.entry(subject.path);
  if (!found) return ENODEV;
  const mask = accessMask(flags);
  if (mask & MAY_READ && !(found.mode & 0o444)) return EACCES;
  return mask & MAY_WRITE && !(found.mode & 0o222) ? EACCES : 0;
}

/** What is known of one open attribute. */
interface Reader {
  /** Whether it was read since it was opened. */
  hasRead: boolean;
  /** What it said then, where whoever polls it is told of a change. */
  seen: string | undefined;
  /** Whether who opened it is shown addresses of code; undefined where there are none. */
  readonly seesCode: boolean | undefined;
}

function newReader({ subject, kernel, view }: Place, caller: Caller): Reader {
  const code = view.entry(subject.path)?.row?.code;
  return { hasRead: false, seen: undefined, seesCode: code && seesCode(kernel, caller) };
}

function fill(out: TextWriter, place: Place, _caller: Caller, opener?: unknown): Errno | 0 {
  const { subject, view } = place;
  const reader = opener as Reader;
  reader.hasRead = true;
  const found = view.entry(subject.path);
  if (!found?.row) return ENODEV;
  if (reader.seesCode === false) return renderAttribute(out, found.row, 0);
  const error = writeText(out, found.row, place);
  if (error === 0 && found.row.notifies) reader.seen = out.toString();
  return error;
}

function writeText(out: TextWriter, row: SysfsRow, { subject, view }: Place): Errno | 0 {
  const reading = view.read(subject.path);
  return isErrno(reading) ? reading : renderAttribute(out, row, reading.value);
}

/** Errors: EPERM for a caller who lacks the capability that the attribute asks for. */
function write(bytes: Uint8Array, at: number, { subject, view }: Place, caller: Caller): number | Errno {
  const found = view.entry(subject.path);
  if (!found) return ENODEV;
  const needed = found.row?.needs;
  if (needed !== undefined && !caller.capable(needed)) return EPERM;
  return view.write(subject.path, bytes, at);
}

/** Memory for texts that are only compared. */
const scratch = new TextWriter(4096);

/** Whoever has not read yet is told to, and whoever has, once there is something else to read (kernfs_generic_poll). */
function poll(place: Place, _caller: Caller, opener?: unknown): number {
  const { hasRead, seen } = opener as Reader;
  const urgent = DEFAULT_POLL_MASK | POLLERR | POLLPRI;
  if (!hasRead) return urgent;
  if (seen === undefined) return DEFAULT_POLL_MASK;
  const row = place.view.entry(place.subject.path)?.row;
  if (!row) return urgent;
  scratch.reset();
  return writeText(scratch, row, place) === 0 && scratch.toString() === seen ? DEFAULT_POLL_MASK : urgent;
}

/** What the objects themselves say of modes goes for each access too: nothing is granted before they are asked. */
const OWN_MODE = 0;

const attribute: FileSpec<Place> = file(OWN_MODE, fill, {
  attributes,
  open: checkOpen,
  write,
  opener: newReader,
  poll,
});

function readBinary(into: Uint8Array, start: number, length: number, at: number, place: Place, caller: Caller): number | Errno {
  const { subject, view } = place;
  const open = view.entry(subject.path)?.row?.open;
  const limit = open && at + length > open.bytes && !caller.capable(open.capability) ? open.bytes - at : length;
  return limit <= 0 && length > 0 ? 0 : view.readAt(subject.path, into, start, limit, at);
}

const binaryAttribute: StreamSpec<Place> = stream(
  OWN_MODE,
  {
    open: checkOpen,
    read: readBinary,
    write: (from, start, length, at, place, caller) => write(from.subarray(start, start + length), at, place, caller),
  },
  { attributes },
);

const symbolicLink: LinkSpec<Place> = link(
  ({ subject, view }) => {
    const target = view.link(subject.path);
    return isErrno(target) ? target : linkText(subject.path, target);
  },
  { attributes },
);

const directory: DirectorySpec<Place> = dir(
  OWN_MODE,
  {},
  {
    attributes,
    dynamic: {
      entryMilliseconds: () => ENTRY_MS,
      lookup: (name, { subject, view }, _caller, known) => subject.lookup(name, view, known),
      list: (after, { subject, view }, _caller, add) => subject.list(after, view, add),
    },
  },
);

/** Changed modes and owners last as long as the mount; sizes are taken without effect. */
const changes: ChangePolicy = ({ mode, uid, gid }) => (mode === undefined && uid === undefined && gid === undefined ? 'ignored' : 'kept');

/** The file system. */
export function linsysfs(source: KernelSource): GeneratedTree {
  return generatedTree<Place>({
    type: 'sysfs',
    magic: MAGIC,
    root: directory,
    subject: new SysfsSubject(source, ''),
    fileSize: PAGE,
    blockSize: PAGE,
    changes,
    refusesNames: true,
    declaredMilliseconds: ENTRY_MS,
  });
}
