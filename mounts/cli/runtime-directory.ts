/**
 * The directory of the running servers: for each a control socket NAME.sock and its process id NAME.pid, and NAME.log
 * where it runs in the background, which outlives it for a week if there is anything in it. NAME comes from the first mount point of the server.
 */

import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { removeDeadSocket } from './dead-sockets.ts';
import { makeDirectories } from './directories.ts';
import { Failure } from './failure.ts';

/** The longest path of a socket (sockaddr_un, without its final NUL). */
const SOCKET_PATH_MAX = 107;
/** How long the log of a server that is gone is kept, in milliseconds. */
const LOG_KEPT_MS = 7 * 24 * 3600 * 1000;
/** The longest name that is made of a mount point. */
const NAME_LENGTH = 48;

/**
 * Where the servers of this user are: the first of these that can be used. A server and those who look for it need not
 * have the same working directory, so that relative paths mean nothing.
 */
function candidates(): string[] {
  const { COMPATFS_RUNTIME_DIR, XDG_RUNTIME_DIR } = process.env;
  if (COMPATFS_RUNTIME_DIR) return [absolute('COMPATFS_RUNTIME_DIR', COMPATFS_RUNTIME_DIR)];
  const user = process.getuid?.() ?? 0;
  const places = user === 0 ? ['/run/compatfs'] : [];
  if (XDG_RUNTIME_DIR && user !== 0) places.push(join(absolute('XDG_RUNTIME_DIR', XDG_RUNTIME_DIR), 'compatfs'));
  return [...places, join(absolute('TMPDIR', tmpdir()), `compatfs-${user}`)];
}

/** The value of an environment variable, which must be an absolute path. Throws a Failure. */
function absolute(variable: string, path: string): string {
  if (isAbsolute(path)) return path;
  throw new Failure(variable, `${path} is not an absolute path`);
}

/** The directory if it exists and is safe to use: a directory of this user's that nobody else can write to. */
function usable(directory: string): boolean {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

/** Makes the directory if need be. Throws a Failure. */
export function makeRuntimeDirectory(): string {
  const places = candidates();
  for (const place of places) {
    try {
      // Others may pass through, to what `exec` shows the programs of a namespace; the sockets are closed to them.
      makeDirectories(place, 0o711);
      if (usable(place)) return place;
    } catch {
      // The next one may do.
    }
  }
  throw new Failure(places.at(-1) ?? '', 'cannot be made, or belongs to somebody else; the control socket needs it');
}

/** Those that exist, for looking. */
function runtimeDirectories(): string[] {
  return candidates().filter((place) => {
    try {
      return usable(place);
    } catch {
      return false;
    }
  });
}

/** The name of a server by its mount point: each has its own, so that no log takes the place of another's. */
export function serverName(target: string): string {
  const plain = target.replace(/^\/+/, '').replace(/[^A-Za-z0-9._-]+/g, '-') || 'root';
  if (plain.length <= NAME_LENGTH && /^\/[A-Za-z0-9._/]+$/.test(target)) return plain;
  return `${plain.slice(-NAME_LENGTH + 9)}-${createHash('sha256').update(target).digest('hex').slice(0, 8)}`;
}

/** The path of a server's socket in a directory. Throws a Failure if no socket can have it. */
export function socketPath(directory: string, name: string): string {
  const path = join(directory, `${name}.sock`);
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX)
    throw new Failure(directory, 'the path is too long for a socket; set COMPATFS_RUNTIME_DIR');
  return path;
}

/** Removes what a server left behind. Its log stays if it says anything, for that may be why it ended. */
export function removeServerFiles(socket: string): void {
  rmSync(socket, { force: true });
  rmSync(pidFile(socket), { force: true });
  const log = logOf(socket);
  if (lstatSync(log, { throwIfNoEntry: false })?.size === 0) rmSync(log, { force: true });
}

/** Removes logs that nobody has written to for a while, of servers that are gone. */
export function removeOldLogs(directory: string): void {
  for (const entry of readdirSync(directory)) {
    if (!entry.endsWith('.log')) continue;
    const path = join(directory, entry);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const socket = path.replace(/\.log$/, '.sock');
    if (stats && Date.now() - stats.mtimeMs > LOG_KEPT_MS && !lstatSync(socket, { throwIfNoEntry: false })) rmSync(path, { force: true });
  }
}

function logOf(socket: string): string {
  return socket.replace(/\.sock$/, '.log');
}

/** Whether the server of a socket has been stopped (SIGSTOP, or by a debugger), so that it cannot answer. */
export function isStopped(socket: string): boolean {
  try {
    const id = Number(readFileSync(pidFile(socket), 'latin1'));
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    return 'Tt'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Where the process id of the server of a socket is. */
function pidFile(socket: string): string {
  return socket.replace(/\.sock$/, '.pid');
}

/** The sockets of the servers that run; those of servers that are gone are removed on the way. */
export async function liveSockets(): Promise<string[]> {
  const live: string[] = [];
  for (const directory of runtimeDirectories()) {
    for (const entry of readdirSync(directory)) {
      if (!entry.endsWith('.sock')) continue;
      const path = join(directory, entry);
      if ((await removeDeadSocket(path)) === 'living') live.push(path);
      else rmSync(pidFile(path), { force: true });
    }
  }
  return live;
}

/** Makes a file ours alone. */
export function restrict(path: string): void {
  chmodSync(path, 0o600);
}
