/*
 * Makes a network namespace in which every table of /proc/net has something to show, and stays in it until its input
 * ends. What the kernel does not know is left out. Usage: namespace DIRECTORY; prints the id of a
 * thread that is in another namespace, and `ready`.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in6.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *directory;

/* Devices, addresses, neighbours, routes and rules; a line that fails is one that this machine does not know. */
static const char *const CONFIGURATION[] = {
    "ip link set lo up",
    "ip link add dummy0 type dummy",
    "ip link add a-long-device0 type veth peer name peer0",
    "ip link add ifb7 type ifb",
    "ip link add \xc3\xa9\xff0 type ifb",
    "ip link set \xc3\xa9\xff0 up",
    "ip link add mac0 link a-long-device0 type macvlan",
    "ip link set dummy0 up",
    "ip link set a-long-device0 up",
    "ip link set peer0 up",
    "ip link set ifb7 up",
    "ip link set mac0 up",
    "ip address add 192.0.2.1/24 dev a-long-device0",
    "ip address add 198.51.100.7/31 dev peer0",
    "ip address add 10.255.254.253/8 dev ifb7",
    "ip address add 2001:db8::1/64 dev a-long-device0 nodad",
    "ip address add 2001:db8:1::ffff/128 dev lo",
    "ip address add 2001:db8:2::1/80 dev peer0 nodad preferred_lft 0",
    "ip address add 2001:db8:3::1/64 dev mac0 nodad mngtmpaddr",
    "ip neighbour add 192.0.2.2 lladdr 02:ff:ee:dd:cc:bb dev a-long-device0 nud permanent",
    "ip neighbour add 192.0.2.3 lladdr 02:00:00:00:00:03 dev a-long-device0 nud stale",
    "ip neighbour add 192.0.2.4 lladdr 02:00:00:00:00:04 dev a-long-device0 nud reachable",
    "ip neighbour add proxy 192.0.2.99 dev a-long-device0",
    "ip neighbour add 2001:db8::2 lladdr 02:00:00:00:00:02 dev a-long-device0 nud permanent",
    "ip route add default via 192.0.2.2 metric 100 mtu 1400 window 5000 rtt 300ms advmss 1360",
    "ip route add 203.0.113.0/24 via 192.0.2.3 dev a-long-device0",
    "ip route add 203.0.113.77/32 dev peer0 scope link",
    "ip route add unreachable 10.1.0.0/16",
    "ip route add prohibit 10.2.0.0/16 metric 4294967295",
    "ip route add blackhole 10.3.0.0/16",
    "ip route add throw 10.4.0.0/16",
    "ip route add 10.5.0.0/16 nexthop via 192.0.2.2 weight 3 nexthop via 192.0.2.3",
    "ip route add 10.6.0.0/16 via inet6 2001:db8::2 dev a-long-device0",
    "ip -6 route add default via 2001:db8::2 metric 5",
    "ip -6 route add 2001:db8:77::/48 via 2001:db8::2 dev a-long-device0 mtu 1400",
    "ip -6 route add unreachable 2001:db8:78::/48",
    "ip -6 route add prohibit 2001:db8:79::/48",
    "ip -6 route add 2001:db8:80::/48 from 2001:db8::/64 dev a-long-device0",
    "ip -6 route add 2001:db8:81::/48 nexthop via 2001:db8::2 nexthop via fe80::1 dev peer0",
    "ip maddress add 33:33:00:00:12:34 dev a-long-device0",
    "ip maddress add 01:00:5e:01:02:03 dev dummy0",
    "iptables-legacy -A OUTPUT -p udp -m recent --name list --set",
    "iptables-legacy -A OUTPUT -p udp -m hashlimit --hashlimit-name table --hashlimit-above 5/sec --hashlimit-mode srcip,dstip,srcport,dstport -j ACCEPT",
    "ip6tables-legacy -A OUTPUT -p udp -m recent --name 'list of six' --set",
    "ip6tables-legacy -A OUTPUT -p udp -m hashlimit --hashlimit-name table6 --hashlimit-above 5/sec --hashlimit-mode srcip,dstip,dstport -j ACCEPT",
    "iptables-legacy -t nat -A POSTROUTING -j MASQUERADE",
};

