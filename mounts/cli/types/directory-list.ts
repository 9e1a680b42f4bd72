/** Options whose values are directories of this machine. */

import { resolve } from 'node:path';

/**
 * A list of directories separated by colons, as in mount(8): a backslash takes its meaning from the colon behind it. The
 * paths are made absolute, for the server changes its working directory. Undefined where one is empty.
 */
export function directoryList(value: string): readonly string[] | undefined {
  const words = value.split(/(?<!\\):/).map((word) => word.replace(/\\(.)/g, '$1'));
  return words.includes('') ? undefined : words.map((word) => resolve(word));
}
