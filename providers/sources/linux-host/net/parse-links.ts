/** Parsers of VLANs, bonds, wireless devices and tunnels. */

import {
  BOND_AGGREGATION,
  BOND_AGGREGATOR,
  BOND_PORT,
  BOND_SYSTEM,
  BOND_TIMES,
  LACP_ACTOR,
  LACP_PARTNER,
} from '../../../linprocfs/net/bonding.ts';
import { SESSION, TRAFFIC, TUNNEL } from '../../../linprocfs/net/l2tp.ts';
import { VLAN, VLAN_INTERFACE } from '../../../linprocfs/net/vlan.ts';
import { WIRELESS_DEVICE } from '../../../linprocfs/net/wireless.ts';
import type {
  Bond,
  BondAggregation,
  BondArp,
  BondPort,
  BondSlave,
  L2tp,
  L2tpSession,
  L2tpTunnel,
  Vlan,
  VlanConfiguration,
  VlanInterface,
  Wireless,
  WirelessDevice,
} from '../../../model/network-links.ts';
import type { Scanner } from '../scanner.ts';
import { compressedAddress6, dotted, linkAddress } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const COLON = 0x3a;
const COMMA = 0x2c;

/** net/vlan/config */
export function parseVlanConfig(_bytes: Buffer, scanner: Scanner): VlanConfiguration {
  scanner.nextLine().until(COLON);
  const nameType = scanner.blanks().line();
  const vlans: Vlan[] = [];
  while (!scanner.done) vlans.push(scanLine(scanner, VLAN));
  return { nameType, vlans };
}

/** net/vlan/INTERFACE */
export function parseVlanInterface(_bytes: Buffer, scanner: Scanner): VlanInterface {
  const head = scanLine(scanner, VLAN_INTERFACE);
  scanner.until(COLON);
  const ingress: number[] = [];
  while (!scanner.lineDone()) {
    scanner.until(COLON);
    ingress.push(scanner.number());
  }
  scanner.nextLine().until(COLON);
  const egress: { priority: number; vlanPriority: number }[] = [];
  while (!scanner.lineDone()) {
    const priority = scanner.number();
    scanner.take(COLON);
    egress.push({ priority, vlanPriority: scanner.number() });
  }
  return { ...head, ingress, egress };
}

/** A name and, in parentheses behind a word, what else there is to say of it. */
function nameAndNote(line: string): { name: string; note: string | undefined } {
  const open = line.endsWith(')') ? line.lastIndexOf(' (') : -1;
  if (open < 0) return { name: line, note: undefined };
  const note = line.slice(open + 2, -1);
  return { name: line.slice(0, open), note: note.slice(note.indexOf(' ') + 1) };
}

/** The rest of a line that begins with a label, if that is what is next. */
function labelled(scanner: Scanner, label: string): string | undefined {
  return scanner.takeText(label) ? scanner.line() : undefined;
}

/** net/bonding/INTERFACE */
export function parseBond(_bytes: Buffer, scanner: Scanner): Bond {
  scanner.takeText('Ethernet Channel Bonding Driver: v');
  const version = scanner.line();
  scanner.nextLine();
  const mode = bondMode(labelled(scanner, 'Bonding Mode: ') ?? '');
  const policy = labelled(scanner, 'Transmit Hash Policy: ');
  const active = bondActive(scanner);
  const times = scanLine(scanner, BOND_TIMES);
  const arp = scanner.takeText('ARP Polling Interval (ms): ') ? bondArp(scanner) : undefined;
  const { at } = scanner;
  const hasAggregation = scanner.takeText('\n802.3ad info');
  scanner.at = at;
  const aggregation = hasAggregation ? bondAggregation(scanner) : undefined;
  const slaves: BondSlave[] = [];
  while (scanner.takeText('\nSlave Interface: ')) slaves.push(bondSlave(scanner));
  return {
    ...times,
    version,
    mode: mode.name,
    failOverMac: mode.note,
    hashPolicy: policy === undefined ? undefined : hashPolicy(policy),
    active,
    arp,
    aggregation,
    slaves,
  };
}

/** Modes have names with parentheses of their own: `fault-tolerance (active-backup)`. */
function bondMode(line: string): { name: string; note: string | undefined } {
  return line.includes(' (fail_over_mac ') ? nameAndNote(line) : { name: line, note: undefined };
}

function hashPolicy(line: string): { name: string; value: number } {
  const open = line.lastIndexOf(' (');
  return { name: line.slice(0, open), value: Number(line.slice(open + 2, -1)) };
}

