/** What a Linux host tells of itself as a whole, at one moment. */

import type { U64 } from '../../../fs/u64.ts';
import type { CgroupController, CryptoAlgorithm, ExecutionDomain, Key, KeyUser, Module, TellSymbol } from '../../model/code.ts';
import type { FileLock, MessageQueue, SemaphoreSet, SharedMemory } from '../../model/ipc.ts';
import type { AllocationProfile, FreeAreas, MemoryZone, PageTypes, SlabCache, VirtualArea } from '../../model/memory.ts';
import type { Latency, Pressure, PressureResource, SchedulerStatistics } from '../../model/scheduling.ts';
import type {
  AddressPolicy,
  FileSystemType,
  KernelRelease,
  KernelStatistics,
  LoadAverage,
  Processor,
  SystemView,
  Uptime,
} from '../../model/system.ts';
import { HostHardware } from './host-hardware.ts';
import { keysAs } from './host-keys.ts';
import * as allocators from './parse-allocators.ts';
import * as code from './parse-code.ts';
import * as ipc from './parse-ipc.ts';
import * as load from './parse-load.ts';
import * as system from './parse-system.ts';

export class HostSystem extends HostHardware implements SystemView {
  statistics(): KernelStatistics {
    return this.parsed('stat', system.parseStatistics);
  }

  memory(): ReadonlyMap<string, U64> {
    return this.parsed('meminfo', system.parseMemory);
  }

  uptime(): Uptime {
    return this.parsed('uptime', system.parseUptime);
  }

  loadAverage(): LoadAverage {
    return this.parsed('loadavg', system.parseLoadAverage);
  }

  release(): KernelRelease {
    return this.parsed('version', system.parseRelease);
  }

  bootParameters(): string {
    return this.parsed('cmdline', (scanner) => scanner.line());
  }

  processors(): readonly Processor[] {
    return this.parsed('cpuinfo', system.parseProcessors);
  }

  fileSystemTypes(): readonly FileSystemType[] {
    return this.parsed('filesystems', system.parseFileSystemTypes);
  }

  traceScope(): number {
    const path = 'sys/kernel/yama/ptrace_scope';
    return this.source.has(path) ? this.parsed(path, (scanner) => scanner.number()) : 0;
  }

  addressPolicy(): AddressPolicy {
    const number = (path: string, otherwise: number): number =>
      this.source.has(path) ? this.parsed(path, (scanner) => scanner.signed()) : otherwise;
    return {
      restriction: number('sys/kernel/kptr_restrict', 0),
      paranoia: number('sys/kernel/perf_event_paranoid', 3),
    };
  }

  memoryEvents(): ReadonlyMap<string, U64> {
    return this.parsed('vmstat', allocators.parseMemoryEvents);
  }

  freeAreas(): readonly FreeAreas[] {
    return this.parsed('buddyinfo', allocators.parseFreeAreas);
  }

  pageTypes(): readonly PageTypes[] {
    return this.parsed('pagetypeinfo', allocators.parsePageTypes);
  }

  memoryZones(): readonly MemoryZone[] {
    return this.parsed('zoneinfo', allocators.parseMemoryZones);
  }

  slabCaches(): readonly SlabCache[] {
    return this.parsed('slabinfo', allocators.parseSlabCaches);
  }

  allocations(): AllocationProfile {
    return this.parsed('allocinfo', allocators.parseAllocations);
  }

  virtualAreas(): readonly VirtualArea[] {
    return this.parsed('vmallocinfo', allocators.parseVirtualAreas);
  }

  pressure(resource: PressureResource): Pressure {
    return this.parsed(`pressure/${resource}`, load.parsePressure);
  }

  schedulerStatistics(): SchedulerStatistics {
    return this.parsed('schedstat', load.parseSchedulerStatistics);
  }

  timerDump(): Uint8Array {
    return this.bytes('timer_list');
  }

  latencies(): readonly Latency[] {
    return this.parsed('latency_stats', load.parseLatencies);
  }

  messageQueues(): readonly MessageQueue[] {
    return this.parsed('sysvipc/msg', ipc.parseMessageQueues);
  }

  semaphoreSets(): readonly SemaphoreSet[] {
    return this.parsed('sysvipc/sem', ipc.parseSemaphoreSets);
  }

  sharedMemory(): readonly SharedMemory[] {
    return this.parsed('sysvipc/shm', ipc.parseSharedMemory);
  }

  fileLocks(): readonly FileLock[] {
    return this.parsed('locks', ipc.parseFileLocks);
  }

  modules(): readonly Module[] {
    return this.parsed('modules', code.parseModules);
  }

  eachSymbol(tell: TellSymbol): void {
    const { files, scanner } = this.source;
    files.readLines('kallsyms', (length) => code.scanSymbols(scanner.reset(files.bytes, length), tell));
  }

  cryptoAlgorithms(): readonly CryptoAlgorithm[] {
    return this.parsed('crypto', code.parseCryptoAlgorithms);
  }

  executionDomains(): readonly ExecutionDomain[] {
    return this.parsed('execdomains', code.parseExecutionDomains);
  }

  cgroupControllers(): readonly CgroupController[] {
    return this.parsed('cgroups', code.parseCgroupControllers);
  }

  keys(uid: number, gid: number): readonly Key[] {
    if (!this.source.files.calls.live || process.getuid?.() !== 0 || uid === 0) return this.parsed('keys', code.parseKeys);
    const { files, scanner } = this.source;
    const text = keysAs(files.roots, uid, gid);
    return text ? code.parseKeys(scanner.reset(text, text.length)) : this.parsed('keys', code.parseKeys);
  }

  keyUsers(): readonly KeyUser[] {
    return this.parsed('key-users', code.parseKeyUsers);
  }

  buildConfiguration(): Uint8Array {
    return this.source.constant('config.gz', () => this.bytes('config.gz'));
  }
}
