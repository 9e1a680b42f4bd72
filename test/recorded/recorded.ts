/**
 * Files as other kernels wrote them: distributions' Linux with modules, scheduler statistics, RAID arrays, a frame buffer, and
 * parameters that this machine's kernel may lack; a kernel thread and a sleeping process. The longest tables are cut. They are kept as
 * texts, to be looked at, and become recordings when they are read.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { encodeEnd, encodeSampleSection, encodeStart } from '../../providers/sources/recorded/encode.ts';
import type { Entry, RecordedAttributes } from '../../providers/sources/recorded/entry.ts';
import { RecordedSource } from '../../providers/sources/recorded/recorded-source.ts';
import { Recording as RecordedFile, bytesInMemory } from '../../providers/sources/recorded/recording.ts';

interface Recording {
  readonly release: string;
  /** The process that was recorded, by which the source tells which files of processes there are. */
  readonly process: number;
  /** Texts as byte strings, by path below /proc. */
  readonly files: Readonly<Record<string, string>>;
}

function recording(name: string): Recording {
  const file = fileURLToPath(new URL(`../../../test/recorded/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}

/** The recorded kernels. */
export const RECORDINGS: readonly Recording[] = ['linux-6.1', 'linux-6.12'].map(recording);

/** Texts by their path below /proc as the entries of a recording, with the directories that they lie in. */
function entriesOf({ files, process }: Recording): Entry[] {
  const entries = new Map<string, Entry>();
  const attributes = (mode: number, size = 0): RecordedAttributes => ({ mode, links: 2, uid: 0, gid: 0, size, fileSystem: 0x9fa0 });
  const directory = (path: string): void => {
    if (entries.has(path)) return;
    if (path.includes('/')) directory(path.slice(0, path.lastIndexOf('/')));
    entries.set(path, { kind: 'directory', path, attributes: attributes(0o040555), unlisted: false, error: 0, other: undefined });
  };
  for (const [name, text] of Object.entries(files)) {
    const path = `proc/${name}`;
    directory(path.slice(0, path.lastIndexOf('/')));
    const content = { openError: 0, readError: 0, text: Buffer.from(text, 'latin1') } as const;
    entries.set(path, { kind: 'file', path, attributes: attributes(0o100644, text.length), unlisted: false, ...content });
  }
  const self = { kind: 'link', path: 'proc/self', attributes: attributes(0o120777), unlisted: false, error: 0, target: String(process) } as const;
  return [...entries.values(), self];
}

/** Runs a test with a source that reads a recording. */
export function withRecording(recorded: Recording, body: (source: HostSource) => void): void {
  const header = { recorder: 'test', time: 0, architecture: 'x64', redacted: true };
  const section = encodeSampleSection(0, entriesOf(recorded), 1);
  const source = new RecordedSource(new RecordedFile(bytesInMemory(Buffer.concat([encodeStart(header), section ?? Buffer.alloc(0), encodeEnd()]))));
  try {
    body(source.host);
  } finally {
    source.dispose();
  }
}
