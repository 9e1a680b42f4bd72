/** A program that uses the library: mounts at two places in one process, and ends in the way that its last argument says. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountFuse, trees } from '../../mounts/cli/library.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';

const [one = '', other = '', end] = process.argv.slice(2);
mkdirSync(other);
const first = await mountFuse({ target: one, tree: trees.linprocfs({ osrelease: '1.1.1-first' }) });

if (end === 'fault' || end === 'crash') {
  const faults: string[] = [];
  const second = await FuseMount.start({
    target: other,
    label: 'faulty',
    type: 'linprocfs',
    readOnly: false,
    allowOther: true,
    worker: new URL('./faulty-worker.js', import.meta.url),
    tree: end,
    onFault: (report) => faults.push(report),
  });
  let failure = '';
  try {
    readFileSync(join(other, 'faulty'));
  } catch (error) {
    failure = (error as NodeJS.ErrnoException).code ?? '';
  }
  if (end === 'crash') {
    const reason = await second.ended.then(
      () => 'none',
      (error: unknown) => String(error),
    );
    await first.unmount();
    process.exit(reason.includes('on purpose') ? 4 : 5);
  }
  await second.unmount();
  await first.unmount();
  console.log(`fault: ${failure} ${faults.join()}`);
  process.exit(failure === 'EIO' && second.counters.read().faults > 0 ? 0 : 5);
}

const second = await mountFuse({ target: other, tree: trees.linprocfs(), readOnly: true });
const text = (place: string): string => readFileSync(join(place, 'version'), 'latin1');
if (!text(one).includes(' 1.1.1-first ') || text(other).includes(' 1.1.1-first ')) process.exit(5);
await second.change({ overrides: { osrelease: '2.2.2-second' } });
if (!text(other).includes(' 2.2.2-second ') || second.counts().requests === 0) process.exit(5);
if (end === 'exit') process.exit(3);
if (end === 'throw') throw new Error('on purpose');
await Promise.all([first.unmount(), second.unmount()]);
await first.ended;
