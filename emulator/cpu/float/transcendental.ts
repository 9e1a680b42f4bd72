/**
 * Sines, tangents, logarithms and exponentials of the x87: computed with integers to some 100 bits more than a result has, and then rounded.
 *
 * Sines, cosines and tangents are those of the argument reduced by a pi of 66 bits, because processors have no more of it: near its multiples
 * the results are far from those of the true pi, and programs know them so.
 *
 * Differs: the results are correctly rounded; processors err now and then by a unit of the last place, each maker differently. An AMD EPYC
 * does for 1 of 100 sines and cosines, for 3 of 100 of the others, and never by more.
 */

import { roundParts, takeNaN } from './arithmetic.ts';
import { DENORMAL_OPERAND, DIVIDE_BY_ZERO, type Environment, INEXACT, INVALID_OPERATION } from './environment.ts';
import { EXTENDED, FINITE, type Float, INFINITY, ZERO } from './number.ts';

/** A constant that the x87 has: its mantissa rounded down, its sign and exponent. */
export interface Constant {
  readonly high: number;
  readonly low: number;
  readonly top: number;
  readonly inexact: boolean;
  /** Rounded to nearest, it is the next. */
  readonly nearestIsUp: boolean;
}

const constant = (top: number, high: number, low: number, inexact: boolean, nearestIsUp: boolean): Constant => ({
  top,
  high: high | 0,
  low: low | 0,
  inexact,
  nearestIsUp,
});

/** 1, the logarithms of 10 and e to base 2, pi, the logarithms of 2 to bases 10 and e, and 0: in the order of their opcodes. */
export const CONSTANT_VALUES: readonly Constant[] = [
  constant(0x3fff, 0x80000000, 0, false, false),
  constant(0x4000, 0xd49a784b, 0xcd1b8afe, true, false),
  constant(0x3fff, 0xb8aa3b29, 0x5c17f0bb, true, true),
  constant(0x4000, 0xc90fdaa2, 0x2168c234, true, true),
  constant(0x3ffd, 0x9a209a84, 0xfbcff798, true, true),
  constant(0x3ffe, 0xb17217f7, 0xd1cf79ab, true, true),
  constant(0, 0, 0, false, false),
];

/** Numbers below are integers that count 2^-scale; this many bits are behind the point unless a number is so small that more are needed. */
const BITS = 256;
const ONE = 1n << BigInt(BITS);
/** Pi times 2^66, as processors have it. */
const PROCESSOR_PI = 0xc90fdaa22168c234cn;
/** Arguments below this exponent have sines like themselves, but for a bit that only tells how to round. */
const TINY = -70;

/** The arc tangent of `numerator / denominator`, at most 1/2 or so, by its series. */
function arcTangentSeries(numerator: bigint, denominator: bigint, scale: bigint): bigint {
  const value = (numerator << scale) / denominator;
  const square = (value * value) >> scale;
  let power = value;
  let sum = value;
  for (let odd = 3n; power !== 0n; odd += 2n) {
    power = -((power * square) >> scale);
    if (power === -1n) break;
    sum += power / odd;
  }
  return sum;
}

/** The logarithm of (1 + z) / (1 - z), for z = numerator / denominator. */
function logarithmSeries(numerator: bigint, denominator: bigint, scale: bigint): bigint {
  const value = (numerator << scale) / denominator;
  const square = (value * value) >> scale;
  let power = value < 0n ? -value : value;
  let sum = power;
  for (let odd = 3n; power !== 0n; odd += 2n) {
    power = (power * square) >> scale;
    sum += power / odd;
  }
  return (value < 0n ? -sum : sum) * 2n;
}

/** e to the power of a value, less 1. */
function exponentialSeries(value: bigint, scale: bigint): bigint {
  let term = value;
  let sum = value;
  for (let index = 2n; term !== 0n && term !== -1n; index++) {
    term = ((term * value) >> scale) / index;
    sum += term;
  }
  return sum;
}

