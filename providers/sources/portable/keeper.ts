/**
 * Keeps a snapshot up to date as long as somebody reads it: starts the collector, asks it for what is due, hands on what changes, and
 * ends it when nobody reads any more. A collector that dies or hangs is replaced, and that is said in one line.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Demand } from './demand.ts';
import { Interpreter, type OwnProcess } from './interpreter.ts';
import { Pacing } from './pacing.ts';
import { type Finding, PARTS, type Part, type Timing, USUAL_TIMING, steadyNow } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

/** How often is looked what else is read meanwhile, in milliseconds. */
const LOOK_MS = 500;

/** How long what was said is not said again, in milliseconds. */
const SAID_MS = 10 * 60_000;

/** How to start a collector. */
export interface CollectorCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Its working directory; ours where there is none. */
  readonly directory?: string;
}

/** The collector that is a part of this package; `enter` are words that start a program somewhere else. */
export function usualCollector(enter: readonly string[] = []): CollectorCommand {
  const [program = process.execPath, ...args] = [...enter, process.execPath, fileURLToPath(new URL('./collector.js', import.meta.url))];
  // The working directory that we have may be one that nobody should hold on to; words that enter another place begin in it.
  return { program, args, ...(enter.length === 0 && { directory: '/' }) };
}

/** What a keeper tells. */
export interface Listener {
  /** Parts that changed. */
  changed(changes: Partial<Snapshot>): void;
  /** A part that was asked for, whatever came of it. */
  answered(part: Part): void;
  /** What the collector did that it should not have done: `ended (SIGKILL)`. It is started again. */
  trouble(how: string): void;
}

export class Keeper {
  readonly #demand: Demand;
  readonly #listener: Listener;
  readonly #command: CollectorCommand;
  readonly #interpreter: Interpreter;
  readonly #pacing: Pacing;
  readonly #timing: Timing;
  #collector: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The null device, opened before a mount of ours may cover it: a process that is about to be one would wait for us there. */
  readonly #nowhere: number | 'ignore';
  /** How often in a row a collector ended without an answer, and when the next may start. */
  #failures = 0;
  #startAt = Number.NEGATIVE_INFINITY;
  /** What was said, and when. */
  readonly #said = new Map<string, number>();
  /** What hung and has not been answered since. */
  readonly #hung = new Set<Part>();

  constructor(demand: Demand, listener: Listener, command: CollectorCommand, { own, timing = USUAL_TIMING }: { own?: OwnProcess; timing?: Timing } = {}) {
    this.#pacing = new Pacing(timing.interest);
    this.#timing = timing;
    this.#nowhere = openNowhere();
    this.#demand = demand;
    this.#listener = listener;
    this.#command = command;
    this.#interpreter = new Interpreter(own);
  }

  /** Shows what can be known without a collector, until that answers. */
  begin(findings: readonly Finding[]): void {
    this.#listener.changed(this.#interpreter.begin(findings));
  }

