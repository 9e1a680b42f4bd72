/** The parts of /sys that are counted apart: what there is of each sort, and of each subsystem of devices. */

import { type Dirent, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { Part } from '../differential/compare.ts';

/** A part with the group that it is counted in. */
export type Area = Part<string>;

/** Directories at the top, or near it, that are groups of their own. */
const PLACES = ['block', 'bus', 'class', 'dev', 'firmware', 'fs', 'kernel', 'module', 'power'];

/** One part for each of these places, and one for each device with those directories that are no devices themselves. */
export function areas(root: string): Area[] {
  const found: Area[] = [{ group: 'root', path: '', label: '', without: '.' }];
  const mounts = mountPoints(root);
  for (const place of PLACES) {
    if (!readdirSync(root).includes(place)) continue;
    found.push({ group: place, path: place, label: place, without: `^(${[...mounts, 'kernel/slab'].map(escape).join('|')})$` });
  }
  // There are thousands of allocator statistics, each cache's like every other's: some of them will do.
  const caches = entriesOf(`${root}/kernel/slab`).filter((_entry, index) => index % 16 === 0);
  for (const { name } of caches) found.push({ group: 'kernel/slab', path: `kernel/slab/${name}`, label: `kernel/slab/${name}` });
  const devices = [...allDevices(root, 'devices')];
  const paths = new Set(devices.map(({ path }) => path));
  for (const { path, subsystem } of devices) {
    const inner = [...paths].filter((other) => other.startsWith(`${path}/`));
    const without = inner.length === 0 ? undefined : `^(${inner.map(escape).join('|')})$`;
    found.push({ group: subsystem, path, label: path, ...(without !== undefined && { without }) });
  }
  return found;
}

/** Where other file systems are mounted below: they are not part of it, and ours has empty directories there. */
function mountPoints(root: string): string[] {
  const places = readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return places.filter((place) => place.startsWith(`${root}/`)).map((place) => place.slice(root.length + 1));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What a directory holds: nothing, where a kernel has none or the device has just gone. */
export function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Every directory that says of which subsystem it is; the rest belongs to those above, and at the top to `devices`. */
function* allDevices(root: string, path: string): Generator<{ path: string; subsystem: string }> {
  const entries = entriesOf(`${root}/${path}`);
  if (path === 'devices') yield { path, subsystem: 'devices' };
  else if (entries.some(({ name }) => name === 'subsystem')) yield { path, subsystem: subsystemOf(`${root}/${path}`) };
  for (const entry of entries) if (entry.isDirectory()) yield* allDevices(root, `${path}/${entry.name}`);
}

function subsystemOf(directory: string): string {
  try {
    const target = readlinkSync(`${directory}/subsystem`);
    return target.slice(target.lastIndexOf('/') + 1);
  } catch {
    return 'devices';
  }
}

/** The groups of some parts. */
export function groupsOf(parts: readonly Area[]): string[] {
  return [...new Set(parts.map(({ group }) => group))];
}
