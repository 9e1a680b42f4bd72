/** PID/fdinfo/N (fs/proc/fd.c seq_show and the show_fdinfo functions that it names, proc_pid_fdinfo(5)). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  DescriptorDetails,
  EventCounter,
  FanotifyGroup,
  FileHandle,
  InotifyWatches,
  Moment,
  PollSet,
  TimerDescriptor,
} from '../../model/descriptor-info.ts';
import { fileLock } from '../file-lock.ts';
import type { OpenDescriptor } from './descriptors.ts';
import { ring } from './fdinfo-ring.ts';

const TAB = 0x09;
const COLON = 0x3a;

export function fdinfo(out: TextWriter, { task, number }: OpenDescriptor): Errno | 0 {
  const info = task.files.descriptorInfo(number);
  if (isErrno(info)) return info;
  out.text('pos:\t').signed64(info.position);
  out.text('\nflags:\t0').octal(info.flags);
  out.text('\nmnt_id:\t').signed(info.mountId).newline();
  if (info.inode !== undefined) out.text('ino:\t').decimal(info.inode).newline();
  for (const lock of info.locks) {
    fileLock(out.text('lock:\t'), lock);
    out.newline();
  }
  if (info.details) details(out, info.details);
  return 0;
}

function details(out: TextWriter, details: DescriptorDetails): void {
  switch (details.kind) {
    case 'eventfd':
      return eventfd(out, details);
    case 'epoll':
      return epoll(out, details);
    case 'inotify':
      return inotify(out, details);
    case 'fanotify':
      return fanotify(out, details);
    case 'signalfd':
      return void out.text('sigmask:\t').hexZero(details.mask, 16).newline();
    case 'timerfd':
      return timerfd(out, details);
    case 'pidfd':
      out.text('Pid:\t').signed(details.pid).newline();
      if (!details.namespaceIds) return;
      out.text('NSpid:');
      for (const id of details.namespaceIds) out.byte(TAB).signed(id);
      return void out.newline();
    case 'io_uring':
      return ring(out, details);
    case 'userfaultfd':
      out.text('pending:\t').decimal(details.pending);
      out.text('\ntotal:\t').decimal(details.total);
      out.text('\nAPI:\t').hex(details.version).byte(COLON).hex(details.features).byte(COLON).hex(details.available);
      return void out.newline();
    case 'attributes':
      for (const { name, separator, value } of details.entries) {
        out.text(name).byte(COLON);
        if (separator !== 'none') out.byte(separator === 'tab' ? TAB : 0x20);
        out.text(value).newline();
      }
  }
}

/** fs/eventfd.c */
function eventfd(out: TextWriter, counter: EventCounter): void {
  out.text('eventfd-count: ').hexPadded(counter.count, 16).newline();
  if (counter.id !== undefined) out.text('eventfd-id: ').decimal(counter.id).newline();
  if (counter.semaphore !== undefined) out.text('eventfd-semaphore: ').decimal(counter.semaphore ? 1 : 0).newline();
}

/** fs/eventpoll.c */
function epoll(out: TextWriter, set: PollSet): void {
  for (const target of set.targets) {
    out.text('tfd: ').decimalPadded(target.descriptor, 8);
    out.text(' events: ').hexPadded(target.events, 8);
    out.text(' data: ').hexPadded(target.data, 16);
    out.text('  pos:').signed64(target.position);
    out.text(' ino:').hex(target.inode);
    out.text(' sdev:').hex(target.device).newline();
  }
}

/** fs/notify/fdinfo.c */
function inotify(out: TextWriter, { watches }: InotifyWatches): void {
  for (const watch of watches) {
    out.text('inotify wd:').hex(watch.watch);
    out.text(' ino:').hex(watch.inode);
    out.text(' sdev:').hex(watch.device);
    out.text(' mask:').hex(watch.mask);
    out.text(' ignored_mask:').hex(watch.ignoredMask).space();
    handle(out, watch.handle);
    out.newline();
  }
}

function handle(out: TextWriter, handle: FileHandle | undefined): void {
  if (!handle) return;
  out.text('fhandle-bytes:').hex(handle.bytes.length);
  out.text(' fhandle-type:').hex(handle.type);
  out.text(' f_handle:');
  for (const byte of handle.bytes) out.hexZero(byte, 2);
}

function fanotify(out: TextWriter, group: FanotifyGroup): void {
  out.text('fanotify flags:').hex(group.flags).text(' event-flags:').hex(group.eventFlags).newline();
  for (const { object, flags, mask, ignoredMask } of group.marks) {
    out.text('fanotify ');
    if (object.kind === 'inode') out.text('ino:').hex(object.inode).text(' sdev:').hex(object.device);
    else if (object.kind === 'mount') out.text('mnt_id:').hex(object.id);
    else if (object.kind === 'file system') out.text('sdev:').hex(object.device);
    else out.text('mnt_ns:').decimal(object.inode);
    out.text(' mflags:').hex(flags).text(' mask:').hex(mask).text(' ignored_mask:').hex(ignoredMask);
    if (object.kind === 'inode') handle(out.space(), object.handle);
    out.newline();
  }
}

/** fs/timerfd.c */
function timerfd(out: TextWriter, timer: TimerDescriptor): void {
  out.text('clockid: ').decimal(timer.clock);
  out.text('\nticks: ').decimal(timer.ticks);
  out.text('\nsettime flags: 0').octal(timer.flags);
  moment(out.text('\nit_value: '), timer.value);
  moment(out.text('\nit_interval: '), timer.interval);
  out.newline();
}

function moment(out: TextWriter, moment: Moment): void {
  out.text('(').decimal(moment.seconds).text(', ').decimal(moment.nanoseconds).text(')');
}
