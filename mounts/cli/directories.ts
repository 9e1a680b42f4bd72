/** Making directories with those above them. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and what is missing above it; one that is there already may be anything. Node's own way of it never
 * returns where nothing can be made, as in /proc. Throws what mkdir(2) says.
 */
export function makeDirectories(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    makeDirectories(above, mode);
    // Once: where it still says so, it is no place for directories. Somebody may have been faster.
    try {
      mkdirSync(path, mode);
    } catch (again) {
      if ((again as NodeJS.ErrnoException).code !== 'EEXIST') throw again;
    }
  }
}
