/** compatfs mount */

import { hostMounts, mountAt } from '../../fuse/host-mounts.ts';
import { type Command, type Words } from '../command.ts';
import { outermost } from '../compat-tree.ts';
import { explain } from '../explain.ts';
import { EXIT_FAILED, EXIT_USAGE, Failure, badUsage } from '../failure.ts';
import { type Field, type FstabEntry, readFstab } from '../fstab.ts';
import { REMOUNT, mountOptionHelp, parseMountOptions, plainOption, splitOptions } from '../mount-options.ts';
import type { Driver, MountPlan } from '../mount-server.ts';
import { type Order, type Way, delegate, delegateToBackground } from '../order.ts';
import { complain } from '../output.ts';
import { type InnerPlace, examineTarget, findWithin, mountPoint, refuseInsideSource, removeDead, refuseToHideTools } from '../targets.ts';
import { MOUNT_TYPES, findType } from '../types/all.ts';
import { change } from './set.ts';
import type { MountOptions, MountType } from '../types/type.ts';
import { requireFusermount } from '../unprivileged.ts';

export const mount: Command = {
  name: 'mount',
  forms: ['[-t TYPE] [-o OPTIONS] [-d] [--driver DRIVER] [SOURCE] TARGET', '-a [-F FSTAB] [-t TYPE] [-o OPTIONS] [-d]'],
  summary: 'Mounts a file system at TARGET and serves it until interrupted',
  options: {
    type: {
      short: 't',
      value: 'TYPE',
      help: 'what is mounted (default linprocfs); see below',
    },
    options: { short: 'o', value: 'OPTIONS', help: 'options, separated by commas; see below' },
    background: { short: 'd', help: 'return once the mount answers, and serve in the background' },
    driver: { value: 'DRIVER', help: 'fuse (the default), or fuse-native for the package of that name' },
    all: { short: 'a', help: 'mount what FSTAB lists of our types and is not mounted yet, but for noauto' },
    fstab: { short: 'F', value: 'FSTAB', help: 'the file that -a reads (default /etc/fstab)' },
    help: { short: 'h', help: 'print this' },
  },
  notes: `SOURCE is the label that mount tables show; of nullfs, it is the directory; of 9p, the server: tcp!HOST!PORT,
unix!PATH, HOST or PATH.\n\ntypes:\n${typeHelp()}\n\n${mountOptionHelp()}`,
  run,
};

