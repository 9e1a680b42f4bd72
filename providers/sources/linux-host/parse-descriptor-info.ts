/** Parses PID/fdinfo/N: the inverse of linprocfs/process/fdinfo.ts. */

import type {
  Attributes,
  DescriptorDetails,
  DescriptorInfo,
  FanotifyGroup,
  FanotifyMark,
  FileHandle,
  InotifyWatches,
  Moment,
  PollSet,
} from '../../model/descriptor-info.ts';
import type { FileLock } from '../../model/file-lock.ts';
import { parseFileLock } from './parse-file-lock.ts';
import { parseRing } from './parse-ring.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const TAB = 0x09;
const BLANK = 0x20;

export function parseDescriptorInfo(scanner: Scanner): DescriptorInfo {
  scanner.takeText('pos:');
  const position = finish(scanner, scanner.signed64());
  scanner.takeText('flags:');
  const flags = finish(scanner, scanner.octal());
  scanner.takeText('mnt_id:');
  const mountId = finish(scanner, scanner.signed());
  const inode = scanner.takeText('ino:') ? finish(scanner, scanner.decimal()) : undefined;
  const locks: FileLock[] = [];
  while (scanner.takeText('lock:\t')) locks.push(parseFileLock(scanner));
  return { position, flags, mountId, inode, locks, details: scanner.done ? undefined : parseDetails(scanner) };
}

/** Leaves the line and passes the value on. */
function finish<T>(scanner: Scanner, value: T): T {
  scanner.nextLine();
  return value;
}

/** The first words say what kind of file it is. */
function parseDetails(scanner: Scanner): DescriptorDetails {
  if (scanner.takeText('eventfd-count:')) {
    const count = finish(scanner, scanner.hex());
    const id = scanner.takeText('eventfd-id:') ? finish(scanner, scanner.number()) : undefined;
    const semaphore = scanner.takeText('eventfd-semaphore:') ? finish(scanner, scanner.number() === 1) : undefined;
    return { kind: 'eventfd', count, id, semaphore };
  }
  if (scanner.takeText('tfd:')) return parsePollSet(scanner);
  if (scanner.takeText('inotify wd:')) return parseInotify(scanner);
  if (scanner.takeText('fanotify flags:')) return parseFanotify(scanner);
  if (scanner.takeText('sigmask:')) return { kind: 'signalfd', mask: finish(scanner, scanner.hex()) };
  if (scanner.takeText('clockid:')) {
    const clock = finish(scanner, scanner.number());
    scanner.takeText('ticks:');
    const ticks = finish(scanner, scanner.decimal());
    scanner.takeText('settime flags:');
    const flags = finish(scanner, scanner.octal());
    scanner.takeText('it_value:');
    const value = parseMoment(scanner);
    scanner.takeText('it_interval:');
    return { kind: 'timerfd', clock, ticks, flags, value, interval: parseMoment(scanner) };
  }
  if (scanner.takeText('Pid:')) {
    const pid = finish(scanner, scanner.signed());
    return { kind: 'pidfd', pid, namespaceIds: scanner.takeText('NSpid:') ? parseIds(scanner) : undefined };
  }
  if (scanner.takeText('SqMask:')) return parseRing(scanner);
  if (scanner.takeText('pending:')) {
    const pending = finish(scanner, scanner.decimal());
    scanner.takeText('total:');
    const total = finish(scanner, scanner.decimal());
    scanner.takeText('API:');
    const version = scanner.hex();
    const features = Number(scanner.skip(1).hex());
    return { kind: 'userfaultfd', pending, total, version, features, available: finish(scanner, scanner.skip(1).hex()) };
  }
  return parseAttributes(scanner);
}

function parseMoment(scanner: Scanner): Moment {
  scanner.blanks().skip(1);
  const seconds = scanner.decimal();
  return { seconds, nanoseconds: finish(scanner, scanner.skip(1).decimal()) };
}

/** -1 stands for a process that is gone. */
function parseIds(scanner: Scanner): number[] {
  return scanner.line().trim().split('\t').map(Number);
}

