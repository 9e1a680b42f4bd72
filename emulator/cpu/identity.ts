/**
 * Which processor the guest has, in one place: what CPUID answers, and what /proc/cpuinfo and the auxiliary vector say. It
 * is exactly x86-64-v2: a bit is set where the instructions exist, and nowhere else.
 *
 * Vendor, family and model are those of the first processor that had just this instruction set (Nehalem): programs choose
 * among their routines by them, and of those they have for it the C library's are the best for us, with unaligned SSE2
 * loads instead of shifts, and without `rep movsb`.
 */

export const VENDOR = 'GenuineIntel';
export const FAMILY = 6;
export const MODEL = 0x1a;
export const STEPPING = 5;
/** At most 47 characters. */
export const MODEL_NAME = 'compatfs x86-64-v2 on WebAssembly';
/** What RDTSC counts in a second: nanoseconds. */
export const TSC_HERTZ = 1_000_000_000;
export const CACHE_LINE = 64;
export const PHYSICAL_ADDRESS_BITS = 40;
export const VIRTUAL_ADDRESS_BITS = 48;

/** The most leaf numbers, basic and extended. */
const LAST_LEAF = 0xb;
const LAST_EXTENDED_LEAF = 0x8000_0008;

/** The words of CPUID that have feature bits, in the order in which Linux lists the flags; `linux` are flags of its own making. */
type FeatureWord = '1.edx' | '80000001.edx' | 'linux' | '1.ecx' | '80000001.ecx';

/** Word, bit, and Linux's name of each feature (arch/x86/include/asm/cpufeatures.h), in Linux's order. */
const FEATURES: readonly (readonly [word: FeatureWord, bit: number, name: string])[] = [
  ['1.edx', 0, 'fpu'],
  ['1.edx', 4, 'tsc'],
  ['1.edx', 8, 'cx8'],
  ['1.edx', 15, 'cmov'],
  ['1.edx', 23, 'mmx'],
  ['1.edx', 24, 'fxsr'],
  ['1.edx', 25, 'sse'],
  ['1.edx', 26, 'sse2'],
  ['80000001.edx', 11, 'syscall'],
  ['80000001.edx', 20, 'nx'],
  ['80000001.edx', 29, 'lm'],
  ['linux', 8, 'constant_tsc'],
  ['linux', 16, 'rep_good'],
  ['linux', 20, 'nopl'],
  ['linux', 22, 'xtopology'],
  ['linux', 24, 'nonstop_tsc'],
  ['linux', 25, 'cpuid'],
  ['1.ecx', 0, 'pni'],
  ['1.ecx', 9, 'ssse3'],
  ['1.ecx', 13, 'cx16'],
  ['1.ecx', 19, 'sse4_1'],
  ['1.ecx', 20, 'sse4_2'],
  ['1.ecx', 23, 'popcnt'],
  ['80000001.ecx', 0, 'lahf_lm'],
];

/** The names of all features, as /proc/cpuinfo has them. */
export const FLAGS: readonly string[] = FEATURES.map(([, , name]) => name);

function featureWord(word: FeatureWord): number {
  return FEATURES.reduce((bits, [of, bit]) => (of === word ? bits | (1 << bit) : bits), 0);
}

const LEAF_1_EDX = featureWord('1.edx');
const LEAF_1_ECX = featureWord('1.ecx');
const EXTENDED_1_EDX = featureWord('80000001.edx');
const EXTENDED_1_ECX = featureWord('80000001.ecx');

/** AT_HWCAP: what leaf 1 has in edx. */
export const HARDWARE_CAPABILITIES: number = LEAF_1_EDX;

export interface Cache {
  readonly level: number;
  readonly type: 'Data' | 'Instruction' | 'Unified';
  /** KiB. */
  readonly size: number;
  readonly ways: number;
  readonly sharedBy: 'core' | 'package';
}

/** The caches, in the order of leaf 4. */
export const CACHES: readonly Cache[] = [
  { level: 1, type: 'Data', size: 32, ways: 8, sharedBy: 'core' },
  { level: 1, type: 'Instruction', size: 32, ways: 4, sharedBy: 'core' },
  { level: 2, type: 'Unified', size: 256, ways: 8, sharedBy: 'core' },
  { level: 3, type: 'Unified', size: 8192, ways: 16, sharedBy: 'package' },
];

