/** Operands of floating-point instructions: random ones, and those at which something changes. */

/** Random numbers that are the same each time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** 32 bits. */
  word(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return Math.imul(state, 0x9e3779b1) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.word() / 2 ** 32) * limit);
  }

  chance(one: number): boolean {
    return this.below(one) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  long(): bigint {
    return (BigInt(this.word()) << 32n) | BigInt(this.word());
  }
}

const TOP = 1n << 63n;

/** 64 bits with the top one set: few or many others, or such as are half-way between two numbers of a shorter format. */
function mantissa(random: Random): bigint {
  switch (random.below(6)) {
    case 0:
      return TOP;
    case 1:
      return TOP | (random.long() & (random.long() << BigInt(random.below(64))) & (TOP - 1n));
    case 2:
      return TOP | ((random.long() >> 11n) << 11n) | BigInt(random.pick([0x400, 0x3ff, 0x401, 0]));
    case 3:
      return (TOP | ((random.long() >> 40n) << 40n) | random.pick([0x8000000000n, 0x7fffffffffn, 0x8000000001n, 0n])) & (2n * TOP - 1n);
    case 4:
      return 2n * TOP - 1n - (random.chance(2) ? 0n : random.long() >> BigInt(random.below(64)));
    default:
      return TOP | random.long();
  }
}

const SPECIAL: readonly (readonly [bigint, number])[] = [
  [0n, 0],
  [0n, 0],
  [TOP, 0x3fff],
  [TOP, 0x7fff],
  [TOP, 0x7fff],
  [3n << 62n, 0x7fff],
  [(3n << 62n) + 5n, 0x7fff],
  [TOP + 5n, 0x7fff],
  [TOP + (1n << 61n), 0x7fff],
  [TOP + (1n << 40n), 0x7fff],
  [1n, 0],
  [TOP - 1n, 0],
  [12345n << 30n, 0],
  // Pseudo-denormals.
  [TOP, 0],
  [TOP + 1n, 0],
  // Unnormals, a pseudo-infinity, a pseudo-NaN.
  [1n << 62n, 0x3fff],
  [0n, 0x4000],
  [0n, 0x7fff],
  [1n << 62n, 0x7fff],
  [TOP, 1],
  [TOP + 1n, 1],
  [2n * TOP - 1n, 0x7ffe],
  [TOP, 0x7ffe],
  // Limits of integers.
  [TOP, 0x403e],
  [TOP, 0x403d],
  [2n * TOP - 1n, 0x403d],
  [0xfffffffe00000000n, 0x401d],
  [0xffffffff00000000n, 0x401d],
  [TOP, 0x401e],
  [0x8000000080000000n, 0x401e],
  [0xffff000000000000n, 0x400d],
  [TOP, 0x400e],
  [0x8000800000000000n, 0x400e],
  // 10^18 and what is below it.
  [0xde0b6b3a76400000n / 1n, 0x403a],
  [0xde0b6b3a7640000fn, 0x403a],
  [0xde0b6b3a763fffffn, 0x403a],
];

/** An 80-bit number: mantissa, sign and exponent. */
export function extendedValue(random: Random): readonly [bigint, number] {
  const sign = random.chance(2) ? 0x8000 : 0;
  switch (random.below(6)) {
    case 0: {
      const [value, top] = random.pick(SPECIAL);
      return [value, top | sign];
    }
    case 1:
      return [mantissa(random), random.below(0x8000) | sign];
    case 2:
      return [mantissa(random), sign | (0x3fff + random.pick([-1022, -1023, -1074, -1075, -126, -127, -149, -150, 127, 128, 1023, 1024]))];
    case 3:
      return [random.chance(8) ? random.long() : mantissa(random), sign | random.pick([0, 1, 2, 60, 70, 0x7ffe, 0x7ffd, 0x7fff])];
    case 4:
      return [mantissa(random), sign | (0x3fff - 70 + random.below(140))];
    default:
      return [mantissa(random), sign | (0x3fff - 4 + random.below(8))];
  }
}

const SPECIAL_DOUBLES = [
  0x0000000000000000n, 0x3ff0000000000000n, 0x7ff0000000000000n, 0x7ff8000000000000n, 0x7ff8000000000123n, 0x7ff0000000000001n, 0x7ff4000000000000n,
  0x0000000000000001n, 0x000fffffffffffffn, 0x0010000000000000n, 0x0010000000000001n, 0x7fefffffffffffffn, 0x41dfffffffc00000n, 0x41dfffffffe00000n,
  0x41e0000000000000n, 0x41e0000000200000n, 0x43e0000000000000n, 0x43dfffffffffffffn, 0x3fe0000000000000n, 0x3ff8000000000000n, 0x4004000000000000n,
  0x36a0000000000000n, 0x3690000000000000n, 0x36a8000000000000n, 0x380fffffffffffffn, 0x380fffffe0000000n, 0x380ffffff0000000n, 0x47efffffe0000000n, 0x47effffff0000000n,
  0x47efffffefffffffn, 0x47f0000000000000n,
];
const SPECIAL_SINGLES = [
  0x00000000, 0x3f800000, 0x7f800000, 0x7fc00000, 0x7fc00123, 0x7f800001, 0x7fa00000, 0x00000001, 0x007fffff, 0x00800000, 0x00800001, 0x7f7fffff, 0x4effffff,
  0x4f000000, 0x4f000001, 0x5f000000, 0x5effffff, 0x3f000000, 0x3fc00000, 0x40200000, 0x33800000, 0x34000000, 0x1e3ce508, 0x1f800000, 0x5f7fffff,
];

/** The 64 bits of a binary64. */
export function doubleValue(random: Random): bigint {
  const sign = random.chance(2) ? 1n << 63n : 0n;
  switch (random.below(6)) {
    case 0:
    case 1:
      return random.pick(SPECIAL_DOUBLES) | sign;
    case 2:
      return random.long();
    case 3:
      return sign | (BigInt(1023 - 40 + random.below(110)) << 52n) | (random.long() >> 12n);
    case 4:
      return sign | (BigInt(random.pick([0, 0, 1, 2, 512, 511, 1534, 1535, 2046, 2045, 2047, 1023 - 126, 1023 - 127, 1023 - 149])) << 52n) | (random.long() >> 12n);
    default:
      return sign | (BigInt(1020 + random.below(8)) << 52n) | ((random.long() >> 12n) & (-1n << BigInt(random.below(52))) & 0xfffffffffffffn);
  }
}

/** The 32 bits of a binary32. */
export function singleValue(random: Random): number {
  const sign = random.chance(2) ? 0x80000000 : 0;
  switch (random.below(6)) {
    case 0:
    case 1:
      return (random.pick(SPECIAL_SINGLES) | sign) >>> 0;
    case 2:
      return random.word();
    case 3:
      return (sign | ((127 - 20 + random.below(60)) << 23) | (random.word() >>> 9)) >>> 0;
    case 4:
      return (sign | (random.pick([0, 0, 1, 2, 63, 64, 190, 191, 254, 253, 255]) << 23) | (random.word() >>> 9)) >>> 0;
    default:
      return (sign | ((124 + random.below(8)) << 23) | ((random.word() >>> 9) & (-1 << random.below(23)))) >>> 0;
  }
}

/** 64 bits of an integer. */
export function integerValue(random: Random): bigint {
  const value = random.long() >> BigInt(random.below(64));
  return BigInt.asUintN(64, random.chance(2) ? value : -value);
}
