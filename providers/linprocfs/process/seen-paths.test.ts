/** Files whose paths depend on who asks, while the source has to find out about that one. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller } from '../../../fs/caller.ts';
import type { Fill } from '../../../fs/generated/spec.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';
import { HostSource } from '../../sources/linux-host/host-source.ts';
import { maps } from './maps.ts';
import { numaMaps } from './numa_maps.ts';
import { smaps } from './smaps.ts';

const FILES: Readonly<Record<string, Fill<TaskView>>> = { maps, smaps, numa_maps: numaMaps };

for (const [name, fill] of Object.entries(FILES)) {
  test(`${name} is whole for one who has to be looked at`, async () => {
    const child: ChildProcess = spawn('sh', ['-c', 'echo; read -r _; :'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const source = new HostSource();
    try {
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      const caller = new FixedCaller({ uid: 0, gid: 0, threadId: process.pid });
      // One who is known, and is looked at anew.
      assert.ok(source.view(caller).task(process.pid)?.status());
      source.invalidate();
      const task = source.view(caller).task(child.pid as number);
      assert.ok(task);
      const out = new TextWriter();
      assert.not(fill(out, task, caller));
      // How often a page is mapped changes with what others run.
      const records = (text: string): string[] => text.match(/^[0-9a-f]{8,}[- ]/gm) ?? [];
      assert.equal(records(out.toString()), records(readFileSync(`/proc/${child.pid}/${name}`, 'latin1')));
    } finally {
      source.dispose?.();
      child.kill('SIGKILL');
    }
  });
}

test.run();
