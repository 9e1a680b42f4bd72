/** What a recording tells of one path. */

import type { Errno } from '../../../fs/errno.ts';

/** A file's attributes, as far as anybody asks for them. */
export interface RecordedAttributes {
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** The number of the type of the file system that it is on (statfs(2)). */
  readonly fileSystem: number;
}

/** There is no such path any more, with all that was below it. */
export interface GoneEntry {
  readonly kind: 'gone';
  readonly path: string;
  /** Whether what the other directory has by that name is seen again; else that is covered. */
  readonly uncovers: boolean;
}

export interface DirectoryEntry {
  readonly kind: 'directory';
  readonly path: string;
  readonly attributes: RecordedAttributes;
  readonly unlisted: boolean;
  /** What listing it gives, where that fails. */
  readonly error: Errno | 0;
  /** The directory whose names it has besides its own. */
  readonly other: string | undefined;
}

export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  readonly attributes: RecordedAttributes;
  readonly unlisted: boolean;
  readonly openError: Errno | 0;
  readonly readError: Errno | 0;
  readonly text: Buffer;
}

export interface LinkEntry {
  readonly kind: 'link';
  readonly path: string;
  readonly attributes: RecordedAttributes;
  readonly unlisted: boolean;
  readonly error: Errno | 0;
  readonly target: string;
}

/** Paths are byte strings without a slash at either end. */
export type Entry = GoneEntry | DirectoryEntry | FileEntry | LinkEntry;

/** Whether two entries of the same path say the same. */
export function sameEntry(a: Entry, b: Entry): boolean {
  if (a.kind === 'gone' || b.kind === 'gone') return a.kind === 'gone' && b.kind === 'gone' && a.uncovers === b.uncovers;
  if (a.unlisted !== b.unlisted || !sameAttributes(a.attributes, b.attributes)) return false;
  switch (a.kind) {
    case 'directory':
      return b.kind === a.kind && a.error === b.error && a.other === b.other;
    case 'link':
      return b.kind === a.kind && a.error === b.error && a.target === b.target;
    case 'file':
      return b.kind === a.kind && a.openError === b.openError && a.readError === b.readError && a.text.equals(b.text);
  }
}

function sameAttributes(a: RecordedAttributes, b: RecordedAttributes): boolean {
  return (
    a.mode === b.mode && a.links === b.links && a.uid === b.uid && a.gid === b.gid && a.size === b.size && a.fileSystem === b.fileSystem
  );
}
