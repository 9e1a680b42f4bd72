/**
 * A machine of its own to run programs on: processes, networks, mounts and names that nobody else changes. In it there are
 * the stopped processes of the differential test, and two mount namespaces that differ in one mount alone: in one of them the
 * kernel's /proc is at /proc, in the other one ours is, put there by `compatfs exec`.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SUBJECT_KINDS, type SubjectKind, Subjects } from '../differential/subjects.ts';
import { MAIN } from '../support/command-line.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

/** Tells a test file that it is inside, and which directory is its own. */
const INSIDE = 'COMPATFS_TEST_WORLD';
/** What takes longer hangs, in milliseconds. */
const LIMIT_MS = 60_000;
const PATH = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${dirname(process.execPath)}`;

/** Whose /proc a program sees. */
export type Side = 'kernel' | 'ours';

/** What a program did. */
export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Byte strings. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The subject whose network namespace it runs in. */
  readonly networkOf?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
}

export class World {
  readonly directory: string;
  readonly subjects: Subjects;
  /** The processes that serve ours, by id: what they have open changes with every request. */
  readonly servers: ReadonlySet<number>;
  readonly #places: Readonly<Record<Side, number>>;
  /** Numbers that one side has and the other has not. */
  #own: RegExp = /(?!)/;
  readonly #children: readonly ChildProcess[];

  private constructor(directory: string, subjects: Subjects, holders: Readonly<Record<Side, Holder>>) {
    this.directory = directory;
    this.subjects = subjects;
    this.#places = { kernel: holders.kernel.id, ours: holders.ours.id };
    this.#children = [holders.kernel.child, holders.ours.child];
    this.servers = new Set([holders.ours.child.pid as number, ...descendants(holders.ours.child.pid as number, holders.ours.id)]);
  }

  /**
   * Runs a test file in a world. Outside of one, the file is run anew inside and this process ends as that does. Returns the
   * reason where there can be none.
   */
  static async enter(file: string, kinds: readonly SubjectKind[] = SUBJECT_KINDS): Promise<World | string> {
    const inside = process.env[INSIDE];
    if (inside !== undefined) {
      delete process.env[INSIDE];
      return World.#make(inside, kinds);
    }
    const reason = reasonNotToMount() ?? missingProgram('cc', 'unshare', 'nsenter', 'mount', 'ip');
    if (reason !== undefined) return reason;
    const directory = temporaryDirectory();
    const spaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--propagation', 'private', '--fork', '--kill-child', '--mount-proc'];
    // Mounts of other tests would be kept by ours. The first process waits for those that nobody else waits for.
    const alone = `awk -v place='${dirname(directory)}/' 'index($2, place) == 1 { print $2 }' /proc/mounts | xargs -r -n 1 umount -l`;
    const first = `${alone}; hostname world; ip link set lo up; "$@" & wait $!`;
    const command = [...spaces, '--', 'sh', '-c', first, 'sh', process.execPath, ...process.execArgv, fileURLToPath(file)];
    const child = spawn('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: directory } });
    const status = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
    removeDirectory(directory);
    process.exit(status);
  }

  static async #make(directory: string, kinds: readonly SubjectKind[]): Promise<World> {
    const runtime = join(directory, 'run');
    // Where `compatfs exec` shows the kernel's /proc.
    const place = join(runtime, 'proc');
    mkdirSync(place, { recursive: true });
    const subjects = await Subjects.start(directory, kinds);
    const mounts = `mount --bind /proc ${place} && mount --bind /proc /proc && mount -o remount,bind,nosuid,nodev,noexec /proc`;
    const hold = 'echo $$; exec cat >/dev/null';
    const environment = { ...process.env, COMPATFS_RUNTIME_DIR: runtime };
    const kernel = await Holder.start('unshare', ['--mount', '--propagation', 'slave', '--', 'sh', '-c', `${mounts} && ${hold}`], environment);
    const ours = await Holder.start(process.execPath, [MAIN, 'exec', '-t', 'linprocfs', '--', 'sh', '-c', hold], environment);
    const world = new World(directory, subjects, { kernel, ours });
    await world.#learn();
    return world;
  }

  /** Finds the numbers of the two mount namespaces, and of the file systems that are /proc in them. */
  async #learn(): Promise<void> {
    const numbers: string[] = [];
    for (const side of ['kernel', 'ours'] as const) {
      const { stdout } = await this.run(side, 'readlink /proc/self/ns/mnt; stat -c %d /proc');
      const [, space, device] = /^mnt:\[(\d+)\]\n(\d+)\n$/.exec(stdout) ?? [];
      if (space === undefined) throw new Error(`not a /proc: ${stdout}`);
      const minor = (Number(device) & 0xff) | ((Number(device) >> 12) & 0xfff00);
      numbers.push(space, `0,${minor}`, `0:${minor}`);
    }
    this.#own = new RegExp(`\\b(?:${numbers.join('|')})\\b`, 'g');
  }

  /** A text without the numbers of the two sides' mount namespaces and file systems. */
  alike(text: string): string {
    return text.replace(this.#own, 'OWN');
  }

  /** Runs a line of shell and waits for its end. */
  async run(side: Side, line: string, options: RunOptions = {}): Promise<Run> {
    const child = this.spawn(side, line, options);
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), LIMIT_MS);
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('latin1').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('latin1').on('data', (text: string) => (stderr += text));
    child.stdin?.on('error', () => {}).end(options.input ?? '');
    return new Promise((resolve) => {
      child.on('close', (status, signal) => {
        clearTimeout(timer);
        resolve({ status, signal, stdout, stderr });
      });
    });
  }

  /** Starts a line of shell. */
  spawn(side: Side, line: string, { networkOf, environment }: RunOptions = {}): ChildProcess {
    return spawn('nsenter', [...this.entrance(side, networkOf), 'sh', '-c', line], {
      stdio: 'pipe',
      detached: true,
      env: { PATH, LC_ALL: 'C.UTF-8', HOME: this.directory, ...environment },
    });
  }

  /** The words for nsenter(1) before the program's own. */
  entrance(side: Side, networkOf?: string): string[] {
    const network = networkOf === undefined ? [] : [`--net=/proc/${this.id(networkOf)}/ns/net`];
    return [`--mount=/proc/${this.#places[side]}/ns/mnt`, ...network, `--wd=${this.directory}`, '--'];
  }

  /** The process id of a subject. */
  id(subject: string): number {
    const id = this.subjects.ids.get(subject);
    if (id === undefined) throw new Error(`no subject ${subject}`);
    return id;
  }

  /** Ends everything in it. */
  async end(): Promise<void> {
    this.subjects.end();
    for (const child of this.#children) {
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.stdin?.end();
      await ended;
    }
  }
}

/** A process that keeps a mount namespace. */
class Holder {
  readonly child: ChildProcess;
  /** The id of the process that is in the namespace, which may be a descendant of the child. */
  readonly id: number;

  private constructor(child: ChildProcess, id: number) {
    this.child = child;
    this.id = id;
  }

  /** Starts a command that prints an id in the namespace. */
  static async start(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Holder> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      return new Holder(child, Number(line));
    }
    throw new Error(`${command} ended`);
  }
}

/** The processes below one, but for `except`. */
function descendants(ancestor: number, except: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number)) as [number, number][];
  const found: number[] = [];
  const visit = (id: number): void => {
    for (const [child, parent] of parents) {
      if (parent !== id || child === except || !child) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(ancestor);
  return found;
}
