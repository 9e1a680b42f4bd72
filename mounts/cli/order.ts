/**
 * Serving mounts, in this process or in another one that is started for it: in the background, with descriptors that a
 * helper mounted, or in a namespace. An order says all that the serving process has to know, as plain data.
 */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExportPlan } from './export-plan.ts';
import { Failure } from './failure.ts';
import { closeInherited } from './inherited.ts';
import type { MountPlan } from './mount-server.ts';
import { endLike } from './ending.ts';
import { runInPlace } from './programs.ts';
import { makeRuntimeDirectory, removeOldLogs, serverName } from './runtime-directory.ts';
import { MOUNTED_VARIABLE, inNamespace, throughFusermount } from './unprivileged.ts';

export interface Order {
  readonly plans: readonly MountPlan[];
  /** What is exported over 9P, instead. */
  readonly exports?: ExportPlan;
  /** What is printed once everything is mounted. */
  readonly welcome: readonly string[];
  /** Whether to show a live line on a terminal. */
  readonly statusLine: boolean;
  /** A program to run once everything is mounted, and to end with. */
  readonly program?: ProgramOrder;
  /** A place at which to show the kernel's /proc before ours covers it, in a namespace of our own. */
  readonly procfsAt?: string;
  /** The root of a userland that the mounts are for, and what the kernel has for it. */
  readonly userland?: string;
  /** A descriptor on which a waiting process is told how the start went. */
  readonly notify?: number;
  /** The process in the foreground that this is served for, and ends with. */
  readonly starter?: number;
}

export interface ProgramOrder {
  /** Its command line: passed as one, for the environment has less room. */
  readonly command: readonly string[];
  /** Descriptors that it inherits, besides its input and output. */
  readonly descriptors: readonly number[];
}

/** An order as it is passed on. */
type WrittenOrder = Omit<Order, 'program'> & { readonly program?: Pick<ProgramOrder, 'descriptors'> };

/**
 * The first word of the command line of a serving process; its targets follow, and behind `--` the program that it is to
 * run. Its order is in the environment.
 */
export const SERVING_WORD = '(serving)';
const ORDER_VARIABLE = 'COMPATFS_ORDER';
const MAIN = fileURLToPath(new URL('./main.cjs', import.meta.url));

/** The descriptor on which a background process reports. */
const NOTIFY = 3;

/** How an order's process comes to mount. */
export type Way = 'directly' | 'fusermount' | 'namespace';

/** What a server is known by: its first mount point or address. */
function nameOf({ plans, exports }: Order): string {
  return plans[0]?.target ?? exports?.addresses[0] ?? '';
}

/** The command line and environment of a process that carries out an order. */
function processFor(order: Order, way: Way): { command: string[]; environment: NodeJS.ProcessEnv } {
  const targets = [...order.plans.map(({ target }) => target), ...(order.exports?.addresses ?? [])];
  const { program } = order;
  const command = program ? ['--', ...program.command] : [];
  const serve = [process.execPath, MAIN, SERVING_WORD, ...targets, ...command];
  const written: WrittenOrder = { ...order, ...(program && { program: { descriptors: program.descriptors } }) };
  const environment = { ...process.env, [ORDER_VARIABLE]: JSON.stringify(written) };
  if (way === 'fusermount') return { command: throughFusermount(order.plans, serve, order.notify), environment };
  return { command: way === 'namespace' ? inNamespace(serve) : serve, environment };
}

/** Has another process carry out an order, and ends as it ends. */
export async function delegate(order: Order, way: Way): Promise<number> {
  const { command, environment } = processFor({ ...order, starter: process.pid }, way);
  const [program = '', ...args] = command;
  const ending = await runInPlace(program, args, { environment, descriptors: order.program?.descriptors ?? [] });
  if (ending.error) throw new Failure(program, `cannot be run (${ending.error.code})`);
  return endLike(ending);
}

/** Has a background process carry out an order; returns once the mounts answer. Throws a Failure. */
export async function delegateToBackground(order: Order, way: Way): Promise<void> {
  const target = nameOf(order);
  const directory = makeRuntimeDirectory();
  removeOldLogs(directory);
  const log = join(directory, `${serverName(target)}.log`);
  const { command, environment } = processFor({ ...order, notify: NOTIFY }, way);
  const [program = '', ...args] = command;
  closeInherited();
  const output = openSync(log, 'w', 0o600);
  const child = spawn(program, args, {
    detached: true,
    cwd: '/',
    env: environment,
    stdio: ['ignore', output, output, 'pipe'],
  });
  closeSync(output);
  const started = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${program}: ${error.message}`));
    const lines = createInterface({ input: child.stdio[NOTIFY] as Readable });
    lines.once('line', resolve);
    lines.once('close', () => resolve(`${target}: the server ended while it started${existsSync(log) ? `; ${log} may say why` : ''}`));
  });
  const said = await started;
  (child.stdio[NOTIFY] as Readable).destroy();
  child.unref();
  if (said === STARTED) return;
  const at = said.indexOf(': ');
  throw new Failure(said.slice(0, at), said.slice(at + 2));
}

/** What a background process reports when its mounts answer; a failure is reported as its line. */
export const STARTED = 'mounted';

/** Reports how the start went to whoever waits for it. */
export function report(order: Order, line: string): void {
  if (order.notify === undefined) return;
  try {
    writeSync(order.notify, `${line}\n`);
    closeSync(order.notify);
  } catch {
    // Nobody waits any more.
  }
}

/** The order that this process was started to carry out. The environment is tidied, for the sake of programs that it starts. */
export function takeOrder(): Order {
  const written = JSON.parse(process.env[ORDER_VARIABLE] ?? 'null') as WrittenOrder | null;
  if (!written) throw new Failure('mount', `${SERVING_WORD} is not a command`);
  const mounted = process.env[MOUNTED_VARIABLE]?.split(',').map(Number);
  delete process.env[ORDER_VARIABLE];
  delete process.env[MOUNTED_VARIABLE];
  const { program, ...rest } = written;
  const command = process.argv.slice(process.argv.indexOf('--') + 1);
  const order: Order = { ...rest, ...(program && { program: { ...program, command } }) };
  if (!mounted) return order;
  return { ...order, plans: order.plans.map((plan, index) => withDescriptor(plan, mounted[index])) };
}

function withDescriptor(plan: MountPlan, mounted: number | undefined): MountPlan {
  return mounted === undefined ? plan : { ...plan, mounted };
}
