/** Builds the C programs of the benchmarks: the load generator and the reference servers. */

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../bench/native/', import.meta.url));

/** Compiles a program into a directory; returns its path, or undefined where a library is missing. */
export function buildNative(name: string, directory: string, library?: string): string | undefined {
  let flags: string[] = [];
  if (library !== undefined) {
    const found = spawnSync('pkg-config', ['--cflags', '--libs', library], { encoding: 'utf8' });
    if (found.status !== 0) return undefined;
    flags = found.stdout.trim().split(/\s+/);
  }
  const output = join(directory, name);
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-o', output, join(SOURCES, `${name}.c`), ...flags]);
  return output;
}
