/** PID/net: the files of the rarer protocols. */

import type { NodeSpec } from '../../../fs/generated/spec.ts';
import type { TaskView } from '../../model/task.ts';
import { atalkArp, atalkRoute, ax25, ax25Calls, bpqether, nrNodes } from './amateur-radio.ts';
import { atmArp, atmBr2684, atmDevices, atmLec, atmMpc, atmPvc, atmSvc, atmVc } from './atm.ts';
import { CAN_RESET, canBroadcast, canReceivers, canStats } from './can.ts';
import { type SubjectOf, namedDirectory, namedFile, netDirectory, netFile } from './files.ts';
import { kcm, kcmStats } from './kcm.ts';
import { showRecord, showTable } from './line-format.ts';
import {
  ATALK_INTERFACE,
  ATALK_SOCKET,
  AX25_ROUTE,
  BLUETOOTH,
  LLC_CORE,
  LLC_SOCKET,
  NR,
  NR_NEIGH,
  PFKEY,
  PHONET,
  PNRESOURCE,
  ROSE,
  ROSE_NEIGH,
  ROSE_NODES,
  ROSE_ROUTES,
  X25_FORWARD,
  X25_ROUTE,
  X25_SOCKET,
  YAM,
} from './tables.ts';

export function protocolTables(subjectOf: SubjectOf): Record<string, NodeSpec<TaskView>> {
  const bluetooth = showTable(BLUETOOTH);
  return {
    pfkey: netFile('pfkey', 'table', showTable(PFKEY)),
    hci: netFile('hci', 'plain', bluetooth),
    l2cap: netFile('l2cap', 'plain', bluetooth),
    sco: netFile('sco', 'plain', bluetooth),
    rfcomm: netFile('rfcomm', 'plain', bluetooth),
    bnep: netFile('bnep', 'plain', bluetooth),
    hidp: netFile('hidp', 'plain', bluetooth),
    cmtp: netFile('cmtp', 'plain', bluetooth),
    iso: netFile('iso', 'plain', bluetooth),
    phonet: netFile('phonet', 'table', showTable(PHONET)),
    pnresource: netFile('pnresource', 'table', showTable(PNRESOURCE)),
    llc: netDirectory('llc', {
      socket: netFile('llc/socket', 'plain', showTable(LLC_SOCKET)),
      core: netFile('llc/core', 'plain', showTable(LLC_CORE)),
    }),
    atalk: netDirectory('atalk', {
      interface: netFile('atalk/interface', 'plain', showTable(ATALK_INTERFACE)),
      route: netFile('atalk/route', 'plain', atalkRoute),
      socket: netFile('atalk/socket', 'plain', showTable(ATALK_SOCKET)),
      arp: netFile('atalk/arp', 'plain', atalkArp),
    }),
    ax25: netFile('ax25', 'plain', ax25),
    ax25_route: netFile('ax25_route', 'plain', showTable(AX25_ROUTE)),
    ax25_calls: netFile('ax25_calls', 'plain', ax25Calls),
    nr: netFile('nr', 'plain', showTable(NR)),
    nr_nodes: netFile('nr_nodes', 'plain', nrNodes),
    nr_neigh: netFile('nr_neigh', 'plain', showTable(NR_NEIGH)),
    rose: netFile('rose', 'plain', showTable(ROSE)),
    rose_nodes: netFile('rose_nodes', 'plain', showTable(ROSE_NODES)),
    rose_neigh: netFile('rose_neigh', 'plain', showTable(ROSE_NEIGH)),
    rose_routes: netFile('rose_routes', 'plain', showTable(ROSE_ROUTES)),
    bpqether: netFile('bpqether', 'plain', bpqether),
    yam: netFile('yam', 'plain', showTable(YAM)),
    x25: netDirectory('x25', {
      route: netFile('x25/route', 'plain', showTable(X25_ROUTE)),
      socket: netFile('x25/socket', 'plain', showTable(X25_SOCKET)),
      forward: netFile('x25/forward', 'plain', showTable(X25_FORWARD)),
    }),
    can: netDirectory('can', {
      stats: netFile('can/stats', 'single', canStats, 0o644),
      reset_stats: netFile('can/reset_stats', 'single', showRecord(CAN_RESET), 0o644),
      rcvlist_all: netFile('can/rcvlist_all', 'single', canReceivers, 0o644),
      rcvlist_fil: netFile('can/rcvlist_fil', 'single', canReceivers, 0o644),
      rcvlist_inv: netFile('can/rcvlist_inv', 'single', canReceivers, 0o644),
      rcvlist_eff: netFile('can/rcvlist_eff', 'single', canReceivers, 0o644),
      rcvlist_sff: netFile('can/rcvlist_sff', 'single', canReceivers, 0o644),
      rcvlist_err: netFile('can/rcvlist_err', 'single', canReceivers, 0o644),
    }),
    'can-bcm': namedDirectory('can-bcm', subjectOf, namedFile('can-bcm', 'single', canBroadcast, 0o644)),
    kcm: netFile('kcm', 'table', kcm),
    kcm_stats: netFile('kcm_stats', 'single', kcmStats),
    atm: netDirectory('atm', {
      devices: netFile('atm/devices', 'plain', atmDevices),
      pvc: netFile('atm/pvc', 'plain', atmPvc),
      svc: netFile('atm/svc', 'plain', atmSvc),
      vc: netFile('atm/vc', 'plain', atmVc),
      arp: netFile('atm/arp', 'table', atmArp),
      lec: netFile('atm/lec', 'plain', atmLec),
      mpc: netFile('atm/mpc', 'commands', atmMpc),
      br2684: netFile('atm/br2684', 'plain', atmBr2684),
    }),
  };
}
