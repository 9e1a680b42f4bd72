/**
 * A floating-point number taken apart, and how each format is taken apart and put together. Nothing here allocates but the constructor:
 * a mantissa is two words, because a BigInt would be an object for each operation.
 *
 *     kind        what it means
 *     ZERO        sign
 *     FINITE      sign, mantissa * 2^(exponent - 63); the mantissa has its top bit set, also where the format has a denormal number
 *     INFINITY    sign
 *     QUIET       sign, mantissa: as in the 80-bit format, so that the top bit is set and the next one says that it is quiet
 *     SIGNALLING  likewise
 *     INVALID     an 80-bit pattern that stands for nothing: unnormals, pseudo-infinities, pseudo-NaNs
 */

export const ZERO = 0;
export const FINITE = 1;
export const INFINITY = 2;
export const QUIET = 3;
export const SIGNALLING = 4;
export const INVALID = 5;

/** What distinguishes the formats for rounding. */
export interface Format {
  /** Bits of the mantissa, the leading one included: 24, 53 or 64. */
  readonly precision: number;
  /** Exponents of normal numbers. */
  readonly minimum: number;
  readonly maximum: number;
  /** What is added to the exponent of a tiny result, or taken from a huge one's, when the exception is not masked. */
  readonly adjustment: number;
}

export const SINGLE: Format = { precision: 24, minimum: -126, maximum: 127, adjustment: 192 };
export const DOUBLE: Format = { precision: 53, minimum: -1022, maximum: 1023, adjustment: 1536 };
export const EXTENDED: Format = { precision: 64, minimum: -16382, maximum: 16383, adjustment: 24576 };
/** What the x87's precision control makes of results: fewer bits, the same exponents. */
export const EXTENDED_DOUBLE: Format = { ...EXTENDED, precision: 53 };
export const EXTENDED_SINGLE: Format = { ...EXTENDED, precision: 24 };

const QUIET_BIT = 0x40000000;

export class Float {
  kind: number = ZERO;
  /** 0 or 1. */
  sign: number = 0;
  exponent: number = 0;
  /** Mantissa, as signed words. */
  high: number = 0;
  low: number = 0;
  /** It was a denormal number of its format: an operand that x86 reports. */
  denormal: boolean = false;

  copy(other: Float): void {
    this.kind = other.kind;
    this.sign = other.sign;
    this.exponent = other.exponent;
    this.high = other.high;
    this.low = other.low;
    this.denormal = other.denormal;
  }

  setZero(sign: number): void {
    this.kind = ZERO;
    this.sign = sign;
    this.denormal = false;
  }

  setInfinity(sign: number): void {
    this.kind = INFINITY;
    this.sign = sign;
    this.denormal = false;
  }

  /** The NaN that invalid operations give. */
  setIndefinite(): void {
    this.kind = QUIET;
    this.sign = 1;
    this.high = 0xc0000000 | 0;
    this.low = 0;
    this.denormal = false;
  }

  /** A number from a mantissa that is not yet shifted up; 0 is zero. */
  setFinite(sign: number, exponent: number, high: number, low: number): void {
    this.sign = sign;
    this.denormal = false;
    if ((high | low) === 0) {
      this.kind = ZERO;
      return;
    }
    this.kind = FINITE;
    let lead = Math.clz32(high);
    if (lead === 32) {
      lead += Math.clz32(low);
      high = low << (lead - 32);
      low = 0;
    } else if (lead > 0) {
      high = (high << lead) | (low >>> (32 - lead));
      low = low << lead;
    }
    this.high = high | 0;
    this.low = low | 0;
    this.exponent = exponent - lead;
  }

  isNaN(): boolean {
    return this.kind === QUIET || this.kind === SIGNALLING;
  }

  /** From a mantissa of 64 bits and sign and exponent of 16. */
  fromExtended(low: number, high: number, top: number): void {
    const biased = top & 0x7fff;
    this.sign = (top >>> 15) & 1;
    this.denormal = false;
    if (biased === 0) {
      // A pseudo-denormal has its leading bit and counts as if its exponent were 1.
      this.setFinite((top >>> 15) & 1, -16382, high, low);
      this.denormal = this.kind === FINITE;
      return;
    }
    this.high = high | 0;
    this.low = low | 0;
    if (high >= 0) this.kind = INVALID;
    else if (biased !== 0x7fff) {
      this.kind = FINITE;
      this.exponent = biased - 16383;
    } else if (((high << 1) | low) === 0) this.kind = INFINITY;
    else this.kind = (high & QUIET_BIT) !== 0 ? QUIET : SIGNALLING;
  }

