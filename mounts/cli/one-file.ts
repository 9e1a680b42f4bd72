/**
 * The modules of `compatfs run` in two files, which the build writes (bundle.mjs): most of the time that it takes to start a small program
 * would be the loading of modules. What V8 made of a file is kept beside it, if it may be written there.
 */

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import type { LoadNow } from '../../emulator/modules.ts';

const OUTPUT = new URL('../../', import.meta.url);

/** What the first file gives. The second one gives definitions of further modules. */
/**
 * How much bytecode of a function V8 runs before it compiles it anew, optimized: eight times its own measure. A small program is over before
 * that would pay, and V8 would be at it in other threads all the same.
 */
const PATIENCE = '--interrupt-budget=540000';

type Start = (require: NodeJS.Require, directory: string, load: (name: string) => Promise<unknown>, more: () => unknown) => LoadNow;

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Gives what loads a module of the files, or undefined where they were not built. `keeps`: what follows is worth being kept. */
export function loadOneFile(keeps: boolean): LoadNow | undefined {
  // Before anything is compiled: what is kept counts only for an engine with the same flags.
  setFlagsFromString(PATIENCE);
  const start = evaluate('one-file.js', keeps) as Start | undefined;
  if (!start) return undefined;
  const load = start(createRequire(import.meta.url), OUTPUT.href, (name) => import(name), () => evaluate('one-file-more.js', keeps));
  return (globalThis.compatfsLoadNow = load);
}

/** What a file's script gives. */
function evaluate(name: string, keeps: boolean): unknown {
  const file = fileURLToPath(new URL(name, OUTPUT));
  const source = read(file);
  if (!source) return undefined;
  // Another engine makes something else of it, and the engine does not look whether it was another file.
  const kept = `${file}.${process.versions.v8}-${process.arch}-${statSync(file).mtimeMs}`;
  const cachedData = read(kept);
  const script = new Script(source.toString('latin1'), { filename: file, ...(cachedData && { cachedData }) });
  if (keeps && (!cachedData || script.cachedDataRejected)) process.on('exit', () => keep(script, kept));
  return script.runInThisContext();
}

/** Keeps what was compiled, with the functions that were used. */
function keep(script: Script, place: string): void {
  try {
    const own = `${place}.${process.pid}`;
    writeFileSync(own, script.createCachedData());
    renameSync(own, place);
  } catch {
    // It is only slower without.
  }
}
