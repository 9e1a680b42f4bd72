/** Whose process holds the other end of a TCP connection that begins on this machine. */

import { isErrno } from '../../fs/errno.ts';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import type { OwnerOf } from './client-identity.ts';

/** TCP_ESTABLISHED (include/net/tcp_states.h). */
const ESTABLISHED = 1;

/** The words of an address as Node writes it: one of IPv4, four of IPv6; undefined for one that is not of this machine. */
function loopbackWords(host: string): readonly number[] | undefined {
  if (host === '::1') return [0, 0, 0, 1];
  const match = /^(?:::ffff:)?127\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0] = match.slice(1).map(Number);
  return [(127 * 0x100_0000 + a * 0x1_0000 + b * 0x100 + c) >>> 0];
}

/** Looks in net/tcp and net/tcp6 for connections to one of `ports`; they are the server's, so that it may still listen. */
export function localOwners(host: HostSource, ports: () => readonly number[]): OwnerOf {
  return (address, port) => {
    const words = loopbackWords(address);
    if (!words) return undefined;
    host.invalidate();
    const own = host.view().task(process.pid)?.network();
    if (!own || isErrno(own)) return undefined;
    const targets = ports();
    const owners = new Set<number>();
    const look = (local: readonly number[], socket: { localPort: number; remotePort: number; state: number; uid: number }): void => {
      if (socket.localPort !== port || socket.state !== ESTABLISHED || !targets.includes(socket.remotePort)) return;
      if (local.length === words.length && local.every((word, at) => word === words[at])) owners.add(socket.uid);
    };
    const tcp = own.read('tcp');
    if (!isErrno(tcp)) for (const socket of tcp) look([socket.localAddress >>> 0], socket);
    const tcp6 = own.read('tcp6');
    if (!isErrno(tcp6)) for (const socket of tcp6) look(plainWords(socket.localAddress), socket);
    // Where two look alike, it could be either.
    const [owner, another] = owners;
    return another === undefined ? owner : undefined;
  };
}

/** An IPv4 address that an IPv6 socket shows as one of its own, or else the IPv6 address. */
function plainWords([a, b, c, d]: readonly [number, number, number, number]): readonly number[] {
  return a === 0 && b === 0 && c >>> 0 === 0xffff ? [d >>> 0] : [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}
