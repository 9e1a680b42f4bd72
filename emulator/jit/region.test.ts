import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decoderOf } from '../../test/emulator/decoder-instance.ts';
import { CodeCache } from '../cpu/interpreter/code-cache.ts';
import { GuestMemory, indexOf } from '../memory/guest-memory.ts';
import { PAGE_SHIFT, PERMISSION_EXECUTE } from '../memory/layout.ts';
import { wasm } from '../wasm/engine.ts';
import { type Region, findRegion } from './region.ts';
import { translate } from './translator.ts';

const CODE = 0x400000;
const RETURN = 'c3';
const call = (at: number, to: number): string => {
  const bytes = Buffer.alloc(5, 0xe8);
  bytes.writeInt32LE(to - at - 5, 1);
  return bytes.toString('hex');
};
const nops = (count: number): string => '90'.repeat(count);

/** The region at the beginning of code, whose parts are told by their addresses. */
function regionOf(parts: Readonly<Record<number, string>>, jumps: ReadonlyMap<number, ReadonlySet<number>> = new Map(), limit = 500): Region {
  const memory = new GuestMemory();
  memory.permissions.fill(PERMISSION_EXECUTE, CODE >>> PAGE_SHIFT, (CODE >>> PAGE_SHIFT) + 16);
  for (const [address, hex] of Object.entries(parts)) memory.bytes.set(Buffer.from(hex, 'hex'), indexOf(Number(address)));
  const region = findRegion(new CodeCache(memory, decoderOf(memory)), CODE, { limit, jumps, eager: true });
  assert.ok(region);
  return region!;
}

const entries = (region: Region, address: number): number => region.blocks.filter((block) => block.address === address).length;

test('a small function becomes part of its caller once for each call, and returns behind each', () => {
  const helper = CODE + 0x100;
  const region = regionOf({ [CODE]: call(CODE, helper) + call(CODE + 5, helper) + RETURN, [helper]: nops(3) + RETURN });
  assert.is(region.own, 3);
  assert.is(entries(region, helper), 2);
  assert.is(region.instructions, 3 + 2 * 4);
  const backs = region.blocks.filter(({ back }) => back !== 0);
  assert.equal(backs.map(({ back, next }) => [back, region.blocks[next]!.address]), [[CODE + 5, CODE + 5], [CODE + 10, CODE + 10]]);
  for (const { taken } of region.blocks.slice(0, 2)) assert.is(region.blocks[taken]!.address, helper);
  // The function's own return leaves.
  assert.is(region.blocks[2]!.back, 0);
});

test('what a function calls that became part of another becomes part of it too, as deep as is sensible', () => {
  const parts: Record<number, string> = {};
  for (let depth = 0; depth < 10; depth++) {
    const at = CODE + depth * 0x100;
    parts[at] = call(at, at + 0x100) + RETURN;
  }
  parts[CODE + 10 * 0x100] = RETURN;
  const region = regionOf(parts);
  assert.equal(Array.from({ length: 9 }, (_, depth) => entries(region, CODE + depth * 0x100)), [1, 1, 1, 1, 1, 1, 1, 0, 0]);
  assert.is(region.blocks.filter(({ ending, taken }) => ending === 'calls' && taken < 0).length, 1);
});

test('a function that calls itself is within itself three times', () => {
  const region = regionOf({ [CODE]: nops(2) + call(CODE + 2, CODE) + RETURN });
  assert.is(entries(region, CODE), 3);
});

test('large functions stay apart, and so does what does not fit any more', () => {
  const [large, small] = [CODE + 0x100, CODE + 0x200];
  assert.is(entries(regionOf({ [CODE]: call(CODE, large) + RETURN, [large]: nops(60) + RETURN }), large), 0);
  const calls = Array.from({ length: 12 }, (_, index) => call(CODE + index * 5, small)).join('');
  const region = regionOf({ [CODE]: calls + RETURN, [small]: nops(49) + RETURN });
  assert.is(entries(region, small), 8);
});

test('a call that only pushes where it is stays a call', () => {
  const region = regionOf({ [CODE]: call(CODE, CODE + 5) + RETURN });
  assert.is(region.blocks[0]!.taken, -1);
});

test('calls through a register get the functions that they went to, unless those are many', () => {
  const targets = Array.from({ length: 5 }, (_, index) => CODE + 0x100 * (index + 1));
  const parts = Object.fromEntries([[CODE, `ffd0${RETURN}`], ...targets.map((target) => [target, RETURN])]) as Record<number, string>;
  const few = regionOf(parts, new Map([[CODE, new Set(targets.slice(0, 4))]]));
  assert.equal(few.blocks[0]!.table.map(([address, block]) => [address, few.blocks[block]!.address]), targets.slice(0, 4).map((target) => [target, target]));
  assert.equal(few.blocks[0]!.successors.slice(1), few.blocks[0]!.table.map(([, block]) => block));
  const many = regionOf(parts, new Map([[CODE, new Set(targets)]]));
  assert.equal(many.blocks[0]!.table, []);
});

test('a function is read as far as the limit lets it, and only whole ones become part of others', () => {
  const chain = Array.from({ length: 200 }, () => `${nops(4)}7400`).join('') + RETURN;
  assert.ok(regionOf({ [CODE]: chain }, new Map(), 100).instructions < 170);
});

test('what leaves a region, or jumps through a register, in the midst of work on single numbers leaves what follows as it is', () => {
  const mulsd = 'f20f59c1';
  const addsd = 'f20f58c1';
  const target = CODE + 0x100;
  // Past so many bytes, if EDI is not zero.
  const skip = (bytes: number): string => `85ff75${bytes.toString(16).padStart(2, '0')}`;
  const undefinedInstruction = '0f0b';
  const regions = [
    regionOf({ [CODE]: skip(5) + mulsd + RETURN + addsd + RETURN }),
    regionOf({ [CODE]: skip(6) + mulsd + undefinedInstruction + addsd + undefinedInstruction }),
    regionOf({ [CODE]: `${mulsd}ffe0`, [target]: addsd + RETURN }, new Map([[CODE + 4, new Set([target])]])),
  ];
  for (const region of regions) {
    assert.ok(region.blocks.length > 1);
    const { module } = translate(region, { checked: false, depthLimit: 100, counts: false, isTranslated: () => false, flagsAt: () => 0 });
    assert.ok(new wasm.Module(module));
  }
});

test.run();
