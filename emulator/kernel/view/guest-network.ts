/** The network of guests: a loopback interface on which nothing happens. */

import { LOOPBACK, PlainNetwork } from '../../../providers/sources/plain/plain-network.ts';

const none = (): readonly never[] => [];

/** There is one, for all guests. */
export const GUEST_NETWORK: PlainNetwork = new PlainNetwork({
  dev: () => [LOOPBACK],
  arp: none,
  route: none,
  tcp: none,
  udp: none,
  raw: none,
  unix: none,
});
