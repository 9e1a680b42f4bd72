/** The files and directories of /proc that are about the machine, with their modes (proc(5)). */

import { type Declared, type Fill, type FileOptions, type FileSpec, file } from '../../fs/generated/spec.ts';
import { POLLIN, POLLRDNORM } from '../../fs/flags.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { acpi } from './acpi.ts';
import { allocinfo } from './allocinfo.ts';
import { CODE_ADDRESSES, PHYSICAL_ADDRESSES } from './addresses.ts';
import { bootconfig } from './bootconfig.ts';
import { buddyinfo } from './buddyinfo.ts';
import { bus } from './bus.ts';
import { cgroups } from './cgroups.ts';
import { cmdline } from './cmdline.ts';
import { configuration } from './config.ts';
import { consoles } from './consoles.ts';
import { cpuinfo } from './cpuinfo.ts';
import { crypto } from './crypto.ts';
import { devices } from './devices.ts';
import { directory, fixedLink } from './directory.ts';
import { diskstats } from './diskstats.ts';
import { dma } from './dma.ts';
import { driver } from './driver.ts';
import { dynamicDebug } from './dynamic-debug.ts';
import { execdomains } from './execdomains.ts';
import { fb } from './fb.ts';
import { filesystems } from './filesystems.ts';
import { fs } from './fs.ts';
import { interrupts } from './interrupts.ts';
import { irq } from './irq.ts';
import { kallsyms } from './kallsyms.ts';
import { keyUsers, keys } from './keys.ts';
import { kmsg } from './kmsg.ts';
import { latencyStats } from './latency-stats.ts';
import { loadavg } from './loadavg.ts';
import { locks } from './locks.ts';
import { mdstat, mdstatVersion } from './mdstat.ts';
import { meminfo } from './meminfo.ts';
import { misc } from './misc.ts';
import { modules } from './modules.ts';
import { mtrr } from './mtrr.ts';
import { kcore, pages } from './pages.ts';
import { pagetypeinfo } from './pagetypeinfo.ts';
import { partitions } from './partitions.ts';
import { pressure } from './pressure.ts';
import { iomem, ioports } from './resources.ts';
import { schedstat } from './schedstat.ts';
import { scsiTree } from './scsi.ts';
import { slabinfo } from './slabinfo.ts';
import { softirqs } from './softirqs.ts';
import { stat } from './stat.ts';
import { swaps, swapsVersion } from './swaps.ts';
import { sysrqTrigger } from './sysrq-trigger.ts';
import { idsKey, msg, sem, shm } from './sysvipc.ts';
import { timerList } from './timer-list.ts';
import { tty } from './tty-tree.ts';
import { uptime } from './uptime.ts';
import { version } from './version.ts';
import { vmallocinfo } from './vmallocinfo.ts';
import { vmstat } from './vmstat.ts';
import { zoneinfo } from './zoneinfo.ts';

/** A file that not every kernel has, by its path under /proc. */
function optional(path: string, mode: number, fill: Fill<KernelView>, options?: FileOptions<KernelView>): FileSpec<KernelView> {
  return file(mode, fill, { exists: (kernel) => kernel.has(path), ...options });
}

/**
 * The entries, in any order; each is made when it is looked at.
 *
 * Differs: what sound cards and other drivers put there (asound, mpt) is not shown, and neither is what kernels for
 * debugging have (lockdep, lock_stat, profile).
 */
