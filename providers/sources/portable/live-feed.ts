/** The snapshot of the machine that we run on, which a thread of its own keeps up to date (keeper-worker.ts). */

import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { Demand } from './demand.ts';
import type { Feed } from './feed.ts';
import type { OwnProcess } from './interpreter.ts';
import { type CollectorCommand, usualCollector } from './keeper.ts';
import { FIRST_MS, PARTS, type Part, steadyNow } from './parts.ts';
import { ProcessTable, type TableMemory } from './process-table.ts';
import { NOTHING, type Snapshot } from './snapshot.ts';

/** What the thread is started with. */
export interface KeeperData {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly port: MessagePort;
  readonly command: CollectorCommand;
  readonly own: OwnProcess;
}

/** What it posts. */
export interface Posted {
  readonly changes: Partial<Omit<Snapshot, 'processes'>>;
  readonly processes?: TableMemory;
}

/** What may be said of how the snapshot is made. */
export interface LiveOptions {
  /** Words that start a program where our own mounts are not seen. */
  readonly enter?: readonly string[];
  readonly collector?: CollectorCommand;
  /** Milliseconds. */
  readonly patience?: number;
}

export class LiveFeed implements Feed {
  readonly #demand: Demand;
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #snapshot: Snapshot = NOTHING;
  #taken = 0;
  #uptime = 0;

  private constructor(demand: Demand, port: MessagePort, worker: Worker) {
    this.#demand = demand;
    this.#port = port;
    this.#worker = worker;
  }

  /** Starts the thread, and waits for the first snapshot. Throws where the thread cannot be started. */
  static async start({ enter = [], collector = usualCollector(enter), patience = FIRST_MS }: LiveOptions = {}): Promise<LiveFeed> {
    const demand = new Demand();
    const seconds = Math.floor(steadyNow() / 1000);
    for (const part of PARTS) demand.want(part, seconds);
    const { port1, port2 } = new MessageChannel();
    const workerData: KeeperData = { words: demand.words, port: port2, command: collector, own: ownProcess() };
    const worker = new Worker(new URL('./keeper-worker.js', import.meta.url), { workerData, transferList: [port2] });
    worker.unref();
    port1.unref();
    const feed = new LiveFeed(demand, port1, worker);
    await new Promise<void>((resolve, reject) => {
      const missing = new Set<Part>(PARTS);
      const timer = setTimeout(resolve, patience);
      const over = (): void => {
        clearTimeout(timer);
        resolve();
      };
      worker.on('message', (part: Part) => {
        missing.delete(part);
        if (missing.size === 0) over();
      });
      worker.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
    worker.removeAllListeners('message');
    return feed;
  }

  now(): Snapshot {
    const posted = this.#demand.posted();
    if (posted !== this.#taken) {
      this.#taken = posted;
      for (let received = receiveMessageOnPort(this.#port); received; received = receiveMessageOnPort(this.#port)) {
        const { changes, processes } = received.message as Posted;
        this.#snapshot = { ...this.#snapshot, ...changes, ...(processes && { processes: new ProcessTable(processes) }) };
      }
    }
    return this.#snapshot;
  }

  uptime(): number {
    const { uptime, steady } = this.#snapshot.times;
    return (this.#uptime = Math.max(this.#uptime, uptime + Math.max(0, steadyNow() - steady) / 1000));
  }

  want(part: Part): void {
    if (this.#demand.want(part, Math.floor(steadyNow() / 1000))) this.#port.postMessage('wake');
  }

  close(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}

function ownProcess(): OwnProcess {
  return {
    pid: process.pid,
    parent: process.ppid,
    name: 'compatfs',
    command: ['compatfs'],
    executable: process.execPath,
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
    started: Math.floor(performance.timeOrigin),
  };
}
