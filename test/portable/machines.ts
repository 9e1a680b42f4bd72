/**
 * What systeminformation tells of machines that the tests cannot run on: results of the shapes that its documentation and its sources
 * have for each platform, with values of our own.
 */

import type { Part, Platform } from '../../providers/sources/portable/parts.ts';

/** The results of all calls, by part. */
export type Results = { readonly [P in Part]: Readonly<Record<string, unknown>> };

export interface MachineFixture {
  readonly platform: Platform;
  /** Milliseconds since the epoch at which all of it was asked. */
  readonly wall: number;
  readonly results: Results;
}

const WALL = new Date(2026, 4, 17, 10, 30, 0).getTime();
const GIB = 2 ** 30;

function cpus(count: number, model: string, speed: number, times: Readonly<Record<string, number>>): unknown[] {
  return Array.from({ length: count }, () => ({ model, speed, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0, ...times } }));
}

const LINUX: MachineFixture = {
  platform: 'linux',
  wall: WALL,
  results: {
    machine: {
      cpu: { manufacturer: 'Intel', brand: 'Xeon® Gold 6130', vendor: 'GenuineIntel', family: '6', model: '85', stepping: '4', revision: '', voltage: '', speed: 2.1, speedMin: 1, speedMax: 3.7, governor: 'powersave', cores: 4, physicalCores: 2, performanceCores: 4, efficiencyCores: 0, processors: 1, socket: '', flags: 'fpu vme de pse sse2 ht', virtualization: true, cache: { l1d: 32768, l1i: 32768, l2: 1048576, l3: 23068672 } },
      arch: 'x64',
      type: 'Linux',
      release: '6.6.30-lts',
      version: '#1 SMP PREEMPT_DYNAMIC Thu May 2 2026',
      hostname: 'tanne',
      users: 'root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/:/bin/false\n',
    },
    times: { cpus: cpus(4, 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz', 2100, { user: 120_000, nice: 30, sys: 40_010, idle: 838_000, irq: 70 }), uptime: 1000.5, load: [0.42, 1.5, 2.337], total: 16 * GIB, free: 2 * GIB },
    memory: { mem: { total: 16 * GIB, free: 2 * GIB, used: 14 * GIB, active: 6 * GIB, available: 10 * GIB, buffers: GIB / 4, cached: 5 * GIB, slab: GIB, buffcache: 6.25 * GIB, reclaimable: GIB / 2, swaptotal: 4 * GIB, swapused: GIB, swapfree: 3 * GIB, writeback: 4096, dirty: 8192 } },
    processes: {
      uptime: 1000.5,
      processes: {
        all: 5, running: 1, blocked: 1, sleeping: 2, unknown: 1,
        list: [
          { pid: 1, parentPid: 0, name: 'init', cpu: 0.05, cpuu: 0.025, cpus: 0.025, mem: 0, priority: 19, memVsz: 20_000, memRss: 8_000, nice: 0, started: '2026-05-17 10:13:20', state: 'sleeping', tty: '', user: 'root', command: 'init', params: '', path: '/sbin' },
          { pid: 2, parentPid: 0, name: 'kthreadd', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 19, memVsz: 0, memRss: 0, nice: 0, started: '2026-05-17 10:13:20', state: 'sleeping', tty: '', user: 'root', command: 'kthreadd', params: '', path: '' },
          { pid: 9, parentPid: 2, name: 'kworker', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 39, memVsz: 0, memRss: 0, nice: -20, started: '2026-05-17 10:13:20', state: 'unknown', tty: '', user: 'root', command: 'kworker/0:0H', params: '', path: '' },
          { pid: 300, parentPid: 1, name: 'server', cpu: 2.5, cpuu: 2, cpus: 0.5, mem: 1.2, priority: 19, memVsz: 700_000, memRss: 200_000, nice: 5, started: '2026-05-17 10:20:00', state: 'running', tty: 'pts/3', user: 'www', command: 'server', params: '--port 80 -v', path: '/usr/lib/server' },
          { pid: 4000, parentPid: 300, name: 'dead', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 19, memVsz: 0, memRss: 0, nice: 0, started: '2026-05-17 10:29:00', state: 'zombie', tty: 'pts/3', user: 'www', command: 'dead', params: '', path: '' },
        ],
      },
    },
    interfaces: {
      gateway: '192.0.2.1',
      interfaces: [
        { iface: 'lo', ifaceName: 'lo', default: false, ip4: '127.0.0.1', ip4subnet: '255.0.0.0', ip6: '::1', ip6subnet: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', mac: '00:00:00:00:00:00', internal: true, virtual: false, operstate: 'unknown', type: 'virtual', duplex: '', mtu: 65536, speed: null, dhcp: false, dnsSuffix: 'Unknown', ieee8021xAuth: 'Not defined', ieee8021xState: 'Disabled', carrierChanges: 0 },
        { iface: 'eth0', ifaceName: 'eth0', default: true, ip4: '192.0.2.17', ip4subnet: '255.255.255.0', ip6: 'fe80::1c', ip6subnet: 'ffff:ffff:ffff:ffff::', mac: '02:00:5e:10:00:07', internal: false, virtual: false, operstate: 'up', type: 'wired', duplex: 'full', mtu: 1500, speed: 1000, dhcp: true, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 2 },
      ],
    },
    traffic: {
      traffic: [
        { iface: 'lo', operstate: 'unknown', rx_bytes: 5000, rx_dropped: 0, rx_errors: 0, tx_bytes: 5000, tx_dropped: 0, tx_errors: 0, rx_sec: null, tx_sec: null, ms: 0 },
        { iface: 'eth0', operstate: 'up', rx_bytes: 987_654_321, rx_dropped: 3, rx_errors: 1, tx_bytes: 123_456_789, tx_dropped: 2, tx_errors: 4, rx_sec: 17.5, tx_sec: 3, ms: 2000 },
      ],
    },
    connections: {
      connections: [
        { protocol: 'tcp', localAddress: '0.0.0.0', localPort: '80', peerAddress: '0.0.0.0', peerPort: '*', state: 'LISTEN', pid: 300, process: 'server' },
        { protocol: 'tcp', localAddress: '192.0.2.17', localPort: '80', peerAddress: '198.51.100.4', peerPort: '50000', state: 'ESTABLISHED', pid: 300, process: 'server' },
        { protocol: 'tcp', localAddress: '[::1]', localPort: '631', peerAddress: '[::]', peerPort: '*', state: 'LISTEN', pid: null, process: '' },
        { protocol: 'udp', localAddress: '127.0.0.53%lo', localPort: '53', peerAddress: '0.0.0.0', peerPort: '*', state: 'UNCONN', pid: null, process: '' },
      ],
    },
    disks: {
      devices: [
        { name: 'sda', type: 'disk', fsType: '', mount: '', size: 500 * GIB, physical: 'SSD', uuid: '', label: '', model: 'X', serial: 'Y', removable: false, protocol: 'sata', group: '', device: '/dev/sda' },
        { name: 'sda1', type: 'part', fsType: 'ext4', mount: '/', size: 400 * GIB, physical: '', uuid: 'u', label: '', model: '', serial: '', removable: false, protocol: '', group: '', device: '/dev/sda' },
        { name: 'loop0', type: 'loop', fsType: '', mount: '', size: 0, physical: '', uuid: '', label: '', model: '', serial: '', removable: false, protocol: '', group: '', device: '' },
      ],
      mounts: [
        { fs: '/dev/sda1', type: 'ext4', size: 390 * GIB, used: 100 * GIB, available: 290 * GIB, use: 25.6, mount: '/', rw: true },
        { fs: 'server:/export', type: 'nfs4', size: GIB, used: 0, available: GIB, use: 0, mount: '/mnt/two words', rw: false },
      ],
    },
    transfers: {
      requests: { rIO: 1000, wIO: 2000, tIO: 3000, rIO_sec: null, wIO_sec: null, tIO_sec: null, rWaitTime: 500, wWaitTime: 700, tWaitTime: 1100, rWaitPercent: null, wWaitPercent: null, tWaitPercent: null, ms: 0 },
      amounts: { rx: 5_120_000, wx: 10_240_000, tx: 15_360_000, rx_sec: null, wx_sec: null, tx_sec: null, ms: 0 },
      files: { max: 1_600_000, allocated: 2176, available: 1_597_824 },
    },
    hardware: {
      system: { manufacturer: 'Tannen Inc.', model: 'Lab Book 14', version: 'A01', serial: 'SN-0001', uuid: '4c4c4544-0042-3510-8052-b4c04f4e3132', sku: 'LB14', virtual: false },
      bios: { vendor: 'Fir Firmware', version: '1.22.0', releaseDate: '2025-11-03', revision: '1.22', serial: 'SN-0001' },
      baseboard: { manufacturer: 'Tannen Inc.', model: '0ABC12', version: 'A00', serial: '/SN-0001/B/', assetTag: 'LAB-17', memMax: 68719476736, memSlots: 2 },
      chassis: { manufacturer: 'Tannen Inc.', model: '', type: 'Notebook', version: 'C3', serial: 'SN-0001', assetTag: 'LAB-18', sku: '' },
    },
    power: { battery: { hasBattery: true, cycleCount: 151, isCharging: false, designedCapacity: 57020, maxCapacity: 48510, currentCapacity: 24255, voltage: 15.4, capacityUnit: 'mWh', percent: 50, timeRemaining: 180, acConnected: false, type: 'Li-poly', model: 'TAN 7FHHV', manufacturer: 'Tannen', serial: '4242' } },
    temperatures: { temperature: { main: 52, cores: [50.5, 51], max: 52, socket: [27.8, 41.1], chipset: 47.5 } },
  },
};

const DARWIN: MachineFixture = {
  platform: 'darwin',
  wall: WALL,
  results: {
    machine: {
      cpu: { manufacturer: 'Apple', brand: 'M2 Pro', vendor: 'Apple', family: '-634136515', model: '', stepping: '5', revision: '', voltage: '', speed: 2.4, speedMin: 2.4, speedMax: 2.4, governor: '', cores: 10, physicalCores: 10, performanceCores: 6, efficiencyCores: 4, processors: 1, socket: 'SOC', flags: '', virtualization: true, cache: { l1d: 65536, l1i: 131072, l2: 4194304, l3: null } },
      arch: 'arm64',
      type: 'Darwin',
      release: '24.5.0',
      version: 'Darwin Kernel Version 24.5.0: root:xnu-11417/RELEASE_ARM64_T6020',
      hostname: 'Apfel.local',
      user: { uid: 501, gid: 20, username: 'someone', homedir: '/Users/someone', shell: '/bin/zsh' },
      users: '##\n# User Database\n##\nnobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false\nroot:*:0:0:System Administrator:/var/root:/bin/sh\n_windowserver:*:88:88:WindowServer:/var/empty:/usr/bin/false\n',
    },
    times: { cpus: cpus(10, 'Apple M2 Pro', 2400, { user: 3_000_000, sys: 1_500_000, idle: 20_000_000 }), uptime: 90_000, load: [2.1, 1.9, 1.7], total: 16 * GIB, free: GIB / 8 },
    memory: { mem: { total: 16 * GIB, free: GIB / 8, used: 15.875 * GIB, active: 9 * GIB, available: 7 * GIB, buffers: 0, cached: 0, slab: 0, buffcache: 6.875 * GIB, reclaimable: 5 * GIB, swaptotal: 2 * GIB, swapused: GIB, swapfree: GIB, writeback: null, dirty: null } },
    processes: {
      uptime: 90_000,
      processes: {
        all: 3, running: 1, blocked: 0, sleeping: 2, unknown: 0,
        list: [
          { pid: 1, parentPid: 0, name: 'launchd', cpu: 0.3, cpuu: 0, cpus: 0, mem: 0.1, priority: 37, memVsz: 411_000_000, memRss: 20_000, nice: 0, started: '2026-05-16 09:30:01', state: 'sleeping', tty: '', user: 'root', command: 'launchd', params: '', path: '/sbin' },
          { pid: 501, parentPid: 1, name: 'Google Chrome', cpu: 12.5, cpuu: 0, cpus: 0, mem: 3, priority: 31, memVsz: 444_000_000, memRss: 500_000, nice: 0, started: '2026-05-17 08:00:00', state: 'running', tty: '', user: 'someone', command: 'Google Chrome', params: '--flag=1', path: '/Applications/Google Chrome.app/Contents/MacOS' },
          { pid: 900, parentPid: 1, name: 'other', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 31, memVsz: 410_000_000, memRss: 2_000, nice: 0, started: '2026-05-17 10:00:00', state: 'sleeping', tty: '', user: 'somebody', command: 'other', params: '', path: '/usr/bin' },
          { pid: 700, parentPid: 501, name: 'zsh', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 31, memVsz: 410_000_000, memRss: 3_000, nice: 0, started: '2026-05-17 10:00:00', state: 'sleeping', tty: 'ttys003', user: 'someone', command: '-zsh', params: '', path: '' },
        ],
      },
    },
    interfaces: {
      gateway: '192.0.2.254',
      interfaces: [
        { iface: 'lo0', ifaceName: 'lo0', default: false, ip4: '127.0.0.1', ip4subnet: '255.0.0.0', ip6: '::1', ip6subnet: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', mac: '00:00:00:00:00:00', internal: true, virtual: false, operstate: 'up', type: 'wired', duplex: 'full', mtu: 16384, speed: -1, dhcp: false, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 },
        { iface: 'en0', ifaceName: 'Wi-Fi', default: true, ip4: '192.0.2.31', ip4subnet: '255.255.255.0', ip6: 'fe80::aa:bb', ip6subnet: 'ffff:ffff:ffff:ffff::', mac: '02:11:22:33:44:55', internal: false, virtual: false, operstate: 'up', type: 'wireless', duplex: 'full', mtu: 1500, speed: 866, dhcp: true, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 },
      ],
    },
    traffic: { traffic: [{ iface: 'en0', operstate: 'up', rx_bytes: 1e9, rx_dropped: 0, rx_errors: 0, tx_bytes: 2e8, tx_dropped: 0, tx_errors: 0, rx_sec: null, tx_sec: null, ms: 0 }] },
    connections: {
      connections: [
        { protocol: 'tcp4', localAddress: '192.0.2.31', localPort: '51000', peerAddress: '198.51.100.80', peerPort: '443', state: 'ESTABLISHED', pid: 501, process: 'Google Chrome' },
        { protocol: 'tcp46', localAddress: '*', localPort: '7000', peerAddress: '*', peerPort: '*', state: 'LISTEN', pid: 400, process: '' },
        { protocol: 'udp4', localAddress: '*', localPort: '5353', peerAddress: '*', peerPort: '*', state: '', pid: 200, process: '' },
      ],
    },
    disks: {
      devices: [
        { name: 'disk0', identifier: 'disk0', type: 'disk', fsType: '', mount: '', size: 500_277_792_768, physical: 'SSD', uuid: '', label: '', model: '', serial: '', removable: false, protocol: 'Apple Fabric', group: '', device: '/dev/disk0' },
        { name: 'disk3s1s1', identifier: 'disk3s1s1', type: 'part', fsType: 'APFS', mount: '/', size: 494_384_795_648, physical: 'SSD', uuid: '', label: 'Macintosh HD', model: '', serial: '', removable: false, protocol: '', group: '', device: '/dev/disk3' },
      ],
      mounts: [
        { fs: '/dev/disk3s1s1', type: 'APFS', size: 494_384_795_648, used: 1e10, available: 2e11, use: 5, mount: '/', rw: false },
        { fs: '/dev/disk3s5', type: 'APFS', size: 494_384_795_648, used: 2e11, available: 2e11, use: 50, mount: '/System/Volumes/Data', rw: true },
      ],
    },
    transfers: {
      requests: { rIO: 12_000_000, wIO: 5_000_000, tIO: 17_000_000, rIO_sec: null, wIO_sec: null, tIO_sec: null, rWaitTime: 0, wWaitTime: 0, tWaitTime: 0, rWaitPercent: null, wWaitPercent: null, tWaitPercent: null, ms: 0 },
      amounts: { rx: 3e11, wx: 1e11, tx: 4e11, rx_sec: null, wx_sec: null, tx_sec: null, ms: 0 },
      files: { max: 245_760, allocated: 9_000, available: 236_760 },
    },
    hardware: {
      system: { manufacturer: 'Apple Inc.', model: 'Mac14,9', version: 'MacBook Pro (14-inch, 2023)', serial: 'XYZ0123456', uuid: '01234567-89ab-5cde-8f01-23456789abcd', sku: 'J414sAP', virtual: false },
      bios: { vendor: 'Apple Inc.', version: '11881.121.1', releaseDate: '', revision: '' },
      baseboard: { manufacturer: 'Apple Inc.', model: 'Mac14,9', version: '', serial: 'XYZ0123456', assetTag: '-', memMax: null, memSlots: 0 },
      chassis: { manufacturer: 'Apple Inc.', model: 'Mac14,9', type: 'Notebook', version: 'MacBook Pro', serial: 'XYZ0123456', assetTag: '', sku: 'J414s' },
    },
    power: { battery: { hasBattery: true, cycleCount: 88, isCharging: true, designedCapacity: 70512, maxCapacity: 64200, currentCapacity: 51360, voltage: 12.5, capacityUnit: 'mWh', percent: 80, timeRemaining: null, acConnected: true, type: 'Li-ion', model: 'bq40z651', manufacturer: 'Apple', serial: 'F8Y0000000' } },
    temperatures: { temperature: { main: 48.25, cores: [47.1, 49.33], max: 49.33, socket: [], chipset: 44 } },
  },
};

const FREEBSD: MachineFixture = {
  platform: 'freebsd',
  wall: WALL,
  results: {
    machine: {
      cpu: { manufacturer: 'AMD', brand: 'Ryzen 7 5700G', vendor: 'AMD', family: '25', model: '80', stepping: '0', revision: '', voltage: '', speed: 3.8, speedMin: '', speedMax: '', governor: '', cores: 16, physicalCores: 8, performanceCores: 16, efficiencyCores: 0, processors: 1, socket: 'AM4', flags: 'fpu vme sse3 sse4.1', virtualization: false, cache: { l1d: 32768, l1i: 32768, l2: 524288, l3: 16777216 } },
      arch: 'x64',
      type: 'FreeBSD',
      release: '14.2-RELEASE',
      version: 'FreeBSD 14.2-RELEASE releng/14.2 GENERIC',
      hostname: 'beastie',
      users: 'root:*:0:0:Charlie &:/root:/bin/sh\nwww:*:80:80:World Wide Web Owner:/nonexistent:/usr/sbin/nologin\n',
    },
    times: { cpus: cpus(16, 'AMD Ryzen 7 5700G with Radeon Graphics', 3800, { user: 70_000, nice: 10, sys: 30_000, idle: 9_800_000, irq: 1_200 }), uptime: 10_000, load: [0.1, 0.2, 0.3], total: 32 * GIB, free: 20 * GIB },
    memory: { mem: { total: 32 * GIB, free: 20 * GIB, used: 12 * GIB, active: 8 * GIB, available: 24 * GIB, buffers: 0, cached: 0, slab: 0, buffcache: Number.NaN, reclaimable: 0, swaptotal: 0, swapused: 0, swapfree: 0, writeback: null, dirty: null } },
    processes: {
      uptime: 10_000,
      processes: {
        all: 3, running: 1, blocked: 0, sleeping: 1, unknown: 1,
        list: [
          { pid: 0, parentPid: 0, name: 'kernel', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: -16, memVsz: 0, memRss: 1_000, nice: 0, started: '2026-05-17 07:43:20', state: 'blocked', tty: '-', user: 'root', command: 'kernel', params: '', path: '' },
          { pid: 1, parentPid: 0, name: 'init', cpu: 0, cpuu: 0, cpus: 0, mem: 0, priority: 20, memVsz: 11_000, memRss: 1_100, nice: 0, started: '2026-05-17 07:43:20', state: 'unknown', tty: '-', user: 'root', command: 'init', params: '--', path: '/sbin' },
          { pid: 860, parentPid: 1, name: 'httpd', cpu: 100, cpuu: 0, cpus: 0, mem: 0.2, priority: 90, memVsz: 50_000, memRss: 30_000, nice: 0, started: '2026-05-17 08:00:00', state: 'running', tty: 'v0', user: 'www', command: 'httpd', params: '-DNOHTTPACCEPT', path: '/usr/local/sbin' },
        ],
      },
    },
    interfaces: {
      gateway: '192.0.2.1',
      interfaces: [
        { iface: 'igb0', ifaceName: 'igb0', default: true, ip4: '192.0.2.9', ip4subnet: '255.255.255.0', ip6: '', ip6subnet: '', mac: '02:aa:bb:cc:dd:01', internal: false, virtual: false, operstate: 'up', type: 'wired', duplex: '', mtu: null, speed: null, dhcp: false, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 },
        { iface: 'lo0', ifaceName: 'lo0', default: false, ip4: '127.0.0.1', ip4subnet: '255.0.0.0', ip6: '::1', ip6subnet: '', mac: '', internal: true, virtual: false, operstate: 'up', type: 'virtual', duplex: '', mtu: null, speed: null, dhcp: false, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 },
      ],
    },
    traffic: { traffic: [{ iface: 'igb0', operstate: 'up', rx_bytes: 5e8, rx_dropped: 0, rx_errors: 0, tx_bytes: 4e8, tx_dropped: Number.NaN, tx_errors: 0, rx_sec: null, tx_sec: null, ms: 0 }] },
    connections: { connections: [{ protocol: 'tcp4', localAddress: '192.0.2.9', localPort: '22', peerAddress: '192.0.2.40', peerPort: '60123', state: 'ESTABLISHED', pid: null, process: '' }] },
    disks: { devices: null, mounts: [{ fs: 'zroot/ROOT/default', type: 'zfs', size: 900 * GIB, used: 10 * GIB, available: 890 * GIB, use: 1, mount: '/', rw: true }, { fs: '/dev/ada0p1', type: 'msdosfs', size: 260 * 2 ** 20, used: 2 ** 20, available: 259 * 2 ** 20, use: 0.4, mount: '/boot/efi', rw: true }] },
    transfers: { requests: { rIO: 0, wIO: 0, tIO: 0, rIO_sec: null, wIO_sec: null, tIO_sec: null, rWaitTime: 0, wWaitTime: 0, tWaitTime: 0, ms: 0 }, amounts: null, files: { max: 1_000_000, allocated: 3_000, available: 0 } },
    hardware: {
      system: { manufacturer: '', model: 'AMD Ryzen 7 5700G with Radeon Graphics', version: '', serial: '0x1b2c3d4e', uuid: '', sku: '-', virtual: false },
      bios: { vendor: '', version: '', releaseDate: '', revision: '' },
      baseboard: { manufacturer: '', model: '', version: '', serial: '', assetTag: '', memMax: null, memSlots: null },
      chassis: { manufacturer: '', model: '', type: '', version: '', serial: '', assetTag: '', sku: '' },
    },
    power: { battery: { hasBattery: true, cycleCount: null, isCharging: false, designedCapacity: 0, maxCapacity: null, currentCapacity: null, voltage: 0, capacityUnit: 'unknown', percent: 97, timeRemaining: null, acConnected: false, type: '', model: '', manufacturer: '', serial: '' } },
    temperatures: { temperature: { main: 55.13, cores: [55.1, 55.1, 55.2], max: 55.2, socket: [], chipset: null } },
  },
};

const WINDOWS: MachineFixture = {
  platform: 'win32',
  wall: WALL,
  results: {
    machine: {
      cpu: { manufacturer: 'Intel', brand: 'Core™ i7-1185G7', vendor: 'GenuineIntel', family: '6', model: '140', stepping: '1', revision: '', voltage: '', speed: 3, speedMin: 3, speedMax: 3, governor: '', cores: 8, physicalCores: 4, performanceCores: 8, efficiencyCores: 0, processors: 1, socket: 'BGA1449', flags: 'de pse mca msr tsc sep mtrr', virtualization: true, cache: { l1d: 49152, l1i: 32768, l2: 5242880, l3: 12582912 } },
      arch: 'x64',
      type: 'Windows_NT',
      release: '10.0.26100',
      version: 'Windows 11 Pro',
      hostname: 'FENSTER',
      users: '',
    },
    times: { cpus: cpus(8, '11th Gen Intel(R) Core(TM) i7-1185G7 @ 3.00GHz', 2995, { user: 500_000, sys: 400_000, idle: 9_000_000, irq: 25_000 }), uptime: 9_900.25, load: [0, 0, 0], total: 16 * GIB, free: 5 * GIB },
    memory: { mem: { total: 16 * GIB, free: 5 * GIB, used: 11 * GIB, active: 11 * GIB, available: 5 * GIB, buffers: 0, cached: 0, slab: 0, buffcache: 0, reclaimable: 0, swaptotal: 2 * GIB, swapused: GIB / 2, swapfree: 1.5 * GIB, writeback: null, dirty: null } },
    processes: {
      uptime: 9_900.25,
      processes: {
        all: 4, running: 0, blocked: 0, sleeping: 0, unknown: 4,
        list: [
          { pid: 0, parentPid: 0, name: 'System Idle Process', cpu: 90, cpuu: 0, cpus: 90, mem: 0, priority: null, memVsz: 60, memRss: 8, nice: 0, started: null, state: 'unknown', tty: '', user: '', command: 'System Idle Process', path: null, params: '' },
          { pid: 4, parentPid: 0, name: 'System', cpu: 1, cpuu: 0, cpus: 1, mem: 0, priority: 8, memVsz: 40, memRss: 140, nice: 0, started: '2026-05-17 07:45:00', state: 'unknown', tty: '', user: '', command: 'System', path: null, params: '' },
          { pid: 5120, parentPid: 4, name: 'chrome.exe', cpu: 3, cpuu: 2, cpus: 1, mem: 2.5, priority: 8, memVsz: 210_000, memRss: 320_000, nice: 0, started: '2026-05-17 08:30:00', state: 'unknown', tty: '', user: '', command: '"C:\\Program Files\\Google\\chrome.exe" --type=renderer', path: 'C:\\Program Files\\Google\\chrome.exe', params: '' },
          { pid: 99_999, parentPid: 5120, name: 'Registry', cpu: null, cpuu: Number.NaN, cpus: undefined, mem: null, priority: null, memVsz: null, memRss: 0, nice: 0, started: undefined, state: 'unknown', tty: '', user: '', command: 'Registry', path: undefined, params: '' },
        ],
      },
    },
    interfaces: {
      gateway: '192.0.2.1',
      interfaces: [
        { iface: 'Ethernet 2', ifaceName: 'Intel(R) Ethernet Connection', default: true, ip4: '192.0.2.77', ip4subnet: '255.255.254.0', ip6: 'fe80::5efe:c000:24d', ip6subnet: 'ffff:ffff:ffff:ffff::', mac: '02:0a:0b:0c:0d:0e', internal: false, virtual: false, operstate: 'up', type: 'wired', duplex: '', mtu: '', speed: 1000, dhcp: true, dnsSuffix: '', ieee8021xAuth: 'Unknown', ieee8021xState: 'Unknown', carrierChanges: 0 },
        { iface: 'Loopback Pseudo-Interface 1', ifaceName: '', default: false, ip4: '127.0.0.1', ip4subnet: '255.0.0.0', ip6: '::1', ip6subnet: '', mac: '00:00:00:00:00:00', internal: true, virtual: false, operstate: '', type: '', duplex: '', mtu: '', speed: -1, dhcp: false, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 },
      ],
    },
    traffic: { traffic: [{ iface: 'Ethernet 2', operstate: 'up', rx_bytes: 7e8, rx_dropped: 0, rx_errors: 0, tx_bytes: 6e7, tx_dropped: 0, tx_errors: 0, rx_sec: null, tx_sec: null, ms: 0 }] },
    connections: {
      connections: [
        { protocol: 'tcp', localAddress: '0.0.0.0', localPort: '135', peerAddress: '0.0.0.0', peerPort: '0', state: 'LISTEN', pid: 900, process: 'svchost.exe' },
        { protocol: 'tcp', localAddress: '::', localPort: '445', peerAddress: '::', peerPort: '0', state: 'LISTEN', pid: 4, process: 'System' },
        { protocol: 'udp', localAddress: '0.0.0.0', localPort: '123', peerAddress: '*', peerPort: '', state: '', pid: 1, process: '' },
      ],
    },
    disks: {
      devices: [{ name: 'C:', identifier: 'C:', type: 'disk', fsType: 'ntfs', mount: 'C:', size: '511000000000', physical: 'Local', uuid: 'AAAA', label: 'Windows', model: '', serial: 'AAAA', removable: false, protocol: '', group: '', device: '\\\\.\\PHYSICALDRIVE0' }],
      mounts: [{ fs: 'C:', type: 'NTFS', size: 511_000_000_000, used: 2e11, available: 311_000_000_000, use: 39, mount: 'C:', rw: true }],
    },
    transfers: { requests: null, amounts: null, files: null },
    hardware: {
      system: { manufacturer: 'Fenster', model: 'Scheibe 7', version: '7.0', serial: 'PF0000', uuid: '11111111-2222-3333-4444-555555555555', sku: 'SC7', virtual: false },
      bios: { vendor: 'Fenster', version: 'N32ET91W (1.67 )', releaseDate: '2024-06-11', revision: '', serial: 'PF0000' },
      baseboard: { manufacturer: 'Fenster', model: '20XW', version: 'SDK0', serial: 'L1', assetTag: '', memMax: 34359738368, memSlots: 2 },
      chassis: { manufacturer: 'Fenster', model: '', type: 'Convertible', version: 'None', serial: 'PF0000', assetTag: 'No Asset Information', sku: '' },
    },
    power: {
      battery: {
        hasBattery: true, cycleCount: 0, isCharging: false, designedCapacity: 57000, maxCapacity: 50000, currentCapacity: 20000, voltage: 15.36, capacityUnit: 'mWh', percent: 40, timeRemaining: null, acConnected: false, type: '', model: '1048SMP', manufacturer: '', serial: '',
        additionalBatteries: [{ hasBattery: true, maxCapacity: 23000, designedCapacity: 24000, voltage: 11.4, capacityUnit: 'mWh', percent: 100, currentCapacity: 23000, isCharging: false, timeRemaining: null, acConnected: false, model: '2049SMP', type: '', manufacturer: '', serial: '' }],
      },
    },
    temperatures: { temperature: { main: 44.9, cores: [44.9, 29.9], max: 44.9, socket: [], chipset: null } },
  },
};

const ILLUMOS: MachineFixture = {
  platform: 'sunos',
  wall: WALL,
  results: {
    machine: {
      cpu: { manufacturer: 'unknown', brand: 'unknown', vendor: '', family: '', model: '', stepping: '', revision: '', voltage: '', speed: 0, speedMin: 0, speedMax: 0, governor: '', cores: 2, physicalCores: 2, performanceCores: 2, efficiencyCores: 0, processors: 1, socket: '', flags: '', virtualization: false, cache: { l1d: null, l1i: null, l2: null, l3: null } },
      arch: 'x64',
      type: 'SunOS',
      release: '5.11',
      version: 'illumos-abcdef',
      hostname: 'phoenix',
      users: 'root:x:0:0:Super-User:/root:/usr/bin/bash\n',
    },
    times: { cpus: cpus(2, 'Intel(r) Xeon(r) CPU E5-2650', 2000, { user: 10_000, sys: 20_000, idle: 970_000 }), uptime: 1_000, load: [0.01, 0.02, 0.03], total: 4 * GIB, free: GIB },
    memory: { mem: { total: 4 * GIB, free: GIB, used: 3 * GIB, active: 3 * GIB, available: GIB, buffers: 0, cached: 0, slab: 0, buffcache: 0, reclaimable: 0, swaptotal: 0, swapused: 0, swapfree: 0, writeback: null, dirty: null } },
    processes: {
      uptime: 1_000,
      processes: {
        all: 2, running: 0, blocked: 0, sleeping: 2, unknown: 0,
        list: [
          { pid: 1, parentPid: 0, name: '/sbin/init', cpu: 0, cpuu: 0, cpus: 0, mem: 0.1, priority: 59, memVsz: 2_900, memRss: 1_900, nice: 20, started: '10:13:20', state: 'sleeping', tty: '', user: 'root', command: 'init', params: '', path: '/sbin' },
          { pid: 420, parentPid: 1, name: 'sshd', cpu: 0.1, cpuu: 0, cpus: 0, mem: 0.1, priority: 59, memVsz: 9_000, memRss: 3_000, nice: 20, started: 'May_16', state: 'sleeping', tty: 'console', user: 'root', command: 'sshd', params: '', path: '/usr/lib/ssh' },
        ],
      },
    },
    interfaces: { gateway: null, interfaces: [{ iface: 'lo0', ifaceName: 'lo0', default: false, ip4: '127.0.0.1', ip4subnet: '255.0.0.0', ip6: '::1', ip6subnet: '', mac: '', internal: true, virtual: false, operstate: 'up', type: '', duplex: '', mtu: null, speed: null, dhcp: false, dnsSuffix: '', ieee8021xAuth: '', ieee8021xState: '', carrierChanges: 0 }] },
    traffic: { traffic: [{ iface: 'lo0', operstate: 'unknown', rx_bytes: 0, rx_dropped: 0, rx_errors: 0, tx_bytes: 0, tx_dropped: 0, tx_errors: 0, rx_sec: null, tx_sec: null, ms: 0 }] },
    connections: { connections: [] },
    disks: { devices: [], mounts: [] },
    transfers: { requests: null, amounts: null, files: {} },
    hardware: {
      system: { manufacturer: '', model: 'Computer', version: '', serial: '-', uuid: '-', sku: '-', virtual: false },
      bios: { vendor: '', version: '', releaseDate: '', revision: '' },
      baseboard: { manufacturer: '', model: '', version: '', serial: '-', assetTag: '-', memMax: null, memSlots: null },
      chassis: { manufacturer: '', model: '', type: '', version: '', serial: '-', assetTag: '-', sku: '' },
    },
    power: { battery: { hasBattery: false, cycleCount: 0, isCharging: false, designedCapacity: 0, maxCapacity: 0, currentCapacity: 0, voltage: 0, capacityUnit: '', percent: 0, timeRemaining: null, acConnected: true, type: '', model: '', manufacturer: '', serial: '' } },
    temperatures: { temperature: { main: null, cores: [], max: null, socket: [], chipset: null } },
  },
};

/** The same answer to the same call. */
function withProcessors(machine: MachineFixture): MachineFixture {
  const { results } = machine;
  return { ...machine, results: { ...results, machine: { cpus: results.times['cpus'], ...results.machine } } };
}

export const MACHINES: Readonly<Record<string, MachineFixture>> = {
  Linux: withProcessors(LINUX),
  macOS: withProcessors(DARWIN),
  FreeBSD: withProcessors(FREEBSD),
  Windows: withProcessors(WINDOWS),
  illumos: withProcessors(ILLUMOS),
};
