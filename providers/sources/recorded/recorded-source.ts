/** The kernel of a recorded machine, as it was at each moment of the recording. */

import { performance } from 'node:perf_hooks';
import type { Caller } from '../../../fs/caller.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import { HostSource } from '../linux-host/host-source.ts';
import { BadRecording } from './decode.ts';
import { RECORDED_ROOTS, RecordedCalls } from './recorded-calls.ts';
import type { Recording } from './recording.ts';
import { RecordedTree } from './tree.ts';

/** How a recording is played. */
export interface Playback {
  /** Where it begins: milliseconds since the first sample. */
  readonly at: number;
  /** How fast its time goes; 0 stands still. */
  readonly speed: number;
}

/** From the first sample on, as fast as it was. */
export const USUAL_PLAYBACK: Playback = { at: 0, speed: 1 };

/**
 * What the kernel's files said is parsed as if they were read now. A sample holds until the next one's time has come, and the
 * last one for ever.
 *
 * Differs: nothing can be changed but kernel parameters and a few values of processes, which are remembered; other writes give EROFS. Links are texts.
 */
export class RecordedSource implements KernelSource {
  /** The machine as it is at the moment. */
  readonly host: HostSource;
  readonly #recording: Recording;
  readonly #now: () => number;
  #tree = new RecordedTree();
  /** The sample that is shown, and when the next one is due; undefined for never. */
  #sample = 0;
  #next: number | undefined;
  /** The recording's time at a moment of the clock. */
  #position: number;
  #speed: number;
  #since: number;
  /** What is wrong with the sample that could not be read: the one before it stays. */
  problem: BadRecording | undefined;
  /** Is told of it when it is found. */
  onProblem: ((problem: BadRecording) => void) | undefined;

  /** `now` is a clock of milliseconds. Throws BadRecording. */
  constructor(recording: Recording, { at, speed }: Playback = USUAL_PLAYBACK, now: () => number = () => performance.now()) {
    this.#recording = recording;
    this.#now = now;
    this.#position = at;
    this.#speed = speed;
    this.#since = now();
    this.#tree.apply(recording.sample(0).entries);
    this.#next = recording.timeOf(1);
    this.host = new HostSource(RECORDED_ROOTS, new RecordedCalls(recording.header.architecture, () => this.#tree));
    this.#play();
  }

  view(_caller?: Caller): KernelView {
    if (this.#next !== undefined && this.#speed > 0) this.#play();
    // Nobody who asks has a process there, nor a namespace.
    return this.host.view();
  }

  /** The recording's time now, in milliseconds since the first sample. */
  get position(): number {
    return this.#position + (this.#now() - this.#since) * this.#speed;
  }

  /** Goes on from another place, or at another speed. */
  play({ at = this.position, speed = this.#speed }: Partial<Playback>): void {
    this.#position = at;
    this.#since = this.#now();
    this.#speed = speed;
    this.problem = undefined;
    if (at < (this.#recording.timeOf(this.#sample) ?? 0)) {
      this.#tree.end();
      this.#tree = new RecordedTree(this.#tree);
      this.#tree.apply(this.#recording.sample(0).entries);
      this.#sample = 0;
    }
    // What is due is looked up by playing.
    this.#next = -Infinity;
    this.#play();
    this.host.invalidate();
  }

  /** Shows the sample whose time it is. */
  #play(): void {
    const { position } = this;
    if (this.#next === undefined || position < this.#next) return;
    try {
      for (;;) {
        this.#next = this.#recording.timeOf(this.#sample + 1);
        if (this.#next === undefined || this.#next > position) break;
        this.#tree.apply(this.#recording.sample(this.#sample + 1).entries);
        this.#sample++;
      }
    } catch (error) {
      if (!(error instanceof BadRecording)) throw error;
      this.problem = error;
      this.#next = undefined;
      this.onProblem?.(error);
    }
    this.host.invalidate();
  }

  dispose(): void {
    this.host.dispose();
    this.#recording.close();
  }
}
