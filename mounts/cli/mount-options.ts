/** The options of `-o`, as in mount(8) and proc(5). */

import { readFileSync } from 'node:fs';
import { isAbsolute, normalize } from 'node:path';
import { type TmpfsOptions, parseTmpfsOptions } from '../../fs/memory/options.ts';
import { DEFAULT_OPTIONS, type LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import type { Overrides } from '../../providers/overrides.ts';
import { badUsage } from './failure.ts';
import { DEFAULT_REMOTE_OPTIONS, REMOTE_RULES, type RemoteOptions } from './remote-options.ts';
import type { TreeChanges, TreeDescription } from './trees.ts';

/** The types of file system that can be mounted. */
export type TreeType = TreeDescription['type'];
export const TREE_TYPES: readonly TreeType[] = ['linprocfs', 'linsysfs', 'tmpfs', 'nullfs'];
/** Likewise, with those that are no trees of ours. */
export type MountType = TreeType | '9p';
export const MOUNT_TYPES: readonly MountType[] = [...TREE_TYPES, '9p'];

/** What a list of options asks for. */
export interface MountOptions {
  readonly readOnly: boolean;
  /** Whether other users than the mounting one may use the mount; undefined: as is usual for the user. */
  readonly allowOther: boolean | undefined;
  /** Options that mount tables show and the kernel enforces: nosuid, nodev, noexec. */
  readonly flags: readonly string[];
  /** May the target be a mount point already? */
  readonly cover: boolean;
  readonly source: 'host';
  /** In fstab: not for `mount -a`. */
  readonly noAuto: boolean;
  readonly linprocfs: LinprocfsOptions;
  /** Whether the options say what `magic` is to be. */
  readonly magicGiven: boolean;
  readonly overrides: Overrides;
  /** Present for that type only. */
  readonly tmpfs: TmpfsOptions | undefined;
  /** For 9p. */
  readonly remote: RemoteOptions;
}

/** The values while options are read. */
interface Draft {
  readOnly: boolean;
  allowOther: boolean | undefined;
  readonly flags: Map<string, string>;
  cover: boolean;
  source: 'host';
  noAuto: boolean;
  linprocfs: LinprocfsOptions;
  magicGiven: boolean;
  overrides: Overrides;
  remote: RemoteOptions;
}

interface OptionRule {
  /** The type that it is for; absent where it is for all. */
  readonly type?: MountType | readonly MountType[];
  /** What the value is called; absent for an option without one. */
  readonly value?: string;
  readonly help: string;
  /** Takes the option; returns why the value is no good. */
  apply(draft: Draft, value: string): string | undefined;
}

/** The kernel's flags: the name of each, and the group of which the last one given counts. */
const KERNEL_FLAGS: Readonly<Record<string, string>> = {
  nosuid: 'suid',
  suid: 'suid',
  nodev: 'dev',
  dev: 'dev',
  noexec: 'exec',
  exec: 'exec',
};

/** Options of mount(8) and fstab(5) that are for other readers, or say what is the case anyway. */
const IGNORED: ReadonlySet<string> = new Set(
  [
    'defaults auto nofail _netdev nouser user users owner group silent loud async sync dirsync',
    'atime noatime diratime nodiratime relatime norelatime strictatime nostrictatime lazytime nolazytime',
  ].flatMap((names) => names.split(' ')),
);
/** Comments, likewise. */
const COMMENT = /^([xX]-.*|comment=.*)$/;

const HIDE_PID: Readonly<Record<string, LinprocfsOptions['hidePid']>> = {
  '0': 0,
  off: 0,
  '1': 1,
  noaccess: 1,
  '2': 2,
  invisible: 2,
  '4': 4,
  ptraceable: 4,
};

const RULES: Readonly<Record<string, OptionRule>> = {
  ro: { help: 'refuse every change', apply: (draft) => void (draft.readOnly = true) },
  rw: { help: 'let those change things who may (the default)', apply: (draft) => void (draft.readOnly = false) },
  allow_other: { help: 'let other users in (the default for root)', apply: (draft) => void (draft.allowOther = true) },
  noallow_other: {
    help: 'keep other users out (the default for others)',
    apply: (draft) => void (draft.allowOther = false),
  },
  nosuid: {
    help: 'as in mount(8), like nodev and noexec; all three are the default of linprocfs and linsysfs',
    apply: (draft) => flag(draft, 'nosuid'),
  },
  nodev: { help: '', apply: (draft) => flag(draft, 'nodev') },
  noexec: { help: '', apply: (draft) => flag(draft, 'noexec') },
  suid: { help: '', apply: (draft) => flag(draft, 'suid') },
  dev: { help: '', apply: (draft) => flag(draft, 'dev') },
  exec: { help: '', apply: (draft) => flag(draft, 'exec') },
  cover: { help: 'mount over what is mounted at TARGET', apply: (draft) => void (draft.cover = true) },
  nocover: { help: 'do not (the default)', apply: (draft) => void (draft.cover = false) },
  noauto: { help: 'in fstab: not with -a', apply: (draft) => void (draft.noAuto = true) },
  source: {
    type: ['linprocfs', 'linsysfs'],
    value: 'host',
    help: 'where the data comes from: this machine',
    apply: (_draft, value) => (value === 'host' ? undefined : 'the sources are: host'),
  },
  hidepid: {
    type: 'linprocfs',
    value: 'MODE',
    help: "others' processes: 0 off, 1 noaccess, 2 invisible, 4 ptraceable, as in proc(5)",
    apply(draft, value) {
      const hidePid = HIDE_PID[value];
      if (hidePid === undefined) return 'one of 0, 1, 2, 4, off, noaccess, invisible, ptraceable';
      draft.linprocfs = { ...draft.linprocfs, hidePid };
      return undefined;
    },
  },
  gid: {
    type: 'linprocfs',
    value: 'GROUP',
    help: 'the group that hidepid does not concern',
    apply(draft, value) {
      const exemptGroup = groupId(value);
      if (exemptGroup === undefined) return 'no such group';
      draft.linprocfs = { ...draft.linprocfs, exemptGroup };
      return undefined;
    },
  },
  subset: {
    type: 'linprocfs',
    value: 'pid',
    help: 'show processes only',
    apply(draft, value) {
      if (value !== 'pid') return 'the only subset is pid';
      draft.linprocfs = { ...draft.linprocfs, processesOnly: true };
      return undefined;
    },
  },
  osrelease: {
    type: 'linprocfs',
    value: 'RELEASE',
    help: "the kernel's release, instead of the machine's own",
    apply: (draft, value) => override(draft, 'osrelease', value),
  },
  hostname: {
    type: 'linprocfs',
    value: 'NAME',
    help: "the host's name, likewise",
    apply: (draft, value) => override(draft, 'hostname', value),
  },
  magic: {
    type: 'linprocfs',
    value: 'PATH',
    help: "where programs find the kernel's own /proc, for links to pipes and the like (default /proc); or none",
    apply(draft, value) {
      if (value !== 'none' && !isAbsolute(value)) return 'an absolute path, or none';
      draft.linprocfs = { ...draft.linprocfs, magic: value === 'none' ? undefined : normalize(value) };
      draft.magicGiven = true;
      return undefined;
    },
  },
  ...remoteRules(),
};

/** The rules of a 9P mount's options. */
function remoteRules(): Record<string, OptionRule> {
  const rule = ([name, { value, help, read }]: (typeof entries)[number]): [string, OptionRule] => {
    const apply = (draft: Draft, given: string): string | undefined => {
      const change = read(given);
      if (typeof change === 'string') return change;
      draft.remote = { ...draft.remote, ...change };
      return undefined;
    };
    return [name, { type: '9p', value, help, apply }];
  };
  const entries = Object.entries(REMOTE_RULES);
  return Object.fromEntries(entries.map(rule));
}

function flag(draft: Draft, name: string): undefined {
  draft.flags.set(KERNEL_FLAGS[name] ?? name, name);
}

/** The kernel's own limit for both (__NEW_UTS_LEN). */
const UTS_LENGTH = 64;

function override(draft: Draft, name: keyof Overrides, value: string): string | undefined {
  if (value === '' || value.length > UTS_LENGTH || /[^\x20-\x7e]/.test(value))
    return `1 to ${UTS_LENGTH} printable characters`;
  draft.overrides = { ...draft.overrides, [name]: value };
  return undefined;
}

function groupId(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) <= 0xffff_fffe ? Number(value) : undefined;
  try {
    const found = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name, , id]) => name === value && /^\d+$/.test(id ?? ''));
    return found === undefined ? undefined : Number(found[2]);
  } catch {
    return undefined;
  }
}

