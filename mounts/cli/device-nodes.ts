/** Whether the kernel lets a mount of ours have device nodes. */

import { readFileSync } from 'node:fs';

/**
 * Whether device nodes in a FUSE mount of this process can be opened: by root of the machine's own user namespace alone. For
 * anybody else the kernel or fusermount3 makes the mount `nodev`. `procfs` is the way to the kernel's own /proc.
 */
export function nodesCanBeOpened(procfs: string = '/proc/'): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    return /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync(`${procfs}self/uid_map`, 'latin1'));
  } catch {
    return false;
  }
}
