/** A FUSE mount: the kernel's side made by mount(8), ours served by a worker thread. */

import { spawnSync } from 'node:child_process';
import { closeSync, type Stats, writeFileSync } from 'node:fs';
import { opendir, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Counters } from './counters.ts';
import { DOORBELL_NAME, Doorbell } from './doorbell.ts';
import { type HostMount, hostMounts, mountAt } from './host-mounts.ts';
import {
  DETACH,
  type KernelMount,
  MountError,
  detach,
  detachArguments,
  mountDevice,
  noFile,
  openFuseDevice,
  run,
  unmountUnused,
} from './kernel-mount.ts';
import { Invalidation } from './invalidation.ts';
import type { GoneName } from './mortal-nodes.ts';
import { Watchdog } from './watchdog.ts';

/** How often the serving thread is woken while requests wait for files to change, in milliseconds. */
const TICK_MS = 100;
/** How long the serving thread has to answer a question, or to end once its mount is gone, in milliseconds. */
const PATIENCE_MS = 5000;

export interface FuseMountOptions {
  /** An absolute path without symbolic links. */
  readonly target: string;
  /** What mount tables show as the source, and as the type behind `fuse.`. */
  readonly label: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** Whether other users than the mounting one may use it. */
  readonly allowOther: boolean;
  /** Further flags of mount(8): `nosuid`, `noexec`. */
  readonly flags?: readonly string[];
  /** The serving thread's module, and what it is told besides `ServerData`. */
  readonly worker: URL;
  readonly tree: unknown;
  /** Whether the thread serves from its event loop, because it has other things to do as well. */
  readonly polled?: boolean;
  /**
   * A path prefix that leads to a procfs even if the mount covers /proc; may be relative to the working directory.
   * The default is `/proc/`.
   */
  readonly procfs?: string;
  /** A descriptor of /dev/fuse that is mounted at the target already (by fusermount3). */
  readonly mounted?: number;
  /** Where a procfs of the kernel's is that the watchdog takes away too. */
  readonly companion?: string;
  /** Hears of requests that failed by a mistake of ours. */
  readonly onFault?: (report: string) => void;
  /** Hears of what became of what the thread serves. */
  readonly onNotice?: (notice: string) => void;
}

/** What the serving thread finds in `workerData`. */
export interface ServerData {
  readonly fuseDescriptor: number;
  readonly tree: unknown;
  /** To be served from the event loop rather than in a blocking one. */
  readonly polled: boolean;
  /** Whether the kernel checks permissions. */
  readonly permitted: boolean;
  readonly readOnly: boolean;
  readonly counters: SharedArrayBuffer;
  readonly doorbell: SharedArrayBuffer;
  /**
   * The thread posts `Announcement`s here: that it is ready, faults, and names to be forgotten. Questions come in here (read with
   * receiveMessageOnPort when the bell rings), and answers go out.
   */
  readonly port: MessagePort;
}

/** What goes from the main thread to the serving thread. */
export interface Question {
  readonly id: number;
  readonly question: unknown;
}

/** What goes from the serving thread to the main thread. */
export type Announcement =
  | { readonly kind: 'ready' }
  /** Instead of `ready`: it cannot be served. */
  | { readonly kind: 'refused'; readonly what: string; readonly why: string }
  | { readonly kind: 'notice'; readonly notice: string }
  | { readonly kind: 'fault'; readonly report: string }
  | { readonly kind: 'gone'; readonly names: readonly GoneName[] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };

export class FuseMount {
  readonly target: string;
  readonly label: string;
  readonly type: string;
  readonly counters: Counters = new Counters();
  readonly since: Date = new Date();
  /** Resolves when the mount is gone, whoever took it away; rejects when the serving thread failed. */
  readonly ended: Promise<void>;
  readonly #doorbell = new Doorbell();
  readonly #port: MessagePort;
  readonly #watchdog: Watchdog;
  readonly #ticker: NodeJS.Timeout;
  readonly #worker: Worker;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #ready: Promise<void>;
  #asked = 0;
  /** The kernel's side of it is there. */
  #made = false;
  readonly #procfs: string;
  #device = '';

