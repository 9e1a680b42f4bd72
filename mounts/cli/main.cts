#!/usr/bin/env node
/**
 * The program. What runs a guest's program comes in a few files, which the build writes (bundle.mjs): most of the time that it takes to start a small
 * program would be the loading of modules. What V8 made of a file is kept beside it, if it may be written there. The other commands take their time.
 *
 * It is a script of the old kind, for which Node does not start its loader of modules.
 */

const { accessSync, constants, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs') as typeof import('node:fs');
const { join } = require('node:path') as typeof import('node:path');
const { pathToFileURL } = require('node:url') as typeof import('node:url');

/** The directory of all that is built. */
const OUTPUT = join(__dirname, '../..');

/**
 * How much bytecode of a function V8 runs before it compiles it anew, optimized: eight times its own measure. A small program is over before
 * that would pay, and V8 would be at it in other threads all the same.
 */
const PATIENCE = '--interrupt-budget=540000';

/** What the first file gives. The others give definitions of further modules. */
type Start = (
  require: NodeJS.Require,
  directory: string,
  load: (name: string) => Promise<unknown>,
  evaluate: (name: string) => unknown,
) => (path: string) => unknown;

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** What a file's script gives, or undefined where it was not built. `keeps`: what follows is worth being kept. */
function evaluate(name: string, keeps: boolean): unknown {
  const file = join(OUTPUT, name);
  const source = read(file);
  if (!source) return undefined;
  const { Script } = require('node:vm') as typeof import('node:vm');
  // Another engine makes something else of it, and the engine does not look whether it was another file.
  const place = `${file}.${process.versions.v8}-${process.arch}-${statSync(file).mtimeMs}`;
  const kept = read(place);
  const script = new Script(source.toString('latin1'), { filename: file, ...(kept && { cachedData: kept.subarray(0, -1) }) });
  const before = script.cachedDataRejected ? undefined : kept;
  if (keeps && isWanting(before)) process.on('exit', () => keep(script, place, before));
  return script.runInThisContext();
}

/** How often what is kept is made anew at all, and by programs that are soon over; and how long those run, and such that have lost what they began with, in microseconds. */
const MOST_TIMES = 8;
const MOST_TIMES_SHORT = 3;
const SHORT = 250_000;
const LONG = 5_000_000;

/** Whether what is kept may lack functions that others want: it has those of the programs that ran, and the last byte counts them. */
function isWanting(kept: Buffer | undefined): boolean {
  return kept === undefined || (kept.at(-1) as number) < MOST_TIMES;
}

/** Keeps what was compiled, with the functions that were used now and before. */
function keep(script: import('node:vm').Script, place: string, before: Buffer | undefined): void {
  const times = before ? (before.at(-1) as number) + 1 : 0;
  const { user, system } = process.cpuUsage();
  if (before && ((times > MOST_TIMES_SHORT && user + system < SHORT) || user + system > LONG)) return;
  try {
    // Where nothing may be written, it is not made each time.
    accessSync(OUTPUT, constants.W_OK);
    const now = script.createCachedData();
    const data = before && before.length > now.length ? before.subarray(0, -1) : now;
    const own = `${place}.${process.pid}`;
    writeFileSync(own, Buffer.concat([data, Buffer.of(times)]));
    renameSync(own, place);
  } catch {
    // It is only slower without.
  }
}

/** Gives what loads a module of the files, or undefined where they were not built. */
function loadFiles(keeps: boolean): ((path: string) => unknown) | undefined {
  // Before anything is compiled: what is kept counts only for an engine with the same flags.
  (require('node:v8') as typeof import('node:v8')).setFlagsFromString(PATIENCE);
  const start = evaluate('one-file.js', keeps) as Start | undefined;
  if (!start) return undefined;
  const load = start(require, pathToFileURL(`${OUTPUT}/`).href, (name) => import(name), (name) => evaluate(name, keeps));
  return ((globalThis as { compatfsLoadNow?: unknown }).compatfsLoadNow = load);
}

async function runCommand(args: readonly string[]): Promise<void> {
  const module = loadFiles(args.length > 1)?.('mounts/cli/run-command.js') ?? (await import('./run-command.ts'));
  await (module as typeof import('./run-command.ts')).runCommand(args);
}

async function anyCommand(words: readonly string[]): Promise<void> {
  const [{ endWith }, { runCommandLine }] = await Promise.all([import('./command-line.ts'), import('./commands.ts')]);
  await endWith(() => runCommandLine(words));
}

const words = process.argv.slice(2);
void (words[0] === 'run' ? runCommand(words.slice(1)) : anyCommand(words));
