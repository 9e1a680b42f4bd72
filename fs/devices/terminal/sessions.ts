/**
 * Sessions, process groups and signals, as far as terminals need them. A file system knows no processes, so whoever has
 * them supplies this; the rules that follow from it are here (drivers/tty/tty_jobctrl.c, setsid(2)).
 */

import type { Caller } from '../../caller.ts';
import { EIO, ERESTART, type Errno } from '../../errno.ts';
import type { Terminal } from './terminal.ts';

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGCONT = 18;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGWINCH = 28;

/** Where a process belongs. */
export interface Position {
  /** The session's id, which is its leader's process id. */
  readonly session: number;
  readonly group: number;
  readonly leader: boolean;
}

/** What the owner of processes answers. */
export interface Processes {
  /** Where the caller belongs; undefined where that is not known: it then has no terminal and is in no background. */
  position(caller: Caller): Position | undefined;
  /** Whether the caller blocks or ignores a signal. */
  ignores(caller: Caller, signal: number): boolean;
  /** Whether nobody outside a group, in its session, could wake it again. */
  isOrphaned(group: number): boolean;
  /** The session that a process group is in; undefined when there is no such group. */
  sessionOf(group: number): number | undefined;
  signalGroup(group: number, signal: number): void;
  signalProcess(process: number, signal: number): void;
}

/** Where nobody is known: there are no sessions, and signals go nowhere. */
export const NO_PROCESSES: Processes = {
  position: () => undefined,
  ignores: () => false,
  isOrphaned: () => true,
  sessionOf: () => undefined,
  signalGroup() {},
  signalProcess() {},
};

/** Which terminal controls which session. */
export class Sessions {
  readonly processes: Processes;
  readonly #terminals = new Map<number, Terminal>();

  constructor(processes: Processes = NO_PROCESSES) {
    this.processes = processes;
  }

  /** The controlling terminal of the caller's session. */
  terminalOf(caller: Caller): Terminal | undefined {
    const position = this.processes.position(caller);
    return position && this.#terminals.get(position.session);
  }

  /** A session gets a terminal, with the group that is then in the foreground. */
  attach(terminal: Terminal, { session, group }: Position): void {
    this.#terminals.set(session, terminal);
    terminal.session = session;
    terminal.group = group;
  }

  /** A terminal controls no session any more. */
  detach(terminal: Terminal): void {
    if (terminal.session !== 0) this.#terminals.delete(terminal.session);
    terminal.session = 0;
    terminal.group = 0;
  }

  /**
   * Whether the caller may use a terminal as who is in the foreground may: everyone may but the background of the session
   * that it controls. Its group gets the signal then, SIGTTIN or SIGTTOU, and the operation is to be tried again once it
   * goes on. Errors: ERESTART, and EIO where the signal would be of no use.
   */
  checkForeground(terminal: Terminal, signal: number, caller: Caller): Errno | 0 {
    const position = terminal.group === 0 ? undefined : this.processes.position(caller);
    if (!position || position.session !== terminal.session || position.group === terminal.group) return 0;
    if (this.processes.ignores(caller, signal)) return signal === SIGTTIN ? EIO : 0;
    if (this.processes.isOrphaned(position.group)) return EIO;
    this.processes.signalGroup(position.group, signal);
    return ERESTART;
  }

  /** The leader of a session has ended: its terminal's foreground is told, and the terminal is free. */
  ended(session: number): void {
    const terminal = this.#terminals.get(session);
    if (!terminal) return;
    const { group } = terminal;
    this.detach(terminal);
    if (group === 0) return;
    this.processes.signalGroup(group, SIGHUP);
    this.processes.signalGroup(group, SIGCONT);
  }
}
