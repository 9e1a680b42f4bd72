/** net/afs/servers, net/afs/addr_prefs and net/afs/CELL/vlservers (fs/afs/proc.c, fs/afs/addr_prefs.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { AfsAddressPreferences, AfsServer, AfsVolumeLocation } from '../../model/network-services.ts';
import { compressedAddress6, dotted, endpoint } from './addresses.ts';

/** How wide a subnet's column is. */
const SUBNET = 43;

export function afsAddressPreferences(out: TextWriter, preferences: AfsAddressPreferences | null): void {
  if (!preferences) {
    out.text('NO PREFS\n');
    return;
  }
  const list = preferences.preferences;
  out.text('PROT ').textLeft('SUBNET', SUBNET).text(' PRIOR (v=').decimal(preferences.version).text(' n=');
  out.decimal(preferences.firstIpv6).byte(0x2f).decimal(list.length).byte(0x2f).decimal(preferences.maximum).text(')\n');
  for (const { address, prefixLength, priority } of list) {
    const start = out.text('UDP  ').length;
    if (typeof address === 'number') dotted(out, address);
    else compressedAddress6(out, address);
    out.byte(0x2f).decimal(prefixLength).padTo(start + SUBNET).space().decimalPadded(priority, 5).newline();
  }
}

export function afsServers(out: TextWriter, servers: readonly AfsServer[]): void {
  out.text('UUID                                 REF ACT CELL\n');
  for (const server of servers) {
    out.text(server.uuid).space().signedPadded(server.references, 3).space().signedPadded(server.active, 3).space();
    out.text(server.cell).text('\n  - info: fl=').hex(server.flags).text(' rtt=').decimal(server.roundTrip);
    out.text('\n  - probe: last=').signed(server.probed).newline();
    const { state } = server;
    if (!state) continue;
    out.text('  - ESTATE pq=').hex(state.sequence).text(' np=').decimal(state.probing).text(' rsp=').hex(state.responsive);
    out.text(' f=').hex(state.failed).text('\n  - ALIST v=').decimal(state.version);
    out.text(' ap=').decimal(state.preferencesVersion).newline();
    state.addresses.forEach((address, index) => {
      endpoint(out.text('    [').hex(index).text('] '), address.endpoint).text(address.mark).text(' rtt=').signed(address.roundTrip);
      out.text(' err=').signed(address.error).text(' p=').decimal(address.priority).newline();
    });
  }
}

export function afsVolumeServers(out: TextWriter, { source, status, servers }: AfsVolumeLocation): void {
  out.text('# source ').text(source).text(', status ').text(status).newline();
  for (const server of servers) {
    out.text(server.name).text(' [p=').decimal(server.priority).text(' w=').decimal(server.weight).text(' s=');
    out.text(server.source).text(',').text(server.status).text(']:\n');
    for (const address of server.addresses) endpoint(out.text(address.preferred ? ' > ' : ' - '), address.endpoint).newline();
    out.text(' info: fl=').hex(server.flags).text(' rtt=').signed(server.roundTrip);
    out.text('\n probe: fl=').hex(server.probeFlags).text(' e=').signed(server.probeError);
    out.text(' ac=').signed(server.probeAbort).text(' out=').signed(server.outstanding).newline();
  }
}

/** net/afs/rootcell and net/afs/sysname: names. */
export function names(out: TextWriter, list: readonly string[]): void {
  for (const name of list) out.text(name).newline();
}