function bondActive(scanner: Scanner): Bond['active'] {
  const primary = labelled(scanner, 'Primary Slave: ');
  if (primary === undefined) return undefined;
  const { name, note } = nameAndNote(primary);
  const current = labelled(scanner, 'Currently Active Slave: ');
  return { primary: note === undefined ? undefined : { name, reselect: note }, current: current === 'None' ? undefined : current };
}

function bondArp(scanner: Scanner): BondArp {
  const interval = scanner.signed();
  scanner.nextLine().until(COLON);
  const missedMaximum = scanner.number();
  scanner.nextLine().until(COLON);
  const targets: number[] = [];
  while (!scanner.lineDone()) {
    targets.push(dotted(scanner));
    scanner.take(COMMA);
  }
  scanner.nextLine();
  if (!scanner.takeText('NS IPv6 target/s (xx::xx form):')) return { interval, missedMaximum, targets, targets6: undefined };
  const targets6: (readonly [number, number, number, number])[] = [];
  while (!scanner.lineDone()) {
    targets6.push(compressedAddress6(scanner));
    scanner.take(COMMA);
  }
  scanner.nextLine();
  return { interval, missedMaximum, targets, targets6 };
}

function bondAggregation(scanner: Scanner): BondAggregation {
  const head = scanLine(scanner, BOND_AGGREGATION);
  if (!scanner.nextIs('System priority: ')) return { ...head, system: undefined, aggregator: undefined };
  const system = scanLine(scanner, BOND_SYSTEM);
  if (scanner.takeText('bond ')) return { ...head, system, aggregator: { none: scanner.line().replace(/ has no active aggregator$/, '') } };
  return { ...head, system, aggregator: scanner.nextIs('Active Aggregator Info:') ? scanLine(scanner, BOND_AGGREGATOR) : undefined };
}

function bondSlave(scanner: Scanner): BondSlave {
  const name = scanner.line();
  const status = labelled(scanner, 'MII Status: ') ?? '';
  const speed = labelled(scanner, 'Speed: ');
  const duplex = labelled(scanner, 'Duplex: ');
  const failures = Number(labelled(scanner, 'Link Failure Count: '));
  scanner.takeText('Permanent HW addr: ');
  const permanentAddress = linkAddress(scanner);
  scanner.nextLine();
  const queue = Number(labelled(scanner, 'Slave queue ID: '));
  return {
    name,
    status,
    speed: speed === undefined || speed === 'Unknown' ? undefined : Number.parseInt(speed, 10),
    fullDuplex: duplex === undefined || duplex === 'Unknown' ? undefined : duplex === 'full',
    failures,
    permanentAddress,
    queue,
    port: bondPort(scanner),
  };
}

function bondPort(scanner: Scanner): BondPort | null | undefined {
  if (!scanner.nextIs('Aggregator ID: ')) return undefined;
  if (scanner.takeText('Aggregator ID: N/A\n')) return null;
  const port = scanLine(scanner, BOND_PORT);
  if (!scanner.nextIs('details actor lacp pdu:')) return { ...port, details: undefined };
  return { ...port, details: { actor: scanLine(scanner, LACP_ACTOR), partner: scanLine(scanner, LACP_PARTNER) } };
}

/** net/wireless */
export function parseWireless(_bytes: Buffer, scanner: Scanner): Wireless {
  const heading = scanner.nextLine().line();
  const devices: WirelessDevice[] = [];
  while (!scanner.done) devices.push(scanLine(scanner, WIRELESS_DEVICE));
  return { version: Number(heading.slice(heading.lastIndexOf('|') + 1)), devices };
}

/** net/pppol2tp */
export function parseL2tp(_bytes: Buffer, scanner: Scanner): L2tp {
  const version = scanner.line().replace('PPPoL2TP driver info, ', '');
  for (let line = 0; line < 5; line++) scanner.nextLine();
  const tunnels: L2tpTunnel[] = [];
  while (scanner.take(0x0a)) {
    const head = scanLine(scanner, TUNNEL);
    const traffic = scanLine(scanner, TRAFFIC);
    const sessions: L2tpSession[] = [];
    while (scanner.nextIs('  SESSION ')) {
      const session = scanLine(scanner, SESSION);
      const carried = scanLine(scanner, TRAFFIC);
      sessions.push({ ...session, traffic: carried, device: labelled(scanner, '   interface ') });
    }
    tunnels.push({ ...head, traffic, sessions });
  }
  return { version, tunnels };
}
