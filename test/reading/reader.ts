/** Runs reader.c over many files, watching that none of them hangs. */

import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../test/reading/reader.c', import.meta.url));

/** How a file may be opened: for reading only, and with what follows. */
export interface FileToRead {
  readonly path: string;
  readonly read: boolean;
  readonly write: boolean;
}

/** What reader.c said of a file, by the names in its heading. */
export type Reading = ReadonlyMap<string, string>;

/** Compiles the reader. Throws where there is no C compiler. */
export function compileReader(program: string): void {
  const compiled = spawnSync('cc', ['-O1', '-w', '-o', program, SOURCE], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.error ? 'no C compiler' : compiled.stderr);
}

/**
 * Reads files below a root, as another user if one is given. A file that takes longer than the limit ends the run and
 * is reported: a hang is told, not suffered.
 */
export async function readFiles(
  program: string,
  root: string,
  files: readonly FileToRead[],
  options: { readonly uid?: number; readonly limitSeconds?: number } = {},
): Promise<{ readings: Map<string, Reading>; hung: string | undefined }> {
  const { uid, limitSeconds = 60 } = options;
  const child = spawn(program, [root, ...(uid === undefined ? [] : [String(uid)])], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdin.end(
    Buffer.from(files.map(({ path, read, write }) => `-${read ? 'r' : ''}${write ? 'w' : ''} ${path}\n`).join(''), 'latin1'),
  );
  const readings = new Map<string, Reading>();
  let late = false;
  const lateness = (): NodeJS.Timeout =>
    setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limitSeconds * 1000);
  let timer = lateness();
  child.stdout.setEncoding('latin1');
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = lateness();
    const at = line.indexOf(' open=');
    const words = line.slice(at + 1).split(' ');
    readings.set(line.slice(0, at), new Map(words.map((word) => word.split('=') as [string, string])));
  }
  clearTimeout(timer);
  return { readings, hung: late ? files[readings.size]?.path : undefined };
}
