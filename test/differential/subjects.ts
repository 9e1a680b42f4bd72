/** Processes of many kinds for the comparison to look at, made by subject.c and stopped. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What subject.c can become. */
export const SUBJECT_KINDS = [
  'single',
  'threads',
  'zombie',
  'userzombie',
  'traced',
  'vforked',
  'leaderless',
  'descriptors',
  'names',
  'title',
  'outside',
  'user',
  'undumpable',
  'namespaces',
  'network',
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

const SOURCE = fileURLToPath(new URL('../../../test/differential/subject.c', import.meta.url));

export class Subjects {
  /** Process ids by subject name. */
  readonly ids: Map<string, number> = new Map<string, number>();
  readonly #children: ChildProcess[] = [];

  /** Compiles the helper in the directory and starts a process of each kind. Throws where there is no C compiler. */
  static async start(directory: string, kinds: readonly SubjectKind[]): Promise<Subjects> {
    const program = join(directory, 'subject');
    const compiled = spawnSync('cc', ['-O1', '-w', '-pthread', '-o', program, SOURCE, '-lrt'], { encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(compiled.error ? 'no C compiler' : compiled.stderr);
    const subjects = new Subjects();
    try {
      await Promise.all(kinds.map((kind) => subjects.#startOne(program, kind, directory)));
    } catch (error) {
      subjects.end();
      throw error;
    }
    return subjects;
  }

  async #startOne(program: string, kind: SubjectKind, directory: string): Promise<void> {
    const own = join(directory, kind);
    mkdirSync(own);
    const child = spawn(program, [kind, own], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      cwd: '/',
      env: { PATH: process.env['PATH'], EMPTY: '' },
    });
    this.#children.push(child);
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const [, name, id] = /^ready (\w+)=(\d+)$/.exec(line) ?? [];
      if (name === undefined) continue;
      this.ids.set(name, Number(id));
      await stop(Number(id));
      return;
    }
    throw new Error(`subject ${kind} ended`);
  }

  /** Kills them all. */
  end(): void {
    for (const { pid } of this.#children) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // It is gone.
      }
    }
  }
}

/** Stops a process, unless a tracer holds it, and waits until the kernel says of each thread that it is. */
async function stop(id: number): Promise<void> {
  process.kill(id, 'SIGSTOP');
  for (;;) {
    const states = threadIds(id).map((thread) => {
      const text = readFileSync(`/proc/${id}/task/${thread}/stat`, 'latin1');
      return text.charAt(text.lastIndexOf(')') + 2);
    });
    // One that waits for its vfork(2)ed child stops only after that.
    if (states.every((state) => 'TZXtD'.includes(state))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The ids of a process's threads. */
export function threadIds(id: number): number[] {
  return readdirSync(`/proc/${id}/task`)
    .map(Number)
    .sort((one, other) => one - other);
}

/** The id of a kernel thread by its name, or undefined where one sees none. */
export function kernelThread(name: string): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      if (stat.includes(`(${name})`) && /\) \S 2 /.test(stat)) return Number(entry);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}
