/** How a snapshot is kept up to date: at a pace that follows what is read, with collectors that die, hang and never answer. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, version } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Demand } from '../../providers/sources/portable/demand.ts';
import { Keeper } from '../../providers/sources/portable/keeper.ts';
import { LiveFeed } from '../../providers/sources/portable/live-feed.ts';
import { Pacing } from '../../providers/sources/portable/pacing.ts';
import { PACES, PARTS, type Part, type Timing, USUAL_TIMING, steadyNow } from '../../providers/sources/portable/parts.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import type { Snapshot } from '../../providers/sources/portable/snapshot.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { MACHINES } from './machines.ts';

const directory = temporaryDirectory();
test.after(() => removeDirectory(directory));

/** Nobody waits longer than this for what must happen. */
const LIMIT_MS = 60_000;
const SHORT: Timing = { interest: 1_200, patience: 5_000, restart: [0, 10] };

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = steadyNow() + LIMIT_MS;
  while (!holds()) {
    if (steadyNow() > end) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await sleep(10);
  }
}

let collectors = 0;

/** A collector that tells of a Linux, logs its id and what it is asked, and does as a body says before it answers. */
function collector(body: string): { readonly command: { readonly program: string; readonly args: readonly string[] }; asked(): string[]; ids(): number[] } {
  const [script, log, results] = ['js', 'log', 'json'].map((kind) => join(directory, `collector-${collectors}.${kind}`)) as [string, string, string];
  collectors++;
  writeFileSync(results, JSON.stringify(MACHINES['Linux']?.results));
  writeFileSync(
    script,
    `const { appendFileSync, readFileSync } = require('node:fs');
     const results = JSON.parse(readFileSync(${JSON.stringify(results)}, 'utf8'));
     const log = (line) => appendFileSync(${JSON.stringify(log)}, line + '\\n');
     const asked = {};
     log('id ' + process.pid);
     process.on('disconnect', () => process.exit());
     process.on('message', (part) => {
       log(part);
       asked[part] = (asked[part] ?? 0) + 1;
       const answer = () => process.send({ part, platform: 'linux', wall: Date.now(), steady: Number(process.hrtime.bigint() / 1000n) / 1000, first: asked[part] === 1, results: results[part] });
       ${body}
       answer();
     });`,
  );
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return {
    command: { program: process.execPath, args: [script] },
    asked: () => lines().filter((line) => !line.startsWith('id ')),
    ids: () => lines().flatMap((line) => (line.startsWith('id ') ? [Number(line.slice(3))] : [])),
  };
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

/** A keeper in this thread, with what it told. */
class Kept {
  readonly demand: Demand = new Demand();
  readonly troubles: string[] = [];
  readonly answered: Part[] = [];
  snapshot: Partial<Snapshot> = {};
  readonly keeper: Keeper;

  constructor(command: { readonly program: string; readonly args: readonly string[] }, timing: Timing = SHORT) {
    const listener = {
      changed: (changes: Partial<Snapshot>): void => void (this.snapshot = { ...this.snapshot, ...changes }),
      answered: (part: Part): void => void this.answered.push(part),
      trouble: (how: string): void => void this.troubles.push(how),
    };
    this.keeper = new Keeper(this.demand, listener, command, { timing });
    this.keeper.turn();
  }

  want(part: Part): void {
    if (this.demand.want(part, Math.floor(steadyNow() / 1000))) this.keeper.turn();
  }
}

test('a part is due at its pace while it is read, less often where it takes long, and wanted no longer than it is read', () => {
  const pacing = new Pacing(USUAL_TIMING.interest);
  assert.ok(pacing.due('times') < 0);
  pacing.begin('times', 1000);
  assert.is(pacing.due('times'), Number.POSITIVE_INFINITY);
  pacing.end('times', 1010);
  assert.is(pacing.due('times'), 1000 + PACES.times.every);
  pacing.begin('times', 3000);
  pacing.end('times', 5000);
  assert.is(pacing.due('times'), 3000 + 8000);
  assert.is(pacing.wantedUntil('times', 7000), 7000 + 16_000);
  assert.is(pacing.wantedUntil('memory', 7000), 7000 + USUAL_TIMING.interest);
  pacing.begin('disks', 0);
  pacing.hang('disks', 30_000);
  assert.is(pacing.due('disks'), 120_000);
  pacing.begin('disks', 120_000);
  pacing.hang('disks', 150_000);
  assert.is(pacing.due('disks'), 120_000 + 240_000);
});

test('nothing is asked until something is read, then that and no more, and the collector ends when nobody reads', async () => {
  const { command, asked, ids } = collector('');
  const kept = new Kept(command);
  assert.equal(asked(), []);
  kept.want('memory');
  await until('memory is found', () => kept.snapshot.memory !== undefined);
  assert.equal(new Set(asked()), new Set(['memory']));
  const [id = 0] = ids();
  await until('the collector has ended', () => !isAlive(id));
  assert.equal(kept.troubles, []);
  // Whoever reads again starts another one.
  kept.want('times');
  await until('times are found', () => kept.snapshot.times !== undefined);
  assert.is(ids().length, 2);
  await until('that one has ended too', () => !ids().some(isAlive));
  kept.keeper.stop();
});

test('what is read again and again is asked again and again', async () => {
  const { command, asked } = collector('');
  const kept = new Kept(command);
  await until('it was asked three times', () => {
    kept.want('times');
    return kept.answered.filter((part) => part === 'times').length >= 3;
  });
  assert.equal(new Set(asked()), new Set(['times']));
  kept.keeper.stop();
});

test('a collector that dies is replaced, which is said once, and what was found stays', async () => {
  const { command, ids } = collector("if (part === 'times' && asked.times === 2) process.exit(3);");
  const kept = new Kept(command, { ...SHORT, interest: 30_000 });
  kept.want('memory');
  kept.want('times');
  await until('there is another one', () => {
    kept.want('times');
    return ids().length >= 2 && kept.answered.filter((part) => part === 'times').length >= 2;
  });
  assert.is(kept.troubles[0], 'ended (status 3)');
  assert.is(kept.snapshot.memory?.total, 16 * 2 ** 30);
  kept.keeper.stop();
  await until('all have ended', () => !ids().some(isAlive));
});

test('a collector that hangs is ended with what it started, which is said once for each part', async () => {
  const { command, ids } = collector(`if (part === 'disks') {
    const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    return log('id ' + pid);
  }`);
  const kept = new Kept(command, { ...SHORT, interest: 30_000 });
  kept.want('disks');
  kept.want('memory');
  await until('memory is found', () => kept.snapshot.memory !== undefined);
  await until('that it hangs is said', () => kept.troubles.length > 0);
  assert.equal(kept.troubles, ['hangs at disks']);
  assert.ok(kept.answered.includes('disks'), 'nobody waits for it any more');
  const first = ids().slice(0, 2);
  await until('both have ended', () => !first.some(isAlive));
  await until('the rest goes on', () => {
    kept.want('memory');
    return kept.answered.filter((part) => part === 'memory').length >= 2;
  });
  kept.keeper.stop();
  await until('all have ended', () => !ids().some(isAlive));
});

test('a collector that cannot be started is said to be so', async () => {
  const kept = new Kept({ program: join(directory, 'missing'), args: [] });
  kept.want('times');
  await until('it is said', () => kept.troubles.length > 0);
  assert.equal(kept.troubles, ['cannot be started (ENOENT)']);
  kept.keeper.stop();
  try {
    await LiveFeed.start({ collector: { program: join(directory, 'missing'), args: [] }, first: LIMIT_MS });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^the collector cannot be started \(ENOENT\)$/);
  }
});

