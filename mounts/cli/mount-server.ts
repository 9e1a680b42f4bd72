/** The process that owns mounts: makes them, keeps them, answers for them on the control socket, and takes them away. */

import { closeSync } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import { FuseMount } from '../fuse/fuse-mount.ts';
import type { Counters } from '../fuse/counters.ts';
import { detach } from '../fuse/kernel-mount.ts';
import { type ControlAnswer, type ControlRequest, type MountStatus, type ServerStatus, askServer } from './control.ts';
import { ControlServer } from './control-server.ts';
import { Failure } from './failure.ts';
import { holdHostRoots } from './host-roots.ts';
import { complain } from './output.ts';
import { mountNamespace } from './owners.ts';
import type { TreeDescription } from './trees.ts';
import { findType, kernelFlags } from './types/all.ts';
import type { MountOptions, MountType } from './types/type.ts';
import { coversSource, keepUncovered } from './uncovered.ts';
import { VERSION } from './version.ts';

/** A tree to be served, as plain data: it may be served by another process than the one that was asked for it. */
export interface TreePlan {
  /** The name of its type. */
  readonly type: string;
  /** Absolute, without symbolic links; undefined for a tree that is not mounted. */
  readonly target: string | undefined;
  /** What mount tables show; of nullfs, the directory. */
  readonly label: string;
  readonly options: MountOptions;
}

/** A mount to be made. */
export interface MountPlan extends TreePlan {
  readonly target: string;
  readonly driver: Driver;
  /** The mount of the same order that it is in: its mount point is found, or made, once that one is served. */
  readonly within?: string;
  /** A descriptor of /dev/fuse that is mounted there already. */
  readonly mounted?: number;
  /** Where a procfs of the kernel's is that goes away with it. */
  readonly companion?: string;
}

/** What moves the requests: the kernel's protocol on /dev/fuse, or libfuse by way of the package fuse-native. */
export type Driver = 'fuse' | 'fuse-native';

/** A mount that is being served, by whichever driver. */
export interface LiveMount {
  readonly target: string;
  readonly label: string;
  readonly type: string;
  readonly since: Date;
  readonly counters: Counters;
  /** Resolves when the mount is gone; rejects when serving it failed. */
  readonly ended: Promise<void>;
  /** Hands changes to whoever owns the tree. */
  ask(question: unknown): Promise<unknown>;
  unmountUnused(): Promise<void>;
  unmount(): Promise<void>;
}

interface Entry {
  readonly plan: MountPlan;
  readonly mount: LiveMount;
}

export class MountServer {
  readonly #plans: readonly MountPlan[];
  readonly #entries = new Map<string, Entry>();
  /** The mount points that are ours, or are about to be. */
  readonly #claims: Set<string>;
  #control: ControlServer | undefined;
  /** How many of the plans somebody has taken care of. */
  #begun = 0;
  #namespace = '';
  /** Resolves when no mount is left; rejects with the first failure of a serving thread. */
  readonly ended: Promise<void>;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  private constructor(plans: readonly MountPlan[]) {
    this.#plans = plans;
    this.#claims = new Set(plans.map(({ target }) => target));
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
  }