static void configure(void) {
    char command[400];
    for (size_t line = 0; line < sizeof CONFIGURATION / sizeof *CONFIGURATION; line++) {
        snprintf(command, sizeof command, "%s >/dev/null 2>&1", CONFIGURATION[line]);
        if (system(command) != 0 && getenv("VERBOSE")) fprintf(stderr, "%s: failed\n", CONFIGURATION[line]);
    }
}

static void set_parameter(const char *path, const char *value) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) return;
    if (write(fd, value, strlen(value)) < 0 && getenv("VERBOSE")) perror(path);
    close(fd);
}

static int option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

/* An address of either family, for loopback or for another. */
static socklen_t address(struct sockaddr_storage *into, int family, const char *text, int port) {
    memset(into, 0, sizeof *into);
    into->ss_family = family;
    if (family == AF_INET) {
        struct sockaddr_in *four = (struct sockaddr_in *)into;
        four->sin_port = htons(port);
        inet_pton(AF_INET, text, &four->sin_addr);
        return sizeof *four;
    }
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)into;
    six->sin6_port = htons(port);
    inet_pton(AF_INET6, text, &six->sin6_addr);
    return sizeof *six;
}

static int bound(int family, int type, int protocol, const char *text, int port) {
    struct sockaddr_storage name;
    socklen_t length = address(&name, family, text, port);
    int fd = socket(family, type, protocol);
    option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (family == AF_INET6) option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&name, length) != 0 && getenv("VERBOSE")) perror(text);
    return fd;
}

static int connected(int family, int type, int protocol, const char *text, int port) {
    struct sockaddr_storage name;
    socklen_t length = address(&name, family, text, port);
    int fd = socket(family, type | SOCK_NONBLOCK, protocol);
    if (connect(fd, (struct sockaddr *)&name, length) != 0 && errno != EINPROGRESS && getenv("VERBOSE")) perror(text);
    fcntl(fd, F_SETFL, 0);
    return fd;
}

/* TCP connections in every state that lasts. */
static void tcp_sockets(int family, const char *loopback, const char *any, const char *silent) {
    struct linger none = {1, 0};
    char byte[3000] = "";
    int listener = bound(family, SOCK_STREAM, 0, loopback, 4000);
    listen(listener, 5);
    listen(bound(family, SOCK_STREAM, 0, any, 65535), 1);
    bound(family, SOCK_STREAM, 0, loopback, 4001);

    connected(family, SOCK_STREAM, 0, loopback, 4000); /* waits to be accepted */
    int client = connected(family, SOCK_STREAM, 0, loopback, 4000);
    accept(listener, NULL, NULL);
    int server = accept(listener, NULL, NULL);
    if (write(client, byte, 17) < 0 || write(server, byte, 2000) < 0) perror("write");
    option(client, SOL_SOCKET, SO_KEEPALIVE, 1);

    client = connected(family, SOCK_STREAM, 0, loopback, 4000);
    server = accept(listener, NULL, NULL);
    shutdown(client, SHUT_WR); /* FIN_WAIT2 and CLOSE_WAIT */

    client = connected(family, SOCK_STREAM, 0, loopback, 4000);
    server = accept(listener, NULL, NULL);
    close(client); /* TIME_WAIT */
    close(server);

    client = connected(family, SOCK_STREAM, 0, loopback, 4000);
    server = accept(listener, NULL, NULL);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(client); /* reset */

    client = connected(family, SOCK_STREAM, 0, loopback, 4000);
    server = accept(listener, NULL, NULL);
    fcntl(client, F_SETFL, O_NONBLOCK);
    for (int rounds = 0; rounds < 10000 && write(client, byte, sizeof byte) > 0; rounds++)
        ; /* a full queue and a zero window */

    listener = bound(family, SOCK_STREAM, 0, loopback, 4002);
    option(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1000);
    option(listener, IPPROTO_TCP, TCP_FASTOPEN, 33);
    listen(listener, 5);
    connected(family, SOCK_STREAM, 0, loopback, 4002); /* SYN_RECV */
    connected(family, SOCK_STREAM, 0, silent, 9);      /* SYN_SENT */
    if (seteuid(4242) == 0) {
        listen(bound(family, SOCK_STREAM, 0, loopback, 4003), 1);
        if (seteuid(0) != 0) abort();
    }
}

