/** The options of `-o`, as in mount(8): those of all types here, those of a type in `types/`. */

import { badUsage } from './failure.ts';
import { MOUNT_TYPES } from './types/all.ts';
import type { MountOptions, MountType, TypeOption } from './types/type.ts';

/** The values while options are read. */
interface Draft {
  readOnly: boolean;
  allowOther: boolean | undefined;
  readonly flags: Map<string, string>;
  cover: boolean;
  noAuto: boolean;
  own: object;
}

/** An option of every type. */
interface CommonOption {
  readonly help: string;
  apply(draft: Draft): void;
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
    'defaults auto nofail failok late _netdev nouser user users owner group silent loud async sync dirsync',
    'atime noatime diratime nodiratime relatime norelatime strictatime nostrictatime lazytime nolazytime',
  ].flatMap((names) => names.split(' ')),
);
/** Comments, likewise. */
const COMMENT = /^([xX]-.*|comment=.*)$/;

/** Makes no mount. */
export const REMOUNT = 'remount';

const COMMON: Readonly<Record<string, CommonOption>> = {
  ro: { help: 'refuse every change', apply: (draft) => void (draft.readOnly = true) },
  rw: { help: 'let those change things who may (the default)', apply: (draft) => void (draft.readOnly = false) },
  allow_other: { help: 'let other users in (the default for root)', apply: (draft) => void (draft.allowOther = true) },
  noallow_other: {
    help: 'keep other users out (the default for others)',
    apply: (draft) => void (draft.allowOther = false),
  },
  nosuid: {
    help: 'as in mount(8), like nodev and noexec; all three are the default of linprocfs and linsysfs',
    apply: flag('nosuid'),
  },
  nodev: { help: '', apply: flag('nodev') },
  noexec: { help: '', apply: flag('noexec') },
  suid: { help: '', apply: flag('suid') },
  dev: { help: '', apply: flag('dev') },
  exec: { help: '', apply: flag('exec') },
  cover: { help: 'mount over what is mounted at TARGET', apply: (draft) => void (draft.cover = true) },
  nocover: { help: 'do not (the default)', apply: (draft) => void (draft.cover = false) },
  noauto: { help: 'in fstab: not with -a', apply: (draft) => void (draft.noAuto = true) },
  [REMOUNT]: {
    help: 'change the other options of a live mount, as compatfs set does',
    apply() {
      throw badUsage('mount', `${REMOUNT} is about one TARGET, given on the command line`);
    },
  },
};

function flag(name: string): (draft: Draft) => void {
  return ({ flags }) => void flags.set(KERNEL_FLAGS[name] ?? name, name);
}

/**
 * The words of a list of options, separated by commas, as they are written: what follows a backslash belongs to its word, as in
 * overlayfs's options. Empty ones are left in. No option begins with a digit: such a word goes on with a list of numbers, as tmpfs's
 * mpol has it (mm/shmem.c).
 */
export function splitOptions(list: string): readonly string[] {
  const pattern = /(?:^|,)(?:\\.|,(?=\d)|[^,\\]|\\$)*/gs;
  return list.match(pattern)?.map((word, index) => (index === 0 ? word : word.slice(1))) ?? [];
}

/** A word of such a list with its commas as they are meant. */
export function plainOption(word: string): string {
  return word.replace(/\\(.)/gs, (escape, char: string) => (char === ',' ? char : escape));
}

function emptyDraft(type: MountType): Draft {
  return {
    readOnly: false,
    allowOther: undefined,
    flags: new Map(type.safe.map((name) => [KERNEL_FLAGS[name] ?? name, name])),
    cover: false,
    noAuto: false,
    own: type.defaults(),
  };
}

/** Reads lists of options that a command was given; each list is separated by commas. Throws a Failure. */
export function parseMountOptions<Own extends object>(
  command: string,
  lists: readonly string[],
  type: MountType<Own>,
): MountOptions<Own> {
  const draft = emptyDraft(type);
  for (const option of lists.flatMap(splitOptions)) {
    if (option !== '') applyOption(draft, command, plainOption(option), type);
  }
  const flags = [...draft.flags.values()].filter((name) => name.startsWith('no'));
  return { ...draft, flags, own: draft.own as Own };
}

