/** Modules that are always the same, which the build has written down. */

import { existsSync, readFileSync } from 'node:fs';

/** The bytes in a file of the build, or, where it was not built, what makes them now. */
export function builtModule(file: URL, generate: () => Uint8Array): Uint8Array {
  return existsSync(file) ? readFileSync(file) : generate();
}
