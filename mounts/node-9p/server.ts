/** A 9P server: gives out a file server's files to any number of clients. */

import type { StringEncoding } from './bytes.ts';
import { type ByteStream, Connection } from './connection.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Log } from './log.ts';
import type { FileServer } from './operations.ts';
import { type Dialect, MAXIMUM_MSIZE, MINIMUM_MSIZE } from './protocol.ts';
import { NUMERIC_NAMES, type NameTable } from './stat-conversion.ts';

export interface ServerOptions {
  /** The versions that are spoken; all by default. */
  readonly dialects?: readonly Dialect[];
  readonly limits?: Partial<Limits>;
  /** How names are read: as UTF-8, or each byte as a char (`latin1`). */
  readonly encoding?: StringEncoding;
  /** Names of users, which 9P2000 has in place of numbers. By default the numbers in decimal. */
  readonly names?: NameTable;
  readonly log?: Log;
}

/** What a server has done, and has at hand. */
export interface ServerCounts {
  /** Connections now, and since the server began. */
  readonly connections: number;
  readonly accepted: number;
  readonly requests: number;
  /** Requests by message type. */
  readonly byType: readonly number[];
  readonly fids: number;
  readonly outstanding: number;
}

/** How often connections are looked at, in milliseconds. */
const WATCH_MS = 1000;

const DIALECTS: readonly Dialect[] = ['9P2000.L', '9P2000.u', '9P2000'];

export class Server {
  readonly #files: FileServer;
  readonly #limits: Limits;
  readonly #options: ServerOptions;
  readonly #connections = new Set<Connection>();
  readonly #byType: number[] = Array.from({ length: 256 }, () => 0);
  #requests = 0;
  #accepted = 0;
  #refusing = false;
  #closing = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(files: FileServer, options: ServerOptions = {}) {
    this.#files = files;
    this.#options = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = { ...limits, messageSize: Math.max(MINIMUM_MSIZE, Math.min(limits.messageSize, MAXIMUM_MSIZE)) };
  }

  get counts(): ServerCounts {
    const all = [...this.#connections];
    const sum = (count: (connection: Connection) => number): number =>
      all.reduce((total, one) => total + count(one), 0);
    return {
      connections: all.length,
      accepted: this.#accepted,
      requests: this.#requests,
      byType: [...this.#byType],
      fids: sum(({ fids }) => fids),
      outstanding: sum(({ outstanding }) => outstanding),
    };
  }

  /** The connections of this moment. */
  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /**
   * Serves a client over a stream, which is the server's from then on. `address` is for logs; `certified` is a name that
   * the client has proved. Returns undefined, and closes the stream, where there are too many connections.
   */
  serve(stream: ByteStream, address: string, certified?: string): Connection | undefined {
    const limit = this.#limits.connections;
    if (this.#closing || this.#connections.size >= limit) {
      stream.destroy();
      if (!this.#closing && !this.#refusing) {
        this.#options.log?.({
          kind: 'limit',
          text: `${address}: closed: the limit of ${limit} connections is reached`,
        });
        this.#refusing = true;
      }
      return undefined;
    }
    this.#accepted++;
    const identity = { id: this.#accepted, address, ...(certified !== undefined && { certified }) };
    const { log } = this.#options;
    const connection: Connection = new Connection(stream, identity, {
      files: this.#files,
      limits: this.#limits,
      dialects: this.#options.dialects ?? DIALECTS,
      encoding: this.#options.encoding ?? 'utf8',
      names: this.#options.names ?? NUMERIC_NAMES,
      log: (event) => log?.(event),
      counted: (type) => {
        this.#requests++;
        this.#byType[type] = (this.#byType[type] as number) + 1;
      },
      ended: () => this.#ended(connection),
    });
    this.#connections.add(connection);
    log?.({ kind: 'connection', text: `${address}: connected`, peer: identity });
    this.#watch ??= setInterval(() => this.#look(), WATCH_MS).unref();
    return connection;
  }

  #ended(connection: Connection): void {
    this.#connections.delete(connection);
    this.#refusing = false;
    this.#options.log?.({ kind: 'connection', text: `${connection.address}: disconnected`, peer: connection });
    if (this.#connections.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.watch(now);
  }

  /**
   * Takes no more requests, answers those that are at work and closes every connection; those that have not ended within
   * `grace` milliseconds are cut off.
   */
  async close(grace = 2000): Promise<void> {
    this.#closing = true;
    const all = [...this.#connections];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, grace)));
    await Promise.race([Promise.all(all.map((connection) => connection.close())), late]);
    clearTimeout(timer);
    for (const connection of all) connection.destroy();
  }
}
