/** net/rpc/* and net/nfsfs/* (net/sunrpc/{stats,cache,svcauth_unix}.c, fs/nfsd/{stats,export,nfs4idmap}.c, fs/nfs/client.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  NfsExport,
  NfsServer,
  NfsServerStatistics,
  NfsVolume,
  RpcCacheEntry,
  RpcClientStatistics,
  RpcProcedures,
} from '../../model/network-services.ts';
import type { Table } from '../../model/network.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import { hexAddress6 } from './addresses.ts';

function numbers(out: TextWriter, label: string, values: readonly (number | bigint)[]): TextWriter {
  out.text(label);
  for (const value of values) out.space().signed(value);
  return out.newline();
}

function procedureLines(out: TextWriter, procedures: readonly RpcProcedures[]): void {
  for (const { version, counts } of procedures) numbers(out, `proc${version} ${counts.length}`, counts);
}

/** net/sunrpc/stats.c rpc_proc_show */
export function rpcClient(out: TextWriter, { network, calls, procedures }: RpcClientStatistics): void {
  numbers(out, 'net', network);
  numbers(out, 'rpc', calls);
  procedureLines(out, procedures);
}

/** fs/nfsd/stats.c nfsd_show; what the kernel does not count any more are zeros. */
export function nfsd(out: TextWriter, statistics: NfsServerStatistics): void {
  numbers(out, 'rc', statistics.replyCache);
  out.text('fh ').signed(statistics.staleHandles).text(' 0 0 0 0\n');
  numbers(out, 'io', [statistics.readBytes, statistics.writtenBytes]);
  out.text('th ').decimal(statistics.threads).text(` 0${' 0.000'.repeat(10)}\nra${' 0'.repeat(12)}\n`);
  numbers(out, 'net', statistics.network);
  numbers(out, 'rpc', statistics.calls);
  procedureLines(out, statistics.procedures);
  const { operations, delegationAttributes } = statistics;
  if (operations) numbers(out, `proc4ops ${operations.length}`, operations);
  if (delegationAttributes !== undefined) out.text('wdeleg_getattr ').signed(delegationAttributes).newline();
}

/** The headings of the caches' contents. */
export const CACHE_HEADINGS = {
  'auth.unix.ip': '#class IP domain',
  'auth.unix.gid': '#uid cnt: gids...',
  'nfsd.fh': '#domain fsidtype fsid [path]',
  'nfs4.idtoname': '#domain type id [name]',
  'nfs4.nametoid': '#domain type name [id]',
} as const;

/** net/sunrpc/cache.c c_show */
export function cacheContent(heading: string): (out: TextWriter, entries: Table<RpcCacheEntry>) => void {
  return (out, entries) => {
    out.text(heading).newline();
    for (const { stale, words } of entries) out.text(stale ? '# ' : '').text(words.join(' ')).newline();
  };
}

/** fs/nfsd/export.c svc_export_show */
export function nfsdExports(out: TextWriter, exports: Table<NfsExport>): void {
  out.text('#path domain(flags)\n');
  for (const { stale, path, client, options } of exports) {
    out.text(stale ? '# ' : '').escaped(path, ' \t\n\\').byte(0x09).escaped(client, ' \t\n\\');
    out.text('(').text(options.join(',')).text(')\n');
  }
}

function hexAddress(out: TextWriter, address: Ipv4Address | Ipv6Address): TextWriter {
  return typeof address === 'number' ? out.hexZero(address, 8) : hexAddress6(out, address);
}

/** fs/nfs/client.c nfs_server_list_show */
export function nfsServers(out: TextWriter, servers: readonly NfsServer[]): void {
  out.text('NV SERVER   PORT USE HOSTNAME\n');
  for (const { version, address, port, references, host } of servers) {
    hexAddress(out.text('v').decimal(version).space(), address).space().hexPadded(port, 4).space();
    out.signedPadded(references, 3).space().text(host).newline();
  }
}

/** fs/nfs/client.c nfs_volume_list_show */
export function nfsVolumes(out: TextWriter, volumes: readonly NfsVolume[]): void {
  out.text('NV SERVER   PORT DEV          FSID                              FSC\n');
  for (const volume of volumes) {
    hexAddress(out.text('v').decimal(volume.version).space(), volume.address).space().hexPadded(volume.port, 4).space();
    let start = out.length;
    out.decimal(volume.deviceMajor).byte(0x3a).decimal(volume.deviceMinor).padTo(start + 12).space();
    start = out.length;
    out.hex(volume.fileSystemMajor).byte(0x3a).hex(volume.fileSystemMinor).padTo(start + 33);
    out.text(volume.cached ? ' yes\n' : ' no \n');
  }
}
