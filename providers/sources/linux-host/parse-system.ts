/** Parsers of the files at the top of /proc: the inverse of linprocfs. */

import { type U64, u64 } from '../../../fs/u64.ts';
import type {
  Arm64Processor,
  FileSystemType,
  KernelRelease,
  KernelStatistics,
  LoadAverage,
  Processor,
  ProcessorTimes,
  RiscvProcessor,
  Uptime,
  X86Processor,
} from '../../model/system.ts';
import type { Scanner } from './scanner.ts';

const SLASH = 0x2f;
const COLON = 0x3a;

/** The numbers on the rest of the line. */
function numbers(scanner: Scanner): U64[] {
  const values: U64[] = [];
  while (!scanner.lineDone()) values.push(scanner.decimal());
  scanner.nextLine();
  return values;
}

/** /proc/stat */
export function parseStatistics(scanner: Scanner): KernelStatistics {
  let total: readonly U64[] = [];
  const cpus: ProcessorTimes[] = [];
  while (scanner.takeText('cpu')) {
    if (scanner.peek() === 0x20) total = numbers(scanner);
    else cpus.push({ id: scanner.number(), ticks: numbers(scanner) });
  }
  const sum = (label: string): { total: U64; counts: U64[] } => {
    if (!scanner.takeText(label)) return { total: 0, counts: [] };
    const [first = 0, ...counts] = numbers(scanner);
    return { total: first, counts };
  };
  const single = (label: string): U64 => {
    if (!scanner.takeText(label)) return 0;
    const value = scanner.decimal();
    scanner.nextLine();
    return value;
  };
  return {
    total: { ticks: total },
    cpus,
    interrupts: sum('intr'),
    contextSwitches: single('ctxt'),
    bootTime: single('btime'),
    forks: single('processes'),
    running: single('procs_running'),
    blocked: single('procs_blocked'),
    softInterrupts: sum('softirq'),
  };
}

/** /proc/meminfo, and what else is lines of `name: number`. */
export function parseMemory(scanner: Scanner): Map<string, U64> {
  const values = new Map<string, U64>();
  while (!scanner.done) {
    const name = scanner.until(COLON);
    values.set(name, scanner.decimal());
    scanner.nextLine();
  }
  return values;
}

/** /proc/uptime */
export function parseUptime(scanner: Scanner): Uptime {
  return { up: scanner.hundredths(), idle: scanner.blanks().hundredths() };
}

/** /proc/loadavg */
export function parseLoadAverage(scanner: Scanner): LoadAverage {
  const averages: [number, number, number] = [scanner.hundredths(), scanner.hundredths(), scanner.hundredths()];
  const running = scanner.number();
  scanner.take(SLASH);
  return { averages, running, total: scanner.number(), lastId: scanner.number() };
}

/** /proc/version: `Linux version RELEASE (BUILDER) (COMPILER) VERSION`. */
export function parseRelease(scanner: Scanner): KernelRelease {
  const line = scanner.line();
  const [, sysname = 'Linux', release = '', rest = ''] = /^(\S+) version (\S+) (.*)$/.exec(line) ?? [];
  const [builder, afterBuilder] = parenthesised(rest);
  const [compiler, version] = parenthesised(afterBuilder);
  return { sysname, release, version, builder, compiler };
}

/** The content of the balanced parentheses that a text begins with, and what follows them. */
function parenthesised(text: string): [string, string] {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return [text.slice(1, index), text.slice(index + 2)];
  }
  return ['', text];
}

/** /proc/filesystems */
export function parseFileSystemTypes(scanner: Scanner): FileSystemType[] {
  const types: FileSystemType[] = [];
  while (!scanner.done) {
    const needsDevice = !scanner.takeText('nodev');
    types.push({ needsDevice, name: scanner.blanks().line() });
  }
  return types;
}

