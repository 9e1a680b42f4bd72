/**
 * The modules of `compatfs run` as one file, which the build writes (bundle.mjs): most of the time that it takes to start a small program
 * would be the loading of modules. What V8 made of the file is kept beside it, if it may be written there.
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type { LoadNow } from '../../emulator/modules.ts';

const OUTPUT = new URL('../../', import.meta.url);
const FILE = fileURLToPath(new URL('one-file.js', OUTPUT));
/** Another engine makes something else of it. */
const KEPT = `${FILE}.${process.versions.v8}-${process.arch}`;

type Start = (require: NodeJS.Require, directory: string, load: (name: string) => Promise<unknown>) => LoadNow;

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Gives what loads a module of the file, or undefined where the file was not built. `keeps`: what follows is worth being kept. */
export function loadOneFile(keeps: boolean): LoadNow | undefined {
  const source = read(FILE);
  if (!source) return undefined;
  const cachedData = read(KEPT);
  const script = new Script(source.toString('latin1'), { filename: FILE, ...(cachedData && { cachedData }) });
  const start = script.runInThisContext() as Start;
  if (keeps && (!cachedData || script.cachedDataRejected)) process.on('exit', () => keep(script));
  return (globalThis.compatfsLoadNow = start(createRequire(import.meta.url), OUTPUT.href, (name) => import(name)));
}

/** Keeps what was compiled, with the functions that were used. */
function keep(script: Script): void {
  try {
    const own = `${KEPT}.${process.pid}`;
    writeFileSync(own, script.createCachedData());
    renameSync(own, KEPT);
  } catch {
    // It is only slower without.
  }
}
