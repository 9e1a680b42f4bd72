/** Where trees that show a machine's state get it from, by name. */

import { resolve } from 'node:path';
import type { KernelSource } from '../../providers/kernel-view.ts';
import type { HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import type { Playback } from '../../providers/sources/recorded/recorded-source.ts';

/** A source of a tree, as plain data: what a worker needs to open it. */
export interface SourceDescription {
  /** `host`, `portable`, or NAME:FILE with an absolute path. */
  readonly source: string;
  readonly roots: HostRoots;
  /** How the time of a recording or a simulation goes, as far as that is said. */
  readonly playback?: Partial<Playback>;
}

/** A source that was made from a file. */
export interface OpenedFile {
  readonly source: KernelSource;
  /** Changes how it goes on; absent where nothing can be changed. */
  change?(changes: Pick<SourceDescription, 'playback'>): void;
}

/** A source that is no live machine, which is made from a file. */
export interface FileSource {
  /** What the help says of it. */
  readonly help: string;
  /** Opens it, with modules that are loaded by then. Throws a MountError, which says what is wrong with the file and where. */
  open(file: string, description: SourceDescription): Promise<OpenedFile>;
}

/** All but the machine that we run on. */
export const FILE_SOURCES: Readonly<Record<string, FileSource>> = {
  recorded: {
    help: 'what compatfs record has made of a machine',
    async open(file, { playback }) {
      const source = (await import('./recorded.ts')).openRecording(file, playback);
      return { source, change: ({ playback: changed }) => source.play(changed ?? {}) };
    },
  },
  simulated: {
    help: 'a machine that FILE describes, which lives',
    open: async (file, { playback }) => (await import('./simulated.ts')).openSimulation(file, playback),
  },
};

/** The sources, for the help. */
export const SOURCE_HELP: string = [
  'where the data comes from: host, this machine by its own /proc and /sys',
  'portable, this machine by the package systeminformation, whatever system it has',
  ...Object.entries(FILE_SOURCES).map(([name, { help }]) => `${name}:FILE, ${help}`),
].join('; ');

/** What `readSource` reads. */
export const SOURCE_WORDS: string = ['host', 'portable', ...Object.keys(FILE_SOURCES).map((name) => `${name}:FILE`)].join(', ');

/** Reads NAME[:FILE]; returns it with an absolute path, or undefined where there is no such source. */
export function readSource(word: string): string | undefined {
  if (isHost(word) || isPortable(word)) return word;
  const [, name = '', file = ''] = /^(\w+):(.+)$/s.exec(word) ?? [];
  return Object.hasOwn(FILE_SOURCES, name) ? `${name}:${resolve(file)}` : undefined;
}

/** Whether a source has a time of its own. */
export function isPlayed(source: string): boolean {
  return source.startsWith('recorded:') || source.startsWith('simulated:');
}

/** Why a source has none. */
export const NOT_PLAYED = 'speed and at are for source=recorded:FILE and source=simulated:FILE';

/** Whether a source is the Linux machine that we run on, as its kernel tells of it. */
export function isHost(source: string): boolean {
  return source === 'host';
}

/** Whether a source is the machine that we run on as systeminformation tells of it. */
export function isPortable(source: string): boolean {
  return source === 'portable';
}

/** The source where nobody says which. */
export const USUAL_SOURCE: string = process.platform === 'linux' ? 'host' : 'portable';