  /** Does what is due, and sees to it that it is called again when something will be. */
  turn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#demand.isOver) return;
    const now = steadyNow();
    this.#giveUpHanging(now);
    const next = this.#ask(now);
    if (next !== undefined) {
      this.#timer = setTimeout(() => this.turn(), Math.max(1, Math.min(next - now, LOOK_MS)));
      return;
    }
    this.#demand.sleep();
    // Somebody may have read in between, who saw us awake.
    if (this.#wanted(steadyNow()).length > 0) {
      this.#demand.wake();
      this.#timer = setTimeout(() => this.turn(), 1);
    } else {
      this.#endCollector();
    }
  }

  /** Ends it all. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#endCollector();
    if (this.#nowhere !== 'ignore') closeSync(this.#nowhere);
  }

  #wanted(now: number): Part[] {
    return PARTS.filter((part) => this.#pacing.wantedUntil(part, this.#demand.readAt(part) * 1000) >= now);
  }

  /** Asks for what is due; returns when to look again, or undefined where nothing is wanted. */
  #ask(now: number): number | undefined {
    const wanted = this.#wanted(now);
    const running = PARTS.filter((part) => this.#pacing.isRunning(part));
    if (wanted.length === 0 && running.length === 0) return undefined;
    if (wanted.some((part) => this.#pacing.due(part) <= now) && !this.#collector) {
      if (now < this.#startAt) return this.#startAt;
      this.#startCollector();
    }
    for (const part of wanted) {
      if (this.#pacing.due(part) > now || !this.#collector) continue;
      this.#pacing.begin(part, now);
      this.#collector.send(part, () => undefined);
    }
    const moments = wanted.map((part) => this.#pacing.due(part));
    for (const part of PARTS) if (this.#pacing.isRunning(part)) moments.push(this.#pacing.begunAt(part) + this.#timing.patience);
    return Math.max(now + 1, Math.min(...moments));
  }

  #startCollector(): void {
    const { program, args, directory } = this.#command;
    const collector = spawn(program, args, {
      stdio: [this.#nowhere, this.#nowhere, this.#nowhere, 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
      // Elsewhere a group of its own: what it starts ends with it, and signals from the terminal are for us.
      detached: process.platform !== 'win32',
      ...(directory !== undefined && { cwd: directory }),
    });
    this.#collector = collector;
    this.#demand.collector = collector.pid;
    collector.on('message', (finding: Finding) => this.#take(collector, finding));
    collector.on('error', (error) => this.#gone(collector, `cannot be started (${(error as NodeJS.ErrnoException).code ?? error.message})`));
    collector.on('exit', (status, signal) => this.#gone(collector, `ended (${signal ?? `status ${status}`})`));
  }

  #take(collector: ChildProcess, finding: Finding): void {
    if (collector !== this.#collector) return;
    this.#failures = 0;
    this.#hung.delete(finding.part);
    this.#pacing.end(finding.part, steadyNow());
    const changes = this.#interpreter.take(finding, collector.pid);
    if (Object.keys(changes).length > 0) this.#listener.changed(changes);
    this.#listener.answered(finding.part);
  }

  #gone(collector: ChildProcess, why: string): void {
    if (collector !== this.#collector) return;
    this.#forget();
    if (this.#demand.isOver) return;
    this.#pacing.abandon();
    const { restart } = this.#timing;
    const wait = restart[Math.min(this.#failures, restart.length - 1)] ?? 0;
    this.#fail(why);
    this.#startAt = steadyNow() + wait;
    this.turn();
  }

  #giveUpHanging(now: number): void {
    const hanging = PARTS.find((part) => this.#pacing.isRunning(part) && now - this.#pacing.begunAt(part) >= this.#timing.patience);
    const collector = this.#collector;
    if (hanging === undefined || !collector) return;
    this.#forget();
    if (collector.pid !== undefined) killCollector(collector.pid);
    this.#pacing.hang(hanging, now);
    this.#pacing.abandon();
    if (!this.#hung.has(hanging)) this.#listener.trouble(`hangs at ${hanging}`);
    this.#hung.add(hanging);
    this.#listener.answered(hanging);
  }

  /** Said once for as long as it goes on, and of what comes again and again only now and then. */
  #fail(how: string): void {
    const now = steadyNow();
    if (this.#failures++ > 0 || now - (this.#said.get(how) ?? Number.NEGATIVE_INFINITY) < SAID_MS) return;
    this.#said.set(how, now);
    this.#listener.trouble(how);
  }

  #forget(): void {
    this.#collector = undefined;
    this.#demand.collector = undefined;
  }

  #endCollector(): void {
    const collector = this.#collector;
    this.#forget();
    this.#pacing.abandon();
    if (collector?.pid !== undefined) killCollector(collector.pid);
  }
}

function openNowhere(): number | 'ignore' {
  try {
    return openSync(devNull, 'r+');
  } catch {
    return 'ignore';
  }
}

/** Ends a collector with all that it has started. */
export function killCollector(id: number): void {
  for (const target of process.platform === 'win32' ? [id] : [-id, id]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // It has no group yet, or is gone.
    }
  }
}
