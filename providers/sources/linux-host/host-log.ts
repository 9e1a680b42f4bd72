/** The log of a Linux host: /dev/kmsg, which gives one record at each read (Documentation/ABI/testing/dev-kmsg). */

import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { EAGAIN, EPIPE, type Errno, errnoFromHost, isErrno } from '../../../fs/errno.ts';
import { u64 } from '../../../fs/u64.ts';
import type { KernelLog, LogRecord } from '../../model/log.ts';

/** Longer than any record can be: a message has at most 1 KiB, of which a byte may take four, and its dictionary. */
const RECORD_BYTES = 16384;

export class HostLog implements KernelLog {
  readonly #descriptor: number;
  readonly #bytes = Buffer.allocUnsafeSlow(RECORD_BYTES);

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens the log at its oldest record. Errors: ENOENT, EPERM, EACCES. */
  static open(path: string): HostLog | Errno {
    try {
      return new HostLog(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  next(): LogRecord | Errno | undefined {
    for (;;) {
      const count = this.#read();
      // Records were overwritten before we came to them: the next read goes on behind them.
      if (count === EPIPE) continue;
      if (count === EAGAIN) return undefined;
      if (isErrno(count)) return count;
      const record = parseLogRecord(this.#bytes.toString('latin1', 0, count));
      if (record) return record;
      if (count === 0) return undefined;
    }
  }

  #read(): number | Errno {
    try {
      return readSync(this.#descriptor, this.#bytes, 0, RECORD_BYTES, null);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Adds a record to the log. Errors: EINVAL, EACCES. */
export function writeLogRecord(path: string, record: Uint8Array): number | Errno {
  let descriptor = -1;
  try {
    descriptor = openSync(path, constants.O_WRONLY);
    return writeSync(descriptor, record);
  } catch (error) {
    return errnoFromHost(error);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
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
