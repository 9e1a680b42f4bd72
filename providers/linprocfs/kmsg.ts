/** /proc/kmsg (fs/proc/kmsg.c, kernel/printk/printk.c syslog_print, proc_kmsg(5)). */

import { CAP_SYSLOG, type Caller } from '../../fs/caller.ts';
import { EAGAIN, EIO, EPERM, type Errno, WOULD_BLOCK, type WouldBlock, isErrno } from '../../fs/errno.ts';
import { O_NONBLOCK, POLLIN, POLLRDNORM } from '../../fs/flags.ts';
import { type StreamAttachment, type StreamSpec, stream } from '../../fs/generated/spec.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { KernelLog, LogRecord } from '../model/log.ts';

/**
 * The place up to which the log has been read. There is one for all readers: what one has read, the others do not see.
 *
 * Differs: it is another place than that of the kernel's own /proc/kmsg, so that reading here takes nothing from there;
 * it begins at the oldest record.
 */
class SharedPosition {
  #log: KernelLog | undefined;
  /** A record's text that has not been read, and from where. */
  readonly #text = new TextWriter(1024);
  #from = 0;

  /** Makes sure that some text waits. */
  #fill(kernel: KernelView): Errno | 0 {
    if (this.#from < this.#text.length) return 0;
    if (!this.#log) {
      const opened = kernel.openLog();
      if (isErrno(opened)) return opened;
      this.#log = opened;
    }
    const record = this.#log.next();
    if (isErrno(record)) return record;
    if (record === undefined) return EAGAIN;
    this.#text.reset();
    this.#from = 0;
    printRecord(this.#text, record, kernel.logsTimes());
    return 0;
  }

  /** Whether there is something to read. */
  ready(kernel: KernelView): boolean {
    return this.#fill(kernel) !== EAGAIN;
  }

  /** As many whole records as there is room for; a part only of one that is too long for all of it. */
  read(kernel: KernelView, into: Uint8Array, start: number, length: number): number | Errno {
    let count = 0;
    while (count < length) {
      const error = this.#fill(kernel);
      if (isErrno(error)) return count > 0 ? count : error;
      const rest = this.#text.length - this.#from;
      if (rest > length - count && count > 0) break;
      const taken = Math.min(rest, length - count);
      this.#text.bytes.copy(into, start + count, this.#from, this.#from + taken);
      this.#from += taken;
      count += taken;
    }
    return count;
  }
}

/** Each line of a record with the priority, the time, and who logged it. */
function printRecord(out: TextWriter, { priority, time, caller, lines }: LogRecord, times: boolean): void {
  const seconds = typeof time === 'bigint' ? time / 1_000_000n : Math.floor(time / 1_000_000);
  const rest = typeof time === 'bigint' ? Number(time % 1_000_000n) : time % 1_000_000;
  for (const line of lines) {
    out.byte(0x3c).decimal(priority).byte(0x3e);
    if (times) out.byte(0x5b).decimalPadded(seconds, 5).byte(0x2e).decimalZero(rest, 6).byte(0x5d);
    if (caller !== undefined) out.byte(0x5b).textRight(caller, 6).byte(0x5d);
    if (times || caller !== undefined) out.space();
    out.text(line).newline();
  }
}

/** The file: only CAP_SYSLOG may open it. A read waits for a record unless O_NONBLOCK is set. */
export function kmsg(view: (caller: Caller) => KernelView): StreamSpec<KernelView> {
  const position = new SharedPosition();
  return stream<KernelView>(
    0o400,
    {
      attach(flags, _kernel, caller): StreamAttachment | Errno {
        if (!caller.capable(CAP_SYSLOG)) return EPERM;
        const waits = (flags & O_NONBLOCK) === 0;
        return {
          read(into, start, length, _at, reader): number | Errno | WouldBlock {
            const count = position.read(view(reader), into, start, length);
            return count === EAGAIN && waits ? WOULD_BLOCK : count;
          },
          write: () => EIO,
          poll: (reader) => (position.ready(view(reader)) ? POLLIN | POLLRDNORM : 0),
          close() {
            // The position stays for who opens it next.
          },
        };
      },
    },
    { exists: (kernel) => kernel.has('kmsg') },
  );
}
