/** The thread in which a snapshot is kept: whoever reads it may never have time to look after a process. */

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Demand } from './demand.ts';
import type { Beginning, KeeperData } from './live-feed.ts';
import { Keeper } from './keeper.ts';
import { nodeFindings } from './node-calls.ts';
import type { Part } from './parts.ts';
import { PartWriter } from './shared-parts.ts';

const { words, port, command, own, timing } = workerData as KeeperData;
const demand = new Demand(words);

const writer = new PartWriter(demand.parts, { send: (buffers) => port.postMessage(buffers), filled: (part) => demand.post(part) });
let answers = 0;
const begin = (message: Beginning): void => parentPort?.postMessage(message);

const keeper = new Keeper(
  demand,
  {
    changed: (changes) => writer.write(changes),
    answered(part: Part) {
      answers++;
      begin({ answered: part });
    },
    trouble(how) {
      // Whoever waits for the first answers says it.
      if (answers === 0) return begin({ trouble: how });
      try {
        writeSync(2, `compatfs: portable: the collector ${how}; it is started again, and what was found stays\n`);
      } catch {
        // Nobody listens.
      }
    },
  },
  command,
  { own, timing },
);

port.on('message', () => keeper.turn());
port.on('close', () => keeper.stop());
keeper.begin(nodeFindings());
begin({ begun: true });
keeper.turn();
