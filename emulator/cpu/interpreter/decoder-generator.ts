/** Writes the decoder of one instruction: what decoder.ts does, in WebAssembly, with tables in memory. */

import { type Node, add, and, emit, eq, eqz, geS, geU, gtU, i32, load, local, ltU, ne, or, select, shl, shrS, shrU, sub } from '../emit/expression.ts';
import { FunctionWriter } from '../float/function-writer.ts';
import { EXCHANGE } from '../form-numbers.ts';
import {
  BY_MODRM, BY_PREFIX, BY_RM, ENTRY_VALUE, HAS_MODRM, IMMEDIATE_RULES, IS_REX, IS_SEGMENT, LOCKABLE, OPCODE_REGISTER, REG_BELOW_8, REG_IS_BYTE, REG_NOT_EXTENDED, REX_B_EXCHANGES,
  RM_IGNORES_MOD, RM_IS_BYTE, RM_NOT_EXTENDED,
} from '../opcode-maps.ts';
import {
  ADDRESS_SIZE, BASE, DISPLACEMENT, FORM, HIGH_BYTE, IMMEDIATE, IMMEDIATE_HIGH, INDEX, LENGTH, OPERAND_SIZE, PREFIXES, PREFIX_ADDRESS_SIZE, PREFIX_LOCK, PREFIX_OPERAND_SIZE, PREFIX_REPEAT,
  PREFIX_REPEAT_NOT_ZERO, PREFIX_REX, REG, RIP_BASE, RM, SCALE, SEGMENT,
} from '../record.ts';
import type { ImmediateRule } from '../forms.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, Memory } from '../../wasm/opcodes.ts';
import { INVALID, TOO_LONG, TRUNCATED } from '../decoder.ts';
import { LONGEST_INSTRUCTION } from './decoder-memory.ts';
import { type DecoderTables, FORM_SIZE_SHIFT, TRAITS } from './decoder-tables.ts';

const byte = (address: Node, offset = 0): Node => load(Memory.i32Load8U, I32, address, offset);
const half = (address: Node, offset = 0): Node => load(Memory.i32Load16U, I32, address, offset);
const word = (address: Node, offset = 0): Node => load(Memory.i32Load, I32, address, offset);
const has = (value: Node, bits: number): Node => and(value, i32(bits));
const anyRule = (...rules: readonly ImmediateRule[]): number => rules.reduce((mask, rule) => mask | (1 << IMMEDIATE_RULES.indexOf(rule)), 0);

/** REX.R, REX.X and REX.B. */
const [REX_R, REX_X, REX_B, REX_W] = [4, 2, 1, 8] as const;

