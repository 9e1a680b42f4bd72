/** PID/net: the files of kernel services. */

import type { NodeSpec } from '../../../fs/generated/spec.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { PacketGenerator, PacketGeneratorThread } from '../../model/network-services.ts';
import type { TaskView } from '../../model/task.ts';
import { afsAddressPreferences, afsServers, afsVolumeServers, names } from './afs.ts';
import { counters32 } from './counters.ts';
import { type SubjectOf, channelFile, namedDirectory, namedFile, namedSubdirectory, netDirectory, netFile } from './files.ts';
import { ipVs, ipVsConn, ipVsConnSync, ipVsStats, ipVsStatsPercpu } from './ip-vs.ts';
import { afsStats, rxrpcStats } from './labelled-counters.ts';
import { showRecord, showTable } from './line-format.ts';
import { pktgenInterface, pktgenThread } from './pktgen.ts';
import { CACHE_HEADINGS, cacheContent, nfsServers, nfsVolumes, nfsd, nfsdExports, rpcClient } from './rpc.ts';
import { sctpAssociations, sctpEndpoints } from './sctp.ts';
import {
  AFS_CELLS,
  AFS_VOLUMES,
  IP_VS_APP,
  PKTGEN_VERSION,
  RXRPC_BUNDLES,
  RXRPC_CALLS,
  RXRPC_CONNECTIONS,
  RXRPC_LOCALS,
  RXRPC_PEERS,
  SCTP_OBJECTS,
  SCTP_REMADDR,
} from './tables.ts';

export function services(subjectOf: SubjectOf): Record<string, NodeSpec<TaskView>> {
  return {
    sctp: netDirectory('sctp', {
      snmp: netFile('sctp/snmp', 'single', counters32),
      eps: netFile('sctp/eps', 'table', sctpEndpoints),
      assocs: netFile('sctp/assocs', 'table', sctpAssociations),
      remaddr: netFile('sctp/remaddr', 'table', showTable(SCTP_REMADDR)),
      sctp_dbg_objcnt: netFile('sctp/sctp_dbg_objcnt', 'plain', showTable(SCTP_OBJECTS)),
    }),
    ip_vs: netFile('ip_vs', 'table', ipVs),
    ip_vs_app: netFile('ip_vs_app', 'table', showTable(IP_VS_APP)),
    ip_vs_conn: netFile('ip_vs_conn', 'table', ipVsConn),
    ip_vs_conn_sync: netFile('ip_vs_conn_sync', 'table', ipVsConnSync),
    ip_vs_stats: netFile('ip_vs_stats', 'single', ipVsStats),
    ip_vs_stats_percpu: netFile('ip_vs_stats_percpu', 'single', ipVsStatsPercpu),
    rpc: rpc(),
    nfsfs: netDirectory('nfsfs', {
      servers: netFile('nfsfs/servers', 'table', nfsServers),
      volumes: netFile('nfsfs/volumes', 'table', nfsVolumes),
    }),
    pktgen: namedDirectory('pktgen', subjectOf, namedFile('pktgen', 'commands', pktgen, 0o600), {
      pgctrl: netFile('pktgen/pgctrl', 'commands', showRecord(PKTGEN_VERSION), 0o600),
    }),
    rxrpc: netDirectory('rxrpc', {
      calls: netFile('rxrpc/calls', 'table', showTable(RXRPC_CALLS)),
      conns: netFile('rxrpc/conns', 'table', showTable(RXRPC_CONNECTIONS)),
      bundles: netFile('rxrpc/bundles', 'table', showTable(RXRPC_BUNDLES)),
      peers: netFile('rxrpc/peers', 'table', showTable(RXRPC_PEERS)),
      locals: netFile('rxrpc/locals', 'table', showTable(RXRPC_LOCALS)),
      stats: netFile('rxrpc/stats', 'commands', rxrpcStats, 0o644),
    }),
    afs: namedDirectory(
      'afs',
      subjectOf,
      namedSubdirectory('afs', {
        vlservers: namedFile('afs/*/vlservers', 'table', afsVolumeServers),
        volumes: namedFile('afs/*/volumes', 'table', showTable(AFS_VOLUMES)),
      }),
      {
        cells: netFile('afs/cells', 'commands', showTable(AFS_CELLS), 0o644),
        rootcell: netFile('afs/rootcell', 'commands', names, 0o644),
        servers: netFile('afs/servers', 'table', afsServers),
        stats: netFile('afs/stats', 'single', afsStats),
        sysname: netFile('afs/sysname', 'commands', names, 0o644),
        addr_prefs: netFile('afs/addr_prefs', 'commands', afsAddressPreferences, 0o644),
      },
    ),
  };
}

/** A thread's file or an interface's. */
function pktgen(out: TextWriter, value: PacketGenerator | PacketGeneratorThread): void {
  if ('running' in value) pktgenThread(out, value);
  else pktgenInterface(out, value);
}

/** net/sunrpc/stats.c, net/sunrpc/cache.c, net/sunrpc/auth_gss/svcauth_gss.c */
function rpc(): NodeSpec<TaskView> {
  return netDirectory('rpc', {
    nfs: netFile('rpc/nfs', 'plain', rpcClient),
    nfsd: netFile('rpc/nfsd', 'plain', nfsd),
    'use-gss-proxy': netFile('rpc/use-gss-proxy', 'commands', (out, { state }) => number(out, state), 0o600),
    gss_krb5_enctypes: netFile('rpc/gss_krb5_enctypes', 'plain', encryptionTypes),
    'auth.rpcsec.init': netDirectory('rpc/auth.rpcsec.init', {
      channel: channelFile('rpc/auth.rpcsec.init/channel'),
      flush: netFile('rpc/auth.rpcsec.init/flush', 'commands', number, 0o600),
    }),
    'auth.rpcsec.context': netDirectory('rpc/auth.rpcsec.context', {
      channel: channelFile('rpc/auth.rpcsec.context/channel'),
      flush: netFile('rpc/auth.rpcsec.context/flush', 'commands', number, 0o600),
    }),
    'nfsd.export': netDirectory('rpc/nfsd.export', {
      channel: channelFile('rpc/nfsd.export/channel'),
      flush: netFile('rpc/nfsd.export/flush', 'commands', number, 0o600),
      content: netFile('rpc/nfsd.export/content', 'plain', nfsdExports, 0o400),
    }),
    'auth.unix.ip': cache('auth.unix.ip'),
    'auth.unix.gid': cache('auth.unix.gid'),
    'nfsd.fh': cache('nfsd.fh'),
    'nfs4.idtoname': cache('nfs4.idtoname'),
    'nfs4.nametoid': cache('nfs4.nametoid'),
  });
}

function cache(name: keyof typeof CACHE_HEADINGS): NodeSpec<TaskView> {
  return netDirectory(`rpc/${name}`, {
    channel: channelFile(`rpc/${name}/channel`),
    flush: netFile(`rpc/${name}/flush`, 'commands', number, 0o600),
    content: netFile(`rpc/${name}/content`, 'plain', cacheContent(CACHE_HEADINGS[name]), 0o400),
  });
}

function number(out: TextWriter, value: number | bigint): void {
  out.signed(value).newline();
}

function encryptionTypes(out: TextWriter, types: readonly number[]): void {
  out.text(types.join(','));
}
