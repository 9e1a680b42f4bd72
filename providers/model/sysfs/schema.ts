/** Finds the row of an attribute. */

import { BLOCK } from './block.ts';
import { CGROUP } from './cgroup.ts';
import { CPU } from './cpu.ts';
import { DEVICES } from './devices.ts';
import { FILE_SYSTEMS } from './file-systems.ts';
import { FIRMWARE } from './firmware.ts';
import { KERNEL } from './kernel.ts';
import { MEMORY } from './memory.ts';
import { MODULES } from './modules.ts';
import { NET } from './net.ts';
import { PCI } from './pci.ts';
import type { SysfsRow, SysfsRows, SysfsTable } from './row.ts';
import { SCSI } from './scsi.ts';
import { SENSORS } from './sensors.ts';

const TABLES: readonly SysfsTable[] = [
  CPU,
  MEMORY,
  BLOCK,
  NET,
  PCI,
  SCSI,
  SENSORS,
  DEVICES,
  KERNEL,
  FIRMWARE,
  MODULES,
  FILE_SYSTEMS,
  CGROUP,
];

/** A node of the tree of all directories that tables describe. */
interface Branch {
  readonly branches: Map<string, Branch>;
  readonly rows: SysfsRows[];
}

const root = branch();
for (const table of TABLES) {
  for (const [directory, rows] of Object.entries(table)) {
    let at = root;
    for (const part of directory.split('/')) at = grow(at, part);
    at.rows.push(rows);
  }
}

function branch(): Branch {
  return { branches: new Map(), rows: [] };
}

function grow(at: Branch, part: string): Branch {
  let next = at.branches.get(part);
  if (!next) at.branches.set(part, (next = branch()));
  return next;
}

/** A name with `#` for its digits. */
function pattern(name: string): string {
  return name.replace(/\d+/g, '#');
}

/** The rows for a directory: of names that are written out first, then of patterns, then of any. */
function findRows(at: Branch, parts: readonly string[], index: number, found: SysfsRows[]): void {
  const part = parts[index];
  if (part === undefined) {
    found.push(...at.rows, ...(at.branches.get('**')?.rows ?? []));
    return;
  }
  for (const name of new Set([part, pattern(part), '*'])) {
    const next = at.branches.get(name);
    if (next) findRows(next, parts, index + 1, found);
  }
  // `**` is any number of names.
  const any = at.branches.get('**');
  if (any) found.push(...any.rows);
}

/** What a directory is, as far as its attributes go. */
export interface SysfsPlace {
  /** Its path below /sys. */
  readonly path: string;
  /** The subsystem of the device that it belongs to; undefined where it belongs to none, '' where the device has none. */
  readonly subsystem?: string;
  /** Its path below that device; '' for the device itself. */
  readonly group?: string;
}

/** The rows of a directory's attributes. */
export class SysfsMeanings {
  readonly #rows: readonly SysfsRows[];
  readonly #found = new Map<string, SysfsRow | undefined>();

  /** Costs a walk: who asks often keeps it. */
  constructor({ path, subsystem, group }: SysfsPlace) {
    const found: SysfsRows[] = [];
    findRows(root, path.split('/'), 0, found);
    if (subsystem !== undefined) {
      const below = group ? group.split('/') : [];
      if (subsystem !== '') findRows(root, [`@${subsystem}`, ...below], 0, found);
      findRows(root, ['@', ...below], 0, found);
    }
    this.#rows = found;
  }

  /** What the attribute of this name is; undefined where no table has it. */
  row(name: string): SysfsRow | undefined {
    if (this.#found.has(name)) return this.#found.get(name);
    const row = this.#find(name);
    this.#found.set(name, row);
    return row;
  }

  #find(name: string): SysfsRow | undefined {
    for (const as of [name, pattern(name), '*']) {
      for (const rows of this.#rows) if (Object.hasOwn(rows, as)) return rows[as];
    }
    return undefined;
  }
}

/** Every directory of the tables with its rows: for tests and for whoever enumerates. */
export function* allRows(): Generator<readonly [string, string, SysfsRow]> {
  for (const table of TABLES) {
    for (const [directory, rows] of Object.entries(table)) {
      for (const [name, row] of Object.entries(rows)) yield [directory, name, row];
    }
  }
}
