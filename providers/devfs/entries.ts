/** What a devfs shows: the devices that the model and the drivers know, and the directories and links of every /dev. */

import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, deviceMajor, deviceMinor, makeDevice } from '../../fs/stat.ts';
import { isErrno } from '../../fs/errno.ts';
import type { Device } from '../../fs/devices/device-table.ts';
import type { SysfsView } from '../model/sysfs.ts';
import type { DeviceType } from './rules/rule.ts';

/** A name in a devfs that is there by itself; parents are made as they are needed. */
export type Entry = DeviceEntry | LinkEntry | DirectoryEntry;

export interface DeviceEntry {
  readonly kind: typeof S_IFCHR | typeof S_IFBLK;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Packed by `makeDevice`. */
  readonly rdev: number;
  /** It is of another machine than the one whose kernel serves nodes, which would take it for a device of its own. */
  readonly foreign?: true;
}

export interface LinkEntry {
  readonly kind: typeof S_IFLNK;
  readonly target: string;
}

export interface DirectoryEntry {
  readonly kind: typeof S_IFDIR;
  readonly mode: number;
}

/** Entries by their paths. */
export type Entries = Map<string, Entry>;

/** What the kernel makes a node with where nothing else is said. */
const DEVICE_MODE = 0o600;

/** Nodes of modules that are loaded when somebody opens them (modules.devname). */
const LOADABLE: readonly (readonly [path: string, major: number, minor: number])[] = [
  ['fuse', 10, 229],
  ['net/tun', 10, 200],
  ['loop-control', 10, 237],
];

/** Adds a directory or link that every /dev has. */
export function addCommon(into: Entries): void {
  into.set('pts', { kind: S_IFDIR, mode: 0o755 });
  into.set('shm', { kind: S_IFDIR, mode: 0o1777 });
  into.set('mqueue', { kind: S_IFDIR, mode: 0o1777 });
  into.set('stdin', { kind: S_IFLNK, target: 'fd/0' });
  into.set('stdout', { kind: S_IFLNK, target: 'fd/1' });
  into.set('stderr', { kind: S_IFLNK, target: 'fd/2' });
  into.set('core', { kind: S_IFLNK, target: '/proc/kcore' });
  into.set('log', { kind: S_IFLNK, target: '/run/systemd/journal/dev-log' });
}

/** Adds nodes that lead to modules. */
export function addLoadable(into: Entries): void {
  for (const [path, major, minor] of LOADABLE) {
    into.set(path, { kind: S_IFCHR, mode: DEVICE_MODE, uid: 0, gid: 0, rdev: makeDevice(major, minor) });
  }
}

/** Adds a device that has a name. */
export function addDevice(into: Entries, { name, type, major, minor, mode }: Device): void {
  if (name !== undefined) into.set(name, { kind: type, mode: mode ?? DEVICE_MODE, uid: 0, gid: 0, rdev: makeDevice(major, minor) });
}

/** Character devices that mean the same on every machine: null, zero, full, random, urandom, tty, ptmx, net/tun, fuse. */
const EVERYWHERE: ReadonlySet<number> = new Set([[1, 3], [1, 5], [1, 7], [1, 8], [1, 9], [5, 0], [5, 2], [10, 200], [10, 229]].map(([major = 0, minor = 0]) => makeDevice(major, minor)));

/** Marks what another machine has and this one does not, or not as the same thing. */
export function markForeign(entries: Entries): void {
  for (const [path, entry] of entries) {
    if (entry.kind !== S_IFBLK && (entry.kind !== S_IFCHR || EVERYWHERE.has(entry.rdev))) continue;
    entries.set(path, { ...entry, foreign: true });
  }
}

/**
 * Adds the devices of the model, as the kernel's devtmpfs has them (drivers/base/devtmpfs.c): each object of /sys that has
 * a number and says its name.
 */