/** /proc/cpuinfo */
export function parseProcessors(scanner: Scanner): Processor[] {
  const processors: Processor[] = [];
  while (!scanner.done) {
    const fields = new Map<string, string>();
    for (let line = scanner.line(); line !== ''; line = scanner.line()) {
      const colon = line.indexOf(':');
      fields.set(line.slice(0, colon).trimEnd(), line.slice(colon + 1).trimStart());
    }
    if (fields.has('vendor_id')) processors.push(x86Processor(fields));
    else if (fields.has('CPU implementer')) processors.push(arm64Processor(fields));
    else if (fields.has('hart')) processors.push(riscvProcessor(fields));
  }
  return processors;
}

function x86Processor(fields: ReadonlyMap<string, string>): X86Processor {
  const text = (key: string): string => fields.get(key) ?? '';
  const number = (key: string): number => Number.parseInt(text(key), 10);
  const optional = (key: string): number | undefined => (fields.has(key) ? number(key) : undefined);
  const words = (key: string): string[] => text(key).split(' ').filter(Boolean);
  const [whole = '0', fraction = '0'] = text('cpu MHz').split('.');
  const [, physicalBits = '0', virtualBits = '0'] = /^(\d+) bits physical, (\d+) bits virtual/.exec(text('address sizes')) ?? [];
  return {
    architecture: 'x86',
    id: number('processor'),
    vendor: text('vendor_id'),
    family: number('cpu family'),
    model: number('model'),
    modelName: text('model name'),
    stepping: text('stepping') === 'unknown' ? -1 : number('stepping'),
    microcode: fields.has('microcode') ? Number.parseInt(text('microcode'), 16) : undefined,
    frequency: whole === 'Unknown' ? 'unknown' : fields.has('cpu MHz') ? Number(whole) * 1000 + Number(fraction) : undefined,
    cacheSize: optional('cache size'),
    topology: fields.has('physical id')
      ? {
          physicalId: number('physical id'),
          siblings: number('siblings'),
          coreId: number('core id'),
          cores: number('cpu cores'),
          apicId: number('apicid'),
          initialApicId: number('initial apicid'),
        }
      : undefined,
    oldBugs: fields.has('fdiv_bug')
      ? { fdiv: text('fdiv_bug') === 'yes', f00f: text('f00f_bug') === 'yes', coma: text('coma_bug') === 'yes' }
      : undefined,
    fpu: text('fpu') === 'yes',
    fpuException: text('fpu_exception') === 'yes',
    cpuidLevel: number('cpuid level'),
    writeProtect: text('wp') === 'yes',
    flags: words('flags'),
    vmxFlags: fields.has('vmx flags') ? words('vmx flags') : undefined,
    bugs: words('bugs'),
    bogomips: Math.round(Number(text('bogomips')) * 100),
    tlbPages: optional('TLB size'),
    clflushSize: number('clflush size'),
    cacheAlignment: number('cache_alignment'),
    physicalAddressBits: Number(physicalBits),
    virtualAddressBits: Number(virtualBits),
    powerManagement: words('power management'),
  };
}

function arm64Processor(fields: ReadonlyMap<string, string>): Arm64Processor {
  const text = (key: string): string => fields.get(key) ?? '';
  return {
    architecture: 'arm64',
    id: Number(text('processor')),
    modelName: fields.get('model name'),
    bogomips: Math.round(Number(text('BogoMIPS')) * 100),
    features: text('Features').split(' ').filter(Boolean),
    implementer: Number(text('CPU implementer')),
    variant: Number(text('CPU variant')),
    part: Number(text('CPU part')),
    revision: Number(text('CPU revision')),
  };
}

function riscvProcessor(fields: ReadonlyMap<string, string>): RiscvProcessor {
  const text = (key: string): string => fields.get(key) ?? '';
  const amount = (key: string): U64 => u64(BigInt(text(key)));
  return {
    architecture: 'riscv',
    id: Number(text('processor')),
    hart: amount('hart'),
    isa: text('isa'),
    mmu: text('mmu'),
    microarchitecture: fields.get('uarch'),
    ids: fields.has('mvendorid')
      ? { vendor: amount('mvendorid'), architecture: amount('marchid'), implementation: amount('mimpid') }
      : undefined,
    hartIsa: fields.get('hart isa'),
  };
}
