/** Files that describe or record a machine, as they are opened. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { MountError } from '../fuse/kernel-mount.ts';

/** Descriptions are texts that people write: one of the largest machines takes some kilobytes. */
const LONGEST_TEXT = 64 * 1024 * 1024;

/** Refuses what is no regular file, which might never end or never begin. Throws a MountError. */
export function checkSourceFile(file: string): void {
  closeSync(openRegular(file));
}

/** The text of a file, as bytes. Throws a MountError. */
export function readSourceText(file: string): string {
  const descriptor = openRegular(file);
  try {
    if (fstatSync(descriptor).size > LONGEST_TEXT) throw new MountError(file, `longer than ${LONGEST_TEXT / 1024 ** 2} MiB, and no description`);
    return readFileSync(descriptor, 'latin1');
  } catch (error) {
    throw asMountError(file, error);
  } finally {
    closeSync(descriptor);
  }
}

function openRegular(file: string): number {
  let descriptor: number;
  try {
    // A FIFO without a writer would be waited for.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw asMountError(file, error);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return descriptor;
  closeSync(descriptor);
  throw new MountError(file, stats.isDirectory() ? 'a directory' : 'no regular file');
}

/** What is wrong with a file, where the system has said it. */
export function asMountError(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof MountError || code === undefined) return error;
  return new MountError(file, code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a directory' : `cannot be read (${code})`);
}
