/**
 * Compares writes to parameters through our /proc with the kernel's: `compare-writes PARAMETER..`. Prints what differs
 * and a last line `N compared`. To be run in namespaces of its own where the parameters belong to one.
 */

import { ServedProc } from '../support/served-proc.ts';
import { compareWrites } from './writes.ts';

const [where, ...parameters] = process.argv.slice(2);
// Served from outside: the mount is another process's, which lives in other namespaces than we do.
const mount = where === 'inside' ? await ServedProc.start() : undefined;
try {
  const { compared, differing } = compareWrites(mount?.root ?? (where as string), '/proc', parameters);
  for (const line of differing) console.log(line);
  console.log(`${compared} compared`);
} finally {
  await mount?.stop();
}
