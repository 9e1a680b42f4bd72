/** compatfs mount */

import { readFileSync } from 'node:fs';
import { type Command, type Words } from '../command.ts';
import { Failure, badUsage, explain } from '../failure.ts';
import { mountOptionHelp, parseMountOptions } from '../mount-options.ts';
import type { Driver, MountPlan } from '../mount-server.ts';
import { type Order, type Way, delegate, delegateToBackground } from '../order.ts';
import { complain } from '../output.ts';
import { examineTarget, refuseToHideTools } from '../targets.ts';
import { MOUNT_TYPES, findType } from '../types/all.ts';
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
    all: { short: 'a', help: 'mount what FSTAB lists of our types, but for noauto' },
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
  const plans = words.has('all') ? await planAll(words) : [await planOne(words)];
  if (plans.length === 0) return 0;
  const order: Order = { plans, welcome: [], statusLine: false };
  return carryOut(order, wayToMount(plans), words.has('background'));
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

async function planOne(words: Words): Promise<MountPlan> {
  const { operands } = words;
  if (operands.length === 0) throw badUsage('mount', 'TARGET is missing; see compatfs mount --help');
  if (operands.length > 2) throw badUsage('mount', `too many operands: ${operands.slice(2).join(' ')}`);
  if (words.has('fstab')) throw badUsage('mount', '-F needs -a');
  const [first = '', second] = operands;
  return plan(
    words.value('type') ?? 'linprocfs',
    second === undefined ? undefined : first,
    second ?? first,
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

/** Checks what one mount is asked to be. Throws a Failure. */
export async function plan(
  type: string,
  label: string | undefined,
  target: string,
  optionLists: readonly string[],
  driver: Driver = 'fuse',
): Promise<MountPlan> {
  const known = findType(type);
  if (!known)
    throw badUsage('mount', `unknown type ${type}; the types are: ${MOUNT_TYPES.map(({ name }) => name).join(', ')}`);
  const options = parseMountOptions('mount', optionLists, known);
  const source = (await known.findSource?.(label, options)) ?? label ?? known.label;
  const path = await examineTarget(target, options.cover);
  if (!known.mayHideTools) await refuseToHideTools(target, path);
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

/** Reads an fstab. A line that cannot be mounted does not keep the others from it. */
async function planAll(words: Words): Promise<MountPlan[]> {
  if (words.operands.length > 0) throw badUsage('mount', '-a takes no operands');
  const only = words.value('type')?.split(',');
  const driver = driverOf(words);
  const plans: MountPlan[] = [];
  for (const entry of readFstab(words.value('fstab') ?? '/etc/fstab')) {
    const type = findType(entry.type);
    if (!type || !(only?.includes(type.name) ?? !type.kernelHas)) continue;
    try {
      if (parseMountOptions('mount', [entry.options], type).noAuto) continue;
      plans.push(await plan(type.name, entry.label, entry.target, [entry.options, ...words.values('options')], driver));
    } catch (error) {
      const { line, status } = explain(error);
      complain(line);
      process.exitCode = status;
    }
  }
  return plans;
}

/** A line of fstab(5). */
interface FstabEntry {
  readonly label: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

function readFstab(path: string): FstabEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(
      path,
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'no such file'
        : `cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  const plain = (field: string): string =>
    field.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [label = '', target = '', type = '', options = 'defaults'] = line.split(/\s+/).map(plain);
      return { label, target, type, options };
    });
}
