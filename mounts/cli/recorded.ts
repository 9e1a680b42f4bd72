/** Opens recordings for the trees that show them. */

import { BadRecording } from '../../providers/sources/recorded/decode.ts';
import { type Playback, RecordedSource, USUAL_PLAYBACK } from '../../providers/sources/recorded/recorded-source.ts';
import { Recording, bytesInFile } from '../../providers/sources/recorded/recording.ts';
import { MountError } from '../fuse/kernel-mount.ts';
import { complain } from './output.ts';
import { asMountError, checkSourceFile } from './source-file.ts';

/** Opens one. Throws a MountError, which says what is wrong with it and where. */
export function openRecording(file: string, playback: Partial<Playback> = {}): RecordedSource {
  checkSourceFile(file);
  try {
    const bytes = bytesInFile(file);
    try {
      const source = new RecordedSource(new Recording(bytes), { ...USUAL_PLAYBACK, ...playback });
      source.onProblem = ({ message }) => complain(`${file}: ${message}; what was before it stays`);
      return source;
    } catch (error) {
      bytes.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof BadRecording) throw new MountError(file, error.message);
    throw asMountError(file, error);
  }
}
