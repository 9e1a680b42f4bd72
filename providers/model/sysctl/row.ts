/** Rows of the parameter tables: what a parameter is, and the words in which the tables are written. */

/** A row: the kind of value, the mode, and who may touch it beyond what the mode says. */
export type SysctlRow = SysctlKind & SysctlCommon;

interface SysctlCommon {
  /** Permission bits of the file. */
  readonly mode: number;
  /** Capabilities that the kernel's handler asks for at each read and write. */
  readonly needs?: { readonly read?: number; readonly write?: number };
  /** Which namespace the value belongs to, and who may access it; what is absent follows from the path (schema.ts). */
  readonly namespace?: SysctlNamespace;
  readonly rights?: SysctlRights;
}

/** A namespace that parameters can belong to. */
export type SysctlNamespace = 'net' | 'uts' | 'ipc' | 'user' | 'pid';

/**
 * How the kernel decides access: `plain` is sysctl_perm alone; the others are the permission functions of the
 * registering subsystem (net_ctl_permissions, ipc_permissions, the same for the next_id files, set_permissions of
 * kernel/ucount.c, pid_table_root_permissions).
 */
export type SysctlRights = 'plain' | 'network' | 'ipc' | 'nextId' | 'user' | 'process';

/** What the text is made of. */
export type SysctlKind =
  | SysctlNumbers
  | SysctlText
  /** Words with a separator between them. */
  | { readonly kind: 'words'; readonly separator: ' ' | ',' | '\n' }
  /** The set bits of a large bitmap, `1-3,7`, of so many bits (proc_do_large_bitmap). */
  | { readonly kind: 'ranges'; readonly bits: number }
  /** A bitmap in hexadecimal groups of 32 bits (%*pb). */
  | { readonly kind: 'mask' }
  /** 16 bytes as a UUID. */
  | { readonly kind: 'uuid' }
  /** Bytes in hexadecimal with colons between. */
  | { readonly kind: 'bytes' }
  /** An IPv6 address, written out in full. */
  | { readonly kind: 'address' }
  /** One or two keys of 16 bytes as four groups each (tcp_fastopen_key). */
  | { readonly kind: 'keys' }
  /** A number of 32 bits as `0x%04x` (the debug masks of sunrpc). */
  | { readonly kind: 'hex' }
  /** A file whose text is empty; opening or reading it makes something happen. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'transports' }
  | { readonly kind: 'drives' };

export interface SysctlNumbers {
  readonly kind: 'numbers';
  readonly type: 'int' | 'uint' | 'u8' | 'ulong' | 'bool';
  /** How many there may be. */
  readonly count: number;
  /** The range that Linux 6.18 on x86-64 takes, where it is narrower than the type's and fixed. */
  readonly minimum?: number;
  readonly maximum?: number | bigint;
  /** What one is, where the kernel converts it from clock ticks: so its resolution is a tick. */
  readonly unit?: 'seconds' | 'centiseconds' | 'milliseconds';
  /** All or none of several are set. */
  readonly atomic?: true;
  /** The second of two may not be less than the first. */
  readonly ordered?: true;
  /** They are ids, which are told as they are in the user namespace of who asks. */
  readonly ids?: 'groups';
}

export interface SysctlText {
  readonly kind: 'text';
  /** Bytes that it has room for, the final NUL included. */
  readonly capacity: number;
  /** What is written must end with a line end. */
  readonly terminated?: true;
}

/** The rows of one directory by name; the key of a group is the directory's path, where `*` stands for any one name. */
export type SysctlTable = Readonly<Record<string, Readonly<Record<string, SysctlRow>>>>;

const DEFAULT_MODE = 0o644;

