/** A FUSE mount: the kernel's side made by mount(8), ours served by a worker thread. */

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Counters } from './counters.ts';
import { Doorbell } from './doorbell.ts';
import { mountAt } from './host-mounts.ts';
import { Watchdog } from './watchdog.ts';

/** How often the serving thread is woken while requests wait for files to change, in milliseconds. */
const TICK_MS = 100;

export interface FuseMountOptions {
  /** An absolute path without symbolic links. */
  readonly target: string;
  /** What mount tables show as the source, and as the type behind `fuse.`. */
  readonly label: string;
  readonly type: string;
  readonly readOnly: boolean;
  readonly allowOther: boolean;
  /** The serving thread's module, and what it is told besides `ServerData`. */
  readonly worker: URL;
  readonly tree: unknown;
  /** A descriptor of /dev/fuse that is mounted at the target already (by fusermount3). */
  readonly mounted?: number;
}

/** What the serving thread finds in `workerData`. */
export interface ServerData {
  readonly fuseDescriptor: number;
  readonly tree: unknown;
  readonly readOnly: boolean;
  readonly counters: SharedArrayBuffer;
  readonly doorbell: SharedArrayBuffer;
  /** Commands come in here (read with receiveMessageOnPort when the bell rings); answers go out. */
  readonly port: MessagePort;
}

/** A failure that is told to the user in one line. */
export class MountError extends Error {}

export class FuseMount {
  readonly target: string;
  readonly counters: Counters;
  readonly since: Date = new Date();
  /** Resolves when the mount is gone, whoever took it away; rejects when the serving thread failed. */
  readonly ended: Promise<void>;
  readonly #doorbell: Doorbell;
  readonly #port: MessagePort;
  readonly #watchdog: Watchdog;
  readonly #ticker: NodeJS.Timeout;
  readonly #descriptor: number;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #asked = 0;

  private constructor(options: FuseMountOptions, descriptor: number, device: string) {
    this.target = options.target;
    this.#descriptor = descriptor;
    this.counters = new Counters();
    this.#doorbell = new Doorbell();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.unref();
    this.#port.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.#answers.get(id)?.(answer);
      this.#answers.delete(id);
    });
    const data: ServerData = {
      fuseDescriptor: descriptor,
      tree: options.tree,
      readOnly: options.readOnly,
      counters: this.counters.memory,
      doorbell: this.#doorbell.memory,
      port: port2,
    };
    this.#watchdog = new Watchdog(options.target, device);
    const worker = new Worker(options.worker, { workerData: data, transferList: [port2], stdout: false, stderr: false });
    this.ended = new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => resolve());
    });
    this.#ticker = setInterval(() => {
      if (this.counters.read().parked > 0) this.#doorbell.ring(this.target);
    }, TICK_MS);
    this.#ticker.unref();
    const cleanUp = (): void => {
      clearInterval(this.#ticker);
      this.#watchdog.dismiss();
      this.#port.close();
      closeSync(this.#descriptor);
    };
    this.ended.then(cleanUp, () => {
      detach(this.target);
      cleanUp();
    });
  }

  /** Mounts and serves; resolves once the mount answers. Throws a MountError. */
  static async start(options: FuseMountOptions): Promise<FuseMount> {
    const descriptor = options.mounted ?? mountAsRoot(options);
    const made = mountAt(options.target);
    const mount = new FuseMount(options, descriptor, made?.device ?? '');
    const failed = mount.ended.then(
      () => Promise.reject(new MountError('the serving thread ended')),
      (error: unknown) => Promise.reject(error instanceof Error ? error : new MountError(String(error))),
    );
    await Promise.race([stat(options.target), failed]);
    // From here on the caller hears of failures through `ended`.
    failed.catch(() => {});
    return mount;
  }

  /** Asks the serving thread something and waits for its answer. */
  ask(question: unknown): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#port.postMessage({ id, question });
      this.#doorbell.ring(this.target);
    });
  }

  /** Takes the mount away, even if files in it are open (they fail from then on). */
  async unmount(): Promise<void> {
    if (spawnSync('umount', [this.target], { stdio: 'ignore' }).status !== 0) detach(this.target);
    await this.ended.catch(() => {});
  }
}

/** Removes a mount from the tree at once, in use or not. */
export function detach(target: string): void {
  if (spawnSync('umount', ['-l', target], { stdio: 'ignore' }).status === 0) return;
  spawnSync('fusermount3', ['-u', '-z', target], { stdio: 'ignore' });
}

/** Opens /dev/fuse and mounts it. Returns the descriptor. */
function mountAsRoot(options: FuseMountOptions): number {
  let descriptor: number;
  try {
    descriptor = openSync('/dev/fuse', 'r+');
  } catch (error) {
    throw new MountError(`cannot open /dev/fuse: ${(error as NodeJS.ErrnoException).code}`);
  }
  const flags = ['fd=3', 'rootmode=40000', `user_id=${process.getuid?.() ?? 0}`, `group_id=${process.getgid?.() ?? 0}`];
  if (options.allowOther) flags.push('allow_other');
  if (options.readOnly) flags.push('ro');
  const done = spawnSync(
    'mount',
    ['-i', '-t', `fuse.${options.type}`, '-o', flags.join(','), options.label, options.target],
    { stdio: ['ignore', 'ignore', 'pipe', descriptor], encoding: 'utf8' },
  );
  if (done.status === 0) return descriptor;
  closeSync(descriptor);
  throw new MountError(done.error ? `cannot run mount(8): ${done.error.message}` : lastLine(done.stderr));
}

/** The last line that a program printed, without its own prefix. */
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.replace(/^mount: /, '') ?? '';
}
