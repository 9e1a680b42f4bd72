/** What smaps tells of pages that belong to one process and are neither shared, swapped, locked nor huge. */

import type { MemoryUsage } from '../../model/task-memory.ts';

/**
 * Amounts of such pages, in KiB: all that are there, and the anonymous among them. What is anonymous is dirty, what is a file's is clean.
 * Those that are shared memory count as dirty, though smaps does not call them anonymous.
 */
export function plainUsage(resident: number, dirty: number, anonymous: number = dirty): MemoryUsage {
  return {
    resident,
    proportional: resident,
    proportionalDirty: dirty,
    proportionalAnonymous: undefined,
    proportionalFile: undefined,
    proportionalShared: undefined,
    sharedClean: 0,
    sharedDirty: 0,
    privateClean: resident - dirty,
    privateDirty: dirty,
    referenced: resident,
    anonymous,
    sameMerged: 0,
    lazyFree: 0,
    anonymousHugePages: 0,
    sharedHugePages: 0,
    fileHugePages: 0,
    hugeTlbShared: 0,
    hugeTlbPrivate: 0,
    swapped: 0,
    swappedProportional: 0,
    locked: 0,
  };
}