function numbers(type: SysctlNumbers['type'], count: number, minimum?: number, maximum?: number | bigint): SysctlRow {
  return {
    kind: 'numbers',
    type,
    count,
    mode: DEFAULT_MODE,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}

/** A C int: proc_dointvec, with limits proc_dointvec_minmax. */
export const int = (minimum?: number, maximum?: number): SysctlRow => numbers('int', 1, minimum, maximum);
/** Up to `count` ints. */
export const ints = (count: number): SysctlRow => numbers('int', count);
/** proc_douintvec, proc_douintvec_minmax. */
export const uint = (minimum?: number, maximum?: number): SysctlRow => numbers('uint', 1, minimum, maximum);
/** proc_dou8vec_minmax. */
export const u8 = (minimum?: number, maximum?: number): SysctlRow => numbers('u8', 1, minimum, maximum);
/** proc_doulongvec_minmax. */
export const ulong = (minimum?: number, maximum?: number | bigint): SysctlRow => numbers('ulong', 1, minimum, maximum);
/** Up to `count` unsigned longs. */
export const ulongs = (count: number): SysctlRow => numbers('ulong', count);
/** proc_dobool: any int, kept as 0 or 1. */
export const bool = (): SysctlRow => numbers('bool', 1);
/** Two numbers that are checked together. */
export const pair = (type: 'int' | 'ulong'): SysctlRow => ({ ...numbers(type, 2), atomic: true }) as SysctlRow;

/** A first and a last number of a range (ipv4_local_port_range). */
export const span = (minimum: number, maximum: number): SysctlRow => ({ ...numbers('int', 2, minimum, maximum), atomic: true, ordered: true }) as SysctlRow;

/** A first and a last group (ipv4_ping_group_range). */
export const groups = (): SysctlRow => ({ ...pair('ulong'), ids: 'groups' }) as SysctlRow;

const time = (unit: SysctlNumbers['unit']): SysctlRow => ({ ...int(), unit }) as SysctlRow;
/** proc_dointvec_jiffies. */
export const seconds = (): SysctlRow => time('seconds');
/** proc_dointvec_userhz_jiffies. */
export const centiseconds = (): SysctlRow => time('centiseconds');
/** proc_dointvec_ms_jiffies. */
export const milliseconds = (): SysctlRow => time('milliseconds');

/** proc_dostring. */
export const text = (capacity: number): SysctlRow => ({ kind: 'text', capacity, mode: DEFAULT_MODE });
/** Text that must be written with a line end. */
export const terminated = (capacity: number): SysctlRow => ({ kind: 'text', capacity, terminated: true, mode: DEFAULT_MODE });
export const words = (separator: ' ' | ',' | '\n'): SysctlRow => ({ kind: 'words', separator, mode: DEFAULT_MODE });
export const ranges = (bits: number): SysctlRow => ({ kind: 'ranges', bits, mode: DEFAULT_MODE });

/** A row of a kind that has no parameters of its own. */
export const kind = (name: 'mask' | 'uuid' | 'bytes' | 'address' | 'keys' | 'hex' | 'nothing' | 'transports' | 'drives'): SysctlRow => ({
  kind: name,
  mode: DEFAULT_MODE,
});

/** The same row with another mode. */
export const mode = (bits: number, row: SysctlRow): SysctlRow => ({ ...row, mode: bits });
/** Read by all, written by nobody. */
export const fixed = (row: SysctlRow): SysctlRow => mode(0o444, row);
/** For root alone. */
export const secret = (row: SysctlRow): SysctlRow => mode(0o600, row);
/** Written by root, read by nobody: writing makes something happen. */
export const trigger = (row: SysctlRow): SysctlRow => mode(0o200, row);
/** Writing needs a capability. */
export const needs = (capability: number, row: SysctlRow): SysctlRow => ({ ...row, needs: { write: capability } });
/** Reading and writing need a capability. */
export const guarded = (capability: number, row: SysctlRow): SysctlRow => ({
  ...row,
  needs: { read: capability, write: capability },
});
/** The value belongs to a namespace that the path does not tell. */
export const of = (namespace: SysctlNamespace, row: SysctlRow, rights?: SysctlRights): SysctlRow => ({
  ...row,
  namespace,
  ...(rights && { rights }),
});

export const INT_MAX = 0x7fff_ffff;
export const LONG_MAX = 0x7fff_ffff_ffff_ffffn;
