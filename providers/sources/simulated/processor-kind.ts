/** What a simulated machine's processors are, where the description does not say. */

import type { ProcessorKind } from '../plain/processors.ts';
import type { ProcessorsText } from './description.ts';
import type { Topology } from './machine.ts';

/** Of x86-64-v3. */
const FLAGS = (
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx mmxext fxsr_opt pdpe1gb rdtscp lm ' +
  'constant_tsc rep_good nopl nonstop_tsc cpuid extd_apicid aperfmperf pni pclmulqdq monitor ssse3 fma cx16 sse4_1 sse4_2 x2apic movbe popcnt aes xsave ' +
  'avx f16c rdrand lahf_lm cmp_legacy abm sse4a misalignsse 3dnowprefetch osvw topoext fsgsbase bmi1 avx2 smep bmi2 erms rdseed adx smap clflushopt clwb ' +
  'sha_ni xsaveopt xsavec xgetbv1 xsaves clzero arat umip rdpid'
).split(' ');

export function processorKind(text: ProcessorsText, topology: Topology): ProcessorKind {
  const vendor = text.vendor ?? 'AuthenticAMD';
  return {
    vendor,
    family: text.family ?? 25,
    model: text.modelNumber ?? 1,
    modelName: text.model ?? 'Simulated Processor',
    stepping: text.stepping ?? 1,
    microcode: text.microcode ?? 0xa0011d1,
    hertz: (text.mhz ?? 2500) * 1e6,
    // What cpuinfo calls the cache is the second level on AMD's processors, and the last on others.
    cacheSize: (vendor === 'AuthenticAMD' ? topology.caches.find(({ level }) => level === 2) : topology.caches.at(-1))?.size,
    clflushSize: 64,
    cpuidLevel: 16,
    flags: text.flags ?? FLAGS,
    bugs: ['sysret_ss_attrs', 'spectre_v1', 'spectre_v2', 'spec_store_bypass'],
    physicalAddressBits: 52,
    virtualAddressBits: 48,
  };
}