export function addModelled(into: Entries, sysfs: SysfsView): void {
  for (const [directory, kind] of [['dev/char', S_IFCHR], ['dev/block', S_IFBLK]] as const) {
    const names = sysfs.list(directory);
    if (isErrno(names)) continue;
    for (const { name } of names) {
      const place = sysfs.link(`${directory}/${name}`);
      if (isErrno(place)) continue;
      const properties = propertiesOf(sysfs, place);
      const path = properties.get('DEVNAME');
      const number = /^(\d+):(\d+)$/.exec(name);
      if (path === undefined || !number || !isSafePath(path)) continue;
      into.set(path, {
        kind,
        mode: parseMode(properties.get('DEVMODE')) ?? DEVICE_MODE,
        uid: Number(properties.get('DEVUID') ?? 0),
        gid: Number(properties.get('DEVGID') ?? 0),
        rdev: makeDevice(Number(number[1]), Number(number[2])),
      });
      if (kind === S_IFBLK) addDiskLinks(into, path, properties, sysfs, place);
    }
  }
}

/** The properties that an object's uevent file tells. */
function propertiesOf(sysfs: SysfsView, place: string): ReadonlyMap<string, string> {
  const reading = sysfs.read(`${place}/uevent`);
  const found = new Map<string, string>();
  if (isErrno(reading) || !Array.isArray(reading.value)) return found;
  for (const pair of reading.value as readonly unknown[]) {
    if (Array.isArray(pair)) found.set(String(pair[0]), String(pair[1]));
  }
  return found;
}

function parseMode(text: string | undefined): number | undefined {
  return text !== undefined && /^0?[0-7]{1,4}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** A path that stays below the root. */
function isSafePath(path: string): boolean {
  return path.length < 1024 && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.length < 256);
}

/** The links below disk/ and mapper/ that follow from what the kernel itself knows of a block device. */
function addDiskLinks(into: Entries, path: string, properties: ReadonlyMap<string, string>, sysfs: SysfsView, place: string): void {
  const isDisk = properties.get('DEVTYPE') !== 'partition';
  const link = (directory: string, name: string | undefined): void => {
    if (name && isSafePath(name)) into.set(`disk/${directory}/${encode(name)}`, { kind: S_IFLNK, target: `../../${path}` });
  };
  const sequence = properties.get('DISKSEQ');
  if (sequence !== undefined) link('by-diskseq', isDisk ? sequence : `${sequence}-part${properties.get('PARTN') ?? ''}`);
  link('by-partuuid', properties.get('PARTUUID'));
  link('by-partlabel', properties.get('PARTNAME'));
  const mapped = sysfs.read(`${place}/dm/name`);
  if (!isErrno(mapped) && typeof mapped.value === 'string' && isSafePath(mapped.value)) {
    into.set(`mapper/${encode(mapped.value)}`, { kind: S_IFLNK, target: `../${path}` });
    link('by-id', `dm-name-${mapped.value}`);
  }
}

/** A name for a link, as udev writes it: what may not stand there as \xhh. */
function encode(name: string): string {
  return name.replace(/[^\w#+\-.:=@\x80-\xff]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Adds char/M:m and block/M:m for all devices that are there. */
export function addNumberLinks(into: Entries): void {
  for (const [path, entry] of [...into]) {
    if (entry.kind !== S_IFCHR && entry.kind !== S_IFBLK) continue;
    const directory = entry.kind === S_IFCHR ? 'char' : 'block';
    into.set(`${directory}/${deviceMajor(entry.rdev)}:${deviceMinor(entry.rdev)}`, { kind: S_IFLNK, target: `../${path}` });
  }
}

const MEMORY_MINORS: ReadonlySet<number> = new Set([1, 2, 4]);
/** Consoles, serial lines and pseudo-terminals (Documentation/admin-guide/devices.txt). */
const TERMINAL_MAJORS: ReadonlySet<number> = new Set([2, 3, 4, 5, 19, 20, 22, 23, 24, 25, 166, 172, 173, 188, 189, 204, 205, 229]);
const TAPE_MAJORS: ReadonlySet<number> = new Set([9, 27, 37, 96, 206, 230]);

/** The type of a device by which rules choose: disks, memory (mem, kmem, port), tapes, terminals. */
export function ruleType(entry: Entry): DeviceType | undefined {
  if (entry.kind === S_IFBLK) return 'disk';
  if (entry.kind !== S_IFCHR) return undefined;
  const major = deviceMajor(entry.rdev);
  if (major === 1) return MEMORY_MINORS.has(deviceMinor(entry.rdev)) ? 'mem' : undefined;
  if (TERMINAL_MAJORS.has(major) || (major >= 128 && major <= 143)) return 'tty';
  return TAPE_MAJORS.has(major) ? 'tape' : undefined;
}
