/** The snapshot of the machine that we run on, which a thread of its own keeps up to date (keeper-worker.ts). */

import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { Demand } from './demand.ts';
import type { Feed } from './feed.ts';
import type { OwnProcess } from './interpreter.ts';
import { type CollectorCommand, killCollector, usualCollector } from './keeper.ts';
import { FIRST_MS, PARTS, type Part, type Timing, USUAL_TIMING, steadyNow } from './parts.ts';
import { type NewBuffers, PartReader } from './shared-parts.ts';
import { NOTHING, type Snapshot } from './snapshot.ts';

/** What the thread is started with. */
export interface KeeperData {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly port: MessagePort;
  readonly command: CollectorCommand;
  readonly own: OwnProcess;
  readonly timing: Timing;
}

/** What it tells while the first answers are waited for. */
export type Beginning = { readonly begun: true } | { readonly answered: Part } | { readonly trouble: string };

/** What may be said of how the snapshot is made. */
export interface LiveOptions {
  /** Words that start a program where our own mounts are not seen. */
  readonly enter?: readonly string[];
  readonly collector?: CollectorCommand;
  readonly timing?: Timing;
  /** How long the first answers are waited for at most, in milliseconds. */
  readonly first?: number;
}

export class LiveFeed implements Feed {
  readonly #demand: Demand;
  readonly #port: MessagePort;
  readonly #reader: PartReader;
  #snapshot: Snapshot = NOTHING;
  #uptime = 0;

  private constructor(demand: Demand, port: MessagePort) {
    this.#demand = demand;
    this.#port = port;
    this.#reader = new PartReader(demand.parts, () => receiveMessageOnPort(port)?.message as NewBuffers | undefined);
  }

  /** Starts the thread, and waits for the first snapshot. Throws where there is none to be had. */
  static async start({ enter = [], collector = usualCollector(enter), timing = USUAL_TIMING, first = FIRST_MS }: LiveOptions = {}): Promise<LiveFeed> {
    const demand = new Demand();
    const seconds = Math.floor(steadyNow() / 1000);
    for (const part of PARTS) demand.want(part, seconds);
    const { port1, port2 } = new MessageChannel();
    const workerData: KeeperData = { words: demand.words, port: port2, command: collector, own: ownProcess(), timing };
    const worker = new Worker(new URL('./keeper-worker.js', import.meta.url), { workerData, transferList: [port2] });
    worker.unref();
    port1.unref();
    const feed = new LiveFeed(demand, port1);
    try {
      await firstAnswers(worker, first);
    } catch (error) {
      feed.close();
      throw error;
    }
    worker.removeAllListeners('message');
    return feed;
  }

  take(): Snapshot {
    if (this.#demand.isPosted()) this.#snapshot = this.#reader.take(this.#snapshot, this.#demand.takePosted());
    return this.#snapshot;
  }

  now(): Snapshot {
    return this.#snapshot;
  }

  /** Whether the next `take` takes something over. */
  isPending(): boolean {
    return this.#demand.isPosted();
  }

  uptime(): number {
    const { uptime, steady } = this.#snapshot.times;
    return (this.#uptime = Math.max(this.#uptime, uptime + Math.max(0, steadyNow() - steady) / 1000));
  }

  want(part: Part): void {
    if (this.#demand.want(part, Math.floor(steadyNow() / 1000))) this.#port.postMessage('wake');
  }

  close(): void {
    // The thread ends when the channel does, and its collector with it; the process may be over before that, and a collector that hangs stays.
    this.#demand.end();
    const { collector } = this.#demand;
    if (collector !== undefined) killCollector(collector);
    this.#port.close();
  }
}

/** Waits until every part was asked for, but no longer than is said once what Node knows is there. */
function firstAnswers(worker: Worker, most: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const missing = new Set<Part>(PARTS);
    let [begun, late] = [false, false];
    const over = (error?: Error): void => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    const look = (): void => {
      if (missing.size === 0 || (late && begun)) over();
    };
    const timer = setTimeout(() => ((late = true), look()), most);
    worker.on('message', (message: Beginning) => {
      if ('trouble' in message) return over(new Error(`the collector ${message.trouble}`));
      if ('begun' in message) begun = true;
      else missing.delete(message.answered);
      look();
    });
    worker.on('error', over);
  });
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
