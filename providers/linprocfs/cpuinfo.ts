/** /proc/cpuinfo (arch/x86/kernel/cpu/proc.c, arch/arm64/kernel/cpuinfo.c, arch/riscv/kernel/cpu.c). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { Arm64Processor, RiscvProcessor, X86Processor } from '../model/system.ts';

export function cpuinfo(out: TextWriter, kernel: KernelView): void {
  for (const processor of kernel.processors()) {
    if (processor.architecture === 'x86') x86(out, processor);
    else if (processor.architecture === 'arm64') arm64(out, processor);
    else riscv(out, processor);
  }
}

function x86(out: TextWriter, cpu: X86Processor): void {
  out.text('processor\t: ').decimal(cpu.id);
  out.text('\nvendor_id\t: ').text(cpu.vendor);
  out.text('\ncpu family\t: ').decimal(cpu.family);
  out.text('\nmodel\t\t: ').decimal(cpu.model);
  out.text('\nmodel name\t: ').text(cpu.modelName);
  out.text('\nstepping\t: ');
  if (cpu.stepping < 0) out.text('unknown');
  else out.decimal(cpu.stepping);
  if (cpu.microcode !== undefined) out.text('\nmicrocode\t: 0x').hex(cpu.microcode);
  if (cpu.frequency === 'unknown') out.text('\ncpu MHz\t\t: Unknown');
  else if (cpu.frequency !== undefined) {
    out.text('\ncpu MHz\t\t: ').decimal(Math.floor(cpu.frequency / 1000)).byte(0x2e).decimalZero(cpu.frequency % 1000, 3);
  }
  if (cpu.cacheSize !== undefined) out.text('\ncache size\t: ').decimal(cpu.cacheSize).text(' KB');
  if (cpu.topology) {
    out.text('\nphysical id\t: ').decimal(cpu.topology.physicalId);
    out.text('\nsiblings\t: ').decimal(cpu.topology.siblings);
    out.text('\ncore id\t\t: ').decimal(cpu.topology.coreId);
    out.text('\ncpu cores\t: ').decimal(cpu.topology.cores);
    out.text('\napicid\t\t: ').decimal(cpu.topology.apicId);
    out.text('\ninitial apicid\t: ').decimal(cpu.topology.initialApicId);
  }
  if (cpu.oldBugs) {
    out.text('\nfdiv_bug\t: ').text(yes(cpu.oldBugs.fdiv));
    out.text('\nf00f_bug\t: ').text(yes(cpu.oldBugs.f00f));
    out.text('\ncoma_bug\t: ').text(yes(cpu.oldBugs.coma));
  }
  out.text('\nfpu\t\t: ').text(yes(cpu.fpu));
  out.text('\nfpu_exception\t: ').text(yes(cpu.fpuException));
  out.text('\ncpuid level\t: ').signed(cpu.cpuidLevel);
  out.text('\nwp\t\t: ').text(yes(cpu.writeProtect));
  words(out, '\nflags\t\t:', cpu.flags);
  if (cpu.vmxFlags) words(out, '\nvmx flags\t:', cpu.vmxFlags);
  words(out, '\nbugs\t\t:', cpu.bugs);
  out.text('\nbogomips\t: ').hundredths(cpu.bogomips);
  if (cpu.tlbPages !== undefined) out.text('\nTLB size\t: ').decimal(cpu.tlbPages).text(' 4K pages');
  out.text('\nclflush size\t: ').decimal(cpu.clflushSize);
  out.text('\ncache_alignment\t: ').decimal(cpu.cacheAlignment);
  out.text('\naddress sizes\t: ').decimal(cpu.physicalAddressBits).text(' bits physical, ');
  out.decimal(cpu.virtualAddressBits).text(' bits virtual');
  words(out, '\npower management:', cpu.powerManagement);
  out.text('\n\n');
}

function arm64(out: TextWriter, cpu: Arm64Processor): void {
  out.text('processor\t: ').decimal(cpu.id);
  if (cpu.modelName !== undefined) out.text('\nmodel name\t: ').text(cpu.modelName);
  out.text('\nBogoMIPS\t: ').hundredths(cpu.bogomips);
  words(out, '\nFeatures\t:', cpu.features);
  out.text('\nCPU implementer\t: 0x').hexZero(cpu.implementer, 2);
  out.text('\nCPU architecture: 8\nCPU variant\t: 0x').hex(cpu.variant);
  out.text('\nCPU part\t: 0x').hexZero(cpu.part, 3);
  out.text('\nCPU revision\t: ').decimal(cpu.revision).text('\n\n');
}

function riscv(out: TextWriter, cpu: RiscvProcessor): void {
  out.text('processor\t: ').decimal(cpu.id);
  out.text('\nhart\t\t: ').decimal(cpu.hart);
  out.text('\nisa\t\t: ').text(cpu.isa);
  out.text('\nmmu\t\t: ').text(cpu.mmu);
  if (cpu.microarchitecture !== undefined) out.text('\nuarch\t\t: ').text(cpu.microarchitecture);
  if (cpu.ids) {
    out.text('\nmvendorid\t: 0x').hex(cpu.ids.vendor);
    out.text('\nmarchid\t\t: 0x').hex(cpu.ids.architecture);
    out.text('\nmimpid\t\t: 0x').hex(cpu.ids.implementation);
  }
  if (cpu.hartIsa !== undefined) out.text('\nhart isa\t: ').text(cpu.hartIsa);
  out.text('\n\n');
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

function words(out: TextWriter, label: string, values: readonly string[]): void {
  out.text(label);
  for (const value of values) out.space().text(value);
}