function emptyDraft(type: MountType): Draft {
  return {
    readOnly: false,
    allowOther: undefined,
    flags: new Map(SAFE_FLAGS[type]),
    cover: false,
    source: 'host',
    noAuto: false,
    linprocfs: DEFAULT_OPTIONS,
    magicGiven: false,
    overrides: {},
    remote: DEFAULT_REMOTE_OPTIONS,
  };
}

/** Reads lists of options that a command was given; each list is separated by commas. Throws a Failure. */
export function parseMountOptions(
  command: string,
  lists: readonly string[],
  type: MountType = 'linprocfs',
): MountOptions {
  const draft = emptyDraft(type);
  const left: string[] = [];
  for (const option of lists.flatMap((list) => list.split(','))) {
    if (option !== '' && !applyOption(draft, command, option, type)) left.push(option);
  }
  const flags = [...draft.flags.values()].filter((name) => name.startsWith('no'));
  return { ...draft, flags, tmpfs: typeOptions(command, left, type) };
}

/** The kernel's flags that a mounted /proc or /sys usually has. */
const GENERATED: readonly (readonly [string, string])[] = [
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['exec', 'noexec'],
];
/** The flags that are set unless the options say otherwise: another machine's programs and devices are not trusted. */
const SAFE_FLAGS: Readonly<Record<MountType, readonly (readonly [string, string])[]>> = {
  linprocfs: GENERATED,
  linsysfs: GENERATED,
  tmpfs: [],
  nullfs: [],
  '9p': GENERATED.slice(0, 2),
};