/** From the value of the first `tfd:`. */
function parsePollSet(scanner: Scanner): PollSet {
  const targets: PollSet['targets'][number][] = [];
  do {
    const descriptor = scanner.number();
    scanner.skip(1).takeText('events:');
    const events = Number(scanner.hex());
    scanner.skip(1).takeText('data:');
    const data = scanner.hex();
    scanner.skip(2).takeText('pos:');
    const position = scanner.signed64();
    scanner.skip(1).takeText('ino:');
    const inode = scanner.hex();
    scanner.skip(1).takeText('sdev:');
    targets.push({ descriptor, events, data, position, inode, device: finish(scanner, Number(scanner.hex())) });
  } while (scanner.takeText('tfd:'));
  return { kind: 'epoll', targets };
}

/** A hexadecimal value behind `label` and before a blank or line end. */
function labelled(scanner: Scanner, label: string): number {
  scanner.takeText(label);
  const value = Number(scanner.hex());
  scanner.take(BLANK);
  return value;
}

/** `fhandle-bytes:8 fhandle-type:1 f_handle:0102..`, absent where a file system has no handles. */
function parseHandle(scanner: Scanner): FileHandle | undefined {
  if (!scanner.takeText('fhandle-bytes:')) return undefined;
  scanner.hex();
  scanner.take(BLANK);
  const type = labelled(scanner, 'fhandle-type:');
  scanner.takeText('f_handle:');
  return { type, bytes: Buffer.from(scanner.word(), 'hex') };
}

/** From the value of the first `inotify wd:`. */
function parseInotify(scanner: Scanner): InotifyWatches {
  const watches: InotifyWatches['watches'][number][] = [];
  do {
    const watch = labelled(scanner, '');
    scanner.takeText('ino:');
    const inode = scanner.hex();
    scanner.take(BLANK);
    const device = labelled(scanner, 'sdev:');
    const mask = labelled(scanner, 'mask:');
    const ignoredMask = labelled(scanner, 'ignored_mask:');
    watches.push({ watch, inode, device, mask, ignoredMask, handle: finish(scanner, parseHandle(scanner)) });
  } while (scanner.takeText('inotify wd:'));
  return { kind: 'inotify', watches };
}

/** From the value of `fanotify flags:`. */
function parseFanotify(scanner: Scanner): FanotifyGroup {
  const flags = labelled(scanner, '');
  const eventFlags = finish(scanner, labelled(scanner, 'event-flags:'));
  const marks: FanotifyMark[] = [];
  while (scanner.takeText('fanotify ')) {
    let object = parseMarked(scanner);
    const markFlags = labelled(scanner, 'mflags:');
    const mask = labelled(scanner, 'mask:');
    const ignoredMask = labelled(scanner, 'ignored_mask:');
    if (object.kind === 'inode') object = { ...object, handle: parseHandle(scanner) };
    scanner.nextLine();
    marks.push({ object, flags: markFlags, mask, ignoredMask });
  }
  return { kind: 'fanotify', flags, eventFlags, marks };
}

function parseMarked(scanner: Scanner): FanotifyMark['object'] {
  if (scanner.takeText('ino:')) {
    const inode = scanner.hex();
    scanner.take(BLANK);
    return { kind: 'inode', inode, device: labelled(scanner, 'sdev:'), handle: undefined };
  }
  if (scanner.takeText('mnt_id:')) return { kind: 'mount', id: labelled(scanner, '') };
  if (scanner.takeText('mnt_ns:')) {
    const inode = scanner.number();
    scanner.take(BLANK);
    return { kind: 'mount namespace', inode };
  }
  return { kind: 'file system', device: labelled(scanner, 'sdev:') };
}

function parseAttributes(scanner: Scanner): Attributes {
  const entries: Attributes['entries'][number][] = [];
  while (!scanner.done) {
    const name = scanner.until(COLON);
    const separator = scanner.take(TAB) ? 'tab' : scanner.take(BLANK) ? 'blank' : 'none';
    entries.push({ name, separator, value: scanner.line() });
  }
  return { kind: 'attributes', entries };
}
