import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NameOrder, shorterFirst } from './name-order.ts';

test('shorter names come first, then bytes decide', () => {
  const sorted = ['zz', 'b', 'aaa', 'B', 'ab', ''].sort(shorterFirst);
  assert.equal(sorted, ['', 'B', 'b', 'ab', 'zz', 'aaa']);
});

test('cookies sort as the names do, and stay while others come between', () => {
  const order = new NameOrder(shorterFirst);
  const names = ['m', 'b', 'z', 'aa', 'a'];
  const cookies = new Map(names.map((name) => [name, order.cookie(name)]));
  for (const name of names) assert.is(order.cookie(name), cookies.get(name));
  const sorted = [...names].sort(shorterFirst).map((name) => order.cookie(name));
  assert.equal(sorted, [...sorted].sort((a, b) => a - b));
  assert.ok(sorted.every((cookie) => cookie > 0));
});

test('names without end between two others keep their order', () => {
  const order = new NameOrder((a, b) => Number(a) - Number(b));
  order.cookie('0');
  for (let place = 1; place < 200; place++) order.cookie(String(1 / place));
  const names = Array.from({ length: 199 }, (_, index) => String(1 / (199 - index)));
  const cookies = names.map((name) => order.cookie(name));
  for (let index = 1; index < cookies.length; index++) assert.ok((cookies[index] as number) > (cookies[index - 1] as number));
});

test.run();
