/**
 * Does things to files as whoever it runs as, and tells what came of each: one JSON array of `Act` as the argument, one of
 * `Outcome` on the standard output. `SELF` in a path stands for its own process id.
 */

import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

export interface Act {
  readonly path: string;
  /** Bytes to write in one write(2), one char each. Absent: read. */
  readonly write?: string;
  /** Where to read, and how much. */
  readonly at?: number;
  readonly length?: number;
  /** How to open; the default is for what is done. */
  readonly flags?: number;
}

/** How many bytes were written, the bytes read, or the name of the error and where it came. */
export type Outcome = number | string;

function act({ path, write, at, length = 65536, flags }: Act): Outcome {
  const file = path.replace('SELF', String(process.pid));
  let descriptor: number;
  try {
    descriptor = openSync(file, flags ?? (write === undefined ? constants.O_RDONLY : constants.O_WRONLY));
  } catch (error) {
    return `open: ${(error as NodeJS.ErrnoException).code}`;
  }
  try {
    if (write !== undefined) return writeSync(descriptor, Buffer.from(write, 'latin1'), 0, write.length, at ?? null);
    const bytes = Buffer.alloc(length);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, at ?? null));
  } catch (error) {
    return `${write === undefined ? 'read' : 'write'}: ${(error as NodeJS.ErrnoException).code}`;
  } finally {
    closeSync(descriptor);
  }
}

console.log(JSON.stringify((JSON.parse(process.argv[2] ?? '[]') as Act[]).map(act)));
