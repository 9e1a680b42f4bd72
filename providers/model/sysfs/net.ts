/** Attributes of network interfaces: net/core/net-sysfs.c, net/bridge, drivers/net. */

import { CAP_NET_ADMIN } from '../../../fs/caller.ts';
import {
  type SysfsTable,
  bytes,
  decimal,
  each,
  hex,
  inUnit,
  line,
  mask,
  needs,
  words,
  writable,
} from './row.ts';

export const NET: SysfsTable = {
  '@net': {
    ...each(
      decimal(),
      'addr_assign_type addr_len carrier_changes carrier_down_count carrier_up_count dev_port dormant ifindex iflink link_mode name_assign_type testing type',
    ),
    dev_id: hex(),
    ...each(bytes(), 'address broadcast'),
    ...each(line(), 'operstate duplex phys_port_name phys_port_id phys_switch_id'),
    speed: inUnit('Mbit/s'),
    ...needs(CAP_NET_ADMIN, {
      ...each(writable(decimal()), 'carrier mtu napi_defer_hard_irqs netdev_group proto_down threaded tx_queue_len'),
      gro_flush_timeout: writable(inUnit('ns')),
      flags: writable(hex()),
      ifalias: writable(line()),
    }),
    // tun
    tun_flags: hex(),
    ...each(decimal(), 'owner group'),
  },
  '@net/statistics': { '*': decimal() },
  '@net/queues/rx-#': {
    rps_cpus: writable(mask()),
    rps_flow_cnt: writable(decimal()),
  },
  '@net/queues/rx-#/virtio_net': { mergeable_rx_buffer_size: inUnit('bytes') },
  '@net/queues/tx-#': {
    xps_cpus: writable(mask()),
    xps_rxqs: writable(mask()),
    tx_maxrate: writable(decimal()),
    tx_timeout: decimal(),
    traffic_class: line(),
  },
  '@net/queues/tx-#/byte_queue_limits': {
    ...each(writable(decimal()), 'hold_time limit limit_max limit_min stall_max stall_thrs'),
    ...each(decimal(), 'inflight stall_cnt'),
  },
  '@net/wireless': { ...each(line(), 'beacon crypt fragment level link misc noise nwid retries status') },
  '@net/bridge': {
    ...each(
      writable(decimal()),
      'ageing_time default_pvid fdb_max_learned forward_delay group_fwd_mask hash_elasticity hash_max hello_time max_age mcast_stats_enabled multicast_igmp_version multicast_last_member_count multicast_last_member_interval multicast_membership_interval multicast_mld_version multicast_querier multicast_querier_interval multicast_query_interval multicast_query_response_interval multicast_query_use_ifaddr multicast_router multicast_snooping multicast_startup_query_count multicast_startup_query_interval nf_call_arptables nf_call_ip6tables nf_call_iptables no_linklocal_learn priority stp_state vlan_filtering vlan_stats_enabled vlan_stats_per_port',
    ),
    ...each(decimal(), 'fdb_n_learned gc_timer hello_timer root_path_cost root_port tcn_timer topology_change topology_change_detected topology_change_timer'),
    ...each(line(), 'bridge_id root_id'),
    group_addr: writable(bytes()),
    group_fwd_mask: writable(hex()),
    vlan_protocol: writable(hex()),
  },
  '@net/brport': {
    ...each(
      writable(decimal()),
      'bpdu_guard broadcast_flood hairpin_mode isolated learning mcast_ttl multicast_fast_leave multicast_flood multicast_router multicast_to_unicast neigh_suppress path_cost priority proxyarp proxyarp_wifi root_block unicast_flood',
    ),
    ...each(decimal(), 'change_ack config_pending designated_cost forward_delay_timer hold_timer message_age_timer state'),
    ...each(line(), 'designated_bridge designated_root backup_port'),
    ...each(hex(), 'designated_port port_id port_no'),
  },
  '@net/bonding': {
    ...each(
      writable(line()),
      'active_slave ad_actor_sys_prio ad_actor_system ad_select ad_user_port_key all_slaves_active arp_all_targets arp_interval arp_ip_target arp_missed_max arp_validate downdelay fail_over_mac lacp_active lacp_rate lp_interval miimon min_links mode num_grat_arp num_unsol_na packets_per_slave peer_notif_delay primary primary_reselect queue_id resend_igmp tlb_dynamic_lb updelay use_carrier xmit_hash_policy',
    ),
    ...each(line(), 'ad_actor_key ad_aggregator ad_num_ports ad_partner_key ad_partner_mac mii_status'),
    slaves: words(),
  },
  'class/net': { bonding_masters: writable(words()) },
  '@ieee80211': {
    ...each(decimal(), 'index'),
    ...each(bytes(), 'macaddress address_mask'),
    name: line(),
    addresses: { kind: 'words', separator: '\n', mode: 0o444 },
  },
  '@rfkill': {
    ...each(decimal(), 'hard index persistent claim'),
    ...each(writable(decimal()), 'soft state'),
    ...each(line(), 'name type'),
  },
  '@mdio_bus': { phy_id: hex(8), phy_interface: line(), phy_has_fixups: decimal(), phy_dev_flags: hex(8) },
  '@ptp': {
    ...each(decimal(), 'max_adjustment max_phase_adjustment max_vclocks n_alarms n_external_timestamps n_periodic_outputs n_programmable_pins n_vclocks pps_available'),
    clock_name: line(),
  },
  '@pps': { ...each(line(), 'assert clear name path'), mode: hex(1, ''), echo: decimal() },
  '@infiniband/ports/#': {
    ...each(line(), 'link_layer phys_state rate state'),
    ...each(hex(), 'lid sm_lid'),
    ...each(decimal(), 'lid_mask_count sm_sl'),
    cap_mask: hex(8),
  },
  '@infiniband/ports/#/counters': { '*': decimal() },
  '@infiniband/ports/#/hw_counters': { '*': decimal() },
  '@infiniband/ports/#/gids': { '#': line() },
  '@infiniband/ports/#/gid_attrs/types': { '#': line() },
  '@infiniband/ports/#/gid_attrs/ndevs': { '#': line() },
  '@infiniband/ports/#/pkeys': { '#': hex(4) },
  '@infiniband/hw_counters': { '*': decimal() },
  '@infiniband': {
    ...each(line(), 'board_id fw_ver hca_type hw_rev node_desc node_guid node_type sys_image_guid'),
  },
};