/**
 * Shares options out among types: each gets those that it has. Returns what a type gets, as lists; throws a Failure for an
 * option that none of them has.
 */
export function shareOptions(
  command: string,
  lists: readonly string[],
  types: readonly MountType[],
): (type: MountType) => readonly string[] {
  const words = lists.flatMap(splitOptions).filter((word) => word !== '');
  const [first] = types;
  // It tells what is wrong with it.
  for (const word of words) if (first && !types.some((type) => hasOption(type, word))) parseMountOptions(command, [word], first);
  return (type) => words.filter((word) => hasOption(type, word));
}

function hasOption(type: MountType, option: string): boolean {
  try {
    parseMountOptions('', [option], type);
    return true;
  } catch {
    return false;
  }
}

/** Throws a Failure. */
function applyOption(draft: Draft, command: string, option: string, type: MountType): void {
  const [name = '', ...rest] = option.split('=');
  const value = rest.length > 0 ? rest.join('=') : undefined;
  const common = Object.hasOwn(COMMON, name) ? COMMON[name] : undefined;
  const own = Object.hasOwn(type.options, name) ? type.options[name] : undefined;
  if (!common && !own) {
    if (IGNORED.has(option) || COMMENT.test(option)) return;
    throw badUsage(command, `unknown option ${name || option}`);
  }
  const needed = own?.value;
  if ((needed === undefined) !== (value === undefined)) {
    throw badUsage(
      command,
      needed === undefined ? `option ${name} takes no value` : `option ${name} needs a value: ${name}=${needed}`,
    );
  }
  if (common) common.apply(draft);
  if (own) draft.own = { ...draft.own, ...readOwn(own, command, option, draft.own) };
}

function readOwn(rule: TypeOption<object>, command: string, option: string, own: object): object {
  const read = rule.read(option.slice(option.indexOf('=') + 1), own);
  if (typeof read === 'string') throw badUsage(command, `bad value in ${option}: ${read}`);
  return read;
}

/** What changes of a live mount of the type, read from KEY=VALUE words. Throws a Failure. */
export function parseChanges(command: string, settings: readonly string[], type: MountType): unknown {
  const { changeable = [], changes } = type;
  let said: object = {};
  for (const setting of settings) {
    const [name = ''] = setting.split('=');
    if (!changeable.includes(name))
      throw badUsage(command, `${name} cannot be changed; what can: ${changeable.join(', ') || 'nothing'}`);
    const rule = type.options[name];
    if (!setting.includes('=')) throw badUsage(command, `option ${name} needs a value: ${name}=${rule?.value}`);
    const nothing = setting === `${name}=` ? type.unset?.(name) : undefined;
    if (nothing) said = { ...said, ...nothing };
    else if (rule) said = { ...said, ...readOwn(rule, command, setting, { ...type.defaults(), ...said }) };
  }
  return changes?.(said) ?? said;
}

/** The help on `-o`, for these types. */
export function mountOptionHelp(types: readonly MountType[] = MOUNT_TYPES): string {
  const groups: (readonly [title: string, options: Readonly<Record<string, { value?: string; help: string }>>])[] = [
    ['options of -o:', COMMON],
    ...types.filter(({ options }) => Object.keys(options).length > 0).map(({ name, options }) => [`of ${name}:`, options] as const),
  ];
  const rows = groups.map(
    ([title, options]) =>
      [
        title,
        Object.entries(options)
          .filter(([, { help }]) => help !== '')
          .map(([name, { value, help }]) => [`  ${value === undefined ? name : `${name}=${value}`}`, help] as const),
      ] as const,
  );
  const width = Math.max(...rows.flatMap(([, lines]) => lines.map(([name]) => name.length)));
  return rows.flatMap(([title, lines]) => [title, ...lines.map(([name, help]) => `${name.padEnd(width)}  ${help}`)]).join('\n');
}
