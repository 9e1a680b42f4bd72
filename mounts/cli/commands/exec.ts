/** compatfs exec */

import { join } from 'node:path';
import { hasSysfs } from '../below-mounts.ts';
import type { Command, Words } from '../command.ts';
import { makeDirectories } from '../directories.ts';
import { nodesCanBeOpened } from '../device-nodes.ts';
import { Failure, NOT_FOUND, badUsage } from '../failure.ts';
import { mountOptionHelp, parseMountOptions, shareOptions } from '../mount-options.ts';
import { inheritedDescriptors } from '../inherited.ts';
import type { MountPlan } from '../mount-server.ts';
import { delegate } from '../order.ts';
import { mayShowProcfs } from '../kernel-parts.ts';
import { makeRuntimeDirectory } from '../runtime-directory.ts';
import { devfs } from '../types/devfs.ts';
import { fdescfs } from '../types/fdescfs.ts';
import { linprocfs, type LinprocfsOwn } from '../types/linprocfs.ts';
import { linsysfs } from '../types/linsysfs.ts';
import type { MountOptions, MountType } from '../types/type.ts';
import { namespaceProblem } from '../unprivileged.ts';

export const exec: Command = {
  name: 'exec',
  forms: ['[-t TYPES] [-o OPTIONS] [--] PROGRAM [ARG..]'],
  summary: 'Runs a program in a mount namespace of its own, in which ours are /proc, /sys and /dev',
  options: {
    type: { short: 't', value: 'TYPES', help: 'which are ours: linprocfs, and of linsysfs and devfs those that are named (default both)' },
    options: { short: 'o', value: 'OPTIONS', help: 'options of the mount, separated by commas; see below' },
    help: { short: 'h', help: 'print this' },
  },
  notes: [
    "The exit status is the program's own; 127 if it was not found, 126 if it could not be run. A signal that ends",
    'the program ends compatfs as well. Whoever is not root gets a user namespace, with the same user and group id.',
    '',
    'Only root of the machine gets our /dev; others may not open device nodes of a mount of theirs.',
    '',
    mountOptionHelp([linprocfs, linsysfs, devfs]),
  ].join('\n'),
  runsProgram: true,
  run,
};

async function run(words: Words): Promise<number> {
  const [command] = words.operands;
  if (command === undefined) throw badUsage('exec', 'PROGRAM is missing; see compatfs exec --help');
  if (command === '') throw new Failure("''", 'not found', NOT_FOUND);
  const descriptors = inheritedDescriptors();
  const share = shareOptions('exec', words.values('options'), [linprocfs, linsysfs, devfs, fdescfs]);
  const options = parseMountOptions('exec', share(linprocfs), linprocfs);
  const isWanted = wantedTypes(words.value('type'));
  const problem = await namespaceProblem();
  if (problem !== undefined) throw new Failure('exec', problem);
  const procfsAt = placeForProcfs(options);
  const plans = [privatePlan('/proc', linprocfs, asVisitor(options))];
  const add = <Own extends object>(target: string, type: MountType<Own>, ...more: string[]): void =>
    void plans.push(privatePlan(target, type, parseMountOptions('exec', [...more, ...share(type)], type)));
  if (isWanted(linsysfs) && hasSysfs()) add('/sys', linsysfs);
  if (isWanted(devfs) && nodesCanBeOpened()) {
    add('/dev', devfs);
    add('/dev/fd', fdescfs, 'linrdlnk');
  }
  return delegate(
    {
      plans,
      welcome: [],
      statusLine: false,
      program: { command: words.operands, descriptors },
      ...(procfsAt !== undefined && { procfsAt }),
    },
    'namespace',
  );
}

/** With `pids` the program is none of the processes that are shown; what looks for itself finds the first of them. */
function asVisitor(options: MountOptions<LinprocfsOwn>): MountOptions<LinprocfsOwn> {
  return options.own.pids === undefined ? options : { ...options, own: { ...options.own, visits: true } };
}

/** Which types the program is to have as ours, besides linprocfs. Throws a Failure for others. */
function wantedTypes(words: string | undefined): (type: { readonly name: string }) => boolean {
  const known = [linprocfs, linsysfs, devfs].map(({ name }) => name);
  const names = words?.split(',') ?? known;
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) throw badUsage('exec', `unknown type ${stranger}; the types are: ${known.join(', ')}`);
  return ({ name }) => names.includes(name);
}

/**
 * Where the program can find what only the kernel's /proc has: the far ends of links to pipes, sockets and namespaces.
 * Nowhere, if the options hide a part of it.
 */
function placeForProcfs(options: MountOptions<LinprocfsOwn>): string | undefined {
  if (!mayShowProcfs(options)) return undefined;
  const place = join(makeRuntimeDirectory(), 'proc');
  makeDirectories(place);
  return place;
}

/** A mount that only the programs of a namespace of our own see. */
function privatePlan(target: string, { name, label }: MountType, options: MountOptions): MountPlan {
  const within = target.startsWith('/dev/') ? { within: '/dev' } : {};
  return { type: name, target, ...within, label, driver: 'fuse', options: { ...options, cover: true, allowOther: options.allowOther ?? true } };
}
