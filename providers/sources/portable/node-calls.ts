/** What Node itself knows of a machine, at once and without a program: what is shown until the collector has answered. */

import os from 'node:os';
import { type Finding, platformOf, steadyNow } from './parts.ts';

type Calls = Readonly<Record<string, () => unknown>>;

/** What Node tells of what hardly ever changes. */
export const MACHINE_CALLS: Calls = {
  cpus: () => os.cpus(),
  arch: () => os.arch(),
  type: () => os.type(),
  release: () => os.release(),
  version: () => os.version(),
  hostname: () => os.hostname(),
  user: () => os.userInfo(),
};

/** What Node tells of processors' times and memory. */
export const TIMES_CALLS: Calls = {
  cpus: () => os.cpus(),
  uptime: () => os.uptime(),
  load: () => os.loadavg(),
  total: () => os.totalmem(),
  free: () => os.freemem(),
};

/** The findings that need nobody but Node. A call that fails is absent. */
export function nodeFindings(): Finding[] {
  return [finding('machine', MACHINE_CALLS), finding('times', TIMES_CALLS)];
}

function finding(part: Finding['part'], calls: Calls): Finding {
  const results: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(calls)) {
    try {
      results[name] = call();
    } catch {
      // The collector may know more.
    }
  }
  return { part, platform: platformOf(process.platform), wall: Date.now(), steady: steadyNow(), first: true, results };
}
