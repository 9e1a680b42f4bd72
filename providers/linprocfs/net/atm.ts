/** net/atm/* (net/atm/{proc,clip,lec,mpoa_proc,mpc,br2684}.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  AtmBridge,
  AtmCells,
  AtmCircuit,
  AtmDevice,
  AtmLanEntry,
  AtmMultiProtocol,
  AtmNeighbour,
  AtmPermanentCircuit,
  AtmPlace,
  AtmSwitchedCircuit,
} from '../../model/network-protocols.ts';
import type { Table } from '../../model/network.ts';
import { dotted, linkAddress, pointer } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

/** atm_dev_info */
export function atmDevices(out: TextWriter, devices: readonly AtmDevice[]): void {
  out.text('Itf Type    ESI/"MAC"addr AAL(TX,err,RX,err,drop) ...               [refcnt]\n');
  for (const device of devices) {
    linkAddress(out.signedPadded(device.number, 3).space().textLeft(device.type, 8), device.stationAddress, '').text('  ');
    cells(out, '0', device.layer0).text('  ');
    cells(out, '5', device.layer5).text('\t[').signed(device.references).text(']\n');
  }
}

function cells(out: TextWriter, layer: string, counts: AtmCells): TextWriter {
  out.text(layer).text(' (');
  for (const count of counts) out.space().signed(count);
  return out.text(' )');
}

export const ATM_PVC: LineFormat<AtmPermanentCircuit> = lineFormat(
  '%3d{device} %3d{path} %5d{channel} %-3s{layer} %7d{receiveRate} %-5s{receiveClass} %7d{sendRate} ',
);

/** pvc_info */
export function atmPvc(out: TextWriter, circuits: Table<AtmPermanentCircuit>): void {
  out.text('Itf VPI VCI   AAL RX(PCR,Class) TX(PCR,Class)\n');
  for (const circuit of circuits) {
    writeLine(out, ATM_PVC, circuit).textLeft(circuit.sendClass, 6);
    if (circuit.clip) out.text('CLIP, Itf:').text(circuit.clip.device).text(', Encap:').text(circuit.clip.encapsulation);
    out.newline();
  }
}

export const ATM_PLACE: LineFormat<AtmPlace> = lineFormat('%3d{device} %3d{path} %5d{channel} ');

export const ATM_CIRCUIT: LineFormat<AtmCircuit> = lineFormat(
  '%3s{family} %04x{flags}  %5d{reply} %7d{sendMemory}/%7d{sendBuffer} %7d{receiveMemory}/%7d{receiveBuffer} [%d{references}]\n',
);

/** vcc_info */
export function atmVc(out: TextWriter, circuits: Table<AtmCircuit>, hidden: boolean): void {
  out.textLeft('Address ', 16).text('Itf VPI VCI   Fam Flags Reply Send buffer     Recv buffer      [refcnt]\n');
  for (const circuit of circuits) {
    pointer(out, circuit.pointer, hidden).space();
    if (circuit.place) writeLine(out, ATM_PLACE, circuit.place);
    else out.text('Unassigned    ');
    writeLine(out, ATM_CIRCUIT, circuit);
  }
}

/** svc_info */
export function atmSvc(out: TextWriter, circuits: Table<AtmSwitchedCircuit>, hidden: boolean): void {
  out.text('Itf VPI VCI           State      Remote\n');
  for (const { place, state, remote } of circuits) {
    if ('pointer' in place) pointer(out.text('N/A@'), place.pointer, hidden).text('  ');
    else writeLine(out, ATM_PLACE, place).text('        ');
    out.textLeft(state, 10).space().text(remote).newline();
  }
}

export const ATM_NEIGHBOUR: LineFormat<AtmNeighbour> = lineFormat(
  '%-6s{device}%-4s{type}%-4s{encapsulation}%5d{idle} %-16i4{address}%s{circuit}\n',
);

