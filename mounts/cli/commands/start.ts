/** compatfs start, which is what `npm start` does */

import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MountError } from '../../fuse/kernel-mount.ts';
import type { Command, Words } from '../command.ts';
import { makeDirectories } from '../directories.ts';
import { DEFAULT_EXPORT_PORT } from '../export-plan.ts';
import { Failure, badUsage } from '../failure.ts';
import { inheritedDescriptors } from '../inherited.ts';
import { parseMountOptions } from '../mount-options.ts';
import type { MountPlan } from '../mount-server.ts';
import { type Order, delegate } from '../order.ts';
import { complain } from '../output.ts';
import { besidePlan } from '../sysfs-plan.ts';
import { makeRuntimeDirectory, serverName } from '../runtime-directory.ts';
import { examineTarget } from '../targets.ts';
import { linprocfs } from '../types/linprocfs.ts';
import type { MountOptions } from '../types/type.ts';
import { fusermountProblem, namespaceProblem } from '../unprivileged.ts';
import { VERSION } from '../version.ts';
import { privatePlan } from './exec.ts';
import { carryOut, plan } from './mount.ts';

/** The usual roots: FreeBSD's for those who may write there. */
const ROOT = '/compat/linux';
const USER_ROOT = 'compat/linux';

export const start: Command = {
  name: 'start',
  forms: ['[-o OPTIONS] [ROOT]'],
  summary: 'Mounts a Linux /proc and /sys at ROOT/proc and ROOT/sys and serves them until interrupted',
  options: {
    options: { short: 'o', value: 'OPTIONS', help: 'options of the mount; see compatfs mount --help' },
    help: { short: 'h', help: 'print this' },
  },
  notes: `ROOT is made if need be; it is ${ROOT} for root and ./${USER_ROOT} for others.`,
  run,
};

async function run(words: Words): Promise<number> {
  if (words.operands.length > 1) throw badUsage('start', 'only one ROOT can be given');
  const isRoot = process.getuid?.() === 0;
  const root = resolve(words.operands[0] ?? (isRoot ? ROOT : USER_ROOT));
  const target = join(root, 'proc');
  const lists = words.values('options');
  const options = parseMountOptions('start', lists, linprocfs);
  const sysTarget = join(root, 'sys');
  for (const place of [target, sysTarget]) makeDirectory(place);
  if (isRoot || fusermountProblem() === undefined) {
    const planned = await plan('linprocfs', undefined, target, lists);
    const plans = [planned, ...besidePlan(planned, await examineTarget(sysTarget, options.cover))];
    const order: Order = { plans, welcome: welcome(plans), statusLine: true };
    try {
      return await carryOut(order, isRoot ? 'directly' : 'fusermount', false);
    } catch (error) {
      // Whatever is wrong with the place itself was found before.
      if (!(error instanceof MountError)) throw error;
      return exportInstead(target, error.message, options);
    }
  }
  const problem = await namespaceProblem();
  if (problem !== undefined) return exportInstead(target, `${target}: cannot be mounted: not root, and ${problem}`, options);
  const path = await examineTarget(target, options.cover);
  const procfs = privatePlan(path, options);
  const plans = [procfs, ...besidePlan(procfs, await examineTarget(sysTarget, options.cover))];
  complain(`${path}: mounted for a shell only, because ${fusermountProblem()}`);
  const shell = process.env['SHELL'] || '/bin/sh';
  const program = { command: [shell], descriptors: inheritedDescriptors() };
  return delegate(
    { plans, welcome: shellWelcome(plans), statusLine: false, program },
    'namespace',
  );
}

/** Serves the tree over 9P, where it cannot be mounted. */
async function exportInstead(target: string, problem: string, options: MountOptions): Promise<number> {
  complain(`${problem}; serving it over 9P instead`);
  const socket = join(makeRuntimeDirectory(), `${serverName(target)}.9p`);
  const tree = { name: 'proc', type: 'linprocfs', target: undefined, label: 'linproc', options } as const;
  const serveAt = (port: number): Promise<number> => {
    const addresses = [`tcp!127.0.0.1!${port}`, `unix!${socket}`];
    const exports = { addresses, trees: [tree], rules: [], limits: {}, verbose: false };
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

/** Makes the mount point; a directory or mount that is there already is examined later. */
function makeDirectory(target: string): void {
  try {
    makeDirectories(target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTCONN') return;
    const why =
      code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === 'ENOTDIR' ? 'not a directory' : `${code}`;
    throw new Failure(target, `cannot be made: ${why}`);
  }
}

/** What is mounted, and where. */
function announcement(plans: readonly MountPlan[]): string {
  const places = plans.map(({ target }) => target).join(' and ');
  const what = plans.length > 1 ? 'a Linux /proc and /sys' : 'a Linux /proc';
  return `compatfs ${VERSION}: ${what}, rendered from this machine's state, ${plans.length > 1 ? 'are' : 'is'} mounted at ${places}`;
}

function welcome(plans: readonly MountPlan[]): string[] {
  const [proc, sys] = plans.map(({ target }) => target);
  return [
    announcement(plans),
    '',
    `  ls ${proc}`,
    `  cat ${proc}/meminfo`,
    ...(sys === undefined ? [] : [`  cat ${sys}/devices/system/cpu/online`]),
    `  ${ownName()} exec -- htop      runs htop with ${sys === undefined ? 'it as /proc' : 'them as /proc and /sys'}`,
    `  ${ownName()} status            shows what is mounted`,
    '',
    sys === undefined ? 'Ctrl-C unmounts it.' : 'Ctrl-C unmounts them.',
  ];
}

/** With what only the listeners know left out. */
function exportWelcome(): string[] {
  return [
    `compatfs ${VERSION}: a Linux /proc, rendered from this machine's state, is served over 9P`,
    'at {0} and {1}',
    '',
    '  mount -t 9p -o trans=tcp,port={0.port},version=9p2000.L {0.host} TARGET    where the kernel can',
    `  ${ownName()} mount -t 9p {0} TARGET    where there is FUSE`,
    `  ${ownName()} status    shows what is exported`,
    '',
    'Ctrl-C ends it.',
  ];
}

function shellWelcome(plans: readonly MountPlan[]): string[] {
  return [announcement(plans), 'for this shell and what it starts; the end of the shell unmounts all.'];
}

/** What to type to run compatfs. */
function ownName(): string {
  if (process.env['npm_lifecycle_event'] === undefined) return 'compatfs';
  return `node ${relative(process.cwd(), fileURLToPath(new URL('../main.js', import.meta.url)))}`;
}