test('a read is answered from what is known, though the collector never answers again', async () => {
  const { command, asked } = collector('if (asked[part] > 1) return;');
  const feed = await LiveFeed.start({ collector: command, timing: { ...USUAL_TIMING, interest: 600_000 }, first: LIMIT_MS });
  const source = new PortableSource(feed, 300);
  const before = asked().length;
  assert.is(before, PARTS.length);
  await until('it is asked again', () => {
    source.view().statistics();
    return asked().length > before + 1;
  });
  const ticks = source.view().statistics().cpus[0]?.ticks[0];
  // One turn of this thread: nothing else has run meanwhile.
  for (let read = 0; read < 1000; read++) {
    assert.is(source.view().statistics().cpus[0]?.ticks[0], ticks);
    assert.is(source.view().processCount(), 6);
  }
  source.dispose();
});

test('a collector that hangs ends with whoever reads what it found', async () => {
  const { command, ids } = collector('for (;;) continue;');
  const feed = await LiveFeed.start({ collector: command, first: 1 });
  await until('it is there', () => ids().length > 0);
  feed.close();
  await until('it is gone', () => !ids().some(isAlive));
});

test('what Node knows is shown before the collector has answered at all', async () => {
  const feed = await LiveFeed.start({ collector: collector('return;').command, first: 1 });
  const source = new PortableSource(feed);
  const view = source.view();
  assert.is(view.processors().length, cpus().length);
  assert.is(view.statistics().cpus.length, cpus().length);
  assert.ok(Number(view.statistics().cpus[0]?.ticks[3]) > 0);
  assert.is(view.memory().get('MemTotal'), Math.floor(totalmem() / 1024));
  assert.ok(view.uptime().up > 0);
  assert.is(view.release().version, version());
  assert.equal([...view.processIds(0)], [process.pid]);
  assert.is(source.visitor(), process.pid);
  source.dispose();
});

test.run();
