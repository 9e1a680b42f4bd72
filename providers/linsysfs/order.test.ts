import { opendirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inListingOrder, nameHash } from './order.ts';

test('hashes of names', () => {
  // Recorded from the places of these names in the kernel's own listings.
  assert.is(nameHash(''), 2);
  const order = (names: string[]): string[] => inListingOrder(names.map((name) => ({ name }))).map(({ name }) => name);
  assert.equal(order(['block', 'bus', 'class', 'dev', 'devices', 'firmware', 'fs', 'kernel', 'module', 'power']), [
    'kernel',
    'power',
    'class',
    'devices',
    'dev',
   
    'fs',
    'bus',
    'firmware',
    'block',
    'module',
  ]);
});

test('cookies grow and stay as they are while names come and go', () => {
  const names = Array.from({ length: 300 }, (_, index) => ({ name: `memory${index}` }));
  const all = inListingOrder(names);
  all.forEach(({ cookie }, index) => assert.ok(cookie > (all[index - 1]?.cookie ?? 0)));
  const some = inListingOrder(names.filter((_, index) => index % 3 === 0));
  for (const { name, cookie } of some) assert.is(all.find((entry) => entry.name === name)?.cookie, cookie);
});

function listed(path: string): string[] | undefined {
  try {
    const directory = opendirSync(path);
    const names: string[] = [];
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) names.push(entry.name);
    directory.closeSync();
    return names;
  } catch {
    return undefined;
  }
}

const found = ['/sys/kernel', '/sys/module', '/sys/devices/virtual/mem', '/sys/bus'].map(listed).filter((names) => names !== undefined);
const live = found.length > 0 ? test : test.skip;
if (found.length === 0) console.log('skipped: needs a /sys');

live("the kernel's own order", () => {
  for (const names of found) assert.equal(inListingOrder(names.map((name) => ({ name }))).map(({ name }) => name), names);
});

test.run();
