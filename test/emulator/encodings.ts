/**
 * Encodings of every form, made from the instruction table: for each form all its shapes (operand size, register or which kind of
 * address), with registers, displacements and immediates chosen by a generator that always chooses alike.
 */

import type { Form } from '../../emulator/cpu/forms.ts';

/** Numbers that are the same in every run (mulberry32). */
export class Generator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to `count` - 1. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }
}

/** How an encoding says its ModRM.rm operand; `none` has no ModRM byte. */
export const ADDRESSING = [
  'none',
  'register',
  'base',
  'base+8',
  'base+32',
  'stack+8',
  'base+index',
  'base+index+8',
  'base+index+32',
  'index+32',
  'absolute',
  'rip',
] as const;
export type Addressing = (typeof ADDRESSING)[number];

/** One way to encode a form. */
export interface Shape {
  readonly form: Form;
  /** The operand size, or 0 for a form that has none. */
  readonly size: number;
  readonly addressing: Addressing;
}

export interface Encoding extends Shape {
  readonly bytes: readonly number[];
  /** Where its displacement of 32 bits is, or -1. */
  readonly displacementAt: number;
}

const SIZES: Readonly<Record<Form['sizeRule'], readonly number[]>> = {
  fixed: [0],
  byte: [1],
  word: [2, 4, 8],
  double: [4, 8],
  stack: [2, 8],
  branch: [8],
};

const shapesByForm = new Map<Form, readonly Shape[]>();

/** Every shape of a form in 64-bit mode. */
export function shapesOf(form: Form): readonly Shape[] {
  const known = shapesByForm.get(form);
  if (known) return known;
  const addressings = ADDRESSING.filter((addressing) => {
    if (!form.hasModRM) return addressing === 'none';
    if (addressing === 'none') return false;
    const registers = form.rmRule === 'register' || form.rmRule === 'ignored';
    return form.rmRule === 'either' || registers === (addressing === 'register');
  });
  // The exchange that needs REX.B, and 66 that is part of the opcode.
  const sizes = SIZES[form.sizeRule];
  const shapes = sizes.flatMap((size) => addressings.map((addressing) => ({ form, size, addressing })));
  shapesByForm.set(form, shapes);
  return shapes;
}

const isByteRegister = (form: Form): boolean =>
  form.operands.some(({ place, size }) => (place === 'G' || place === 'E' || place === 'Z') && size === 'b');

/** An encoding of a shape. */
export function encode(shape: Shape, random: Generator): Encoding {
  const { form, size, addressing } = shape;
  const bytes: number[] = [];
  let rex = 0;
  if (form.sizeRule === 'word' || form.sizeRule === 'double') {
    if (size === 8) rex |= 0x48;
  }
  if ((form.sizeRule === 'word' || form.sizeRule === 'stack') && size === 2) bytes.push(0x66);
  if (form.prefix !== 'any' && form.prefix !== 'none') bytes.push(Number.parseInt(form.prefix, 16));
  const takes = (bit: number): void => {
    if (random.below(2) === 1) rex |= 0x40 | bit;
  };
  if (form.hasModRM) {
    // Segment and control registers have no more of them.
    if (form.reg < 0 && !form.operands.some(({ place }) => 'SCD'.includes(place))) takes(4);
    if (addressing !== 'absolute' && addressing !== 'rip' && form.rm < 0) takes(1);
    if (addressing.includes('index')) takes(2);
  } else if (form.opcodeRegister) {
    takes(1);
  }
  if (isByteRegister(form) && random.below(2) === 1) rex |= 0x40;
  let opcode = form.opcode;
  if (form.opcodeRegister) opcode |= random.below(8);
  if (form.needsRexB) rex |= 0x41;
  if (rex !== 0) bytes.push(rex);
  if (form.map > 0) bytes.push(0x0f);
  if (form.map > 1) bytes.push(form.map === 2 ? 0x38 : 0x3a);
  bytes.push(opcode);

  const some = (count: number): void => {
    for (let index = 0; index < count; index++) bytes.push(random.below(256));
  };
  let displacementAt = -1;
  const displacement = (): void => {
    displacementAt = bytes.length;
    some(4);
  };
  if (form.hasModRM) {
    let reg = form.reg >= 0 ? form.reg : random.below(8);
    // Debug registers 4 and 5 are others' names.
    if (form.operands.some(({ place }) => place === 'D')) reg &= 3;
    const modRM = (mod: number, rm: number): number => bytes.push((mod << 6) | (reg << 3) | rm);
    const sib = (index: number, base: number): number => bytes.push((random.below(4) << 6) | (index << 3) | base);
    const anyIndex = (): number => {
      const index = random.below(8);
      return index === 4 && (rex & 2) === 0 ? 1 : index;
    };
    const without = (excluded: readonly number[]): number => {
      const register = random.below(8);
      return excluded.includes(register) ? 3 : register;
    };
    switch (addressing) {
      case 'register':
        modRM(3, form.rm >= 0 ? form.rm : random.below(8));
        break;
      case 'base':
        modRM(0, without([4, 5]));
        break;
      case 'base+8':
        modRM(1, without([4]));
        some(1);
        break;
      case 'base+32':
        modRM(2, without([4]));
        displacement();
        break;
      case 'stack+8':
        modRM(1, 4);
        bytes.push(0x24);
        some(1);
        break;
      case 'base+index':
        modRM(0, 4);
        sib(anyIndex(), without([5]));
        break;
      case 'base+index+8':
        modRM(1, 4);
        sib(anyIndex(), random.below(8));
        some(1);
        break;
      case 'base+index+32':
        modRM(2, 4);
        sib(anyIndex(), random.below(8));
        displacement();
        break;
      case 'index+32':
        modRM(0, 4);
        sib(anyIndex(), 5);
        displacement();
        break;
      case 'absolute':
        modRM(0, 4);
        bytes.push(0x25);
        displacement();
        break;
      case 'rip':
        modRM(0, 5);
        displacement();
        break;
    }
  }
  const z = size === 2 ? 2 : 4;
  some({ none: 0, byte: 1, signed: 1, word: 2, z, v: size, offset: 8, enter: 3, far: z + 2 }[form.immediate]);
  return { ...shape, bytes, displacementAt };
}