static void datagram_sockets(int family, const char *loopback, const char *any) {
    static const int PROTOCOLS[] = {IPPROTO_UDP, IPPROTO_UDPLITE};
    char bytes[2000] = "";
    for (int index = 0; index < 2; index++) {
        bound(family, SOCK_DGRAM, PROTOCOLS[index], any, 5000);
        int full = bound(family, SOCK_DGRAM, PROTOCOLS[index], loopback, 5001);
        option(full, SOL_SOCKET, SO_RCVBUF, 2000);
        int sender = connected(family, SOCK_DGRAM, PROTOCOLS[index], loopback, 5001);
        for (int count = 0; count < 20; count++) send(sender, bytes, sizeof bytes, MSG_DONTWAIT);
    }
    int six = family == AF_INET6;
    socket(family, SOCK_RAW, 253);
    bound(family, SOCK_RAW, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP, loopback, 0);
    connected(family, SOCK_RAW, IPPROTO_RAW, loopback, 0);
    bound(family, SOCK_DGRAM, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP, loopback, 77);
    bound(family, SOCK_DGRAM, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP, any, 0);
}

static int unix_named(int type, const char *name, size_t length) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, length);
    int fd = socket(AF_UNIX, type, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof(sa_family_t) + length) != 0 && getenv("VERBOSE")) perror(name);
    return fd;
}

static void unix_sockets(void) {
    static const int TYPES[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    static const char *const NAMES[] = {"plain", "with blank", "with\nline end", "line end\n", "\n\nff: 0 0", "percent%s", "umlaut\xc3\xa4\xff"};
    int pair[2];
    for (int index = 0; index < 3; index++) socketpair(AF_UNIX, TYPES[index], 0, pair);
    for (size_t index = 0; index < sizeof NAMES / sizeof *NAMES; index++) {
        char path[100];
        int length = snprintf(path, sizeof path, "%s/%s", directory, NAMES[index]);
        unix_named(TYPES[index % 3], path, length + index % 2);
    }
    unix_named(SOCK_DGRAM, "", 0); /* named by the kernel */
    unix_named(SOCK_STREAM, "\0abstract", 9);
    unix_named(SOCK_STREAM, "\0", 1);
    unix_named(SOCK_SEQPACKET, "\0with\0zero\0 blank\nand line end\n", 31);
    int listener = unix_named(SOCK_STREAM, "\0listener", 9);
    listen(listener, 3);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, "\0listener", 9);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    connect(fd, (struct sockaddr *)&address, sizeof(sa_family_t) + 9);
}

static void other_sockets(void) {
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6), .sll_ifindex = if_nametoindex("dummy0")};
    socket(AF_PACKET, SOCK_RAW, 0);
    socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
    int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IPV6));
    bind(fd, (struct sockaddr *)&link, sizeof link);
    for (int protocol = 0; protocol < 23; protocol++) {
        struct sockaddr_nl name = {.nl_family = AF_NETLINK, .nl_groups = protocol % 2 ? 0 : 0x80000001u >> protocol};
        fd = socket(AF_NETLINK, SOCK_RAW, protocol);
        if (fd >= 0) bind(fd, (struct sockaddr *)&name, sizeof name);
    }
}

