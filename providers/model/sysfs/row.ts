/** Rows of the attribute tables: what an attribute is, and the words in which the tables are written. */

/** A row: the kind of value, the mode, and who may write beyond what the mode says. */
export type SysfsRow = SysfsKind & SysfsCommon;

interface SysfsCommon {
  /** Permission bits, where the source does not know better. */
  readonly mode: number;
  /** What one of it is, where it is not a plain number. */
  readonly unit?: SysfsUnit;
  /** The capability that the kernel asks for at each write. */
  readonly needs?: number;
  /** How many bytes of a binary attribute anybody reads, and the capability for what is beyond. */
  readonly open?: { readonly bytes: number; readonly capability: number };
  /** It is an address of the kernel's code: 0 for who is shown none when opening it. */
  readonly code?: true;
  /** Without a line end. */
  readonly bare?: true;
  /** Whoever polls it is told when it changes (sysfs_notify, kernfs_notify). */
  readonly notifies?: true;
}

/** Units of numbers. */
export type SysfsUnit =
  | 'bytes'
  | 'KiB'
  | 'sectors'
  | 'pages'
  | 'ns'
  | 'us'
  | 'ms'
  | 'seconds'
  | 'kHz'
  | 'Hz'
  | 'Mbit/s'
  | 'mV'
  | 'uV'
  | 'uA'
  | 'uW'
  | 'uWh'
  | 'uAh'
  | 'uJ'
  | 'mA'
  | 'm°C'
  | 'd°C'
  | 'percent'
  | 'rpm';

/** What the text is made of. A value of null is no text at all, which some attributes have at times. */
export type SysfsKind =
  /** A number with what follows it: `2048K`, `70 %`. */
  | { readonly kind: 'decimal'; readonly suffix: string }
  | { readonly kind: 'hex'; readonly prefix: string; readonly width: number; readonly upper?: true }
  /** One of two words. */
  | { readonly kind: 'flag'; readonly yes: string; readonly no: string }
  /** Text of one line. */
  | { readonly kind: 'line' }
  /** Words with a separator between them; `closed` where it comes after the last one too. */
  | { readonly kind: 'words'; readonly separator: string; readonly closed?: true }
  /** Words of which the chosen one is in brackets; `closed` likewise. */
  | { readonly kind: 'choice'; readonly closed?: true }
  /** Ranges as `0-3,8` (%*pbl). */
  | { readonly kind: 'ranges' }
  /** A bitmap in hexadecimal groups of 32 bits (%*pb). */
  | { readonly kind: 'mask' }
  /** A digit for each bit, the first one first. */
  | { readonly kind: 'bits' }
  /** Bytes in hexadecimal with a separator between them. */
  | { readonly kind: 'bytes'; readonly separator: string }
  /** Lines `KEY=value`, or a key alone. */
  | { readonly kind: 'pairs' }
  /** One line, after a template of printf(3) with d, u, x, X and s. */
  | { readonly kind: 'fields'; readonly template: string }
  /** Any number of lines, each after the template; `heading` is the line above them. */
  | { readonly kind: 'rows'; readonly template: string; readonly heading?: string }
  /** Lines of a name and any number of `key=value`. */
  | { readonly kind: 'keyed' }
  /** A parameter of a module: it is what it looks like (kernel/params.c). */
  | { readonly kind: 'parameter' }
  /** Bytes as they are, read in place. */
  | { readonly kind: 'binary' }
  /** There is never a text. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'counts' }
  | { readonly kind: 'memory' };

/** The rows of one directory by name. In a name `#` stands for any digits; the name `*` is any name. */
export type SysfsRows = Readonly<Record<string, SysfsRow>>;

/**
 * Rows by directory. The key is the directory's path, in which `*` stands for any name and `#` for any digits. A key that
 * begins with `@` is of devices, wherever they are: `@net/statistics` is that directory of every device of the
 * subsystem `net`, and `@/power` that of every device.
 */
export type SysfsTable = Readonly<Record<string, SysfsRows>>;

const READ = 0o444;

export const decimal = (suffix = ''): SysfsRow => ({ kind: 'decimal', suffix, mode: READ });
/** %#x and the like. */
export const hex = (width = 1, prefix = '0x'): SysfsRow => ({ kind: 'hex', prefix, width, mode: READ });
export const flag = (yes: string, no: string): SysfsRow => ({ kind: 'flag', yes, no, mode: READ });
export const line = (): SysfsRow => ({ kind: 'line', mode: READ });
export const words = (separator = ' '): SysfsRow => ({ kind: 'words', separator, mode: READ });
/** Words with a blank after each one. */
export const closedWords = (): SysfsRow => ({ kind: 'words', separator: ' ', closed: true, mode: READ });
/** Words on lines of their own. */
export const lines = (): SysfsRow => ({ kind: 'words', separator: '\n', mode: READ });
export const choice = (): SysfsRow => ({ kind: 'choice', mode: READ });
export const closedChoice = (): SysfsRow => ({ kind: 'choice', closed: true, mode: READ });
export const ranges = (): SysfsRow => ({ kind: 'ranges', mode: READ });
export const mask = (): SysfsRow => ({ kind: 'mask', mode: READ });
export const bits = (): SysfsRow => ({ kind: 'bits', mode: READ });
export const bytes = (separator = ':'): SysfsRow => ({ kind: 'bytes', separator, mode: READ });
export const pairs = (): SysfsRow => ({ kind: 'pairs', mode: READ });
export const fields = (template: string): SysfsRow => ({ kind: 'fields', template, mode: READ });
export const tabular = (template: string, heading?: string): SysfsRow => ({
  kind: 'rows',
  template,
  mode: READ,
  ...(heading !== undefined && { heading }),
});
export const keyed = (): SysfsRow => ({ kind: 'keyed', mode: READ });
export const parameter = (): SysfsRow => ({ kind: 'parameter', mode: 0o644 });
export const binary = (): SysfsRow => ({ kind: 'binary', mode: READ });
export const nothing = (): SysfsRow => ({ kind: 'nothing', mode: READ });
export const counts = (): SysfsRow => ({ kind: 'counts', mode: READ });
export const memory = (): SysfsRow => ({ kind: 'memory', mode: READ });
/** A device number. */
export const device = (): SysfsRow => fields('%u:%u');

export const mode = (permissions: number, row: SysfsRow): SysfsRow => ({ ...row, mode: permissions });
/** Written by root, read by all. */
export const writable = (row: SysfsRow): SysfsRow => mode(0o644, row);
/** For root alone. */
export const secret = (row: SysfsRow): SysfsRow => mode(0o400, row);
export const secretWritable = (row: SysfsRow): SysfsRow => mode(0o600, row);
/** Written by root, read by nobody: writing makes something happen. */
export const trigger = (): SysfsRow => mode(0o200, nothing());
export const inUnit = (unit: SysfsUnit, row: SysfsRow = decimal()): SysfsRow => ({ ...row, unit });
/** Programs wait for it to change. */
export const notifying = (row: SysfsRow): SysfsRow => ({ ...row, notifies: true });
export const bare = (row: SysfsRow): SysfsRow => ({ ...row, bare: true });
/** Writing needs a capability. */
export const needs = (capability: number, rows: SysfsRows): SysfsRows =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, { ...row, needs: capability }]));

/** The same row for each name; names are separated by blanks. */
export function each(row: SysfsRow, names: string): Record<string, SysfsRow> {
  return Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, row]));
}
