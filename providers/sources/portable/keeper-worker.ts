/** The thread in which a snapshot is kept: whoever reads it may never have time to look after a process. */

import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Demand } from './demand.ts';
import type { KeeperData, Posted } from './live-feed.ts';
import { Keeper } from './keeper.ts';
import type { Part } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

const { words, port, command, own } = workerData as KeeperData;
const demand = new Demand(words);

const post = (message: Posted, transfer: ArrayBuffer[] = []): void => {
  port.postMessage(message, transfer);
  demand.post();
};

const keeper = new Keeper(
  demand,
  {
    changed({ processes, ...changes }: Partial<Snapshot>) {
      if (!processes) return post({ changes });
      const { numbers, text } = processes.memory;
      // The interpreter asks no more of a list than how long it is.
      post({ changes, processes: { numbers, text } }, [numbers.buffer, text.buffer]);
    },
    answered: (part: Part) => parentPort?.postMessage(part),
    trouble(line) {
      try {
        writeSync(2, `compatfs: ${line}\n`);
      } catch {
        // Nobody listens.
      }
    },
  },
  command,
  own,
);

port.on('message', () => keeper.turn());
keeper.turn();
