#!/usr/bin/env node
/** The program. */

import { runCommandLine } from './commands.ts';
import { explain } from './explain.ts';
import { complain } from './output.ts';

try {
  const status = await runCommandLine(process.argv.slice(2));
  process.exitCode = status || process.exitCode || 0;
} catch (error) {
  const { line, status } = explain(error);
  complain(line);
  process.exitCode = status;
}
process.exit();
