/** A directory that a type shows. */

import { realpath, stat } from 'node:fs/promises';
import { Failure, badUsage } from '../failure.ts';

/** Its path, absolute and without links, for the server changes its working directory. Throws a Failure. */
export async function sourceDirectory(path: string | undefined, missing: string): Promise<string> {
  if (path === undefined) throw badUsage('mount', missing);
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(path, code === 'ENOENT' ? 'no such directory' : `cannot be read (${code})`);
  }
  throw new Failure(path, 'not a directory');
}
