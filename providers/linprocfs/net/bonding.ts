/** net/bonding/INTERFACE (drivers/net/bonding/bond_procfs.c). */

import { CAP_NET_ADMIN, type Caller } from '../../../fs/caller.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Bond, BondAggregation, BondAggregator, BondArp, BondPort, BondSlave, LacpUnit } from '../../model/network-links.ts';
import { compressedAddress6, dotted, linkAddress } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const BOND_TIMES: LineFormat<Bond> = lineFormat(
  'MII Status: %(up|down){up}\nMII Polling Interval (ms): %d{pollInterval}\nUp Delay (ms): %d{upDelay}\n' +
    'Down Delay (ms): %d{downDelay}\nPeer Notification Delay (ms): %d{notificationDelay}\n',
);

export const BOND_AGGREGATION: LineFormat<BondAggregation> = lineFormat(
  '\n802.3ad info\nLACP active: %(on|off){active}\nLACP rate: %(fast|slow){fast}\nMin links: %d{minimumLinks}\n' +
    'Aggregator selection policy (ad_select): %s{selection}\n',
);

export const BOND_SYSTEM: LineFormat<{ priority: number; address: readonly number[] }> = lineFormat(
  'System priority: %d{priority}\nSystem MAC address: %m{address}\n',
);

export const BOND_AGGREGATOR: LineFormat<BondAggregator> = lineFormat(
  'Active Aggregator Info:\n\tAggregator ID: %d{id}\n\tNumber of ports: %d{ports}\n\tActor Key: %d{actorKey}\n' +
    '\tPartner Key: %d{partnerKey}\n\tPartner Mac Address: %m{partner}\n',
);

export const BOND_PORT: LineFormat<BondPort> = lineFormat(
  'Aggregator ID: %d{aggregator}\nActor Churn State: %s{actorChurn}\nPartner Churn State: %s{partnerChurn}\n' +
    'Actor Churned Count: %d{actorChurned}\nPartner Churned Count: %d{partnerChurned}\n',
);

const LACP_UNIT = (key: string): string =>
  `    system priority: %d{systemPriority}\n    system mac address: %m{system}\n    ${key} key: %d{key}\n` +
  '    port priority: %d{portPriority}\n    port number: %d{port}\n    port state: %d{state}\n';

export const LACP_ACTOR: LineFormat<LacpUnit> = lineFormat(`details actor lacp pdu:\n${LACP_UNIT('port')}`);
export const LACP_PARTNER: LineFormat<LacpUnit> = lineFormat(`details partner lacp pdu:\n${LACP_UNIT('oper')}`);

export function bonding(out: TextWriter, bond: Bond, _hidden: boolean, caller: Caller): void {
  out.text('Ethernet Channel Bonding Driver: v').text(bond.version).text('\n\nBonding Mode: ').text(bond.mode);
  if (bond.failOverMac !== undefined) out.text(' (fail_over_mac ').text(bond.failOverMac).text(')');
  out.newline();
  const { hashPolicy, active } = bond;
  if (hashPolicy) out.text('Transmit Hash Policy: ').text(hashPolicy.name).text(' (').decimal(hashPolicy.value).text(')\n');
  if (active) {
    out.text('Primary Slave: ').text(active.primary?.name ?? 'None');
    if (active.primary) out.text(' (primary_reselect ').text(active.primary.reselect).text(')');
    out.text('\nCurrently Active Slave: ').text(active.current ?? 'None').newline();
  }
  writeLine(out, BOND_TIMES, bond);
  if (bond.arp) arp(out, bond.arp);
  // What the units call each other is for those who may configure them.
  const administrator = (bond.aggregation !== undefined || bond.slaves.some(({ port }) => port)) && caller.capable(CAP_NET_ADMIN);
  if (bond.aggregation) aggregation(out, bond.aggregation, administrator);
  for (const slave of bond.slaves) bondSlave(out, slave, administrator);
}

function arp(out: TextWriter, { interval, missedMaximum, targets, targets6 }: BondArp): void {
  out.text('ARP Polling Interval (ms): ').signed(interval).text('\nARP Missed Max: ').decimal(missedMaximum);
  out.text('\nARP IP target/s (n.n.n.n form):');
  targets.forEach((target, index) => dotted(out.text(index > 0 ? ', ' : ' '), target));
  out.newline();
  if (!targets6) return;
  out.text('NS IPv6 target/s (xx::xx form):');
  targets6.forEach((target, index) => compressedAddress6(out.text(index > 0 ? ', ' : ' '), target));
  out.newline();
}

function aggregation(out: TextWriter, value: BondAggregation, administrator: boolean): void {
  writeLine(out, BOND_AGGREGATION, value);
  if (!administrator || !value.system) return;
  writeLine(out, BOND_SYSTEM, value.system);
  const { aggregator } = value;
  if (aggregator && 'none' in aggregator) out.text('bond ').text(aggregator.none).text(' has no active aggregator\n');
  else if (aggregator) writeLine(out, BOND_AGGREGATOR, aggregator);
}

function bondSlave(out: TextWriter, slave: BondSlave, administrator: boolean): void {
  out.text('\nSlave Interface: ').text(slave.name).text('\nMII Status: ').text(slave.status).text('\nSpeed: ');
  if (slave.speed === undefined) out.text('Unknown\n');
  else out.signed(slave.speed).text(' Mbps\n');
  out.text('Duplex: ').text(slave.fullDuplex === undefined ? 'Unknown' : slave.fullDuplex ? 'full' : 'half');
  out.text('\nLink Failure Count: ').decimal(slave.failures).text('\nPermanent HW addr: ');
  linkAddress(out, slave.permanentAddress, ':').text('\nSlave queue ID: ').signed(slave.queue).newline();
  const { port } = slave;
  if (port === null) out.text('Aggregator ID: N/A\n');
  if (!port) return;
  writeLine(out, BOND_PORT, port);
  if (!administrator || !port.details) return;
  writeLine(out, LACP_ACTOR, port.details.actor);
  writeLine(out, LACP_PARTNER, port.details.partner);
}