  fromSingle(bits: number): void {
    const biased = (bits >>> 23) & 0xff;
    const fraction = bits & 0x7fffff;
    this.sign = bits >>> 31;
    this.denormal = false;
    if (biased === 0) {
      this.setFinite(bits >>> 31, -126, fraction << 8, 0);
      this.denormal = this.kind === FINITE;
      return;
    }
    this.high = 0x80000000 | (fraction << 8);
    this.low = 0;
    this.exponent = biased - 127;
    this.kind = biased !== 0xff ? FINITE : fraction === 0 ? INFINITY : (bits & 0x400000) !== 0 ? QUIET : SIGNALLING;
  }

  fromDouble(low: number, high: number): void {
    const biased = (high >>> 20) & 0x7ff;
    const top = ((high << 11) & 0x7fffffff) | (low >>> 21);
    const bottom = low << 11;
    this.sign = high >>> 31;
    this.denormal = false;
    if (biased === 0) {
      this.setFinite(high >>> 31, -1022, top, bottom);
      this.denormal = this.kind === FINITE;
      return;
    }
    this.high = 0x80000000 | top;
    this.low = bottom;
    this.exponent = biased - 1023;
    this.kind = biased !== 0x7ff ? FINITE : (top | bottom) === 0 ? INFINITY : (top & QUIET_BIT) !== 0 ? QUIET : SIGNALLING;
  }

  /** From an integer of 64 bits with a sign. */
  fromInteger(low: number, high: number): void {
    if (high >= 0) this.setFinite(0, 63, high, low);
    else {
      const negated = -low | 0;
      this.setFinite(1, 63, ~high + (negated === 0 ? 1 : 0), negated);
    }
  }

  /** Its bits as binary32; it must have been rounded to that. */
  toSingle(): number {
    const sign = this.sign << 31;
    switch (this.kind) {
      case ZERO:
        return sign;
      case FINITE: {
        if (this.exponent >= -126) return sign | ((this.exponent + 127) << 23) | ((this.high >>> 8) & 0x7fffff);
        return sign | (this.high >>> (8 - 126 - this.exponent));
      }
      case INFINITY:
        return sign | 0x7f800000;
      default:
        return sign | 0x7f800000 | ((this.high >>> 8) & 0x7fffff);
    }
  }

  /** The two words of it as binary64, of which this is the lower; it must have been rounded to that. */
  toDoubleLow(): number {
    if (this.kind === ZERO || this.kind === INFINITY) return 0;
    if (this.kind !== FINITE || this.exponent >= -1022) return (this.low >>> 11) | (this.high << 21);
    return lowShifted(this.high, this.low, 11 - 1022 - this.exponent);
  }

  toDoubleHigh(): number {
    const sign = this.sign << 31;
    switch (this.kind) {
      case ZERO:
        return sign;
      case FINITE: {
        if (this.exponent >= -1022) return sign | ((this.exponent + 1023) << 20) | ((this.high >>> 11) & 0xfffff);
        const shift = 11 - 1022 - this.exponent;
        return shift > 31 ? sign : sign | (this.high >>> shift);
      }
      case INFINITY:
        return sign | 0x7ff00000;
      default:
        return sign | 0x7ff00000 | ((this.high >>> 11) & 0xfffff);
    }
  }

  /** The parts of it in the 80-bit format: mantissa, and sign and exponent. */
  toExtendedLow(): number {
    if (this.kind === ZERO || this.kind === INFINITY) return 0;
    return this.kind === FINITE && this.exponent < -16382 ? lowShifted(this.high, this.low, -16382 - this.exponent) : this.low;
  }

  toExtendedHigh(): number {
    if (this.kind === ZERO) return 0;
    if (this.kind === INFINITY) return 0x80000000 | 0;
    if (this.kind !== FINITE || this.exponent >= -16382) return this.high;
    const shift = -16382 - this.exponent;
    return shift > 31 ? 0 : this.high >>> shift;
  }

  toExtendedTop(): number {
    const sign = this.sign << 15;
    if (this.kind === ZERO) return sign;
    if (this.kind !== FINITE) return sign | 0x7fff;
    return this.exponent < -16382 ? sign : sign | (this.exponent + 16383);
  }
}

/** The lower word of a mantissa shifted down by 0 to 63. */
function lowShifted(high: number, low: number, shift: number): number {
  if (shift === 0) return low;
  if (shift < 32) return (low >>> shift) | (high << (32 - shift));
  return shift < 64 ? high >>> (shift - 32) : 0;
}