/** Reads the options that the type itself knows. Throws a Failure for those that nobody knows. */
function typeOptions(command: string, options: readonly string[], type: MountType): TmpfsOptions | undefined {
  if (type !== 'tmpfs') {
    if (options[0] !== undefined) throw badUsage(command, `unknown option ${options[0].split('=')[0]}`);
    return undefined;
  }
  const read = parseTmpfsOptions(options.join(','));
  if (typeof read === 'string') throw badUsage(command, read.replaceAll("'", ''));
  return read;
}

/** Returns false for an option that is not ours. */
function applyOption(draft: Draft, command: string, option: string, type: MountType): boolean {
  const [name = '', ...rest] = option.split('=');
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (!rule || ![rule.type ?? type].flat().includes(type)) return IGNORED.has(option) || COMMENT.test(option);
  const value = rest.length > 0 ? rest.join('=') : undefined;
  if ((rule.value === undefined) !== (value === undefined)) {
    throw badUsage(
      command,
      rule.value === undefined ? `option ${name} takes no value` : `option ${name} needs a value: ${name}=${rule.value}`,
    );
  }
  const problem = rule.apply(draft, value ?? '');
  if (problem !== undefined) throw badUsage(command, `bad value in ${option}: ${problem}`);
  return true;
}

/** The options that a live mount can change, read from KEY=VALUE words. Throws a Failure. */
export function parseChanges(settings: readonly string[]): TreeChanges {
  let changes: { options: Partial<LinprocfsOptions>; overrides: Overrides } = { options: {}, overrides: {} };
  for (const setting of settings) {
    const [name = ''] = setting.split('=');
    if (!CHANGEABLE.includes(name)) throw badUsage('set', `${name} cannot be changed; what can: ${CHANGEABLE.join(', ')}`);
    const draft = emptyDraft('linprocfs');
    applyOption(draft, 'set', setting, 'linprocfs');
    const { linprocfs, overrides } = draft;
    const changed = Object.entries(linprocfs).filter(([key]) => key === FIELD_OF[name]);
    changes = {
      options: { ...changes.options, ...Object.fromEntries(changed) },
      overrides: { ...changes.overrides, ...overrides },
    };
  }
  return changes;
}

/** The field of LinprocfsOptions that an option of a live mount sets. */
const FIELD_OF: Readonly<Record<string, keyof LinprocfsOptions>> = {
  hidepid: 'hidePid',
  gid: 'exemptGroup',
  subset: 'processesOnly',
};
const CHANGEABLE: readonly string[] = ['hidepid', 'gid', 'subset', 'osrelease', 'hostname'];

/** The help on `-o`. */
export function mountOptionHelp(): string {
  const rows = Object.entries(RULES)
    .filter(([, { help }]) => help !== '')
    .map(([name, { value, help }]) => [`  ${value === undefined ? name : `${name}=${value}`}`, help]);
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const lines = rows.map(([name = '', help]) => `${name.padEnd(width)}  ${help}`);
  return ['options of -o:', ...lines, 'and for tmpfs size, nr_blocks, nr_inodes, mode, uid and gid, as in tmpfs(5).'].join(
    '\n',
  );
}
