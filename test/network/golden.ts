/** The lines of every file of the fixture, as the kernel's format strings give them. */

export const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  dev: [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '     a: 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615',
    'name-of-fifteen:       1       2    3    4    5     6          7         8        9      10   11   12   13    14      15         16',
  ],
  dev_mcast: [
    '2147483647 name-of-fifteen 2147483647 123456 01005efffefd',
    '1    ib              1     0     000102030405060708090a0b0c0d0e0f10111213',
  ],
  softnet_stat: [
    'ffffffff ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 ffffffff ffffffff',
    '00000001 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000004 00000005 ffffffff ffffffff',
    '00000001 00000002 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000004 00000005 00000006 00000007 ffffffff ffffffff',
  ],
  ptype: [
    'Type Device      Function',
    'ALL  name-of-fifteen packet_rcv',
    'ffff          handler [module]',
    '0800 eth0     ip_rcv',
  ],
  psched: [
    'ffffffff 00000040 ffffffff ffffffff',
  ],
  connector: [
    'Name            ID',
    'cn_proc         4294967295:4294967295',
    'a name with blanks and more 0:1',
  ],
  pnp: [
    '#PROTO: BOOTP',
    'domain example.org',
    'nameserver 192.0.2.1',
    'nameserver 255.254.253.252',
    'bootserver 255.254.253.252',
  ],
  'ipconfig/ntp_servers': [
    '192.0.2.1',
    '255.254.253.252',
  ],
  tcp: [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ',
    '2147483647: 010200C0:FFFF FCFDFEFF:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 18446744073709551615 18446744073709551615 4294967295 4294967295 -2147483648',
    '   0: 0100007F:FFFF 00000000:0ABC 06 FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 0 -2147483648 (____ptrval____)            ',
  ],
  tcp6: [
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '2147483647: B80D01200000000000FF000029834200:FFFF 98BADCFE1032547667452301EFCDAB89:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 18446744073709551615 18446744073709551615 4294967295 4294967295 -2147483648',
    '   0: 98BADCFE1032547667452301EFCDAB89:FFFF B80D01200000000000FF000029834200:0ABC 06 FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 0 -2147483648 0000000000000000',
  ],
  udp: [
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            ',
    '2147483647: 010200C0:FFFF FCFDFEFF:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 4294967295',
  ],
  udp6: [
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '2147483647: B80D01200000000000FF000029834200:FFFF 98BADCFE1032547667452301EFCDAB89:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 4294967295',
  ],
  udplite: [
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            ',
    '2147483647: 010200C0:FFFF FCFDFEFF:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 1',
  ],
  udplite6: [
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '2147483647: B80D01200000000000FF000029834200:FFFF 98BADCFE1032547667452301EFCDAB89:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 2',
  ],
  raw: [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '2147483647: 010200C0:FFFF FCFDFEFF:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 3',
  ],
  raw6: [
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '2147483647: B80D01200000000000FF000029834200:FFFF 98BADCFE1032547667452301EFCDAB89:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 4',
  ],
  icmp: [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             ',
    '    1: 010200C0:FFFF FCFDFEFF:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 5',
  ],
  icmp6: [
    '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '2147483647: B80D01200000000000FF000029834200:FFFF 98BADCFE1032547667452301EFCDAB89:0ABC FF FFFFFFFF:FFFFFFFE FE:FFFFFFFFFFFFFFFF FFFFFFFD 4294967295 -2147483648 18446744073709551615 -2147483648 ffffffffffffffff 6',
  ],
  unix: [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    'ffffffffffffffff: FFFFFFFF 00000000 FFFFFFFF FFFF FF 18446744073709551615',
    '(____ptrval____): 00000002 00000000 00010000 0001 01     7 @abstract@\xff name ',
    '0000000000001234: 00000002 00000000 00000000 0005 03 123456 /a path',
    'with two',
    '',
    'lines',
    '0000000000000000: 00000002 00000000 00000000 0002 01     8 ',
  ],
  packet: [
    'sk               RefCnt Type Proto  Iface R Rmem   User   Inode',
    'ffffffffffffffff -2147483648 10   ffff   -2147483648 1 4294967295 4294967295 18446744073709551615',
    '0000000000000001 2      3    0003   0     0 0      0      1     ',
  ],
  netlink: [
    'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode',
    'ffffffffffffffff 22  4294967295 ffffffff -2147483648 -2147483648 1     -2147483648 4294967295 18446744073709551615',
  ],
  protocols: [
    'protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em',
    'A-LONG-NAME 4294967295 -2147483648  -9223372036854775808   yes 4294967295   no   a_long_module_name  y  n  n  y  n  n  y  n  n  y  n  n  y  n  n  y  n  n',
    'X            1      0      -1   NI       0   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  y  y  y  y  y',
  ],
  sockstat: [
    'sockets: used -2147483648',
    'TCP: inuse -2147483648 orphan -2147483648 tw -2147483648 alloc -2147483648 mem -9223372036854775808',
    'UDP: inuse -2147483648 mem -9223372036854775808',
    'UDPLITE: inuse -2147483648',
    'RAW: inuse -2147483648',
    'FRAG: inuse 4294967295 memory 18446744073709551615',
  ],
  sockstat6: [
    'TCP6: inuse -2147483648',
    'UDP6: inuse -2147483648',
    'RAW6: inuse -2147483648',
    'FRAG6: inuse 4294967295 memory 18446744073709551615',
  ],
  arp: [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '255.254.253.252  0xffff      0xffff      01:02:03:ff:fe:fd:07:08:09     *        name-of-fifteen',
    '127.0.0.1        0x304       0x0                               *        *',
    '192.0.2.1        0x3         0x2         CALL-15               *        ax0',
  ],
  route: [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       ',
    'name-of-fifteen\t010200C0\tFCFDFEFF\tFFFF\t0\t0\t-2147483648\t00FFFFFF\t-2147483648\t4294967295\t4294967295                              ',
    '*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0                                                                                  ',
  ],
  rt_cache: [
    'Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst                          ',
  ],
  fib_trie: [
    'Main:',
    '  +-- 0.0.0.0/0 3 0 5',
  ],
  fib_triestat: [
    'Basic info: size of leaf: 48 bytes, size of tnode: 40 bytes.',
  ],
  if_inet6: [
    '20010db8000000000000ff0000428329 ffffffff 80 ff ff name-of-fifteen',
    'fedcba98765432100123456789abcdef 01 00 00 00       lo',
  ],
  ipv6_route: [
    '20010db8000000000000ff0000428329 80 fedcba98765432100123456789abcdef 40 fedcba98765432100123456789abcdef ffffffff ffffffff ffffffff ffffffff name-of-fifteen',
    '00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000000 00000000 00000000         ',
  ],
  rt6_stats: [
    'ffffffff ffffffff ffffffff ffffffff ffffffff 0001 10000',
  ],
  ip6_flowlabel: [
    'Label S Owner  Users  Linger Expires  Dst                              Opt',
    'FFFFF 255 -2147483648 -2147483648 -9223372036854775808 -9223372036854775808 20010db8000000000000ff0000428329 -2147483648',
    '00001 1 0      1      6      5        fedcba98765432100123456789abcdef 8   ',
  ],
  igmp: [
    'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter',
    '2147483647\tname-of-fifteen: -2147483648      V3',
    '\t\t\t\tFB0000E0 -2147483648 1:FFFFFFFFFFFFFFFF\t\t-2147483648',
    '\t\t\t\t010000E0     1 0:00000000\t\t0',
    '1\tlo        :     0    NONE',
  ],
  igmp6: [
    '2147483647 name-of-fifteen 20010db8000000000000ff0000428329 -2147483648 FFFFFFFF -9223372036854775808',
  ],
  mcfilter: [
    'Idx Device        MCA        SRC    INC    EXC',
    '2147483647 name-o 0xc0000201 0xfffefdfc 18446744073709551615 18446744073709551615',
  ],
  mcfilter6: [
    'Idx Device                Multicast Address                   Source Address    INC    EXC',
    '  1     lo 20010db8000000000000ff0000428329 fedcba98765432100123456789abcdef 18446744073709551615 18446744073709551615',
  ],
  anycast6: [
    '2147483647 name-of-fifteen 20010db8000000000000ff0000428329 -2147483648',
  ],
  ip_mr_vif: [
    'Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote',
    '31 name-of-fifteen -9223372036854775808 -9223372036854775808  -9223372036854775808 -9223372036854775808 FFFFFFFF 010200C0 FCFDFEFF',
  ],
  ip6_mr_vif: [
    'Interface      BytesIn  PktsIn  BytesOut PktsOut Flags',
    ' 0 none       -9223372036854775808       1         2       3 00004',
  ],
  ip_mr_cache: [
    'Group    Origin   Iif     Pkts    Bytes    Wrong Oifs',
    '01FFFFEF 010200C0 -1  18446744073709551615 18446744073709551615 18446744073709551615  0:1   31:254',
  ],
  ip6_mr_cache: [
    'Group                            Origin                           Iif      Pkts  Bytes     Wrong  Oifs',
    '2001:0db8:0000:0000:0000:ff00:0042:8329 fedc:ba98:7654:3210:0123:4567:89ab:cdef 32767 18446744073709551615        0        1',
  ],
  snmp: [
    'Ip: Forwarding InReceives',
    'Ip: 1 18446744073709551615',
    'Tcp: MaxConn InSegs',
    'Tcp: -1 18446744073709551615',
  ],
  netstat: [
    'TcpExt: SyncookiesSent',
    'TcpExt: 18446744073709551615',
  ],
  snmp6: [
    'Ip6InReceives                   \t18446744073709551615',
    'ANameThatIsLongerThanTheColumnForIt\t0',
  ],
  xfrm_stat: [
    'XfrmInError             \t18446744073709551615',
    'XfrmOutStateSeqErrorAndMore\t0',
  ],
  tls_stat: [
    'TlsCurrTxSw                     \t18446744073709551615',
  ],
  'stat/arp_cache': [
    'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls',
    'ffffffff ffffffffffffffff ffffffffffffffff ffffffffffffffff   ffffffffffffffff ffffffffffffffff ffffffffffffffff   ffffffffffffffff         ffffffffffffffff         ffffffffffffffff         ffffffffffffffff       ffffffffffffffff            ffffffffffffffff',
  ],
  'stat/ndisc_cache': [
    'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls',
    '00000001 00000002 00000003 00000004   00000005 00000006 00000007   00000008         00000009         0000000a         0000000b       0000000c            0000000d',
  ],
  'stat/clip_arp_cache': [
    'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls',
  ],
  'stat/rt_cache': [
    'entries  in_hit   in_slow_tot in_slow_mc in_no_route in_brd   in_martian_dst in_martian_src out_hit  out_slow_tot out_slow_mc gc_total gc_ignored gc_goal_miss gc_dst_overflow in_hlist_search out_hlist_search',
    'ffffffff 00000000 00000001    00000002   00000003    00000004 00000005       00000006       00000000 00000007     ffffffff    00000000 00000000   00000000     00000000        00000000        00000000',
  ],
  'stat/nf_conntrack': [
    'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart',
    'ffffffff  00000001 00000002 00000000 00000003 00000000 00000000 00000004 00000005 00000006 00000007 00000008 00000009  0000000a 0000000b 0000000c ffffffff',
  ],
  'stat/synproxy': [
    'entries\t\tsyn_received\tcookie_invalid\tcookie_valid\tcookie_retrans\tconn_reopened',
    '00000000\t00000001\t00000002\t00000003\t00000004\tffffffff',
  ],
  'stat/nf_flowtable': [
    'wq_add   wq_del   wq_stats',
    '-2147483648        1 2147483647',
  ],
  nf_conntrack: [
    'ipv4     2 tcp      6 -9223372036854775808 ESTABLISHED src=192.0.2.1 dst=255.254.253.252 sport=65535 dport=65534 zone-orig=65535 packets=18446744073709551615 bytes=18446744073709551615 src=255.254.253.252 dst=255.254.253.252 sport=1 dport=2 zone-reply=65534 packets=18446744073709551615 bytes=18446744073709551615 [ASSURED] mark=4294967295 secctx=system_u:object_r:unlabeled_t:s0 zone=65535 delta-time=18446744073709551615 use=4294967295',
    'ipv6     10 icmpv6   58 29 src=2001:0db8:0000:0000:0000:ff00:0042:8329 dst=fedc:ba98:7654:3210:0123:4567:89ab:cdef type=255 code=255 id=65535 [UNREPLIED] src=fedc:ba98:7654:3210:0123:4567:89ab:cdef dst=fedc:ba98:7654:3210:0123:4567:89ab:cdef type=129 code=0 id=65535 use=2',
    'ipv4     2 gre      47 timeout=4294967295, stream_timeout=4294967295 src=192.0.2.1 dst=255.254.253.252 srckey=0xffff dstkey=0x0 src=192.0.2.1 dst=255.254.253.252 srckey=0x1 dstkey=0x2 [OFFLOAD] mark=0 use=1',
    'unknown  2 unknown  255 599 src=192.0.2.1 dst=255.254.253.252 [UNREPLIED] src=255.254.253.252 dst=255.254.253.252 mark=0 zone=7 use=1',
  ],
  nf_conntrack_expect: [
    '2147483647 l3proto = 2 proto=6 src=192.0.2.1 dst=255.254.253.252 sport=0 dport=65535 PERMANENT,INACTIVE,USERSPACE ftp/ftp policy',
    '0 l3proto = 10 proto=17 src=2001:0db8:0000:0000:0000:ff00:0042:8329 dst=fedc:ba98:7654:3210:0123:4567:89ab:cdef sip',
    '1 l3proto = 2 proto=17 src=192.0.2.1 dst=255.254.253.252 INACTIVE',
  ],
  'netfilter/nf_log': [
    ' 0 NONE (nfnetlink_log)',
    ' 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)',
    '10 NONE ()',
  ],
  'netfilter/nfnetlink_log': [
    '65535 4294967295 4294967295 255 4294967295 4294967295 4294967295',
  ],
  'netfilter/nfnetlink_queue': [
    '65535 4294967295 4294967295 255 4294967295 4294967295 4294967295 4294967295  1',
    '    1      2     3 2     4     5     6        7  1',
  ],
  ip_tables_names: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  ip_tables_matches: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  ip_tables_targets: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  ip6_tables_names: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  ip6_tables_matches: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  ip6_tables_targets: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  arp_tables_names: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  arp_tables_matches: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  arp_tables_targets: [
    'NFQUEUE',
    'NFQUEUE',
    'a b',
  ],
  'dev_snmp6/lo': [
    'ifIndex                         \t1',
    'Ip6InReceives                   \t18446744073709551615',
  ],
  'dev_snmp6/name-of-fifteen': [
    'ifIndex                         \t2',
  ],
  'dev_snmp6/eth0': [],
  'xt_recent/ssh': [
    'src=192.0.2.1 ttl: 255 last_seen: 18446744073709551615 oldest_pkt: 4294967295 18446744073709551615, 1',
    'src=2001:0db8:0000:0000:0000:ff00:0042:8329 ttl: 0 last_seen: 0 oldest_pkt: 0',
  ],
  'ipt_hashlimit/table': [
    '-9223372036854775808 192.0.2.1:65535->255.254.253.252:0 18446744073709551615 18446744073709551615 18446744073709551615',
  ],
  'ip6t_hashlimit/table': [
    '1 2001:0db8:0000:0000:0000:ff00:0042:8329:65535->fedc:ba98:7654:3210:0123:4567:89ab:cdef:80 1 2 18446744073709551615',
  ],
};