/** The sine of a value, or with `first` 1n its cosine. */
function sineSeries(value: bigint, scale: bigint, isCosine: boolean): bigint {
  const square = (value * value) >> scale;
  let term = isCosine ? 1n << scale : value;
  let sum = term;
  for (let index = isCosine ? 1n : 2n; term !== 0n; index += 2n) {
    term = -(((term * square) >> scale) / (index * (index + 1n)));
    sum += term;
  }
  return sum;
}

/** Made when the first of these instructions is executed. */
let logarithmOf2 = 0n;
let pi = 0n;
const arcTangents: bigint[] = [];

function prepare(): void {
  if (pi !== 0n) return;
  const scale = BigInt(BITS + 64);
  logarithmOf2 = logarithmSeries(1n, 3n, scale) >> 64n;
  pi = (arcTangentSeries(1n, 5n, scale) * 16n - arcTangentSeries(1n, 239n, scale) * 4n) >> 64n;
  for (let sixteenth = 0n; sixteenth <= 16n; sixteenth++) {
    // The tangent of a sum: the eighths below come from halves of those that are known.
    const steps = Number(sixteenth);
    if (steps <= 8) arcTangents.push(arcTangentSeries(sixteenth, 16n, scale) >> 64n);
    else arcTangents.push(arcTangents[8]! + (arcTangentSeries((sixteenth - 8n) * 2n, 32n + sixteenth, scale) >> 64n));
  }
}

const mantissaOf = (value: Float): bigint => (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);

const bitLength = (value: bigint): number => {
  const digits = value.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28);
};

/** Rounds value * 2^-scale, of which further bits are unknown but not all 0. */
function deliver(into: Float, sign: number, value: bigint, scale: number, environment: Environment): void {
  const length = bitLength(value);
  const parts = length > 96 ? value >> BigInt(length - 96) : value << BigInt(96 - length);
  roundParts(
    into,
    sign,
    length - 1 - scale,
    Number(parts >> 64n) | 0,
    Number((parts >> 32n) & 0xffffffffn) | 0,
    Number(parts & 0xffffffffn) | 1,
    EXTENDED,
    environment,
  );
}

function invalid(into: Float, environment: Environment): void {
  environment.flags |= INVALID_OPERATION;
  into.setIndefinite();
}

/** Whether a number is one of those whose sine the x87 can tell; it leaves larger ones alone. */
export const inRange = (value: Float): boolean => value.kind !== FINITE || value.exponent < 63;

/** What is left of an argument after taking multiples of a quarter turn from it, and how many they are. */
let reduced = 0n;
let reducedScale = 0;
let quarters = 0;

function reduce(value: Float): void {
  const shift = Math.max(67, 63 - value.exponent);
  const argument = mantissaOf(value) << BigInt(shift - 63 + value.exponent);
  const quarter = PROCESSOR_PI << BigInt(shift - 67);
  const count = (argument * 2n + quarter) / (quarter * 2n);
  const rest = argument - count * quarter;
  const small = rest === 0n ? 0 : Math.max(0, shift - bitLength(rest < 0n ? -rest : rest));
  reducedScale = BITS + small;
  reduced = reducedScale >= shift ? rest << BigInt(reducedScale - shift) : rest >> BigInt(shift - reducedScale);
  quarters = Number(count & 3n);
}

/** What is common to those of one argument: true if the result is there. */
function special(into: Float, value: Float, environment: Environment): boolean {
  if (takeNaN(into, value, value, environment)) return true;
  environment.roundedUp = false;
  if (value.kind === INFINITY) {
    invalid(into, environment);
    return true;
  }
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  return false;
}