/** A function of the index of an instruction, of the first byte that may not be read and of a record; it returns as `Decoder.decode` does. */
export function writeDecode(module: ModuleBuilder, mode: 32 | 64, tables: DecoderTables): number {
  const long = mode === 64;
  const w = new FunctionWriter(module, [I32, I32, I32], [I32]);
  const start = local(0, I32);
  const end = local(1, I32);
  const record = local(2, I32);
  const position = w.let(start);
  const limit = w.let(select(ltU(end, add(start, i32(LONGEST_INSTRUCTION))), end, add(start, i32(LONGEST_INSTRUCTION))));
  const variable = (value = 0): Node => {
    const made = local(w.code.local(I32), I32);
    if (value !== 0) w.set(made, i32(value));
    return made;
  };
  w.block((beyond) => {
    w.block((invalid) => {
      const prefixes = variable();
      const segment = variable(-1);
      const rex = variable();
      const opcode = variable();
      const fetch = (into: Node): void => {
        beyond(geU(position, limit));
        w.set(into, byte(position));
        w.set(position, add(position, i32(1)));
      };

      const prefix = variable();
      w.loop((again) => {
        fetch(opcode);
        w.set(prefix, byte(opcode, tables.prefixes));
        w.if(prefix, () => {
          if (long) {
            w.if(has(prefix, IS_REX), () => {
              w.set(rex, opcode);
              again();
            });
            w.set(rex, i32(0));
          }
          w.if(has(prefix, IS_SEGMENT), () => {
            w.set(segment, has(prefix, 7));
            again();
          });
          const repeats = PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO;
          w.set(prefixes, or(select(has(prefix, repeats), has(prefixes, ~repeats), prefixes), has(prefix, 0x1f)));
          again();
        });
      });
      // PREFIX_REX_W is three bits above REX.W.
      if (long) w.if(rex, () => w.set(prefixes, or(or(prefixes, i32(PREFIX_REX)), shl(has(rex, REX_W), i32(3)))));

      const key = variable();
      w.set(key, opcode);
      w.if(eq(opcode, i32(0x0f)), () => {
        fetch(opcode);
        w.set(key, or(opcode, i32(0x100)));
        w.if(eq(has(opcode, 0xfd), i32(0x38)), () => {
          w.set(key, shl(add(has(shrU(opcode, i32(1)), 1), i32(2)), i32(8)));
          fetch(opcode);
          w.set(key, or(key, opcode));
        });
      });
      const entry = variable();
      const value = has(entry, ENTRY_VALUE);
      const double = (index: Node): Node => shl(index, i32(1));
      w.set(entry, half(double(key), tables.opcodes));
      w.if(has(entry, BY_PREFIX), () => w.set(entry, half(double(add(value, byte(has(prefixes, 0x1f), tables.mandatory))), tables.byPrefix)));
      const modRM = variable(-1);
      const isRegister = geU(modRM, i32(0xc0));
      w.if(has(entry, HAS_MODRM), () => {
        fetch(modRM);
        w.if(has(entry, BY_MODRM), () => {
          w.set(entry, half(double(add(value, or(shl(isRegister, i32(3)), has(shrU(modRM, i32(3)), 7)))), tables.byModRM));
          w.if(has(entry, BY_RM), () => w.set(entry, half(double(add(value, has(modRM, 7))), tables.byModRM)));
        });
      });
      const form = w.let(value);
      invalid(eqz(form));
      const traitsOf = word(shl(form, i32(FORM_SIZE_SHIFT)), tables.forms + TRAITS);
      const traits = w.let(traitsOf);
      if (long) {
        w.if(and(shrU(has(traits, REX_B_EXCHANGES), i32(Math.log2(REX_B_EXCHANGES))), rex), () => {
          w.set(form, i32(EXCHANGE));
          w.set(traits, traitsOf);
        });
      }
      const sizeIndex = or(or(shl(has(traits, 0xf), i32(2)), shrU(has(rex, REX_W), i32(2))), has(prefixes, PREFIX_OPERAND_SIZE));
      const size = w.let(byte(sizeIndex, tables.sizes));
      const addressSize = w.let(shrU(i32(long ? 8 : 4), shrU(has(prefixes, PREFIX_ADDRESS_SIZE), i32(1))));

      const reg = variable(-1);
      const rm = variable(-1);
      const base = variable(-1);
      const index = variable(-1);
      const scale = variable();
      const displacement = variable();
      /** Of registers of one byte without REX, 4 to 7 are the high bytes. */
      const namesHighByte = (register: Node, trait: number): void => {
        const isHigh = and(shrU(has(traits, trait), i32(Math.log2(trait))), gtU(register, i32(3)));
        w.if(long ? and(isHigh, eqz(rex)) : isHigh, () => w.set(register, add(register, i32(HIGH_BYTE - 4))));
      };
      const extended = (register: Node, bit: number): Node => (long ? or(register, shl(has(rex, bit), i32(3 - Math.log2(bit)))) : register);
      /** Reads a number of a few bytes, one to four, with its sign. */
      const signed = (bytes: Node): Node => {
        const shift = w.let(shl(sub(i32(4), bytes), i32(3)));
        return shrS(shl(word(position), shift), shift);
      };

      w.if(
        geS(modRM, i32(0)),
        () => {
          w.set(reg, has(shrU(modRM, i32(3)), 7));
          w.if(eqz(has(traits, REG_NOT_EXTENDED)), () => {
            w.set(reg, extended(reg, REX_R));
            namesHighByte(reg, REG_IS_BYTE);
          });
          w.set(rm, has(modRM, 7));
          invalid(and(gtU(reg, i32(7)), ne(has(traits, REG_BELOW_8), i32(0))));
          w.if(
            or(isRegister, has(traits, RM_IGNORES_MOD)),
            () => {
              w.if(eqz(has(traits, RM_NOT_EXTENDED)), () => {
                w.set(rm, extended(rm, REX_B));
                namesHighByte(rm, RM_IS_BYTE);
              });
            },
            () => {
              // How many bytes of displacement there are.
              const bytes = w.let(select(geU(modRM, i32(0x80)), i32(4), geU(modRM, i32(0x40))));
              const long4 = (): void => w.set(bytes, i32(4));
              const wide = (): void => {
                w.if(
                  eq(rm, i32(4)),
                  () => {
                    const sib = variable();
                    fetch(sib);
                    w.set(scale, shrU(sib, i32(6)));
                    w.set(index, extended(has(shrU(sib, i32(3)), 7), REX_X));
                    w.if(eq(index, i32(4)), () => w.set(index, i32(-1)));
                    w.set(base, has(sib, 7));
                    w.if(
                      and(eq(base, i32(5)), eqz(bytes)),
                      () => {
                        long4();
                        w.set(base, i32(-1));
                      },
                      () => w.set(base, extended(base, REX_B)),
                    );
                  },
                  () => {
                    w.if(
                      and(eq(rm, i32(5)), eqz(bytes)),
                      () => {
                        long4();
                        if (long) w.set(base, i32(RIP_BASE));
                      },
                      () => w.set(base, extended(rm, REX_B)),
                    );
                  },
                );
              };
              if (long) {
                wide();
              } else {
                w.if(
                  eq(addressSize, i32(2)),
                  () => {
                    w.set(bytes, select(gtU(bytes, i32(2)), i32(2), bytes));
                    w.if(
                      and(eq(rm, i32(6)), eqz(bytes)),
                      () => w.set(bytes, i32(2)),
                      () => {
                        // By ModRM.rm: BX 3, BP 5, SI 6, DI 7; four bits each.
                        w.set(base, has(shrU(i32(0x35765533), shl(rm, i32(2))), 0xf));
                        w.set(index, select(ltU(rm, i32(4)), or(i32(6), has(rm, 1)), i32(-1)));
                      },
                    );
                  },
                  wide,
                );
              }
              w.set(rm, i32(-1));
              w.if(bytes, () => {
                beyond(gtU(add(position, bytes), limit));
                w.set(displacement, signed(bytes));
                w.set(position, add(position, bytes));
              });
            },
          );
        },
        () => {
          w.if(has(traits, OPCODE_REGISTER), () => {
            w.set(rm, extended(has(opcode, 7), REX_B));
            namesHighByte(rm, RM_IS_BYTE);
          });
        },
      );

      const low = variable();
      const high = variable();
      const rule = has(shrU(traits, i32(4)), 0xf);
      const rules = (mask: number): Node => has(shrU(i32(mask), rule), 1);
      w.if(rule, () => {
        // How many bytes of immediate there are, and how many of them are the first number.
        const first = w.let(byte(or(shl(rule, i32(4)), select(rules(anyRule('offset')), addressSize, size)), tables.immediates));
        const count = w.let(add(first, add(rules(anyRule('enter')), shl(rules(anyRule('far')), i32(1)))));
        beyond(gtU(add(position, count), limit));
        w.if(
          eq(first, i32(8)),
          () => {
            w.set(low, word(position));
            w.set(high, word(position, 4));
          },
          () => {
            w.set(low, signed(first));
            // Numbers of the operand size are signed; ret's and enter's are not, nor are addresses.
            w.if(
              rules(anyRule('signed', 'z', 'v')),
              () => w.set(high, shrS(low, i32(31))),
              () => w.set(low, and(low, shrU(i32(-1), shl(sub(i32(4), first), i32(3))))),
            );
          },
        );
        w.if(rules(anyRule('enter')), () => w.set(high, byte(position, 2)));
        w.if(rules(anyRule('far')), () => w.set(high, half(add(position, first))));
        w.set(position, add(position, count));
      });
      // Only where it changes memory.
      w.if(has(prefixes, PREFIX_LOCK), () => invalid(or(eqz(has(traits, LOCKABLE)), geS(rm, i32(0)))));

      const length = w.let(sub(position, start));
      const fields: readonly (readonly [number, Node])[] = [
        [FORM, form], [LENGTH, length], [OPERAND_SIZE, size], [ADDRESS_SIZE, addressSize], [PREFIXES, prefixes], [SEGMENT, segment], [REG, reg], [RM, rm], [BASE, base], [INDEX, index],
        [SCALE, scale], [DISPLACEMENT, displacement], [IMMEDIATE, low], [IMMEDIATE_HIGH, high],
      ];
      for (const [field, node] of fields) w.store(Memory.i32Store, record, node, field * 4);
      w.return(length);
    });
    w.return(i32(INVALID));
  });
  emit(w.code, select(ltU(end, add(start, i32(LONGEST_INSTRUCTION))), i32(TRUNCATED), i32(TOO_LONG)));
  return w.number;
}
