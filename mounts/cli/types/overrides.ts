/** The options that show something else than the source says: names, fewer CPUs, less memory, some of the processes. */

import type { Overrides } from '../../../providers/overrides.ts';
import { parseCpuList } from '../../../providers/views/cpu-set.ts';
import type { TypeOption } from './type.ts';

/** The kernel's own limit for names (__NEW_UTS_LEN), and for /proc/version's parts. */
const UTS_LENGTH = 64;
const BANNER_LENGTH = 256;

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 ** 2, T: 1024 ** 3 };
/** KiB that a kernel needs at least. */
const LEAST_MEMORY = 4096;

function name(field: keyof Overrides, value: string, help: string, length = UTS_LENGTH): TypeOption<Overrides> {
  return {
    value,
    help,
    read: (text) =>
      text === '' || text.length > length || /[^\x20-\x7e]/.test(text) ? `1 to ${length} printable characters` : { [field]: text },
  };
}

/** Reads a size as `512M`, or `512MiB`, in KiB; bytes without a unit. */
function readSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:(?<=[KMGT])iB)?$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const size = Math.floor(Number(number) * (unit ? (UNITS[unit.toUpperCase()] as number) : 1 / 1024));
  return Number.isSafeInteger(size) ? size : undefined;
}

function size(field: 'memory' | 'swap', least: number, help: string): TypeOption<Overrides> {
  return {
    value: 'SIZE',
    help,
    read(text) {
      const found = readSize(text);
      if (found === undefined) return 'a number with K, M, G or T behind it, as 512M';
      return found < least ? `at least ${least / 1024}M` : { [field]: found };
    },
  };
}

/** All of them. */
export const OVERRIDE_OPTIONS: Readonly<Record<string, TypeOption<Overrides>>> = {
  osrelease: name('osrelease', 'RELEASE', "the kernel's release, instead of the machine's own"),
  version: name('version', 'TEXT', 'its build number and date, as uname -v tells them'),
  builder: name('builder', 'USER@HOST', 'who built it, as /proc/version tells', BANNER_LENGTH),
  compiler: name('compiler', 'TEXT', 'and with what', BANNER_LENGTH),
  hostname: name('hostname', 'NAME', "the host's name"),
  domainname: name('domainname', 'NAME', "its NIS domain's"),
  bootid: {
    value: 'UUID',
    help: 'sys/kernel/random/boot_id',
    read: (text) =>
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? { bootId: text.toLowerCase() } : 'as 01234567-89ab-cdef-0123-456789abcdef',
  },
  cpus: {
    value: 'LIST',
    help: 'show these CPUs alone, as 0-3,8',
    read: (text) => (parseCpuList(text) ? { cpus: text } : 'a list of CPUs as 0-3,8'),
  },
  memory: size('memory', LEAST_MEMORY, 'show at most so much memory, as 512M; swap is as it was'),
  swap: size('swap', 0, 'show at most so much swap'),
  pids: {
    value: 'PID',
    help: 'show this process as number 1, and what descends from it',
    read: (text) => (/^[1-9]\d{0,6}$/.test(text) ? { pids: Number(text) } : 'the id of a process'),
  },
};

/** Those that concern kernel objects too. */
export const SYSFS_OVERRIDES: Readonly<Record<string, TypeOption<Overrides>>> = Object.fromEntries(
  ['osrelease', 'cpus', 'memory'].map((key) => [key, OVERRIDE_OPTIONS[key] as TypeOption<Overrides>]),
);

/** The fields of `Overrides`; `bootid` is the one whose option is called otherwise, and `visits` has none. */
const FIELDS: ReadonlySet<string> = new Set([...Object.keys(OVERRIDE_OPTIONS).map(fieldOf), 'visits' satisfies keyof Overrides]);

function fieldOf(option: string): string {
  return option === 'bootid' ? 'bootId' : option;
}

/** Overrides of which some are to be the source's own again: those that are null. */
export type OverrideChanges = { readonly [Field in keyof Overrides]: Overrides[Field] | null };

/** Takes overrides and other options apart. */
export function splitOverrides<Own extends object>(own: Own): { options: Omit<Own, keyof Overrides>; overrides: OverrideChanges } {
  const entries = Object.entries(own);
  return {
    options: Object.fromEntries(entries.filter(([field]) => !FIELDS.has(field))) as Omit<Own, keyof Overrides>,
    overrides: Object.fromEntries(entries.filter(([field]) => FIELDS.has(field))),
  };
}

/** What an empty value of an option comes to, where it may be unset. */
export function unsetOverride(option: string): object | undefined {
  return Object.hasOwn(OVERRIDE_OPTIONS, option) ? { [fieldOf(option)]: null } : undefined;
}
