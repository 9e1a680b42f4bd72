/** The parts of what is known of a machine, each of which is asked for by itself and at its own pace. */

/** In the order in which the collector is asked for them. */
export const PARTS = ['machine', 'times', 'memory', 'processes', 'interfaces', 'traffic', 'connections', 'disks', 'transfers', 'hardware', 'power', 'temperatures'] as const;

export type Part = (typeof PARTS)[number];

/** How a part goes on. Milliseconds. */
export interface Pace {
  /** From one beginning to the next, while somebody reads it; longer where asking for it takes long. */
  readonly every: number;
}

/**
 * What is cheap is asked for often: processor times and memory take no program on most systems, the rest does. The table in
 * docs/portable.md tells these paces.
 */
export const PACES: { readonly [P in Part]: Pace } = {
  machine: { every: 300_000 },
  times: { every: 1_000 },
  memory: { every: 1_000 },
  processes: { every: 2_000 },
  interfaces: { every: 30_000 },
  traffic: { every: 2_000 },
  connections: { every: 10_000 },
  disks: { every: 30_000 },
  transfers: { every: 5_000 },
  hardware: { every: 300_000 },
  power: { every: 10_000 },
  temperatures: { every: 5_000 },
};

/** A part that takes so long that it would fill more than this share of the time is asked for less often. */
export const BUSY_SHARE = 0.25;

/** How long things go on. Milliseconds. */
export interface Timing {
  /** How long a part is kept up to date after somebody read it; longer where asking takes longer. */
  readonly interest: number;
  /** How long a collector may take for a part before it is taken to hang. */
  readonly patience: number;
  /** How long a collector that died stays so, after the first, second and further times in a row. */
  readonly restart: readonly number[];
}

export const USUAL_TIMING: Timing = { interest: 15_000, patience: 30_000, restart: [0, 1_000, 5_000, 30_000] };

/** How long the first answers are waited for; what is missing by then is what Node itself knows until it comes. Milliseconds. */
export const FIRST_MS = 600;

/** What the parts are on the platform that a process runs on. */
export type Platform = 'linux' | 'darwin' | 'freebsd' | 'openbsd' | 'netbsd' | 'win32' | 'sunos' | 'other';

/** The platforms by the names that Node has for them. */
export function platformOf(name: string): Platform {
  const known: readonly Platform[] = ['linux', 'darwin', 'freebsd', 'openbsd', 'netbsd', 'win32', 'sunos'];
  if (name === 'android') return 'linux';
  return known.find((platform) => platform === name) ?? 'other';
}

/** What the collector found for a part: results by the name of the call, as they were given, and when. */
export interface Finding {
  readonly part: Part;
  readonly platform: Platform;
  /** Milliseconds since the epoch, and of the clock that never steps. */
  readonly wall: number;
  readonly steady: number;
  /** Whether this collector was asked for it for the first time: some results tell what is new since the last time. */
  readonly first: boolean;
  readonly results: Readonly<Record<string, unknown>>;
}

/** Milliseconds of the clock that never steps, which all processes of a machine have in common. */
export function steadyNow(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
