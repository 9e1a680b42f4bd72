/**
 * A mount served through libfuse by the package fuse-native, on the main thread. It is several times slower than the
 * kernel's protocol in a worker; it is for systems where only libfuse can mount.
 */

import { stat } from 'node:fs/promises';
import { FixedCaller } from '../../fs/caller.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import { Counters } from '../fuse/counters.ts';
import { deviceNumber } from '../fuse/fuse-mount.ts';
import { hostMounts } from '../fuse/host-mounts.ts';
import { MountError, detach, unmountUnused } from '../fuse/kernel-mount.ts';
import { Watchdog } from '../fuse/watchdog.ts';
import { NativeServer } from './native-operations.ts';
import { loadPackage } from './package.ts';

/** How often to look whether the mount is still there, in milliseconds: nobody tells us. */
const LOOK_MS = 250;

export interface NativeMountOptions {
  /** An absolute path without symbolic links, no mount point yet. */
  readonly target: string;
  readonly label: string;
  readonly type: string;
  readonly readOnly: boolean;
  readonly fileSystem: FileSystem;
  /** Takes what `ask` is asked. */
  readonly ask: (question: unknown) => unknown;
  /** A path prefix that leads to a procfs. */
  readonly procfs: string;
  readonly onFault: (report: string) => void;
}

export class NativeMount {
  readonly target: string;
  readonly label: string;
  readonly type: string;
  readonly counters: Counters;
  readonly since: Date = new Date();
  /** Resolves when the mount is gone, whoever took it away. */
  readonly ended: Promise<void>;
  readonly #options: NativeMountOptions;

  private constructor(
    options: NativeMountOptions,
    counters: Counters,
    server: NativeServer,
    device: string,
    watchdog: Watchdog,
  ) {
    this.target = options.target;
    this.label = options.label;
    this.type = options.type;
    this.counters = counters;
    this.#options = options;
    const isThere = (): boolean => hostMounts(`${options.procfs}self/mountinfo`).some((mount) => mount.device === device);
    this.ended = new Promise((resolve) => {
      const timer = setInterval(() => {
        if (isThere()) return;
        clearInterval(timer);
        watchdog.dismiss();
        server.end();
        resolve();
      }, LOOK_MS);
    });
  }

  /** Mounts and serves; resolves once the mount answers. Throws a MountError. */
  static async start(options: NativeMountOptions): Promise<NativeMount> {
    const Fuse = loadPackage();
    const { target, type, fileSystem, readOnly } = options;
    const counters = new Counters();
    const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, groups: process.getgroups?.() ?? [] };
    const failed = (error: unknown): void =>
      options.onFault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const server = new NativeServer({ fileSystem, caller: new FixedCaller(user), readOnly, counters, failed });
    // The package has no options for these, but hands on what follows a comma.
    const extra = [
      ...(fileSystem.caching.data === false ? ['direct_io'] : []),
      'hard_remove',
      ...(process.platform === 'linux' ? ['nonempty'] : []),
      ...(readOnly ? ['ro'] : []),
    ];
    const fuse = new Fuse(target, server, {
      fsname: [options.label.replace(/[\\,]/g, '\\$&'), ...extra].join(','),
      subtype: type,
      allowOther: false,
      defaultPermissions: false,
      entryTimeout: '0',
      attrTimeout: '0',
      timeout: false,
    });
    const watchdog = new Watchdog(target, type, options.procfs);
    try {
      await new Promise<void>((resolve, reject) => fuse.mount((error) => (error ? reject(error) : resolve())));
    } catch (error) {
      watchdog.dismiss();
      throw new MountError(target, mountProblem(error as Error));
    }
    const device = deviceNumber(await stat(target));
    watchdog.watch(device);
    return new NativeMount(options, counters, server, device, watchdog);
  }

  /** Asks the tree. */
  async ask(question: unknown): Promise<unknown> {
    return this.#options.ask(question);
  }

  /** Takes the mount away unless somebody uses it. Throws a MountError. */
  async unmountUnused(): Promise<void> {
    const problem = await unmountUnused(this.target);
    if (problem !== undefined) throw new MountError(this.target, problem);
    await this.ended;
  }

  /** Takes the mount away, even if files in it are open; these work until the process ends. */
  async unmount(): Promise<void> {
    if ((await unmountUnused(this.target)) !== undefined) await detach(this.target);
    await this.ended;
  }
}

/** Why the package could not mount. libfuse has said more on standard error. */
function mountProblem(error: Error): string {
  if (error.message === 'Mountpoint in use') return 'busy; the driver fuse-native cannot mount over a mount point';
  return error.message === 'fuse failed' ? 'libfuse could not mount it' : error.message;
}
