/** net/vlan/config and net/vlan/INTERFACE (net/8021q/vlanproc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Vlan, VlanConfiguration, VlanInterface } from '../../model/network-links.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const VLAN: LineFormat<Vlan> = lineFormat('%-15s{name}| %d{id}  | %s{device}\n');

export function vlanConfig(out: TextWriter, { nameType, vlans }: VlanConfiguration): void {
  out.text('VLAN Dev name\t | VLAN ID\nName-Type: ').text(nameType).newline();
  for (const vlan of vlans) writeLine(out, VLAN, vlan);
}

/** An interface's file as far as the priorities. */
export const VLAN_INTERFACE: LineFormat<VlanInterface> = lineFormat(
  '%s{name}  VID: %d{id}\t REORDER_HDR: %d{reorderHeader}  dev->priv_flags: %x{privateFlags}\n' +
    '         total frames received %12u{receivedFrames}\n' +
    '          total bytes received %12u{receivedBytes}\n' +
    '      Broadcast/Multicast Rcvd %12u{receivedMulticast}\n' +
    '\n' +
    '      total frames transmitted %12u{sentFrames}\n' +
    '       total bytes transmitted %12u{sentBytes}\n' +
    'Device: %s{device}\n',
);

export function vlanInterface(out: TextWriter, vlan: VlanInterface): void {
  writeLine(out, VLAN_INTERFACE, vlan).text('INGRESS priority mappings: ');
  // The last one stands closer than the others.
  vlan.ingress.forEach((priority, index) => {
    out.text(index === 0 ? '' : index < 7 ? '  ' : ' ').decimal(index).byte(0x3a).decimal(priority);
  });
  out.text('\n EGRESS priority mappings: ');
  for (const { priority, vlanPriority } of vlan.egress) out.decimal(priority).byte(0x3a).decimal(vlanPriority).space();
  out.newline();
}
