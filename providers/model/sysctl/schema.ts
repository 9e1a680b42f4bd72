/** Finds the row of a parameter by its path. */

import { DEVICES_AND_FILES } from './dev-fs.ts';
import { KERNEL } from './kernel.ts';
import { IPV4 } from './net-ipv4.ts';
import { IPV6 } from './net-ipv6.ts';
import { NET } from './net.ts';
import type { SysctlNamespace, SysctlRights, SysctlRow, SysctlTable } from './row.ts';
import { VM } from './vm.ts';

/** A row with everything that its path says. */
export type SysctlMeaning = SysctlRow & {
  readonly namespace: SysctlNamespace | undefined;
  readonly rights: SysctlRights;
  /** False for a name that no table has: it is taken for one line of text. */
  readonly known: boolean;
};

/** A node of the tree of all rows. */
interface Branch {
  readonly branches: Map<string, Branch>;
  /** Where the path may go on with any name. */
  any: Branch | undefined;
  row: SysctlRow | undefined;
}

const UNKNOWN: SysctlRow = { kind: 'text', capacity: 4096, mode: 0o644 };

const root = branch();
for (const table of [DEVICES_AND_FILES, KERNEL, VM, IPV4, IPV6, NET]) plant(table);

function branch(): Branch {
  return { branches: new Map(), any: undefined, row: undefined };
}

function plant(table: SysctlTable): void {
  for (const [directory, rows] of Object.entries(table)) {
    for (const [name, row] of Object.entries(rows)) {
      let at = root;
      for (const part of [...directory.split('/'), name]) at = grow(at, part);
      at.row = row;
    }
  }
}

function grow(at: Branch, part: string): Branch {
  if (part === '*') return (at.any ??= branch());
  let next = at.branches.get(part);
  if (!next) at.branches.set(part, (next = branch()));
  return next;
}

/** A row of the tables for a path; a name that is written out comes before one that a `*` matches. */
function findRow(at: Branch, parts: readonly string[], index: number): SysctlRow | undefined {
  if (index === parts.length) return at.row;
  const named = at.branches.get(parts[index] as string);
  return (named && findRow(named, parts, index + 1)) ?? (at.any && findRow(at.any, parts, index + 1));
}

/** What the parameter at a path is. Costs a walk: callers keep the answer. */
export function meaningOf(path: string): SysctlMeaning {
  const row = findRow(root, path.split('/'), 0);
  const space = path.startsWith('net/') ? 'net' : path.startsWith('user/') ? 'user' : undefined;
  const rights = space === 'net' ? 'network' : space === 'user' ? 'user' : 'plain';
  return { namespace: space, rights, known: row !== undefined, ...(row ?? UNKNOWN) };
}

/** The namespace that the names in a directory depend on, if any. */
export function namespaceOfNames(directory: string): SysctlNamespace | undefined {
  if (directory === 'net' || directory.startsWith('net/')) return 'net';
  return directory === 'user' ? 'user' : directory === 'fs/mqueue' ? 'ipc' : undefined;
}

/**
 * Directories that exist for another file system to be mounted on: always empty themselves. A host may have something
 * mounted there (or an automounter, which a look would wake), and that is no part of /proc/sys.
 */
export const MOUNT_POINTS: ReadonlySet<string> = new Set(['fs/binfmt_misc']);

/** Every path of the tables, with `*` for any name: for tests and for whoever enumerates. */
export function* allRows(): Generator<readonly [string, SysctlRow]> {
  for (const table of [DEVICES_AND_FILES, KERNEL, VM, IPV4, IPV6, NET]) {
    for (const [directory, rows] of Object.entries(table)) {
      for (const [name, row] of Object.entries(rows)) yield [`${directory}/${name}`, row];
    }
  }
}
