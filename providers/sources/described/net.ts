/** Network interfaces. */

import { EINVAL, ENOENT, EOPNOTSUPP } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { DescribedDevice } from './devices.ts';
import { type Content, Unreadable } from './object-tree.ts';
import { masksOf } from './cpu-sets.ts';

/** An interface. */
export interface DescribedInterface {
  readonly name: string;
  readonly index: number;
  /** ARPHRD_*: 1 Ethernet, 772 the loopback. */
  readonly type: number;
  /** IFF_* */
  readonly flags: number;
  readonly mtu: number;
  readonly address: Uint8Array;
  readonly broadcast: Uint8Array;
  readonly operationalState: string;
  /** Mbit/s, and `full` or `half`. Absent where it has none. */
  readonly speed?: number;
  readonly duplex?: string;
  /** Whether there is a carrier; undefined while it is down. */
  readonly carrier?: boolean;
  readonly queueLength: number;
  /** By name; those left out are 0. */
  readonly statistics: Readonly<Record<string, U64>>;
}

const STATISTICS =
  'collisions multicast rx_bytes rx_compressed rx_crc_errors rx_dropped rx_errors rx_fifo_errors rx_frame_errors rx_length_errors rx_missed_errors rx_nohandler rx_over_errors rx_packets tx_aborted_errors tx_bytes tx_carrier_errors tx_compressed tx_dropped tx_errors tx_fifo_errors tx_heartbeat_errors tx_packets tx_window_errors'.split(' ');

/** The interface as a device below another one, with one queue each way. */
export function networkInterface(parent: string, described: DescribedInterface, cpus: number): DescribedDevice {
  const { name, index, carrier } = described;
  const running = (value: Content): Content => (carrier === undefined ? new Unreadable(EINVAL) : value);
  const statistics = Object.fromEntries(STATISTICS.map((each) => [`statistics/${each}`, described.statistics[each] ?? 0]));
  return {
    path: `${parent}/net/${name}`,
    class: 'net',
    environment: [
      ['INTERFACE', name],
      ['IFINDEX', String(index)],
    ],
    attributes: {
      addr_assign_type: 0,
      addr_len: described.address.length,
      address: described.address,
      broadcast: described.broadcast,
      carrier: running(carrier ? 1 : 0),
      carrier_changes: 1,
      carrier_down_count: 0,
      carrier_up_count: 1,
      dev_id: 0,
      dev_port: 0,
      dormant: running(0),
      duplex: running(described.duplex ?? 'unknown'),
      flags: described.flags,
      gro_flush_timeout: 0,
      ifalias: null,
      ifindex: index,
      iflink: index,
      link_mode: 0,
      mtu: described.mtu,
      name_assign_type: 4,
      napi_defer_hard_irqs: 0,
      netdev_group: 0,
      operstate: described.operationalState,
      phys_port_id: new Unreadable(EOPNOTSUPP),
      phys_port_name: new Unreadable(EOPNOTSUPP),
      phys_switch_id: new Unreadable(EOPNOTSUPP),
      proto_down: 0,
      speed: running(described.speed ?? -1),
      testing: running(0),
      threaded: 0,
      tx_queue_len: described.queueLength,
      type: described.type,
      'queues/rx-0/rps_cpus': masksOf([], cpus).mask,
      'queues/rx-0/rps_flow_cnt': 0,
      'queues/tx-0/traffic_class': new Unreadable(ENOENT),
      'queues/tx-0/tx_maxrate': 0,
      'queues/tx-0/tx_timeout': 0,
      'queues/tx-0/xps_cpus': new Unreadable(ENOENT),
      'queues/tx-0/xps_rxqs': masksOf([], 1).mask,
      ...statistics,
    },
  };
}
