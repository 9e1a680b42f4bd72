/**
 * What is said over a control socket: one request as a line of JSON, one answer as a line of JSON, and the end.
 */

import { connect } from 'node:net';
import { isStopped, liveSockets } from './runtime-directory.ts';

/** How long a server has to answer, in milliseconds; and how long for what takes it no time. */
const PATIENCE_MS = 10_000;
const STATUS_PATIENCE_MS = 5_000;

export type ControlRequest =
  | { readonly command: 'status' }
  | { readonly command: 'umount'; readonly target: string; readonly lazy: boolean }
  /** For the tree of a mount; what it may be is the type's. */
  | { readonly command: 'ask'; readonly target: string; readonly question: unknown };

export type ControlAnswer =
  | { readonly ok: true; readonly server?: ServerStatus; readonly answer?: unknown }
  | { readonly ok: false; readonly what: string; readonly why: string };

/** A server as `status` shows it. */
export interface ServerStatus {
  readonly pid: number;
  readonly version: string;
  /** The mount namespace that its mounts are in. */
  readonly namespace: string;
  /** The mount points that it serves or is about to. */
  readonly claims: readonly string[];
  readonly mounts: readonly MountStatus[];
  /** What it exports over 9P, by the address. */
  readonly exports?: readonly ExportStatus[];
}

export interface ExportStatus {
  readonly address: string;
  readonly trees: readonly {
    readonly name: string;
    readonly type: string;
    readonly label: string;
    readonly readOnly: boolean;
  }[];
  /** ISO 8601 */
  readonly since: string;
  /** The counts are of all addresses of a server together. */
  readonly connections: number;
  readonly requests: number;
  readonly fids: number;
  readonly outstanding: number;
  /** Requests that wait for their files. */
  readonly parked: number;
  readonly faults: number;
}

export interface MountStatus {
  readonly target: string;
  readonly type: string;
  /** The label that mount tables show. */
  readonly label: string;
  /** Where the data comes from. */
  readonly source: string;
  readonly driver: string;
  /** ISO 8601 */
  readonly since: string;
  readonly requests: number;
  readonly openFiles: number;
  readonly nodes: number;
  readonly parked: number;
  readonly faults: number;
  /** The mean service time in microseconds, as far as it was measured. */
  readonly latency: number | undefined;
}

/** Asks one server. Returns undefined if it does not answer. */
export function askServer(socketPath: string, request: ControlRequest): Promise<ControlAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let text = '';
    const patience = request.command === 'status' ? STATUS_PATIENCE_MS : PATIENCE_MS;
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(text) as ControlAnswer);
      } catch {
        resolve(undefined);
      }
    });
    // The end of our side is not said: an answer may take a while, and needs the connection.
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

/** A server that runs, where to reach it, and what it says of itself; undefined when it does not answer. */
export interface FoundServer {
  readonly socketPath: string;
  readonly status: ServerStatus | undefined;
  /** It has been stopped, and was not asked. */
  readonly stopped: boolean;
}

/** The servers of this user. */
export async function findServers(): Promise<FoundServer[]> {
  const sockets = await liveSockets();
  return Promise.all(
    sockets.map(async (socketPath) => {
      const stopped = isStopped(socketPath);
      const answer = stopped ? undefined : await askServer(socketPath, { command: 'status' });
      return { socketPath, status: answer?.ok ? answer.server : undefined, stopped };
    }),
  );
}