  private constructor(options: FuseMountOptions, descriptor: number) {
    const { target, label, type } = options;
    this.target = target;
    this.label = label;
    this.type = type;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: ServerData = {
      fuseDescriptor: descriptor,
      tree: options.tree,
      polled: options.polled ?? false,
      permitted: options.flags?.includes('default_permissions') ?? false,
      readOnly: options.readOnly,
      counters: this.counters.memory,
      doorbell: this.#doorbell.memory,
      port: port2,
    };
    this.#procfs = options.procfs ?? '/proc/';
    this.#watchdog = new Watchdog(target, type, this.#procfs, options.companion);
    this.#worker = new Worker(options.worker, {
      workerData: data,
      transferList: [port2],
      // The thread closes a descriptor that it did not open.
      trackUnmanagedFds: false,
    });
    const invalidation = new Invalidation(descriptor, this.#doorbell);
    this.#ready = new Promise((resolve, reject) => {
      this.#port.on('message', (message: Announcement) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'refused') reject(new MountError(message.what, message.why));
        else if (message.kind === 'notice') options.onNotice?.(message.notice);
        else if (message.kind === 'fault') options.onFault?.(message.report);
        else if (message.kind === 'gone') invalidation.forget(message.names);
        else this.#answers.get(message.id)?.(message.answer);
      });
    });
    this.#port.unref();
    this.#ticker = setInterval(() => {
      if (this.counters.parked > 0) this.#doorbell.ring(this.#place());
    }, TICK_MS);
    this.#ticker.unref();
    this.ended = this.#end(descriptor);
    // Whoever asks for it hears of a failure; nobody has to.
    this.ended.catch(() => {});
    if (living.size === 0) process.on('exit', abandonAll);
    living.add(this);
  }

  /** Waits for the end of the serving thread, and tidies up after it. */
  async #end(descriptor: number): Promise<void> {
    const failure = await new Promise<unknown>((resolve) => {
      this.#worker.once('error', (error) => resolve(error ?? new Error('the serving thread failed')));
      this.#worker.once('exit', () => resolve(undefined));
    });
    // First of all, for until then whoever looks at the mount waits for ever.
    if (this.#doorbell.close()) closeSync(descriptor);
    clearInterval(this.#ticker);
    living.delete(this);
    if (living.size === 0) process.off('exit', abandonAll);
    if (this.#made && this.#covers() && !(await answers(this.#place()))) await this.#detach();
    this.#watchdog.dismiss();
    this.#port.close();
    for (const answer of this.#answers.values()) answer(undefined);
    if (failure !== undefined) throw failure;
  }

  /** Mounts and serves; resolves once the mount answers. Throws a MountError. */
  static async start(options: FuseMountOptions): Promise<FuseMount> {
    const descriptor = options.mounted ?? openFuseDevice();
    const mount = new FuseMount(options, descriptor);
    mount.#made = options.mounted !== undefined;
    const failed = mount.ended.then(() => Promise.reject(new MountError(options.target, 'the serving thread ended')));
    failed.catch(() => {});
    try {
      // The thread is at work before the mount appears: whatever starting a thread takes, the mount may cover it.
      await Promise.race([mount.#ready, failed]);
      if (options.mounted === undefined) await mountDevice(descriptor, kernelMount(options), mount.#watchdog.pipe);
      mount.#made = true;
      const stats = await Promise.race([stat(options.target), failed]);
      mount.#device = deviceNumber(stats);
      mount.#watchdog.watch(mount.#device);
    } catch (error) {
      mount.#doorbell.stop();
      if (mount.#made) await mount.#detach();
      // Whoever looked at a mount whose thread has failed saw only that it was gone.
      throw await mount.ended.then(
        () => error,
        (failure: unknown) => failure,
      );
    }
    return mount;
  }

  /** The device number as mount tables show it, `major:minor`. */
  get device(): string {
    return this.#device;
  }

  /** Asks the serving thread something and waits for its answer. Throws a MountError where none comes. */
  ask(question: unknown): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#answers.delete(id);
        reject(new MountError(this.target, 'does not answer'));
      }, PATIENCE_MS);
      this.#answers.set(id, (answer) => {
        clearTimeout(timer);
        this.#answers.delete(id);
        resolve(answer);
      });
      this.#port.postMessage({ id, question } satisfies Question);
      this.#doorbell.ring(this.#place());
    });
  }

  /** Takes the mount away unless somebody uses it. Throws a MountError. */
  async unmountUnused(): Promise<void> {
    const above = this.#above();
    if (above) throw new MountError(this.target, `busy: ${above.type} of ${above.source} is mounted over it`);
    const problem = await unmountUnused(this.#place());
    if (problem !== undefined) throw new MountError(this.target, problem);
    this.#made = false;
    await this.#gone();
  }

  /**
   * Takes the mount away, even if files in it are open (they fail from then on). One that somebody mounted over stays beneath
   * that, and is dead.
   */
  async unmount(): Promise<void> {
    const above = this.#above();
    const unmounting = above ? Promise.resolve(above.type) : unmountUnused(this.#place());
    // umount(8) looks at the mount first; a thread that does not come back keeps it waiting.
    if (!(await within(PATIENCE_MS, unmounting))) await abortConnection(this.#device);
    if ((await unmounting) === undefined) {
      this.#made = false;
    } else if (this.#covers()) {
      // It ends with the request that this rings with, closes its descriptor, and what is in use fails.
      this.#doorbell.stop();
      this.#doorbell.ring(this.#place());
    }
    await this.#gone();
  }

  /** Waits for the end; another mount namespace that still holds the connection does not delay it for ever. */
  async #gone(): Promise<void> {
    const end = this.ended.catch(() => {});
    if (await within(PATIENCE_MS / 5, end)) return;
    await abortConnection(this.#device);
    // Nothing keeps it in a system call now.
    void this.#worker.terminate();
    if (await within(PATIENCE_MS, end)) return;
    throw new MountError(this.target, 'the serving thread cannot be stopped');
  }

  /** Removes our mount, once: a second time it might be another's. */
  async #detach(): Promise<void> {
    this.#made = false;
    await detach(this.#place());
  }

  #mountTable(): HostMount[] {
    return hostMounts(`${this.#procfs}self/mountinfo`);
  }

  /**
   * Where our mount is by now: a directory above the target may have been renamed. The kernel gives a device number out again
   * once its mount is gone, so what else is known of a moved mount has to fit.
   */
  #place(table: readonly HostMount[] = this.#mountTable()): string {
    if (this.#device === '') return this.target;
    const places = table.filter(({ device }) => device === this.#device);
    if (places.some(({ mountPoint }) => mountPoint === this.target)) return this.target;
    const type = `fuse.${this.type}`;
    const moved = places.find((place) => place.type === type && basename(place.mountPoint) === basename(this.target));
    return moved?.mountPoint ?? this.target;
  }

  /** Whether the topmost mount at the target is ours, dead or not. It is not looked at, for its thread may not come back. */
  #covers(): boolean {
    const table = this.#mountTable();
    const top = mountAt(this.#place(table), table);
    return top !== undefined && (this.#device === '' ? top.type === `fuse.${this.type}` : top.device === this.#device);
  }

  /** What somebody mounted over ours, which umount(8) would take away instead. */
  #above(): HostMount | undefined {
    if (this.#device === '') return undefined;
    const table = this.#mountTable();
    const top = mountAt(this.#place(table), table);
    return top?.device === this.#device ? undefined : top;
  }

  /** The process exits without having unmounted: it would wait for the serving thread, which waits for the mount to go. */
  abandon(): void {
    this.#doorbell.stop();
    if (this.#above()) {
      try {
        writeFileSync(abortFile(this.#device), '1');
        return;
      } catch {
        // Where nobody can say so there, the thread has to be rung for through what can be reached.
      }
    }
    const script = `[ -e "$3" ]; umount -- "$1" || ${DETACH}`;
    const place = this.#place();
    const values = [...detachArguments(place), `${place}/${DOORBELL_NAME}`];
    spawnSync('/bin/sh', ['-c', script, 'compatfs', ...values], { stdio: [noFile(), noFile(), noFile()] });
  }
}

/** The mounts of this process, for its end. */
const living = new Set<FuseMount>();

function abandonAll(): void {
  for (const mount of living) mount.abandon();
}

/** What mount(8) is told of a mount. */
function kernelMount({ target, label, type, readOnly, allowOther, flags = [] }: FuseMountOptions): KernelMount {
  return { target, label, type, flags: [...flags, ...(readOnly ? ['ro'] : []), ...(allowOther ? ['allow_other'] : [])] };
}

/** A file's device as mount tables write it. */
export function deviceNumber({ dev }: Stats): string {
  // glibc's dev_t: 8 bits of minor, 12 of major, 24 of minor, 20 of major.
  const [low, high] = [dev % 2 ** 32, Math.floor(dev / 2 ** 32)];
  const major = ((low >>> 8) & 0xfff) + (high & 0xfffff000);
  const minor = (low & 0xff) + ((low >>> 12) & 0xfff00) + (high & 0xfff) * 2 ** 20;
  return `${major}:${minor}`;
}

/**
 * Whether a mount answers. One of ours whose thread has ended does not: it is another's, which was given the device number
 * that ours had. Attributes may come from the kernel's cache, so it is listed.
 */
async function answers(place: string): Promise<boolean> {
  let answered = false;
  const asked = opendir(place)
    .then(async (directory) => {
      await directory.read();
      answered = true;
      await directory.close();
    })
    .catch(() => {});
  await within(PATIENCE_MS / 5, asked);
  return answered;
}

/** Whether a promise settles within so many milliseconds. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

/** Ends the connection of a mount that is out of our reach, through the control file system (needs privileges). */
async function abortConnection(device: string): Promise<void> {
  const file = abortFile(device);
  const direct = await writeFile(file, '1').then(
    () => true,
    () => false,
  );
  if (direct) return;
  const script = 'mount -t fusectl fusectl /sys/fs/fuse/connections && echo 1 >"$1"';
  await run('unshare', ['-m', 'sh', '-c', script, 'compatfs', file]);
}

/** The kernel's file that ends a connection, where fusectl is mounted. */
function abortFile(device: string): string {
  return `/sys/fs/fuse/connections/${device.split(':')[1]}/abort`;
}