static void groups(void) {
    int device = if_nametoindex("a-long-device0");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ip_mreqn join = {.imr_ifindex = device};
    inet_pton(AF_INET, "239.1.2.3", &join.imr_multiaddr);
    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join);
    for (int index = 0; index < 4; index++) {
        struct group_source_req request = {.gsr_interface = index % 2 ? device : (int)if_nametoindex("lo")};
        char source[64];
        snprintf(source, sizeof source, "192.0.2.%d", 20 + index);
        address(&request.gsr_group, AF_INET, index < 2 ? "232.1.1.1" : "232.1.1.2", 0);
        address(&request.gsr_source, AF_INET, source, 0);
        setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &request, sizeof request);
        snprintf(source, sizeof source, "2001:db8::%d", 20 + index);
        address(&request.gsr_group, AF_INET6, index < 2 ? "ff3e::1234" : "ff3e::abcd", 0);
        address(&request.gsr_source, AF_INET6, source, 0);
        setsockopt(socket(AF_INET6, SOCK_DGRAM, 0), IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, &request, sizeof request);
    }
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    inet_pton(AF_INET, "239.4.4.4", &join.imr_multiaddr);
    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join);
    struct group_source_req block = {.gsr_interface = device};
    address(&block.gsr_group, AF_INET, "239.4.4.4", 0);
    address(&block.gsr_source, AF_INET, "192.0.2.44", 0);
    setsockopt(fd, IPPROTO_IP, MCAST_BLOCK_SOURCE, &block, sizeof block);

    fd = socket(AF_INET6, SOCK_DGRAM, 0);
    struct ipv6_mreq six = {.ipv6mr_interface = device};
    inet_pton(AF_INET6, "2001:db8::77", &six.ipv6mr_multiaddr);
    setsockopt(fd, IPPROTO_IPV6, 27 /* IPV6_JOIN_ANYCAST */, &six, sizeof six);
    inet_pton(AF_INET6, "ff05::1:3", &six.ipv6mr_multiaddr);
    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof six);

    static const int SHARES[] = {IPV6_FL_S_EXCL, IPV6_FL_S_PROCESS, IPV6_FL_S_USER, IPV6_FL_S_ANY};
    for (int index = 0; index < 4; index++) {
        struct in6_flowlabel_req label = {
            .flr_label = htonl(0x12300 + index),
            .flr_action = IPV6_FL_A_GET,
            .flr_share = SHARES[index],
            .flr_flags = IPV6_FL_F_CREATE,
            .flr_expires = 1000 + index,
            .flr_linger = 6,
        };
        inet_pton(AF_INET6, "2001:db8::2", &label.flr_dst);
        if (setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &label, sizeof label) != 0 && getenv("VERBOSE")) perror("label");
    }
}

/* A multicast router with interfaces, routes and a packet that it has no route for. */
static void routers(void) {
    static const char *const DEVICES[] = {"a-long-device0", "peer0"};
    int four = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
    int six = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    option(four, IPPROTO_IP, MRT_INIT, 1);
    option(six, IPPROTO_IPV6, MRT6_INIT, 1);
    for (int index = 0; index < 2; index++) {
        struct vifctl vif = {.vifc_vifi = index, .vifc_flags = VIFF_USE_IFINDEX, .vifc_threshold = 1, .vifc_lcl_ifindex = if_nametoindex(DEVICES[index])};
        struct mif6ctl mif = {.mif6c_mifi = index, .vifc_threshold = 1, .mif6c_pifi = if_nametoindex(DEVICES[index])};
        if (setsockopt(four, IPPROTO_IP, MRT_ADD_VIF, &vif, sizeof vif) != 0 && getenv("VERBOSE")) perror("vif");
        setsockopt(six, IPPROTO_IPV6, MRT6_ADD_MIF, &mif, sizeof mif);
    }
    struct mfcctl route = {.mfcc_parent = 0, .mfcc_ttls = {0, 7}};
    inet_pton(AF_INET, "192.0.2.50", &route.mfcc_origin);
    inet_pton(AF_INET, "239.9.9.9", &route.mfcc_mcastgrp);
    setsockopt(four, IPPROTO_IP, MRT_ADD_MFC, &route, sizeof route);
    struct mf6cctl route6 = {.mf6cc_parent = 0};
    address((struct sockaddr_storage *)&route6.mf6cc_origin, AF_INET6, "2001:db8::50", 0);
    address((struct sockaddr_storage *)&route6.mf6cc_mcastgrp, AF_INET6, "ff0e::9", 0);
    IF_SET(1, &route6.mf6cc_ifset);
    setsockopt(six, IPPROTO_IPV6, MRT6_ADD_MFC, &route6, sizeof route6);

    struct sockaddr_storage to;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    option(fd, IPPROTO_IP, IP_MULTICAST_TTL, 9);
    struct ip_mreqn by = {.imr_ifindex = if_nametoindex("a-long-device0")};
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &by, sizeof by);
    socklen_t length = address(&to, AF_INET, "239.8.8.8", 7);
    sendto(fd, "x", 1, 0, (struct sockaddr *)&to, length);
}

