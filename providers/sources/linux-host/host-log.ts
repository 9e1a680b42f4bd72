/** The log of a Linux host: /dev/kmsg, which gives one record at each read (Documentation/ABI/testing/dev-kmsg). */

import { constants } from 'node:fs';
import { EAGAIN, EPIPE, type Errno, isErrno } from '../../../fs/errno.ts';
import { u64 } from '../../../fs/u64.ts';
import type { KernelLog, LogRecord } from '../../model/log.ts';
import { type HostCalls, READ, WRITE } from './host-calls.ts';

/** Longer than any record can be: a message has at most 1 KiB, of which a byte may take four, and its dictionary. */
const RECORD_BYTES = 16384;

export class HostLog implements KernelLog {
  readonly #calls: HostCalls;
  readonly #descriptor: number;
  readonly #bytes = Buffer.allocUnsafeSlow(RECORD_BYTES);

  private constructor(calls: HostCalls, descriptor: number) {
    this.#calls = calls;
    this.#descriptor = descriptor;
  }

  /** Opens the log at its oldest record. Errors: ENOENT, EPERM, EACCES. */
  static open(calls: HostCalls, path: string): HostLog | Errno {
    const descriptor = calls.open(path, '', READ | constants.O_NONBLOCK);
    return isErrno(descriptor) ? descriptor : new HostLog(calls, descriptor);
  }

  next(): LogRecord | Errno | undefined {
    for (;;) {
      const count = this.#calls.read(this.#descriptor, this.#bytes, 0, RECORD_BYTES, null);
      // Records were overwritten before we came to them: the next read goes on behind them.
      if (count === EPIPE) continue;
      if (count === EAGAIN) return undefined;
      if (isErrno(count)) return count;
      const record = parseLogRecord(this.#bytes.toString('latin1', 0, count));
      if (record) return record;
      if (count === 0) return undefined;
    }
  }

  close(): void {
    this.#calls.close(this.#descriptor);
  }
}

/** Adds a record to the log. Errors: EINVAL, EACCES. */
export function writeLogRecord(calls: HostCalls, path: string, record: Uint8Array): number | Errno {
  const descriptor = calls.open(path, '', WRITE);
  if (isErrno(descriptor)) return descriptor;
  const count = calls.write(descriptor, record, 0, record.length, null);
  calls.close(descriptor);
  return count;
}

/** `priority,sequence,microseconds,flags[,caller=..];text`, and lines of a dictionary that begin with a blank. */
export function parseLogRecord(text: string): LogRecord | undefined {
  const match = /^(\d+),(\d+),(\d+),[^;]*?(?:,caller=([TC]\d+))?(?:,[^;]*)?;(.*)$/m.exec(text);
  if (!match) return undefined;
  const [, priority, sequence, time, caller, message = ''] = match;
  return {
    priority: Number(priority),
    sequence: u64(BigInt(sequence ?? 0)),
    time: u64(BigInt(time ?? 0)),
    caller,
    lines: unescapeHexadecimal(message).split('\n'),
  };
}

/** Undoes the escapes of bytes that do not print (\xhh). */
function unescapeHexadecimal(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_match, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