export function sine(into: Float, value: Float, environment: Environment): void {
  if (special(into, value, environment)) return;
  if (value.kind === ZERO) into.setZero(value.sign);
  else if (value.exponent < TINY) deliver(into, value.sign, (mantissaOf(value) << 64n) - 1n, 127 - value.exponent, environment);
  else {
    reduce(value);
    const result = sineSeries(reduced, BigInt(reducedScale), (quarters & 1) === 1);
    const sign = (result < 0n ? 1 : 0) ^ (quarters >> 1);
    deliver(into, value.sign ^ sign, result < 0n ? -result : result, reducedScale, environment);
  }
}

export function cosine(into: Float, value: Float, environment: Environment): void {
  if (special(into, value, environment)) return;
  if (value.kind === ZERO) into.fromInteger(1, 0);
  else if (value.exponent < TINY) deliver(into, 0, ONE - 1n, BITS, environment);
  else {
    reduce(value);
    const result = sineSeries(reduced, BigInt(reducedScale), (quarters & 1) === 0);
    const sign = (result < 0n ? 1 : 0) ^ (quarters === 1 || quarters === 2 ? 1 : 0);
    deliver(into, sign, result < 0n ? -result : result, reducedScale, environment);
  }
}

export function tangent(into: Float, value: Float, environment: Environment): void {
  if (special(into, value, environment)) return;
  if (value.kind === ZERO) into.setZero(value.sign);
  else if (value.exponent < TINY) deliver(into, value.sign, (mantissaOf(value) << 64n) + 1n, 127 - value.exponent, environment);
  else {
    reduce(value);
    const scale = BigInt(reducedScale);
    let numerator = sineSeries(reduced, scale, false);
    let denominator = sineSeries(reduced, scale, true);
    if ((quarters & 1) === 1) [numerator, denominator] = [-denominator, numerator];
    const sign = numerator < 0n === denominator < 0n ? 0 : 1;
    if (numerator < 0n) numerator = -numerator;
    if (denominator < 0n) denominator = -denominator;
    const more = Math.max(0, bitLength(denominator) - bitLength(numerator)) + 192;
    deliver(into, value.sign ^ sign, (numerator << BigInt(more)) / denominator, more, environment);
  }
}

/** 2 to the power of a value between -1 and 1, less 1. */
export function exponential(into: Float, value: Float, environment: Environment): void {
  if (takeNaN(into, value, value, environment)) return;
  environment.roundedUp = false;
  if (value.denormal) environment.flags |= DENORMAL_OPERAND;
  const { sign } = value;
  if (value.kind === ZERO) {
    into.setZero(sign);
    return;
  }
  if (value.kind === INFINITY) {
    if (sign === 0) into.setInfinity(0);
    else into.setFinite(1, 0, 0x80000000 | 0, 0);
    return;
  }
  if (value.exponent >= 0) {
    // What is not 1 or -1 is out of range, and comes back as it is.
    into.copy(value);
    environment.flags |= INEXACT;
    if (sign === 1 && value.exponent === 0 && (value.high << 1 | value.low) === 0) into.exponent = -1;
    return;
  }
  prepare();
  if (value.exponent < TINY) {
    const scale = BITS + 63 - value.exponent;
    const product = mantissaOf(value) * logarithmOf2;
    const correction = (product * product) >> BigInt(scale + 1);
    deliver(into, sign, sign === 0 ? product + correction : product - correction, scale, environment);
    return;
  }
  const scale = BITS - value.exponent;
  const product = (mantissaOf(value) * logarithmOf2) >> BigInt(BITS + 63 - value.exponent - scale);
  const result = exponentialSeries(sign === 0 ? product : -product, BigInt(scale));
  deliver(into, sign, result < 0n ? -result : result, scale, environment);
}

/** The product of a number and a logarithm to base 2, which is value * 2^-scale. */
function deliverProduct(into: Float, factor: Float, value: bigint, scale: number, environment: Environment): void {
  const sign = factor.sign ^ (value < 0n ? 1 : 0);
  deliver(into, sign, mantissaOf(factor) * (value < 0n ? -value : value), scale + 63 - factor.exponent, environment);
}