/* A netlink message that is put together piece by piece. */
static struct {
    struct nlmsghdr header;
    struct nfgenmsg family;
    char rest[1000];
} message;

static void begin(int subsystem, int type, int flags, int family, int resource) {
    memset(&message, 0, sizeof message);
    message.header.nlmsg_len = NLMSG_HDRLEN + sizeof message.family;
    message.header.nlmsg_type = subsystem << 8 | type;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message.family.nfgen_family = family;
    message.family.res_id = htons(resource);
}

static struct nlattr *attribute(int type, const void *value, int length) {
    struct nlattr *at = (struct nlattr *)((char *)&message + NLMSG_ALIGN(message.header.nlmsg_len));
    at->nla_type = type;
    at->nla_len = NLA_HDRLEN + length;
    if (length) memcpy((char *)at + NLA_HDRLEN, value, length);
    message.header.nlmsg_len = NLMSG_ALIGN(message.header.nlmsg_len) + NLA_ALIGN(at->nla_len);
    return at;
}

static struct nlattr *nest(int type) { return attribute(type | NLA_F_NESTED, NULL, 0); }

static void end(struct nlattr *at) { at->nla_len = (char *)&message + message.header.nlmsg_len - (char *)at; }

static void number8(int type, int value) { attribute(type, &(char){value}, 1); }
static void number16(int type, int value) { attribute(type, &(unsigned short){htons(value)}, 2); }
static void number32(int type, unsigned value) { attribute(type, &(unsigned){htonl(value)}, 4); }

static void tell(int fd, const char *what) {
    char answer[4096];
    if (send(fd, &message, message.header.nlmsg_len, 0) < 0) return;
    if (recv(fd, answer, sizeof answer, 0) < 0) return;
    struct nlmsgerr *error = NLMSG_DATA((struct nlmsghdr *)answer);
    if (error->error && getenv("VERBOSE")) fprintf(stderr, "%s: %s\n", what, strerror(-error->error));
}

static void direction(int type, int family, const char *from, const char *to, int protocol, int source, int destination) {
    char bytes[16];
    struct nlattr *tuple = nest(type), *part = nest(CTA_TUPLE_IP);
    inet_pton(family, from, bytes);
    attribute(family == AF_INET ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, bytes, family == AF_INET ? 4 : 16);
    inet_pton(family, to, bytes);
    attribute(family == AF_INET ? CTA_IP_V4_DST : CTA_IP_V6_DST, bytes, family == AF_INET ? 4 : 16);
    end(part);
    part = nest(CTA_TUPLE_PROTO);
    number8(CTA_PROTO_NUM, protocol);
    if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
        int first = protocol == IPPROTO_ICMP ? CTA_PROTO_ICMP_ID : CTA_PROTO_ICMPV6_ID;
        number16(first, 0xabcd);
        number8(first + 1, source);
        number8(first + 2, destination);
    } else {
        number16(CTA_PROTO_SRC_PORT, source);
        number16(CTA_PROTO_DST_PORT, destination);
    }
    end(part);
    end(tuple);
}

static void connection(int fd, int family, int protocol, int source, int destination, int seen, const char *helper) {
    const char *a = family == AF_INET ? "192.0.2.1" : "2001:db8::1", *b = family == AF_INET ? "192.0.2.200" : "2001:db8::200";
    int icmp = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
    int answer = protocol == IPPROTO_ICMP ? 0 : 129;
    begin(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, NLM_F_CREATE, family, 0);
    direction(CTA_TUPLE_ORIG, family, a, b, protocol, source, destination);
    direction(CTA_TUPLE_REPLY, family, b, a, protocol, icmp ? answer : destination, icmp ? 0 : source);
    number32(CTA_TIMEOUT, 100000 + protocol);
    number32(CTA_MARK, protocol * 1000003u);
    /* CONFIRMED is 8; SEEN_REPLY 2; ASSURED 4. */
    number32(CTA_STATUS, 8 | seen);
    if (protocol == IPPROTO_TCP) {
        struct nlattr *information = nest(CTA_PROTOINFO), *tcp = nest(CTA_PROTOINFO_TCP);
        number8(CTA_PROTOINFO_TCP_STATE, seen ? TCP_CONNTRACK_ESTABLISHED : TCP_CONNTRACK_SYN_SENT);
        end(tcp);
        end(information);
    }
    if (helper) {
        struct nlattr *help = nest(CTA_HELP);
        attribute(CTA_HELP_NAME, helper, strlen(helper) + 1);
        end(help);
    }
    tell(fd, "conntrack");
}