export function topLevel(source: KernelSource): Readonly<Record<string, Declared<KernelView>>> {
  return {
    acpi: () => acpi,
    allocinfo: () => optional('allocinfo', 0o400, allocinfo),
    bootconfig: () => optional('bootconfig', 0o444, bootconfig),
    buddyinfo: () => optional('buddyinfo', 0o444, buddyinfo),
    bus: () => bus(source),
    cgroups: () => optional('cgroups', 0o444, cgroups),
    cmdline: () => file(0o444, cmdline, { attributes: (into, kernel) => void (into.size = kernel.bootParameters().length + 1) }),
    'config.gz': () => optional('config.gz', 0o444, configuration, {
      attributes: (into, kernel) => void (into.size = kernel.buildConfiguration().length),
    }),
    consoles: () => optional('consoles', 0o444, consoles),
    cpuinfo: () => file(0o444, cpuinfo),
    crypto: () => optional('crypto', 0o444, crypto),
    'device-tree': () => fixedLink('/sys/firmware/devicetree/base', { exists: (kernel) => kernel.has('device-tree') }),
    devices: () => file(0o444, devices),
    diskstats: () => optional('diskstats', 0o444, diskstats),
    dma: () => optional('dma', 0o444, dma),
    driver: () => driver,
    dynamic_debug: () => dynamicDebug,
    execdomains: () => optional('execdomains', 0o444, execdomains),
    fb: () => optional('fb', 0o444, fb),
    filesystems: () => file(0o444, filesystems),
    fs: () => fs(source),
    interrupts: () => file(0o444, interrupts),
    iomem: () => optional('iomem', 0o444, iomem, PHYSICAL_ADDRESSES),
    ioports: () => optional('ioports', 0o444, ioports, PHYSICAL_ADDRESSES),
    irq: () => irq(source),
    kallsyms: () => optional('kallsyms', 0o444, kallsyms, CODE_ADDRESSES),
    kcore: () => kcore,
    keys: () => optional('keys', 0o444, keys, { key: () => undefined }),
    'key-users': () => optional('key-users', 0o444, keyUsers, { key: idsKey }),
    kmsg: () => kmsg((caller) => source.view(caller)),
    kpagecgroup: () => pages('kpagecgroup'),
    kpagecount: () => pages('kpagecount'),
    kpageflags: () => pages('kpageflags'),
    latency_stats: () => latencyStats,
    loadavg: () => file(0o444, loadavg),
    locks: () => optional('locks', 0o444, locks),
    mdstat: () => optional('mdstat', 0o444, mdstat, { version: mdstatVersion, pollMask: POLLIN | POLLRDNORM }),
    meminfo: () => file(0o444, meminfo),
    misc: () => file(0o444, misc),
    modules: () => optional('modules', 0o444, modules, CODE_ADDRESSES),
    mounts: () => fixedLink('self/mounts'),
    mtrr: () => mtrr,
    net: () => fixedLink('self/net'),
    pagetypeinfo: () => optional('pagetypeinfo', 0o400, pagetypeinfo),
    partitions: () => optional('partitions', 0o444, partitions),
    pressure: () => directory<KernelView>(
      {
        cpu: pressure('cpu'),
        io: pressure('io'),
        irq: pressure('irq'),
        memory: pressure('memory'),
      },
      { exists: (kernel) => kernel.has('pressure') },
    ),
    schedstat: () => optional('schedstat', 0o444, schedstat),
    scsi: () => scsiTree(),
    slabinfo: () => optional('slabinfo', 0o400, slabinfo),
    softirqs: () => file(0o444, softirqs),
    stat: () => file(0o444, stat),
    swaps: () => optional('swaps', 0o444, swaps, { version: swapsVersion, pollMask: POLLIN | POLLRDNORM }),
    'sysrq-trigger': () => sysrqTrigger,
    sysvipc: () => directory<KernelView>(
      { msg: file(0o444, msg, { key: idsKey }), sem: file(0o444, sem, { key: idsKey }), shm: file(0o444, shm, { key: idsKey }) },
      { exists: (kernel) => kernel.has('sysvipc') },
    ),
    timer_list: () => optional('timer_list', 0o400, timerList),
    tty: () => tty(source),
    uptime: () => file(0o444, uptime),
    version: () => file(0o444, version),
    version_signature: () => optional('version_signature', 0o444, (out, kernel) => void out.text(kernel.versionSignature()).newline()),
    vmallocinfo: () => optional('vmallocinfo', 0o400, vmallocinfo, { key: () => undefined }),
    vmstat: () => optional('vmstat', 0o444, vmstat),
    zoneinfo: () => optional('zoneinfo', 0o444, zoneinfo),
  };
}
