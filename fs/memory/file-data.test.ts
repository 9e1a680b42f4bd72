/** The sparse bytes of a file against a plain buffer and a set of pages, under random operations. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ENOSPC, ENXIO } from '../errno.ts';
import { SEEK_DATA, SEEK_HOLE } from '../flags.ts';
import { FileData } from './file-data.ts';
import { Storage } from './storage.ts';

const PAGE = 4096;
const SIZE = 70 * PAGE;
const LIMIT = 60;

/** The same file, the simple way. */
class Model {
  bytes = Buffer.alloc(SIZE);
  size = 0;
  readonly charged = new Set<number>();
  readonly written = new Set<number>();

  write(at: number, text: Buffer): number {
    let done = 0;
    while (done < text.length) {
      const page = Math.floor((at + done) / PAGE);
      if (!this.charged.has(page) && this.charged.size === LIMIT) break;
      this.charged.add(page);
      this.written.add(page);
      const step = Math.min(text.length - done, (page + 1) * PAGE - at - done);
      text.copy(this.bytes, at + done, done, done + step);
      done += step;
    }
    if (done > 0) this.size = Math.max(this.size, at + done);
    return done;
  }

  truncate(size: number): void {
    this.bytes.fill(0, size);
    for (const page of [...this.charged]) if (page * PAGE >= size) this.drop(page);
    this.size = size;
  }

  punch(from: number, to: number): void {
    this.bytes.fill(0, from, to);
    for (const page of [...this.charged]) if (page * PAGE >= from && (page + 1) * PAGE <= to) this.drop(page);
  }

  drop(page: number): void {
    this.charged.delete(page);
    this.written.delete(page);
  }

  allocate(from: number, to: number): boolean {
    const missing: number[] = [];
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) if (!this.charged.has(page)) missing.push(page);
    if (this.charged.size + missing.length > LIMIT) return false;
    for (const page of missing) this.charged.add(page);
    return true;
  }

  seek(at: number, whence: number): number {
    if (at >= this.size) return ENXIO;
    for (let page = Math.floor(at / PAGE); page * PAGE < this.size; page++) {
      if (this.written.has(page) === (whence === SEEK_DATA)) return Math.max(at, page * PAGE);
    }
    return whence === SEEK_DATA ? ENXIO : this.size;
  }
}

function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`random operations from seed ${seed}`, () => {
    const below = random(seed);
    const storage = new Storage(LIMIT);
    const data = new FileData(storage, storage.file());
    const model = new Model();
    const seen = Buffer.alloc(SIZE);
    for (let step = 0; step < 3000; step++) {
      const from = below(3) === 0 ? below(70) * PAGE : below(SIZE);
      const to = Math.min(SIZE, from + (below(3) === 0 ? below(40) * PAGE : below(3 * PAGE)));
      const what = `step ${step}, ${from} to ${to}`;
      switch (below(8)) {
        case 0:
        case 1:
        case 2: {
          const text = Buffer.alloc(to - from, 1 + below(255));
          const expected = model.write(from, text);
          const written = data.write(text, 0, text.length, from);
          assert.is(written, expected === 0 && text.length > 0 ? ENOSPC : expected, what);
          break;
        }
        case 3: {
          const size = below(4) === 0 ? 0 : from;
          model.truncate(size);
          data.truncate(size);
          break;
        }
        case 4:
          model.punch(from, to);
          data.punch(from, to);
          break;
        case 5:
          if (from < to) assert.is(data.allocate(from, to), model.allocate(from, to) ? 0 : ENOSPC, what);
          break;
        case 6:
          if (from < to && model.allocate(from, to)) {
            model.bytes.fill(0, from, Math.min(to, model.size));
            assert.is(data.zero(from, to), 0, what);
          }
          break;
        default:
          for (const whence of [SEEK_DATA, SEEK_HOLE]) assert.is(data.seek(from, whence), model.seek(from, whence), `${what} seek ${whence}`);
      }
      assert.is(data.size, model.size, what);
      assert.is(data.pages, model.charged.size, what);
      assert.is(storage.pages.used, model.charged.size, what);
      const [at, length] = step % 20 === 0 ? [0, SIZE] : [from, to - from];
      seen.fill(0xee);
      const count = data.read(seen, 0, length, at);
      assert.is(count, Math.max(0, Math.min(length, model.size - at)), what);
      if (seen.compare(model.bytes, at, at + count, 0, count) !== 0) assert.unreachable(`${what}: other bytes`);
    }
    data.free();
    assert.is(storage.pages.used, 0);
  });
}

test('a hole of a terabyte costs nothing', () => {
  const storage = new Storage(10);
  const data = new FileData(storage, storage.file());
  data.truncate(1e12);
  assert.is(data.write(Buffer.from('end'), 0, 3, 1e12 - 3), 3);
  assert.is(data.seek(0, SEEK_DATA), Math.floor((1e12 - 3) / PAGE) * PAGE);
  assert.is(data.seek(0, SEEK_HOLE), 0);
  assert.is(storage.pages.used, 1);
});

test.run();
