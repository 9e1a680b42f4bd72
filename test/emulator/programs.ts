/** Programs for tests of exec: compiled by the machine's compiler, or made of bytes, and opened from the machine's own files. */

import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EACCES, ENOENT, type Errno } from '../../fs/errno.ts';
import type { ExecFailure, ExecRequest, ExecutedProgram } from '../../emulator/loader/exec-contract.ts';
import type { MappableFile } from '../../emulator/memory/mappable-file.ts';
import { MappedFiles } from '../../emulator/memory/mapped-files.ts';

const identities = new Map<string, object>();

/** A file of the machine, to be read. */
export class HostFile implements MappableFile {
  static open = 0;
  readonly device: number;
  readonly ino: number;
  readonly identity: object;
  readonly mappable = true;
  readonly mayRead = true;
  readonly mayWrite = false;
  readonly mayExecute = true;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #size: number;
  #references = 1;

  constructor(path: string) {
    this.#path = realpathSync(path);
    this.#descriptor = openSync(path, 'r');
    const { dev, ino, size } = fstatSync(this.#descriptor);
    this.device = dev;
    this.ino = ino;
    this.#size = size;
    const key = `${dev}:${ino}`;
    if (!identities.has(key)) identities.set(key, {});
    this.identity = identities.get(key) as object;
    HostFile.open++;
  }

  path(): string {
    return this.#path;
  }

  size(): number {
    return this.#size;
  }

  read(into: Uint8Array, at: number): number {
    return readSync(this.#descriptor, into, 0, into.length, at);
  }

  write(): Errno {
    return EACCES;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references > 0) return;
    closeSync(this.#descriptor);
    HostFile.open--;
  }
}

/** Opens as exec does. */
export function openProgram(path: string): MappableFile | Errno {
  try {
    return new HostFile(path);
  } catch {
    return ENOENT;
  }
}

/** A request for a program. */
export function execRequest(path: string, argv: readonly string[], more: Partial<ExecRequest> = {}): ExecRequest {
  return {
    file: more.file ?? new HostFile(path),
    path,
    argv,
    envp: ['PATH=/bin', 'X='],
    release: '6.1.0',
    open: openProgram,
    credentials: { uid: 0, euid: 0, gid: 0, egid: 0, secure: false },
    limits: { addressSpace: Infinity, data: Infinity, stack: 8 << 20, locked: 8 << 20 },
    files: new MappedFiles(),
    random: (into) => into.fill(0xa5),
    ...more,
  };
}

/** Whether an exec made a program. */
export function isProgram(result: ExecutedProgram | ExecFailure | Errno): result is ExecutedProgram {
  return typeof result !== 'number' && 'space' in result;
}

/** Compiles a program. */
export function compile(directory: string, name: string, source: string, ...options: readonly string[]): string {
  const program = join(directory, name);
  writeFileSync(`${program}.c`, source);
  const compiled = spawnSync('cc', ['-O1', '-w', '-o', program, `${program}.c`, ...options], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return program;
}