  /**
   * Makes all the mounts, or none. `prepare` is called when no other server is about them, and tells the plans as they are to
   * be carried out. Throws a Failure or MountError.
   */
  static async start(plans: readonly MountPlan[], prepare: () => Promise<readonly MountPlan[]>): Promise<MountServer> {
    const server = new MountServer(plans);
    try {
      await server.#start(prepare);
    } catch (error) {
      await server.unmountAll();
      await giveUp(plans.slice(server.#begun));
      throw error;
    }
    return server;
  }

  async #start(prepare: () => Promise<readonly MountPlan[]>): Promise<void> {
    // The control socket's directory must be found by its usual name, whatever is mounted later.
    this.#namespace = await mountNamespace();
    const [first] = this.#plans;
    if (!first) throw new Failure('mount', 'nothing to mount');
    for (const plan of this.#plans) hostRootsFor(plan);
    this.#control = await ControlServer.open(
      first.target,
      (request) => this.#answer(request),
      (socket) => this.#refuseSecond(socket),
    );
    const plans = await prepare();
    if (plans.some((plan) => coversSource(plan.target, typeOf(plan).origin(plan)))) await keepUncovered();
    for (const plan of plans) {
      this.#begun++;
      await this.#mount(plan);
    }
  }

  /** Another server with our name: throws if it is about our mount point, in our mount namespace. */
  async #refuseSecond(socket: string): Promise<void> {
    const answer = await askServer(socket, { command: 'status' });
    const other = answer?.ok ? answer.server : undefined;
    if (other?.namespace !== this.#namespace) return;
    const target = this.#plans[0]?.target ?? '';
    if (this.#plans[0]?.options.cover || !other.claims.includes(target)) return;
    throw new Failure(target, `already mounted by process ${other.pid}; compatfs umount takes it away`);
  }

  async #mount(plan: MountPlan): Promise<void> {
    if (plan.within !== undefined) await makeInside(plan.target);
    const mount = await startMount(plan);
    this.#entries.set(plan.target, { plan, mount });
    void mount.ended.catch(this.#fail).finally(() => {
      this.#entries.delete(plan.target);
      this.#claims.delete(plan.target);
      if (this.#entries.size > 0) return;
      this.#end();
    });
  }

  get mounts(): readonly LiveMount[] {
    return [...this.#entries.values()].map(({ mount }) => mount);
  }

  /** Takes every mount away, used or not. Throws the first failure, after it has tried them all. */
  async unmountAll(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.mounts].reverse().map((mount) => mount.unmount()));
    await this.#control?.close();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #answer(request: ControlRequest): Promise<ControlAnswer> {
    switch (request.command) {
      case 'status':
        return { ok: true, server: this.#status() };
      case 'umount': {
        const { mount } = this.#find(request.target);
        await (request.lazy ? mount.unmount() : mount.unmountUnused());
        return { ok: true };
      }
      case 'ask':
        return { ok: true, answer: await this.#find(request.target).mount.ask(request.question) };
      default:
        throw new Failure('control socket', 'unknown command');
    }
  }

  #find(target: string): Entry {
    const entry = this.#entries.get(target);
    if (!entry) throw new Failure(target, 'not mounted by this process');
    return entry;
  }

  #status(): ServerStatus {
    const mounts = [...this.#entries.values()].map(statusOf);
    return { pid: process.pid, version: VERSION, namespace: this.#namespace, claims: [...this.#claims], mounts };
  }
}

/** Makes a mount point in a tree that is served already. Throws a Failure. */
async function makeInside(target: string): Promise<void> {
  try {
    await mkdir(target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new Failure(target, `cannot be made (${code})`);
    if (!(await lstat(target)).isDirectory()) throw new Failure(target, 'not a directory');
  }
}

function statusOf({ plan, mount }: Entry): MountStatus {
  const { requests, openFiles, nodes, parked, faults, timed, milliseconds } = mount.counters.read();
  return {
    target: mount.target,
    type: mount.type,
    label: mount.label,
    source: typeOf(plan).origin(plan),
    driver: plan.driver,
    since: mount.since.toISOString(),
    requests,
    openFiles,
    nodes,
    parked,
    faults,
    latency: timed === 0 ? undefined : (milliseconds / timed) * 1000,
  };
}

/** Takes away what a helper has mounted for plans that nobody will serve. */
async function giveUp(plans: readonly MountPlan[]): Promise<void> {
  for (const { target, mounted } of plans) {
    if (mounted === undefined) continue;
    closeSync(mounted);
    await detach(target);
  }
}

function typeOf({ type }: TreePlan): MountType {
  const found = findType(type);
  if (!found) throw new Failure('mount', `unknown type ${type}`);
  return found;
}

/** Where this machine's own /proc and /sys are. Throws a Failure where a tree needs what there is not. */
function hostRootsFor(plan: TreePlan): HostRoots {
  return holdHostRoots({ needed: typeOf(plan).needsHost?.(plan.options.own) ?? true });
}

/** What whoever serves a tree of ours is told to build. */
export function describeTree(plan: TreePlan): TreeDescription {
  return typeOf(plan).describe(plan, hostRootsFor(plan)) as TreeDescription;
}

/** Makes one mount with the driver of its plan. */
async function startMount(plan: MountPlan): Promise<LiveMount> {
  const { options, target, label, type } = plan;
  const { proxy } = typeOf(plan);
  const { readOnly } = options;
  const onFault = (report: string): void => complain(`${target}: internal error: ${report}`);
  if (plan.driver === 'fuse-native') {
    // With the other driver the worker alone loads the trees, which takes a while.
    const { NativeMount } = await import('../fuse-native/native-mount.ts');
    const { buildTree } = await import('./trees.ts');
    const { fileSystem, ask = () => undefined } = await buildTree(describeTree(plan));
    return NativeMount.start({ target, label, type, readOnly, fileSystem, ask, procfs: '', onFault });
  }
  const allowOther = options.allowOther ?? process.getuid?.() === 0;
  return FuseMount.start({
    target,
    label,
    type,
    readOnly,
    allowOther,
    flags: [...options.flags, ...kernelFlags(type)],
    worker: new URL(proxy ? './proxy-worker.js' : './worker.js', import.meta.url),
    tree: typeOf(plan).describe(plan, hostRootsFor(plan)),
    procfs: '',
    onFault,
    onNotice: (notice) => complain(`${target}: ${notice}`),
    ...(plan.mounted !== undefined && { mounted: plan.mounted }),
    ...(plan.companion !== undefined && { companion: plan.companion }),
  });
}