/** The product with a logarithm that is an integer: it is exact before it is rounded, though processors never say so. */
function deliverWhole(into: Float, factor: Float, value: number, environment: Environment): void {
  const product = mantissaOf(factor) * BigInt(Math.abs(value));
  const length = bitLength(product);
  const parts = product << BigInt(96 - length);
  environment.flags |= INEXACT;
  roundParts(
    into,
    factor.sign ^ (value < 0 ? 1 : 0),
    length - 64 + factor.exponent,
    Number(parts >> 64n) | 0,
    Number((parts >> 32n) & 0xffffffffn) | 0,
    Number(parts & 0xffffffffn) | 0,
    EXTENDED,
    environment,
  );
}

/** `factor` times the logarithm of `value` to base 2. */
export function logarithm(into: Float, factor: Float, value: Float, environment: Environment): void {
  if (takeNaN(into, value, factor, environment)) return;
  environment.roundedUp = false;
  const isOne = value.kind === FINITE && value.sign === 0 && value.exponent === 0 && ((value.high << 1) | value.low) === 0;
  const isNegative = value.sign === 1 && value.kind !== ZERO;
  if (isNegative || (value.kind !== FINITE && factor.kind === ZERO) || (isOne && factor.kind === INFINITY)) {
    invalid(into, environment);
    return;
  }
  if (value.kind === ZERO) {
    if (factor.kind === FINITE) environment.flags |= DIVIDE_BY_ZERO;
    into.setInfinity(factor.sign ^ 1);
    return;
  }
  if (value.denormal || factor.denormal) environment.flags |= DENORMAL_OPERAND;
  const below = value.kind === FINITE && value.exponent < 0 ? 1 : 0;
  if (value.kind === INFINITY || factor.kind === INFINITY) {
    into.setInfinity(factor.sign ^ below);
    return;
  }
  if (isOne || factor.kind === ZERO) {
    into.setZero(factor.sign ^ below);
    return;
  }
  let { exponent } = value;
  if (((value.high << 1) | value.low) === 0) {
    deliverWhole(into, factor, exponent, environment);
    return;
  }
  prepare();
  const scale = BigInt(BITS);
  const mantissa = mantissaOf(value);
  let one = 1n << 63n;
  if (value.high >>> 0 > 0xb504f333) {
    // Nearer to 2: so that what is added to the exponent has not its opposite sign and size.
    one <<= 1n;
    exponent++;
  }
  const natural = logarithmSeries(mantissa - one, mantissa + one, scale);
  deliverProduct(into, factor, (BigInt(exponent) << scale) + (natural << scale) / logarithmOf2, BITS, environment);
}

