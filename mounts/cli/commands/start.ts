/** compatfs start, which is what `npm start` does */

import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MountError } from '../../fuse/kernel-mount.ts';
import type { Command, Words } from '../command.ts';
import { ROOT_HELP, compatRoot, outermost, placeNames, planTree } from '../compat-tree.ts';
import { DEFAULT_EXPORT_PORT } from '../export-plan.ts';
import { Failure, badUsage } from '../failure.ts';
import { inheritedDescriptors } from '../inherited.ts';
import type { MountPlan } from '../mount-server.ts';
import { type Order, delegate } from '../order.ts';
import { complain } from '../output.ts';
import { makeRuntimeDirectory, serverName } from '../runtime-directory.ts';
import { examineTarget } from '../targets.ts';
import { findType } from '../types/all.ts';
import { fusermountProblem, namespaceProblem } from '../unprivileged.ts';
import { VERSION } from '../version.ts';
import { carryOut } from './mount.ts';

export const start: Command = {
  name: 'start',
  forms: ['[-o OPTIONS] [ROOT]'],
  summary: 'Mounts what a Linux userland needs (proc, sys and dev) in ROOT and serves it until interrupted',
  options: {
    options: { short: 'o', value: 'OPTIONS', help: 'options for the mounts that have them; see compatfs mount --help' },
    help: { short: 'h', help: 'print this' },
  },
  notes: `${ROOT_HELP} It is made if need be.`,
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length > 1) throw badUsage('start', 'only one ROOT can be given');
  const isRoot = process.getuid?.() === 0;
  const root = compatRoot(words.operands[0]);
  const lists = words.values('options');
  const { plans, present } = await planTree('start', root, lists);
  // Whoever serves it already is named.
  if (plans.length === 0) await examineTarget(present[0] ?? root, false);
  if (process.platform !== 'linux') return exportInstead(root, `${root}: cannot be mounted: FUSE is served on Linux only`, plans.filter(needsNoHost));
  if (isRoot || fusermountProblem() === undefined) {
    const possible = isRoot ? plans : outermost(plans);
    const order: Order = { plans: possible, welcome: welcome(root, possible), statusLine: true, ...(isRoot && { userland: root }) };
    try {
      return await carryOut(order, isRoot ? 'directly' : 'fusermount', false);
    } catch (error) {
      // Whatever is wrong with the places themselves was found before.
      if (!(error instanceof MountError)) throw error;
      return exportInstead(root, error.message, plans);
    }
  }
  const problem = await namespaceProblem();
  if (problem !== undefined) return exportInstead(root, `${root}: cannot be mounted: not root, and ${problem}`, plans);
  complain(`${root}: mounted for a shell only, because ${fusermountProblem()}`);
  const shell = process.env['SHELL'] || '/bin/sh';
  const program = { command: [shell], descriptors: inheritedDescriptors() };
  const open = plans.map((plan) => ({ ...plan, options: { ...plan.options, allowOther: plan.options.allowOther ?? true } }));
  return delegate({ plans: open, welcome: shellWelcome(root, plans), statusLine: false, program }, 'namespace');
}

/** Whether a tree can be shown by a system that is no Linux. */
function needsNoHost({ type, options }: MountPlan): boolean {
  return findType(type)?.needsHost?.(options.own) === false;
}

/** Serves the trees over 9P, where they cannot be mounted. */
async function exportInstead(root: string, problem: string, plans: readonly MountPlan[]): Promise<number> {
  complain(`${problem}; serving it over 9P instead`);
  const socket = join(makeRuntimeDirectory(), `${serverName(root)}.9p`);
  const trees = outermost(plans).map(({ type, target, label, options }) => {
    const own = findType(type)?.exported?.(options.own) ?? options.own;
    return { name: basename(target), type, target: undefined, label, options: { ...options, own } };
  });
  const serveAt = (port: number): Promise<number> => {
    const addresses = [`tcp!127.0.0.1!${port}`, `unix!${socket}`];
    const exports = { addresses, trees, rules: [], limits: {}, verbose: false };
    return carryOut({ plans: [], exports, welcome: exportWelcome(), statusLine: true }, 'directly', false);
  };
  try {
    return await serveAt(DEFAULT_EXPORT_PORT);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Most likely the port is taken. Whatever else it is shows again.
    return serveAt(0);
  }
}

/** What is mounted, and where. */
function announcement(root: string, plans: readonly MountPlan[]): string {
  return `compatfs ${VERSION}: ${placeNames(root, plans)}, rendered from this machine's state, mounted in ${root}`;
}

function welcome(root: string, plans: readonly MountPlan[]): string[] {
  const examples: Readonly<Record<string, string>> = {
    linprocfs: 'cat PLACE/meminfo',
    linsysfs: 'cat PLACE/devices/system/cpu/online',
    devfs: 'ls -l PLACE',
  };
  return [
    announcement(root, plans),
    '',
    ...plans.flatMap(({ type, target }) => {
      const example = examples[type];
      return example === undefined ? [] : [`  ${example.replace('PLACE', () => quoted(target))}`];
    }),
    `  ${ownName()} exec -- htop      runs htop with them as its own`,
    `  ${ownName()} status            shows what is mounted`,
    '',
    'Ctrl-C unmounts it all.',
  ];
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** With what only the listeners know left out. */
function exportWelcome(): string[] {
  return [
    `compatfs ${VERSION}: Linux trees, rendered from this machine's state, are served over 9P`,
    'at {0} and {1}',
    '',
    '  mount -t 9p -o trans=tcp,port={0.port},version=9p2000.L {0.host} TARGET    where the kernel can',
    `  ${ownName()} mount -t 9p {0} TARGET    where there is FUSE`,
    `  ${ownName()} status    shows what is exported`,
    '',
    'Ctrl-C ends it.',
  ];
}

function shellWelcome(root: string, plans: readonly MountPlan[]): string[] {
  return [announcement(root, plans), 'for this shell and what it starts; the end of the shell unmounts all.'];
}

/** What to type to run compatfs. */
function ownName(): string {
  if (process.env['npm_lifecycle_event'] === undefined) return 'compatfs';
  return `node ${relative(process.cwd(), fileURLToPath(new URL('../main.cjs', import.meta.url)))}`;
}
