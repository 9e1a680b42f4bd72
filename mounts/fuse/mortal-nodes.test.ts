import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { S_IFDIR, S_IFREG, type FileType } from '../../fs/stat.ts';
import type { Vnode } from '../../fs/vnode.ts';
import { type GoneName, MortalNodes } from './mortal-nodes.ts';
import { NodeTable } from './node-table.ts';

/** A file system of vnodes that live until they are said to be gone. */
class Graveyard {
  readonly told: GoneName[] = [];
  readonly gone = new Set<string>();
  looks = 0;
  readonly mortal: MortalNodes = new MortalNodes((names) => this.told.push(...names));
  readonly nodes: NodeTable = new NodeTable({ type: S_IFDIR } as Vnode, this.mortal);

  make(name: string, type: FileType = S_IFDIR): number {
    const gone = (): boolean => {
      this.looks++;
      return this.gone.has(name);
    };
    return this.nodes.lookedUp({ type, gone } as unknown as Vnode, this.nodes.root, name).id;
  }

  /** So many requests pass. */
  pass(requests: number): void {
    for (; requests > 0; requests--) this.mortal.look();
  }
}

test('names of what has ended are told, each once', () => {
  const yard = new Graveyard();
  for (let index = 0; index < 100; index++) {
    yard.make(String(index));
    if (index % 2) yard.gone.add(String(index));
    yard.pass(3);
  }
  yard.make('one more');
  yard.pass(1000);
  const names = yard.told.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  assert.ok(names.length >= 40, `${names.length} of 50`);
  assert.ok(names.every((name) => yard.gone.has(name)));
  assert.ok(yard.told.every(({ parent }) => parent === yard.nodes.root.id));
});

test('those who have ended stay fewer than those who live, however many come', () => {
  const yard = new Graveyard();
  for (let index = 0; index < 100; index++) yard.make(`stays ${index}`);
  for (let index = 0; index < 5000; index++) {
    const name = `passes ${index}`;
    yard.make(name);
    yard.gone.add(name);
    yard.pass(4);
  }
  yard.pass(1000);
  assert.ok(5000 - yard.told.length <= 110, `${5000 - yard.told.length} are left`);
});

test('a node that the kernel has forgotten is not looked at, nor what cannot end or is no directory', () => {
  const yard = new Graveyard();
  const id = yard.make('short');
  yard.nodes.forget(id, 1);
  yard.make('file', S_IFREG);
  yard.nodes.lookedUp({ type: S_IFDIR } as Vnode, yard.nodes.root, 'stays');
  yard.pass(1000);
  assert.is(yard.looks, 0);
  assert.equal(yard.told, []);
});

test('nothing is looked at where nothing is new', () => {
  const yard = new Graveyard();
  for (let index = 0; index < 10; index++) yard.make(String(index));
  yard.pass(100);
  const { looks } = yard;
  yard.pass(1000);
  assert.is(yard.looks, looks);
});

test.run();