/** `factor` times the logarithm of 1 + `value` to base 2. */
export function logarithmNearOne(into: Float, factor: Float, value: Float, environment: Environment): void {
  if (takeNaN(into, value, factor, environment)) return;
  environment.roundedUp = false;
  const isBelow = value.sign === 1 && value.kind === INFINITY;
  if (isBelow || (value.kind === ZERO && factor.kind === INFINITY) || (value.kind === INFINITY && factor.kind === ZERO)) {
    invalid(into, environment);
    return;
  }
  if (value.denormal || factor.denormal) environment.flags |= DENORMAL_OPERAND;
  const sign = value.sign ^ factor.sign;
  if (value.kind === INFINITY || factor.kind === INFINITY) into.setInfinity(sign);
  else if (value.kind === ZERO || factor.kind === ZERO) into.setZero(sign);
  else if (value.sign === 1 && value.exponent >= 0) {
    // Out of range.
    into.copy(value);
    into.denormal = false;
    environment.flags |= INEXACT;
  } else {
    prepare();
    if (value.exponent < TINY) {
      // ln(1 + x) is x - x*x/2 here.
      const mantissa = mantissaOf(value) << BigInt(BITS);
      const scale = BITS + 63 - value.exponent;
      const half = (mantissa * mantissa) >> BigInt(scale + 1);
      const natural = value.sign === 0 ? mantissa - half : -(mantissa + half);
      deliverProduct(into, factor, (natural << BigInt(BITS)) / logarithmOf2, scale, environment);
      return;
    }
    const scale = BigInt(BITS + Math.max(0, -value.exponent));
    const shift = 63 - value.exponent;
    const one = 1n << BigInt(Math.max(shift, 0));
    const magnitude = shift >= 0 ? mantissaOf(value) : mantissaOf(value) << BigInt(-shift);
    const signed = value.sign === 1 ? -magnitude : magnitude;
    let natural = 0n;
    if (value.exponent < -1) natural = logarithmSeries(signed, one * 2n + signed, scale);
    else {
      // Out of the range that manuals allow; the series needs something near 1.
      const sum = one + signed;
      const power = bitLength(sum) - 1;
      const unit = 1n << BigInt(power);
      if (sum === unit) {
        deliverWhole(into, factor, power - Math.max(shift, 0), environment);
        return;
      }
      natural = logarithmSeries(sum - unit, sum + unit, scale) + (BigInt(power - Math.max(shift, 0)) * logarithmOf2 << (scale - BigInt(BITS)));
    }
    deliverProduct(into, factor, (natural << BigInt(BITS)) / logarithmOf2, Number(scale), environment);
  }
}

/** The arc tangent of a fraction of at most 1. */
function arcTangentOf(numerator: bigint, denominator: bigint, scale: bigint): bigint {
  const nearest = (numerator * 32n + denominator) / (denominator * 2n);
  const known = arcTangents[Number(nearest)]! << (scale - BigInt(BITS));
  return known + arcTangentSeries(numerator * 16n - nearest * denominator, denominator * 16n + nearest * numerator, scale);
}

/** The angle of the point (x, y). */
export function arcTangent(into: Float, y: Float, x: Float, environment: Environment): void {
  if (takeNaN(into, x, y, environment)) return;
  environment.roundedUp = false;
  if (x.denormal || y.denormal) environment.flags |= DENORMAL_OPERAND;
  prepare();
  const { sign } = y;
  const left = x.sign === 1;
  if (y.kind === ZERO || (x.kind === INFINITY && y.kind !== INFINITY)) {
    if (left) deliver(into, sign, pi, BITS, environment);
    else into.setZero(sign);
    return;
  }
  if (x.kind === ZERO || y.kind === INFINITY) {
    if (x.kind === INFINITY) deliver(into, sign, left ? pi * 3n : pi, BITS + 2, environment);
    else deliver(into, sign, pi, BITS + 1, environment);
    return;
  }
  const difference = y.exponent - x.exponent;
  const steep = difference > 0 || (difference === 0 && (y.high >>> 0 > x.high >>> 0 || (y.high === x.high && y.low >>> 0 > x.low >>> 0)));
  const numerator = mantissaOf(steep ? x : y);
  const denominator = mantissaOf(steep ? y : x);
  const down = steep ? difference : -difference;
  if (down > 160) {
    // Hardly an angle: it shows in how the result is rounded.
    if (steep) deliver(into, sign, left ? pi + 1n : pi - 1n, BITS + 1, environment);
    else if (left) deliver(into, sign, pi - 1n, BITS, environment);
    else deliver(into, sign, (numerator << BigInt(BITS)) / denominator - 1n, BITS + down, environment);
    return;
  }
  const scale = BigInt(BITS + Math.max(0, down));
  const angle = arcTangentOf(numerator, denominator << BigInt(Math.max(down, 0)), scale);
  const whole = pi << (scale - BigInt(BITS));
  let result = angle;
  if (steep) result = left ? (whole >> 1n) + angle : (whole >> 1n) - angle;
  else if (left) result = whole - angle;
  deliver(into, sign, result, Number(scale), environment);
}
