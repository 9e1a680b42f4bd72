/** What the kernel is told of a mount, by the type of its tree. Apart from the trees, which take long to load. */

import type { TreeDescription } from './trees.ts';

/**
 * The options of mount(8) that a tree's type needs. Where the kernel may remember names, it walks over them without
 * asking us, so it must check permissions itself.
 */
export function kernelOptions(type: TreeDescription['type'] | '9p'): readonly string[] {
  return type === 'linprocfs' || type === 'linsysfs' ? [] : ['default_permissions'];
}
