/** Kernel parameters of every kind with values that no host has. */

import { U64_MAX } from '../../fs/u64.ts';
import type { SysctlValue } from '../../providers/model/sysctl.ts';

const bytes = (length: number, step: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * step) & 0xff);

export const SYSCTL_FIXTURE: readonly (readonly [path: string, value: SysctlValue, text: string])[] = [
  ['dev/cdrom/info', { driver: 'cdrom.c 99.98 2999/12/31', drives: [{ name: 'sr7', speed: 12345, slots: 678, abilities: Array<number>(17).fill(9) }] },
    'CD-ROM information, Id: cdrom.c 99.98 2999/12/31\n\ndrive name:\t\tsr7\ndrive speed:\t\t12345\ndrive # of slots:\t678\n' +
    'Can close tray:\t\t9\nCan open tray:\t\t9\nCan lock tray:\t\t9\nCan change speed:\t9\nCan select disk:\t9\nCan read multisession:\t9\n' +
    'Can read MCN:\t\t9\nReports media changed:\t9\nCan play audio:\t\t9\nCan write CD-R:\t\t9\nCan write CD-RW:\t9\nCan read DVD:\t\t9\n' +
    'Can write DVD-R:\t9\nCan write DVD-RAM:\t9\nCan read MRW:\t\t9\nCan write MRW:\t\t9\nCan write RAM:\t\t9\n\n\n'],
  ['dev/tty/legacy_tiocsti', [0], '0\n'],
  ['dev/parport/parport7/autoprobe', null, ''],
  ['fs/dentry-state', [U64_MAX, 2n ** 63n, 45, 0, 2 ** 53 - 1, 0], '18446744073709551615\t9223372036854775808\t45\t0\t9007199254740991\t0\n'],
  ['fs/file-max', [U64_MAX], '18446744073709551615\n'],
  ['kernel/core_modes', ['f\xefle', 'pipe'], 'f\xefle\npipe\n'],
  ['kernel/core_pattern', '|/bin/\xe4 %P %u', '|/bin/\xe4 %P %u\n'],
  ['kernel/io_uring_group', [-1], '-1\n'],
  ['kernel/panic', [-(2 ** 31)], '-2147483648\n'],
  ['kernel/panic_sys_info', ['tasks', 'mem'], 'tasks,mem\n'],
  ['kernel/random/boot_id', bytes(16, 17), '00112233-4455-6677-8899-aabbccddeeff\n'],
  ['kernel/sem', [2 ** 31 - 1, -1, 0, -(2 ** 31)], '2147483647\t-1\t0\t-2147483648\n'],
  ['kernel/sched_energy_aware', null, ''],
  ['kernel/unheard_of', 'a line\tof text', 'a line\tof text\n'],
  ['kernel/usermodehelper/bset', [4294967295, 511], '4294967295\t511\n'],
  ['kernel/warn_limit', [2 ** 32 - 1], '4294967295\n'],
  ['kernel/watchdog_cpumask', [{ first: 0, last: 0 }, { first: 2, last: 9999 }], '0,2-9999\n'],
  ['net/core/netdev_rss_key', bytes(4, 85), '00:55:aa:ff\n'],
  ['net/core/rps_default_mask', { bits: 70, words: [0xffff_ffff, 1, 0x2a] }, '2a,00000001,ffffffff\n'],
  ['net/ipv4/neigh/veth9.9/locktime', [-0], '-0\n'],
  ['net/ipv4/tcp_available_congestion_control', ['reno', 'n\xf6vel'], 'reno n\xf6vel\n'],
  ['net/ipv4/tcp_fastopen_key', [bytes(16, 1), bytes(16, 16)],
    '03020100-07060504-0b0a0908-0f0e0d0c,30201000-70605040-b0a09080-f0e0d0c0\n'],
  ['net/ipv6/conf/veth9.9/stable_secret', bytes(16, 17), '0011:2233:4455:6677:8899:aabb:ccdd:eeff\n'],
  ['sunrpc/rpc_debug', [0xffff_ffff], '0xffffffff\n'],
  ['sunrpc/transports', { transports: [{ name: 'tcp-bc', maximum: 2 ** 53 - 1 }] }, 'tcp-bc 9007199254740991\n'],
  ['vm/lowmem_reserve_ratio', [1, 2, 3, 4, 5], '1\t2\t3\t4\t5\n'],
  ['vm/stat_refresh', null, ''],
];