static void netfilter(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    set_parameter("/proc/sys/net/netfilter/nf_conntrack_acct", "1");
    set_parameter("/proc/sys/net/netfilter/nf_conntrack_timestamp", "1");
    connection(fd, AF_INET, IPPROTO_TCP, 40000, 21, 6, "ftp");
    begin(NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_NEW, NLM_F_CREATE, AF_INET, 0);
    direction(CTA_EXPECT_MASTER, AF_INET, "192.0.2.1", "192.0.2.200", IPPROTO_TCP, 40000, 21);
    direction(CTA_EXPECT_TUPLE, AF_INET, "192.0.2.200", "192.0.2.1", IPPROTO_TCP, 20, 40001);
    direction(CTA_EXPECT_MASK, AF_INET, "255.255.255.255", "255.255.255.255", IPPROTO_TCP, 0, 65535);
    number32(CTA_EXPECT_TIMEOUT, 1000);
    number32(CTA_EXPECT_FLAGS, 1);
    tell(fd, "expectation");
    set_parameter("/proc/sys/net/netfilter/nf_conntrack_acct", "0");
    connection(fd, AF_INET, IPPROTO_UDP, 40000, 53, 0, NULL);
    set_parameter("/proc/sys/net/netfilter/nf_conntrack_timestamp", "0");
    connection(fd, AF_INET, IPPROTO_ICMP, 8, 0, 0, NULL);
    connection(fd, AF_INET, 132, 1000, 2000, 0, NULL);
    connection(fd, AF_INET, 136, 1000, 2000, 2, NULL);
    connection(fd, AF_INET6, IPPROTO_TCP, 40000, 80, 6, NULL);
    connection(fd, AF_INET6, IPPROTO_ICMPV6, 128, 0, 0, NULL);
    connection(fd, AF_INET, 253, 0, 0, 0, NULL);

    for (int group = 0; group < 2; group++) {
        begin(NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, 0, AF_UNSPEC, group ? 65535 : 3);
        number8(NFULA_CFG_CMD, NFULNL_CFG_CMD_BIND);
        tell(fd, "log");
        begin(NFNL_SUBSYS_QUEUE, NFQNL_MSG_CONFIG, 0, AF_UNSPEC, group ? 65535 : 3);
        struct nfqnl_msg_config_cmd command = {.command = NFQNL_CFG_CMD_BIND};
        attribute(NFQA_CFG_CMD, &command, sizeof command);
        tell(fd, "queue");
    }
}

/* A thread that has left for a namespace of its own. */
static void *leave(void *unused) {
    if (unshare(CLONE_NEWNET) != 0) abort();
    printf("thread %d\n", gettid());
    printf("ready\n");
    fflush(stdout);
    for (;;) pause();
    return unused;
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    directory = arguments[1];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    if (unshare(CLONE_NEWNET) != 0) return 1;
    configure();
    set_parameter("/proc/sys/net/ipv4/ping_group_range", "0 0");
    tcp_sockets(AF_INET, "127.0.0.1", "0.0.0.0", "192.0.2.2");
    tcp_sockets(AF_INET6, "::1", "::", "2001:db8::2");
    datagram_sockets(AF_INET, "127.0.0.1", "0.0.0.0");
    datagram_sockets(AF_INET6, "::1", "::");
    unix_sockets();
    other_sockets();
    groups();
    routers();
    netfilter();
    pthread_t thread;
    if (pthread_create(&thread, NULL, leave, NULL) != 0) return 1;
    char end;
    while (read(0, &end, 1) > 0)
        ;
    return 0;
}
