/** Carries out an order: mounts, serves until told to stop or until nothing is mounted any more, and unmounts. */

import { type MountPlan, MountServer } from './mount-server.ts';
import { explain } from './explain.ts';
import { EXIT_FAILED, NOT_FOUND, NOT_RUNNABLE } from './failure.ts';
import { originalDirectory } from './host-roots.ts';
import { keepMountsBelow } from './below-mounts.ts';
import { hideProcfs, showProcfs, showTerminals } from './kernel-parts.ts';
import { type Order, type ProgramOrder, STARTED, report } from './order.ts';
import { complain, print } from './output.ts';
import { endLike } from './ending.ts';
import { runInPlace } from './programs.ts';
import { failedToStart, stopSignal, unlessStopped } from './serving.ts';
import { StatusLine } from './status-line.ts';
import { withoutRights } from './unprivileged.ts';

/** Serves; returns the exit status. */
export async function serve(order: Order): Promise<number> {
  const procfs = { isShown: false };
  try {
    return await serveMounts(order, procfs);
  } finally {
    if (order.userland !== undefined && procfs.isShown) await hideProcfs(order.userland);
  }
}

async function serveMounts(order: Order, procfs: { isShown: boolean }): Promise<number> {
  const stop = order.program ? undefined : stopSignal(order);
  let server: MountServer | undefined;
  unmountBeforeCrash(() => server);
  // Elsewhere they would keep our mounts from being taken away.
  const showKept = order.program ? keepMountsBelow(order.plans) : async (): Promise<void> => {};
  try {
    const prepare = (): Promise<readonly MountPlan[]> => {
      procfs.isShown = true;
      return showProcfs(order);
    };
    server = await unlessStopped(MountServer.start(order.plans, prepare), stop);
    await showKept();
    await showTerminals(order);
  } catch (error) {
    return failedToStart(order, error);
  }
  report(order, STARTED);
  for (const line of order.welcome) print(line);
  const statusLine = order.statusLine ? StatusLine.show(server.mounts) : undefined;
  try {
    if (order.program) return await runBeside(server, order.program);
    const reason = await Promise.race([stop, server.ended.then(() => undefined)]);
    statusLine?.hide();
    const targets = order.plans.map(({ target }) => target);
    await server.unmountAll();
    if (order.statusLine)
      print(`${targets.join(', ')}: ${reason === undefined ? 'unmounted by somebody else' : 'unmounted'}`);
    return 0;
  } catch (error) {
    statusLine?.hide();
    complain(explain(error).line);
    await leave(server);
    return EXIT_FAILED;
  }
}

/** A mistake of ours in this thread ends the process, but not before the mounts are gone. */
function unmountBeforeCrash(current: () => MountServer | undefined): void {
  process.on('uncaughtException', (error) => {
    complain(explain(error).line);
    // The mounts' end may be noticed, and end the process, before we do.
    process.exitCode = EXIT_FAILED;
    const server = current();
    // What is just being mounted goes at the exit.
    if (server) void leave(server).finally(() => process.exit(EXIT_FAILED));
    else process.exit(EXIT_FAILED);
  });
}

/** Takes the mounts away in spite of everything. A serving thread that cannot be stopped would keep us for ever. */
async function leave(server: MountServer): Promise<void> {
  try {
    await server.unmountAll();
  } catch (error) {
    complain(explain(error).line);
    process.kill(process.pid, 'SIGKILL');
  }
}

/** Runs a program that sees the mounts, and ends as it does. */
async function runBeside(server: MountServer, { command, descriptors }: ProgramOrder): Promise<number> {
  const [program = '', ...args] = withoutRights(command);
  const ending = await runInPlace(program, args, { directory: originalDirectory(), descriptors });
  await leave(server);
  if (!ending.error) return endLike(ending);
  const missing = ending.error.code === 'ENOENT';
  complain(`${command[0]}: ${missing ? 'not found' : `cannot be run (${ending.error.code})`}`);
  return missing ? NOT_FOUND : NOT_RUNNABLE;
}
