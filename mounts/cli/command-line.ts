/** Does what a command line says, and tells what went wrong. */

import { explain } from './explain.ts';
import { complain } from './output.ts';

/** Runs a command and ends the process with its status. */
export async function endWith(command: () => Promise<number>): Promise<void> {
  try {
    const status = await command();
    process.exitCode = status || process.exitCode || 0;
  } catch (error) {
    const { line, status } = explain(error);
    complain(line);
    process.exitCode = status;
  }
  process.exit();
}