/** Numbers of leaf 4, by type. */
const CACHE_TYPE = { Data: 1, Instruction: 2, Unified: 3 } as const;

/** Four characters as a register has them. */
function letters(text: string, at: number): number {
  let word = 0;
  for (let index = 3; index >= 0; index--) word = (word << 8) | (text.charCodeAt(at + index) || 0);
  return word;
}

/** How many bits number so many CPUs. */
function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/**
 * What CPUID answers: fills `into` with eax, ebx, ecx and edx, for CPU number `cpu` of `count` (Intel's manual, volume 2, CPUID).
 *
 *     leaf        what
 *     0           last leaf and vendor
 *     1           family, model and features
 *     2           that leaf 4 tells the caches
 *     4           caches, by ecx
 *     0Bh         topology, by ecx
 *     80000000h   last extended leaf
 *     80000001h   more features
 *     80000002h   the name, 16 bytes in each of three leaves
 *     80000006h   the second cache
 *     80000007h   bit 8 of edx: the time stamp counter never changes its speed
 *     80000008h   widths of addresses
 */
export function cpuid(into: Int32Array, leaf: number, subleaf: number, cpu: number, count: number): void {
  into.fill(0);
  const number = leaf >>> 0;
  // Leaves beyond the last are answered like the last basic one.
  const asked = number > LAST_EXTENDED_LEAF || (number > LAST_LEAF && number < 0x8000_0000) ? LAST_LEAF : number;
  const set = (eax: number, ebx: number, ecx: number, edx: number): void => {
    into[0] = eax;
    into[1] = ebx;
    into[2] = ecx;
    into[3] = edx;
  };
  switch (asked) {
    case 0:
      set(LAST_LEAF, letters(VENDOR, 0), letters(VENDOR, 8), letters(VENDOR, 4));
      break;
    case 1: {
      const signature = ((MODEL >> 4) << 16) | (FAMILY << 8) | ((MODEL & 15) << 4) | STEPPING;
      const hyperthreading = count > 1 ? 1 << 28 : 0;
      set(signature, (cpu << 24) | (count << 16) | ((CACHE_LINE / 8) << 8), LEAF_1_ECX, LEAF_1_EDX | hyperthreading);
      break;
    }
    case 2:
      set(0xff01, 0, 0, 0);
      break;
    case 4: {
      const cache = CACHES[subleaf];
      if (!cache) break;
      const sharing = cache.sharedBy === 'core' ? 0 : (1 << bitsFor(count)) - 1;
      const cores = (1 << bitsFor(count)) - 1;
      const sets = (cache.size * 1024) / cache.ways / CACHE_LINE;
      set(
        (cores << 26) | (sharing << 14) | (1 << 8) | (cache.level << 5) | CACHE_TYPE[cache.type],
        ((cache.ways - 1) << 22) | (CACHE_LINE - 1),
        sets - 1,
        0,
      );
      break;
    }
    case 0xb:
      if (subleaf === 0) set(0, 1, 0x100, cpu);
      else if (subleaf === 1) set(bitsFor(count), count, 0x201, cpu);
      else set(0, 0, subleaf & 255, cpu);
      break;
    case 0x8000_0000:
      set(LAST_EXTENDED_LEAF | 0, 0, 0, 0);
      break;
    case 0x8000_0001:
      set(0, 0, EXTENDED_1_ECX, EXTENDED_1_EDX);
      break;
    case 0x8000_0002:
    case 0x8000_0003:
    case 0x8000_0004: {
      const at = (asked - 0x8000_0002) * 16;
      set(letters(MODEL_NAME, at), letters(MODEL_NAME, at + 4), letters(MODEL_NAME, at + 8), letters(MODEL_NAME, at + 12));
      break;
    }
    case 0x8000_0006:
      set(0, 0, (256 << 16) | (6 << 12) | CACHE_LINE, 0);
      break;
    case 0x8000_0007:
      set(0, 0, 0, 1 << 8);
      break;
    case 0x8000_0008:
      set((VIRTUAL_ADDRESS_BITS << 8) | PHYSICAL_ADDRESS_BITS, 0, 0, 0);
      break;
  }
}
