/**
 * As whom a 9P client is served. 9P itself proves nothing: a client says who it is. So what counts is how it came here:
 *
 * - over a unix socket, which only its owner may use: whoever it says;
 * - over TLS with a certificate: the user that the certificate names;
 * - over TCP from this machine: the user whose process holds the other end, which the kernel tells; root's may be anybody;
 * - from anywhere else: nobody.
 *
 * Rules of whoever runs the server come first.
 */

import { EACCES, type Errno } from '../../fs/errno.ts';
import type { Attach, Peer } from '../node-9p/operations.ts';
import type { User, Users } from './users.ts';

/** A rule of `--map WHO=USER`. */
export interface MapRule {
  /** A user's name or number as the client says it, `@NAME` for a certificate's name, or `*`. */
  readonly who: string;
  /** A user's name or number, `same` for whoever the client says, or `none` for a refusal. */
  readonly user: string;
}

/** Reads a rule; returns what is wrong with one that is none. */
export function parseRule(text: string, users: Users): MapRule | string {
  const at = text.lastIndexOf('=');
  const [who, user] = [text.slice(0, at), text.slice(at + 1)];
  if (at <= 0 || user === '') return 'a rule is WHO=USER';
  if (user !== 'same' && user !== 'none' && !users.find(user)) return `no such user: ${user}`;
  return { who, user };
}

/** Whose process holds the other end of a TCP connection from this machine; undefined where that is not known. */
export type OwnerOf = (host: string, port: number) => number | undefined;

export class ClientIdentity {
  readonly #rules: readonly MapRule[];
  readonly #users: Users;
  readonly #ownerOf: OwnerOf;
  /** The owners of connections, by the connection. */
  readonly #owners = new Map<number, number | undefined>();

  constructor(rules: readonly MapRule[], users: Users, ownerOf: OwnerOf) {
    this.#rules = rules;
    this.#users = users;
    this.#ownerOf = ownerOf;
  }

  /** A connection has ended. */
  forget(connection: number): void {
    this.#owners.delete(connection);
  }

  /** Errors: EACCES where a rule says so. */
  identify(attach: Attach, peer: Peer): User | Errno {
    const claimed = this.#claimed(attach);
    const rule = this.#rules.find(({ who }) => this.#fits(who, attach, claimed, peer));
    if (!rule) return this.#usual(claimed, peer);
    if (rule.user === 'none') return EACCES;
    if (rule.user === 'same') return claimed ?? this.#users.nobody;
    return this.#users.find(rule.user) ?? EACCES;
  }

  /** Who the client says it is; undefined for one that nobody knows. */
  #claimed({ userId, userName }: Attach): User | undefined {
    if (userId !== undefined) return this.#users.byId(userId);
    return this.#users.find(Buffer.from(userName, 'latin1').toString('utf8'));
  }

  #fits(who: string, { userName }: Attach, claimed: User | undefined, { certified }: Peer): boolean {
    if (who === '*') return true;
    if (who.startsWith('@')) return certified !== undefined && who.slice(1) === certified;
    return claimed ? who === claimed.name || who === String(claimed.uid) : who === userName;
  }

  #usual(claimed: User | undefined, peer: Peer): User {
    const { nobody } = this.#users;
    if (peer.address.startsWith('unix!')) return claimed ?? nobody;
    const real = peer.certified === undefined ? this.#owner(peer) : this.#users.find(peer.certified);
    if (!real) return nobody;
    return real.uid === 0 ? (claimed ?? nobody) : real;
  }

  #owner({ id, address }: Peer): User | undefined {
    if (!this.#owners.has(id)) {
      const [, host = '', port = ''] = address.split('!');
      this.#owners.set(id, this.#ownerOf(host, Number(port)));
    }
    const owner = this.#owners.get(id);
    return owner === undefined ? undefined : this.#users.byId(owner);
  }
}
