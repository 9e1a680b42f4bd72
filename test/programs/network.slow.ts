/** Programs that look at the network on ours, in a network namespace with sockets, routes and interfaces of every kind. */

import { test } from 'uvu';
import { type ProgramCase, endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url, ['network', 'descriptors']);
endWorld(world);

/** The lines of a table in an order of their own: that of netlink's answers follows the addresses of kernel objects. */
function sorted(text: string): string {
  return text.split('\n').sort().join('\n');
}

/** Without the mount namespaces of the two sides, which have other processes in them. */
function withoutSides(text: string, world: World): string {
  const lines = world.alike(text).split('\n');
  return lines.filter((line) => !line.startsWith('OWN')).join('\n');
}

function inNetwork(lines: readonly string[], more: Partial<ProgramCase> = {}): ProgramCase[] {
  return lines.map((line) => ({ line, networkOf: 'network', ...more }));
}

/** Sockets by way of /proc/net, for which ss(8) takes these variables as a word. */
const FILES = Object.fromEntries(
  ['TCP', 'UDP', 'RAW', 'UNIX', 'PACKET', 'NETLINK'].map((name) => [`PROC_NET_${name}`, `/proc/net/${name.toLowerCase()}`]),
);

const SS = ['ss -anpe', 'ss -anpio', 'ss -tanm', 'ss -0an', 'ss -ln', 'ss -f netlink', 'ss -6an'];
const SS_FILES = ['ss -tanpe', 'ss -uan', 'ss -wan', 'ss -0an', 'ss -xanp', 'ss -f netlink -a'];
const IP = [
  ...['addr', '-s link', '-d link', 'route show table all', '-6 route', 'neigh', 'rule', 'maddr', 'tuntap', 'mroute', 'netconf'],
].map((words) => `ip ${words}`);
const NETSTAT = ['-an', '-anpe', '-lntuwx', '-s', '-rn', '-6rn', '-ie', '-gn'].map((option) => `netstat ${option}`);
const NET_TOOLS = ['route -n', 'route -nee', 'route -6n', 'arp -an', 'arp -en', 'ifconfig -a', 'ifconfig -s', 'ipmaddr'];

testPrograms(world, [
  ...inNetwork(SS, { edit: sorted }),
  ...inNetwork(['ss -s']),
  ...inNetwork(SS_FILES, { edit: sorted, environment: FILES }),
  ...inNetwork(IP, { silent: true }),
  ...inNetwork(NETSTAT),
  ...inNetwork(NET_TOOLS, { silent: true }),
  ...inNetwork(['nstat -az', 'rtacct', 'bridge link', 'tc qdisc'], { silent: true }),
  ...inNetwork(['sysctl net.ipv4 net.core', 'cat /proc/net/tcp /proc/net/udp /proc/net/unix /proc/net/route /proc/net/dev']),
  ...['lsns', 'lsns -o NS,TYPE,PATH,PPID,COMMAND,UID,NETNSID', 'lsns -p $(pgrep -o subject)'].map((line) => ({ line, edit: withoutSides })),
]);

test.run();