function typeHelp(): string {
  const width = Math.max(...MOUNT_TYPES.map(({ name }) => name.length));
  return MOUNT_TYPES.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

async function run(words: Words): Promise<number> {
  const options = words.values('options').flatMap(splitOptions).map(plainOption);
  if (!words.has('all') && options.includes(REMOUNT)) {
    await change('mount', targetOf(words), options.filter((option) => option !== REMOUNT && option !== ''));
    return 0;
  }
  const plans = words.has('all') ? await planAll(words) : [await planOne(words)];
  if (plans.length === 0) return 0;
  const way = wayToMount(plans);
  const possible = way === 'fusermount' ? outermost(plans) : plans;
  for (const { target } of plans.filter((plan) => !possible.includes(plan)))
    complain(`${target}: not mounted: only root mounts in what is just being mounted`);
  const order: Order = { plans: possible, welcome: [], statusLine: false };
  return carryOut(order, way, words.has('background'));
}

/** Serves in this process where it can, in another one where it must. */
export async function carryOut(order: Order, way: Way, background: boolean): Promise<number> {
  if (background) {
    await delegateToBackground(order, way);
    return 0;
  }
  if (way !== 'directly') return delegate(order, way);
  // Loaded where it is needed: the trees take longer to load than all else.
  return order.exports
    ? (await import('../serve-exports.ts')).serveExports(order)
    : (await import('../serve.ts')).serve(order);
}

/** How this user mounts. Throws a Failure where it cannot. */
function wayToMount(plans: readonly MountPlan[]): Way {
  // libfuse runs fusermount itself.
  if (process.getuid?.() === 0 || plans.every(({ driver }) => driver === 'fuse-native')) return 'directly';
  requireFusermount(plans[0]?.target ?? 'mount');
  return 'fusermount';
}

/** The target that a command line without -a is about. Throws a Failure. */
function targetOf(words: Words): string {
  const { operands } = words;
  if (operands.length === 0) throw badUsage('mount', 'TARGET is missing; see compatfs mount --help');
  if (operands.length > 2) throw badUsage('mount', `too many operands: ${operands.slice(2).join(' ')}`);
  if (words.has('fstab')) throw badUsage('mount', '-F needs -a');
  return operands.at(-1) ?? '';
}

async function planOne(words: Words): Promise<MountPlan> {
  const target = targetOf(words);
  return plan(
    words.value('type') ?? 'linprocfs',
    words.operands.length === 2 ? words.operands[0] : undefined,
    target,
    words.values('options'),
    driverOf(words),
  );
}

function driverOf(words: Words): Driver {
  const driver = words.value('driver') ?? 'fuse';
  if (driver !== 'fuse' && driver !== 'fuse-native')
    throw badUsage('mount', `unknown driver ${driver}; the drivers are fuse and fuse-native`);
  return driver;
}

/** Checks what one mount is asked to be; `inner` is its place in a mount of the same order. Throws a Failure. */
async function plan(
  type: string,
  label: string | undefined,
  target: string,
  optionLists: readonly string[],
  driver: Driver = 'fuse',
  inner?: InnerPlace,
): Promise<MountPlan> {
  const known = findType(type);
  if (!known)
    throw badUsage('mount', `unknown type ${type}; the types are: ${MOUNT_TYPES.map(({ name }) => name).join(', ')}`);
  const options = parseMountOptions('mount', optionLists, known);
  known.check?.(options.own);
  const source = (await known.findSource?.(label, options)) ?? label ?? known.label;
  // Below a mount that is not there yet, there is nothing to look at.
  if (inner) {
    await known.checkTarget?.(inner.target, source, options);
    return { type: known.name, ...inner, label: source, driver, options };
  }
  const path = await examineTarget(target, options.cover);
  await known.checkTarget?.(path, source, options);
  if (!known.mayHideTools) await refuseToHideTools(target, path);
  if (known.options.source) await refuseInsideSource(target, path);
  if (driver === 'fuse-native') refuseForNative(known, path, options);
  return { type: known.name, target: path, label: source, driver, options };
}

/** What the driver fuse-native cannot do. Throws a Failure. */
function refuseForNative(type: MountType, target: string, options: MountOptions): void {
  if (type.proxy) throw badUsage('mount', `fuse-native serves our own trees, not ${type.name}`);
  if (options.allowOther) throw badUsage('mount', 'fuse-native does not tell who asks, so it cannot have allow_other');
  if (['/proc', '/sys'].some((place) => place === target || place.startsWith(`${target}/`))) {
    throw new Failure(target, 'fuse-native cannot cover the /proc or /sys that the data comes from');
  }
}

/** Whether a line of an fstab is mounted already; what its source says must be the same where it says anything. */
function isMounted(type: MountType, source: string, there: { readonly type: string; readonly label: string } | undefined): boolean {
  return there !== undefined && [type.name, `fuse.${type.name}`].includes(there.type) && (!type.findSource || there.label === source);
}

/**
 * Plans what an fstab lists and is not mounted yet. A line that cannot be mounted does not keep the others from it. Of the
 * types that the kernel has too, a table that was named is ours as a whole.
 */
async function planAll(words: Words): Promise<MountPlan[]> {
  if (words.operands.length > 0) throw badUsage('mount', '-a takes no operands');
  const only = words.value('type')?.split(',');
  const driver = driverOf(words);
  const plans: MountPlan[] = [];
  const bad = (place: string, why: string, status = EXIT_FAILED): void => {
    complain(`${place}: ${why}`);
    process.exitCode = Math.max(Number(process.exitCode ?? 0), status);
  };
  for (const entry of readFstab(words.value('fstab') ?? '/etc/fstab', bad)) {
    const type = findType(entry.type.text);
    if (!type || !(only?.includes(type.name) ?? (words.has('fstab') || !type.kernelHas))) continue;
    const wrong = wrongOption(entry, type);
    if (wrong) {
      bad(`${entry.place}:${wrong.column}`, wrong.text, EXIT_USAGE);
      continue;
    }
    const { source, target, options } = entry;
    if (parseMountOptions('mount', [options.text], type).noAuto) continue;
    try {
      const lists = [options.text, ...words.values('options')];
      const inner = await findWithin(target.text, plans.map((planned) => planned.target));
      const place = inner?.target ?? (await mountPoint(target.text));
      const read = parseMountOptions('mount', lists, type);
      const shown = (await type.findSource?.(source.text, read)) ?? source.text;
      const before = plans.find((planned) => planned.target === place);
      if (isMounted(type, shown, before)) continue;
      if (before) throw new Failure(target.text, `busy: a line before this one mounts ${before.type} there`);
      const there = inner ? undefined : mountAt(place, hostMounts());
      if (!read.cover && there && isMounted(type, shown, { type: there.type, label: there.source })) {
        await removeDead(target.text);
        if (mountAt(place, hostMounts())) continue;
      }
      plans.push(await plan(type.name, source.text, target.text, lists, driver, inner));
    } catch (error) {
      const { line, status } = explain(error);
      bad(`${entry.place}:${target.column}`, line, status);
    }
  }
  return plans;
}

/** The first of a line's options that is no good, where it stands and why. */
function wrongOption({ options }: FstabEntry, type: MountType): Field | undefined {
  let { column } = options;
  for (const word of splitOptions(options.text)) {
    try {
      parseMountOptions('mount', [word], type);
    } catch (error) {
      return { text: explain(error).line.replace(/^mount: /, ''), column };
    }
    column += word.length + 1;
  }
  return undefined;
}
