/** Exports trees over 9P: builds them, listens, and answers for itself on the control socket. */

import { resolve } from 'node:path';
import { isErrno } from '../../fs/errno.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { ExportServer, type FoundProcess } from '../9p/export-server.ts';
import { UnreadableFile, readTls, tlsProblem } from '../9p-proxy/tls.ts';
import type { LogEvent } from '../node-9p/log.ts';
import { Server } from '../node-9p/server.ts';
import { formatAddress, parseAddress } from '../node-9p/transports/address.ts';
import { type Listener, listen } from '../node-9p/transports/listen.ts';
import { ClientIdentity } from './client-identity.ts';
import type { ControlAnswer, ControlRequest, ExportStatus } from './control.ts';
import { ControlServer } from './control-server.ts';
import type { ExportPlan } from './export-plan.ts';
import { Failure } from './failure.ts';
import { holdHostRoots, originalDirectory } from './host-roots.ts';
import { localOwners } from './local-peers.ts';
import { removeDeadSocket } from './dead-sockets.ts';
import { describeTree } from './mount-server.ts';
import { complain } from './output.ts';
import { mountNamespace } from './owners.ts';
import { type ServedTree, buildTree } from './trees.ts';
import { Users } from './users.ts';
import { VERSION } from './version.ts';

/** How often those who wait for files are woken, in milliseconds. */
const WAKE_MS = 100;

export class ExportService {
  readonly #plan: ExportPlan;
  readonly #trees: readonly ServedTree[];
  readonly #exported: ExportServer;
  readonly #server: Server;
  readonly #listeners: Listener[] = [];
  readonly #since = new Date();
  readonly #waker: NodeJS.Timeout;
  #control: ControlServer | undefined;
  #faults = 0;
  #namespace = '';
  /** Resolves when somebody asks for the end by the control socket. */
  readonly ended: Promise<void>;
  #end: () => void = () => {};

