/** net/dev_mcast, net/softnet_stat, net/ptype, net/psched, net/connector, net/pnp and net/ipconfig/ntp_servers. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  BootConfiguration,
  ConnectorCallback,
  DeviceMulticast,
  PacketHandler,
  PacketSchedulerClock,
  SoftnetCpu,
} from '../../model/network-devices.ts';
import type { Ipv4Address } from '../../model/network-routes.ts';
import type { Table } from '../../model/network.ts';
import { dotted, linkAddress } from './addresses.ts';

/** net/core/net-procfs.c dev_mc_seq_show */
export function devMcast(out: TextWriter, rows: Table<DeviceMulticast>): void {
  for (const row of rows) {
    out.decimalLeft(row.interfaceIndex, 4).space().textLeft(row.interfaceName, 15).space();
    out.decimalLeft(row.references, 5).space().decimalLeft(row.globalUse, 5).space();
    linkAddress(out, row.address, '').newline();
  }
}

/** net/core/net-procfs.c softnet_seq_show */
export function softnetStat(out: TextWriter, cpus: readonly SoftnetCpu[]): void {
  for (const cpu of cpus) {
    out.hexZero(cpu.processed, 8).space().hexZero(cpu.dropped, 8).space().hexZero(cpu.squeezed, 8);
    // What once were statistics of fast routing and of collisions.
    for (let unused = 0; unused < 6; unused++) out.text(' 00000000');
    out.space().hexZero(cpu.steered, 8).space().hexZero(cpu.flowLimited, 8);
    const { backlog } = cpu;
    if (backlog) {
      out.space().hexZero(backlog.length, 8).space().hexZero(backlog.cpu, 8);
      if (backlog.queues) out.space().hexZero(backlog.queues.input, 8).space().hexZero(backlog.queues.process, 8);
    }
    out.newline();
  }
}

/** net/core/net-procfs.c ptype_seq_show */
export function ptype(out: TextWriter, handlers: readonly PacketHandler[]): void {
  out.text('Type Device      Function\n');
  for (const handler of handlers) {
    if (handler.protocol === undefined) out.text('ALL ');
    else out.hexZero(handler.protocol, 4);
    out.space().textLeft(handler.device, 8).space().text(handler.function).newline();
  }
}

/** net/sched/sch_api.c psched_show */
export function psched(out: TextWriter, clock: PacketSchedulerClock): void {
  out.hexZero(clock.nanosecondsPerMicrosecond, 8).space().hexZero(clock.nanosecondsPerTick, 8).space();
  out.hexZero(clock.million, 8).space().hexZero(clock.resolution, 8).newline();
}

/** drivers/connector/connector.c cn_proc_show */
export function connector(out: TextWriter, callbacks: readonly ConnectorCallback[]): void {
  out.text('Name            ID\n');
  for (const { name, index, value } of callbacks) {
    out.textLeft(name, 15).space().decimal(index).byte(0x3a).decimal(value).newline();
  }
}

/** net/ipv4/ipconfig.c pnp_seq_show */
export function pnp(out: TextWriter, configuration: BootConfiguration): void {
  if (configuration.protocol === undefined) out.text('#MANUAL\n');
  else out.text('#PROTO: ').text(configuration.protocol).newline();
  if (configuration.domain !== '') out.text('domain ').text(configuration.domain).newline();
  for (const server of configuration.nameServers) dotted(out.text('nameserver '), server).newline();
  if (configuration.bootServer !== undefined) dotted(out.text('bootserver '), configuration.bootServer).newline();
}

/** net/ipv4/ipconfig.c ntp_servers_show */
export function ntpServers(out: TextWriter, servers: readonly Ipv4Address[]): void {
  for (const server of servers) dotted(out, server).newline();
}
