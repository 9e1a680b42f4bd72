/** net/protocols (net/core/sock.c proto_seq_printf). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Protocol } from '../../model/network-sockets.ts';

export function protocols(out: TextWriter, list: readonly Protocol[]): void {
  out.text('protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em\n');
  for (const protocol of list) {
    out.textLeft(protocol.name, 9).space().decimalPadded(protocol.size, 4).space().signedPadded(protocol.sockets, 6);
    out.text('  ').signedPadded(protocol.memory, 6).text('   ').textLeft(pressure(protocol.pressure), 3).space();
    out.decimalPadded(protocol.maximumHeader, 6).text('   ').textLeft(protocol.slab ? 'yes' : 'no', 3).text('  ');
    out.textLeft(protocol.module, 10);
    for (const has of protocol.operations) out.text(has ? '  y' : '  n');
    out.newline();
  }
}

/** Whether memory is short, where the protocol can tell. */
function pressure(state: boolean | undefined): string {
  return state === undefined ? 'NI' : state ? 'yes' : 'no';
}
