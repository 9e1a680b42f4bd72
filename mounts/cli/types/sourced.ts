/** What the types have in common that show a machine's state. */

import type { Playback } from '../../../providers/sources/recorded/recorded-source.ts';
import { badUsage } from '../failure.ts';
import { NOT_PLAYED, SOURCE_HELP, SOURCE_WORDS, type SourceDescription, isPlayed, readSource } from '../sources.ts';
import type { TypeOption } from './type.ts';

/** Where the state comes from. */
export interface Sourced {
  /** `host`, `portable`, or NAME:FILE with an absolute path. */
  readonly source: string;
  /** Where it begins, in milliseconds since the first sample of a recording or since boot of a simulation, and how fast its time goes. */
  readonly at?: number;
  readonly speed?: number;
}

/** The option that says it. */
export const SOURCE_OPTION: TypeOption<Sourced> & { readonly value: string } = {
  value: 'NAME[:FILE]',
  help: SOURCE_HELP,
  read(value) {
    const source = readSource(value);
    return source === undefined ? `the sources are: ${SOURCE_WORDS}` : { source };
  },
};

/** The options of what has a time of its own, which can be changed while it goes. */
export const PLAYBACK_OPTIONS: Readonly<Record<'at' | 'speed', TypeOption<Sourced> & { readonly value: string }>> = {
  at: {
    value: 'SECONDS',
    help: 'of a recording or a simulation: how long after its first sample, or since boot, it begins',
    read: (value) => (/^\d{1,8}(\.\d{1,3})?$/.test(value) ? { at: Number(value) * 1000 } : 'seconds, as 90 or 1.5'),
  },
  speed: {
    value: 'FACTOR',
    help: 'likewise: how fast its time goes (default 1); 0 stands still',
    read: (value) => (/^\d{1,6}(\.\d{1,6})?$/.test(value) ? { speed: Number(value) } : 'a factor, as 10 or 0.5'),
  },
};

/** What the options say of how a recording is played; undefined where they say nothing. */
export function playbackOf({ at, speed }: Pick<Sourced, 'at' | 'speed'>): Partial<Playback> | undefined {
  if (at === undefined && speed === undefined) return undefined;
  return { ...(at !== undefined && { at }), ...(speed !== undefined && { speed }) };
}

/** Refuses to play what has no history. Throws a Failure. */
export function checkPlayback(own: Sourced): void {
  if (playbackOf(own) && !isPlayed(own.source)) throw badUsage('source', NOT_PLAYED);
}

/** What the options say of the source, for whoever opens it. */
export function describeSource(own: Sourced): Pick<SourceDescription, 'source' | 'playback'> {
  const playback = playbackOf(own);
  return { source: own.source, ...(playback && { playback }) };
}
