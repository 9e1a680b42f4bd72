/** /dev/kmsg (kernel/printk/printk.c devkmsg_*, Documentation/ABI/testing/dev-kmsg): a record of the log at each read. */

import { CAP_SYSLOG, type Caller } from '../../../fs/caller.ts';
import { EAGAIN, EINVAL, EPERM, ESPIPE, type Errno, WOULD_BLOCK, type WouldBlock, isErrno } from '../../../fs/errno.ts';
import { O_NONBLOCK, POLLIN, POLLRDNORM, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET, canRead } from '../../../fs/flags.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { S_IFCHR } from '../../../fs/stat.ts';
import { WaitQueue } from '../../../fs/wait-queue.ts';
import type { Device } from '../../../fs/devices/device-table.ts';
import type { Driver } from '../../../fs/devices/driver.ts';
import type { KernelSource } from '../../kernel-view.ts';
import type { KernelLog, LogRecord } from '../../model/log.ts';

const MAJOR = 1;
const MINOR = 11;
/** The longest record that can be written (LOG_LINE_MAX is 1024 with its prefix). */
const LONGEST = 1024 - 32;

/** A reader's place in the log; only who reads has one. */
interface Reader {
  log: KernelLog | undefined;
  /** The record that comes next, where it was looked for already. */
  next: LogRecord | undefined;
}

/**
 * The device, with the log of a source. `changed` wakes those who wait for records.
 *
 * Differs: records have no dictionaries, for the model has none.
 */
export function kmsgDevice(source: KernelSource, changed: WaitQueue): Device {
  const out = new TextWriter(2048);

  /** The record that comes next, which stays next. */
  function peek(reader: Reader): LogRecord | Errno | undefined {
    if (reader.next || !reader.log) return reader.next;
    const record = reader.log.next();
    if (record !== undefined && !isErrno(record)) reader.next = record;
    return record;
  }

  const driver: Driver<Reader> = {
    open({ flags }, caller) {
      if (!canRead(flags)) return { log: undefined, next: undefined };
      if (isRestricted(source, caller) && !caller.capable(CAP_SYSLOG)) return EPERM;
      const log = source.view(caller).openLog();
      return isErrno(log) ? log : { log, next: undefined };
    },
    read({ state, flags }, into): number | Errno | WouldBlock {
      const record = peek(state);
      if (isErrno(record)) return record;
      if (record === undefined) return flags & O_NONBLOCK ? EAGAIN : WOULD_BLOCK;
      out.reset();
      printRecord(out, record);
      // The record stays for who asks with more room.
      if (out.length > into.length) return EINVAL;
      out.bytes.copy(into, 0, 0, out.length);
      state.next = undefined;
      return out.length;
    },
    write(_file, from, _at, caller) {
      if (from.length > LONGEST) return EINVAL;
      return from.length === 0 ? 0 : (source.view(caller).writeLog?.(from) ?? EINVAL);
    },
    seek({ state }, offset, whence) {
      if (offset !== 0) return whence < SEEK_SET || whence > SEEK_HOLE ? EINVAL : ESPIPE;
      if (whence !== SEEK_SET && whence !== SEEK_END && whence !== SEEK_DATA) return EINVAL;
      if (!state.log) return 0;
      return rewind(state, whence !== SEEK_SET);
    },
    poll: ({ state }) => {
      const record = peek(state);
      return record !== undefined && !isErrno(record) ? POLLIN | POLLRDNORM : 0;
    },
    waiters: () => changed,
    close: ({ state }) => state.log?.close(),
  };

  /** Begins anew, or goes behind the last record. */
  function rewind(reader: Reader, toEnd: boolean): Errno | 0 {
    const log = source.view(NOBODY).openLog();
    if (isErrno(log)) return log;
    reader.log?.close();
    reader.log = log;
    reader.next = undefined;
    for (let record = toEnd ? log.next() : undefined; record !== undefined; record = log.next()) {
      if (isErrno(record)) return record;
    }
    return 0;
  }

  return { type: S_IFCHR, major: MAJOR, minor: MINOR, name: 'kmsg', mode: 0o644, driver };
}

/** The log is the same for everyone. */
const NOBODY: Caller = {
  uid: 0,
  gid: 0,
  threadId: undefined,
  umask: 0,
  processId: () => undefined,
  inGroup: () => false,
  capable: () => false,
};

/** Whether only CAP_SYSLOG may read (kernel.dmesg_restrict); where that is not known, it is so. */
function isRestricted(source: KernelSource, caller: Caller): boolean {
  const value = source.view(caller).sysctl().read('kernel/dmesg_restrict', caller);
  return !Array.isArray(value) || value[0] !== 0;
}

/** `priority,sequence,microseconds,-[,caller=..];text`: what does not print, and backslashes, as \xhh. */
function printRecord(out: TextWriter, { priority, sequence, time, caller, lines }: LogRecord): void {
  out.decimal(priority).byte(0x2c).decimal(sequence).byte(0x2c).decimal(time).text(',-');
  if (caller !== undefined) out.text(',caller=').text(caller);
  out.byte(0x3b);
  for (const [index, line] of lines.entries()) {
    if (index > 0) out.text('\\x0a');
    for (let at = 0; at < line.length; at++) {
      const byte = line.charCodeAt(at);
      if (byte < 0x20 || byte >= 0x7f || byte === 0x5c) out.text(`\\x${byte.toString(16).padStart(2, '0')}`);
      else out.byte(byte);
    }
  }
  out.newline();
}