  private constructor(plan: ExportPlan, trees: readonly ServedTree[]) {
    this.#plan = plan;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    // Who the clients are is found by it; elsewhere they are who they say, or nobody.
    const roots = holdHostRoots({ needed: false });
    this.#trees = trees;
    const host = new HostSource(roots);
    const users = new Users();
    const identity = new ClientIdentity(plan.rules, users, localOwners(host, () => this.#ports()));
    this.#exported = new ExportServer(
      plan.trees.map(({ name, options }, at) => ({
        name,
        fileSystem: (this.#trees[at] as ServedTree).fileSystem,
        readOnly: options.readOnly,
      })),
      {
        identify: (attach, peer) => identity.identify(attach, peer),
        // What is not of this machine has no process of an attach's.
        findProcess: (id) => (trees.some(({ threads }) => threads.strangers) ? undefined : findProcess(host, id)),
        attached: ({ address }, tree, { uid }) => {
          if (plan.verbose) complain(`${address}: attached to ${tree || '/'} as user ${uid}`);
        },
      },
    );
    this.#server = new Server(this.#exported, {
      encoding: 'latin1',
      names: users,
      limits: plan.limits,
      log: (event) => {
        if (event.kind === 'connection' && event.text.endsWith('disconnected') && event.peer) identity.forget(event.peer.id);
        this.#log(event);
      },
    });
    this.#waker = setInterval(() => {
      if (this.#exported.parked > 0) for (const tree of this.#trees) tree.wake();
    }, WAKE_MS);
    this.#waker.unref();
  }

  /** Listens at every address, or at none. Throws a Failure. */
  static async start(plan: ExportPlan): Promise<ExportService> {
    const namespace = await mountNamespace();
    const trees = await Promise.all(plan.trees.map((tree) => buildTree(describeTree(tree))));
    const service = new ExportService(plan, trees);
    service.#namespace = namespace;
    try {
      for (const address of plan.addresses) service.#listeners.push(await service.#listen(address));
      service.#control = await ControlServer.open(
        service.addresses[0] ?? '',
        (request) => service.#answer(request),
        async () => {},
      );
    } catch (error) {
      await service.close();
      throw error;
    }
    return service;
  }

  /** Where it listens, with the ports that were chosen. */
  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** How much it has been used, for the status line. */
  get counters(): { read(): { requests: number; timed: number; milliseconds: number; openFiles: number } } {
    return { read: () => ({ requests: this.#server.counts.requests, timed: 0, milliseconds: 0, openFiles: this.#server.counts.fids }) };
  }

  #ports(): number[] {
    return this.addresses.map((address) => Number(address.split('!')[2]));
  }

  async #listen(address: string): Promise<Listener> {
    const parsed = parseAddress(address);
    if (typeof parsed === 'string') throw new Failure(address, parsed);
    const { tls } = this.#plan;
    // The working directory is not the user's any more.
    const place = parsed.kind === 'unix' ? { ...parsed, path: resolve(originalDirectory(), parsed.path) } : parsed;
    if (place.kind === 'unix') await clearPlace(place.path);
    try {
      return await listen(this.#server, formatAddress(place), {
        ...(tls &&
          place.kind === 'tcp' && {
            tls: { ...readTls(tls), ...(tls.authority !== undefined && { requestCert: true, rejectUnauthorized: true }) },
          }),
      });
    } catch (error) {
      if (error instanceof UnreadableFile) throw new Failure(error.path, error.why);
      throw new Failure(address, listenProblem(error as NodeJS.ErrnoException));
    }
  }

  #log({ kind, text, error }: LogEvent): void {
    if (kind === 'connection') {
      if (this.#plan.verbose) complain(text);
      return;
    }
    if (kind === 'fault') this.#faults++;
    complain(kind === 'fault' && error instanceof Error ? `${text}\n${error.stack}` : text);
  }

  async #answer(request: ControlRequest): Promise<ControlAnswer> {
    switch (request.command) {
      case 'status':
        return {
          ok: true,
          server: {
            pid: process.pid,
            version: VERSION,
            namespace: this.#namespace,
            claims: this.addresses,
            mounts: [],
            exports: this.addresses.map((address) => this.#status(address)),
          },
        };
      case 'umount':
        this.#end();
        return { ok: true };
      default:
        throw new Failure('control socket', 'what is exported cannot be changed');
    }
  }

  #status(address: string): ExportStatus {
    const { connections, requests, fids, outstanding } = this.#server.counts;
    return {
      address,
      trees: this.#plan.trees.map(({ name, type, label, options }) => ({ name, type, label, readOnly: options.readOnly })),
      since: this.#since.toISOString(),
      connections,
      requests,
      fids,
      outstanding,
      parked: this.#exported.parked,
      faults: this.#faults,
    };
  }

  /** Takes no more connections, answers what is at work, and gives everything up. */
  async close(): Promise<void> {
    clearInterval(this.#waker);
    const closed = this.#listeners.map((listener) => listener.close());
    await this.#server.close();
    await Promise.all(closed);
    await this.#control?.close();
    for (const { fileSystem } of this.#trees) fileSystem.dispose?.();
  }
}

function findProcess(host: HostSource, id: number): FoundProcess | undefined {
  const status = host.view().task(id)?.status();
  if (status === undefined || isErrno(status)) return undefined;
  return { threadId: id, processId: status.processId, uid: status.uids[3] };
}

/** Removes a socket at which nobody listens any more. Throws a Failure where something else is in the way. */
async function clearPlace(path: string): Promise<void> {
  const there = await removeDeadSocket(path);
  if (there === 'living') throw new Failure(`unix!${path}`, 'somebody listens there already');
  if (there === 'other') throw new Failure(`unix!${path}`, 'something else than a socket is there');
}

/** Why an address cannot be listened at. */
function listenProblem(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'somebody listens there already';
    case 'EACCES':
      return 'permission denied';
    case 'EADDRNOTAVAIL':
      return 'no address of this machine';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'ENOENT':
      return 'no such directory';
    default:
      return tlsProblem(error.code) ?? error.code ?? error.message;
  }
}
