/** Parsers of net/sctp. */

import { ASSOCIATION, ASSOCIATION_END, ENDPOINT } from '../../../linprocfs/net/sctp.ts';
import type { SctpAddress, SctpAssociation, SctpEndpoint } from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { Rows } from './rows.ts';
import { anyAddress } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const BLANK = 0x20;
const TAB = 0x09;
const STAR = 0x2a;
const LESS = 0x3c;

/** net/sctp/eps */
export function parseSctpEndpoints(bytes: Buffer): Iterable<SctpEndpoint> {
  return new Rows(bytes, 1, (scanner) => {
    const head = scanLine(scanner, ENDPOINT);
    const row = { ...head, addresses: sctpAddresses(scanner) };
    scanner.nextLine();
    return row;
  });
}

function sctpAddresses(scanner: Scanner): SctpAddress[] {
  const addresses: SctpAddress[] = [];
  // A tab ends the addresses of an association.
  for (;;) {
    while (scanner.take(BLANK));
    const next = scanner.peek();
    if (next === LESS || next === TAB || next === 0x0a || next < 0) return addresses;
    const primary = scanner.take(STAR);
    addresses.push({ address: anyAddress(scanner), primary });
  }
}

/** net/sctp/assocs; the sixth column is always 0. */
export function parseSctpAssociations(bytes: Buffer): Iterable<SctpAssociation> {
  return new Rows(bytes, 1, (scanner) => {
    const head = scanLine(scanner, ASSOCIATION);
    const local = sctpAddresses(scanner);
    scanner.takeText('<-> ');
    const remote = sctpAddresses(scanner);
    return { ...head, ...scanLine(scanner, ASSOCIATION_END), local, remote };
  });
}
