/** `null-cost DIRECTORY ROUNDS`: what a nullfs adds to a stat(2) in a directory; prints the median ratio of some rounds. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SUPERUSER } from '../fs/caller.ts';
import { isErrno } from '../fs/errno.ts';
import { NullFs } from '../fs/layers/null/null.ts';
import * as operations from '../fs/operations.ts';
import { Passthrough } from '../fs/passthrough/passthrough.ts';
import { Stat } from '../fs/stat.ts';
import type { FileSystem } from '../fs/vnode.ts';
import { medianRatio } from './measure.ts';

const COUNT = 5000;
const [directory = '.', rounds = '9'] = process.argv.slice(2);
writeFileSync(join(directory, 'file'), '');
const below = new Passthrough(directory);
const above = new NullFs(new Passthrough(directory).root);
const into = new Stat();

function time({ root }: FileSystem): number {
  const started = performance.now();
  for (let count = 0; count < COUNT; count++) {
    const found = operations.lookup(root, 'file', SUPERUSER);
    if (isErrno(found) || isErrno(found.stat(into, SUPERUSER))) throw new Error('the file is not there');
  }
  return performance.now() - started;
}

for (let warm = 0; warm < 4; warm++) for (const fileSystem of [below, above]) time(fileSystem);
const [without, through]: [number[], number[]] = [[], []];
for (let round = 0; round < Number(rounds); round++) {
  without.push(time(below));
  through.push(time(above));
}
console.log(medianRatio(through, without).toFixed(4));
