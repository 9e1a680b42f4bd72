/** What is mounted on this machine, from the kernel's own table. */

import { readFileSync } from 'node:fs';

/** A line of mountinfo (proc_pid_mountinfo(5)). */
export interface HostMount {
  readonly id: number;
  readonly parent: number;
  /** `major:minor` of the file system. */
  readonly device: string;
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** The label: what was mounted. */
  readonly source: string;
}

/** Undoes mountinfo's escapes, \ooo for blank, tab, newline and backslash. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The mounts of our mount namespace, in the order in which they cover each other; none where no /proc tells. */
export function hostMounts(path = '/proc/self/mountinfo'): HostMount[] {
  const mounts: HostMount[] = [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return mounts;
  }
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [id, parent, device = '', root = '', mountPoint = ''] = before.split(' ');
    const [type = '', source = ''] = after.split(' ');
    if (!id) continue;
    mounts.push({
      id: Number(id),
      parent: Number(parent),
      device,
      root: unescape(root),
      mountPoint: unescape(mountPoint),
      type,
      source: unescape(source),
    });
  }
  return mounts;
}

/** The topmost mount at a place, if the place is a mount point. */
export function mountAt(place: string, mounts: readonly HostMount[] = hostMounts()): HostMount | undefined {
  return mounts.findLast((mount) => mount.mountPoint === place);
}