/** atmarp_info */
export function atmArp(out: TextWriter, neighbours: Table<AtmNeighbour>): void {
  out.text('IPitf TypeEncp Idle IP address      ATM address\n');
  for (const neighbour of neighbours) writeLine(out, ATM_NEIGHBOUR, neighbour);
}

/** lec_info */
export function atmLec(out: TextWriter, entries: Table<AtmLanEntry>): void {
  out.text('Itf  MAC          ATM destination                          Status            Flags VPI/VCI Recv VPI/VCI\n');
  for (const { device, hardwareAddress, address, status, flags, circuit, receiveCircuit } of entries) {
    linkAddress(out.text(device).space(), hardwareAddress, ':').space();
    linkAddress(out, address, '').space().textLeft(status, 18).space().hexZero(flags, 4);
    if (circuit) out.signedPadded(circuit.path, 3).space().signedPadded(circuit.channel, 3).space();
    else out.text('        ');
    if (receiveCircuit) out.text('     ').signedPadded(receiveCircuit.path, 3).space().signedPadded(receiveCircuit.channel, 3);
    out.newline();
  }
}

/** mpc_show and atm_mpoa_disp_qos */
export function atmMpc(out: TextWriter, { qualities, interfaces }: AtmMultiProtocol): void {
  out.text('QoS entries for shortcuts:\nIP address\n  TX:max_pcr pcr     min_pcr max_cdv max_sdu\n');
  out.text('  RX:max_pcr pcr     min_pcr max_cdv max_sdu\n');
  for (const { address, send, receive } of qualities) {
    dotted(out, address).newline();
    for (const values of [send, receive]) {
      out.text('    ');
      for (const value of values) out.space().decimalLeft(value, 7);
      out.newline();
    }
  }
  for (const entry of interfaces) {
    out.text('\nInterface ').signed(entry.number).text(':\n\nIngress Entries:\n');
    out.text('IP address      State      Holding time  Packets fwded  VPI  VCI\n');
    for (const { address, state, holding, packets, shortcut } of entry.ingress) {
      const start = out.length;
      dotted(out, address).padTo(start + 16).textLeft(state, 11).decimalLeft(holding, 14).decimalLeft(packets, 12);
      if (shortcut) out.text('   ').decimalLeft(shortcut.path, 3).text('  ').decimalLeft(shortcut.channel, 3);
      out.newline();
    }
    out.text('\nEgress Entries:\nIngress MPC ATM addr\n');
    out.text('Cache-id        State      Holding time  Packets recvd  Latest IP addr   VPI VCI\n');
    for (const { peer, cache, state, holding, packets, latest, shortcut } of entry.egress) {
      linkAddress(out, peer, '').newline().decimalLeft(cache, 16).textLeft(state, 11).decimalLeft(holding, 14).decimalLeft(packets, 15);
      const start = out.length;
      dotted(out, latest).padTo(start + 16);
      if (shortcut) out.space().decimalLeft(shortcut.path, 3).space().decimalLeft(shortcut.channel, 3);
      out.newline();
    }
    out.newline();
  }
}

/** br2684_seq_show */
export function atmBr2684(out: TextWriter, devices: readonly AtmBridge[]): void {
  for (const { device, number, hardwareAddress, addressSet, circuits } of devices) {
    linkAddress(out.text('dev ').text(device).text(': num=').signed(number).text(', mac='), hardwareAddress, ':');
    out.text(addressSet ? ' (set)\n' : ' (auto)\n');
    for (const circuit of circuits) {
      out.text('  vcc ').signed(circuit.device).text('.').signed(circuit.path).text('.').signed(circuit.channel);
      out.text(': encaps=').text(circuit.encapsulation).text(' payload=').text(circuit.payload);
      out.text(', failed copies ').decimal(circuit.copiesFailed).text('/').decimal(circuit.copiesNeeded).newline();
      const { filter } = circuit;
      if (filter) dotted(dotted(out.text('    filter='), filter.prefix).text('/'), filter.mask).newline();
    }
  }
}
