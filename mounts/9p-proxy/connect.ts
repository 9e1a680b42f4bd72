/** Connects to the server of a mount, and makes out why that cannot be done. */

import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Client } from '../node-9p/client.ts';
import { RemoteError, errorMessage, errorOfThrown } from '../node-9p/errors.ts';
import { NONUNAME } from '../node-9p/protocol.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import type { NameTable } from '../node-9p/stat-conversion.ts';
import type { Attach } from './nodes.ts';
import type { ProxyOptions } from './options.ts';
import { UnreadableFile, readTls, tlsProblem } from './tls.ts';

/** How long an interrupted request waits for a server that does not confirm it, in milliseconds: whoever waits here can go then. */
const FLUSH_MS = 1000;

/** Who owns what belongs to a name that nobody has here. */
const NOBODY = 65_534;

/** A server that is ready to be served. */
export interface Connected {
  readonly root: RemoteFile;
  /** Whose root it is, by `remoteUser`. */
  readonly user: number;
  readonly attach: Attach;
  /** The options, with what the server does not know taken out. */
  readonly options: ProxyOptions;
}

/** Why there is no connection: what it is about, and the reason. */
export interface Unreachable {
  readonly what: string;
  readonly why: string;
}

/** Connects and attaches the mounting user. */
export async function connectTo(wanted: ProxyOptions): Promise<Connected | Unreachable> {
  let client: Client;
  try {
    client = await Client.connect(wanted.address, {
      dialects: wanted.dialects,
      encoding: 'latin1',
      names: new HostNames(),
      flushMilliseconds: FLUSH_MS,
      ...(wanted.messageSize !== undefined && { msize: wanted.messageSize }),
      ...(wanted.tls && { tls: readTls(wanted.tls) }),
      ...(wanted.timeout > 0 && { silenceMilliseconds: wanted.timeout * 1000, connectMilliseconds: wanted.timeout * 1000 }),
    });
  } catch (error) {
    return error instanceof UnreadableFile ? { what: error.path, why: error.why } : { what: wanted.address, why: reason(error) };
  }
  const numbers = client.dialect !== '9P2000';
  const options: ProxyOptions = { ...wanted, access: wanted.access === 'user' && !numbers ? 'any' : wanted.access };
  const { tree, access } = options;
  const self = process.getuid?.() ?? 0;
  const attach: Attach = (user) => {
    if (access === 'user') return client.attach({ tree, userId: user });
    if (access !== 'any') return client.attach({ tree, userName: options.userName, userId: access });
    const userName = options.userName || (numbers ? '' : userInfo().username);
    return client.attach({ tree, userName, userId: options.userName === '' ? self : NONUNAME });
  };
  const user = access === 'user' ? self : 0;
  try {
    return { root: await attach(user), user, attach, options };
  } catch (error) {
    client.close();
    return { what: wanted.address, why: `${tree === '' ? 'its tree' : tree} cannot be attached: ${reason(error)}` };
  }
}

/** Why a connection failed, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const problem = tlsProblem(code);
  if (problem !== undefined) return problem;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host';
  if (code === 'EPROTONOSUPPORT') return 'the server speaks no version of 9P that was asked for';
  const number = error instanceof RemoteError ? error.errno : errorOfThrown(error);
  const text = number === undefined ? message : errorMessage(number);
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The names of users and groups of this machine, for 9P2000, which has names only. */
class HostNames implements NameTable {
  readonly #users = new Names('/etc/passwd');
  readonly #groups = new Names('/etc/group');

  user(id: number): string {
    return this.#users.name(id);
  }

  group(id: number): string {
    return this.#groups.name(id);
  }

  userId(name: string): number {
    return this.#users.id(name);
  }

  groupId(name: string): number {
    return this.#groups.id(name);
  }
}

/** Lines of `NAME:PASSWORD:NUMBER:..`, read when they are needed. */
class Names {
  readonly #path: string;
  #ids: Map<string, number> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  #read(): Map<string, number> {
    if (this.#ids) return this.#ids;
    let text = '';
    try {
      text = readFileSync(this.#path, 'latin1');
    } catch {
      // Numbers will do.
    }
    const rows = text.split('\n').map((line) => line.split(':'));
    return (this.#ids = new Map(rows.map(([name = '', , id = '']) => [name, Number(id)])));
  }

  name(id: number): string {
    for (const [name, number] of this.#read()) if (number === id && name !== '') return name;
    return String(id);
  }

  id(name: string): number {
    return /^\d+$/.test(name) ? Number(name) : (this.#read().get(name) ?? NOBODY);
  }
}
