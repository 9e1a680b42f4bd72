/** Carries out an order to export trees: serves until told to stop, and closes. */

import { ExportService } from './export-service.ts';
import { explain } from './explain.ts';
import { EXIT_FAILED } from './failure.ts';
import { type Order, STARTED, report } from './order.ts';
import { complain, print } from './output.ts';
import { failedToStart, stopSignal } from './serving.ts';
import { StatusLine } from './status-line.ts';

/** Serves; returns the exit status. */
export async function serveExports(order: Order): Promise<number> {
  const stop = stopSignal(order);
  let service: ExportService;
  try {
    if (!order.exports) throw new Error('the order exports nothing');
    service = await ExportService.start(order.exports);
  } catch (error) {
    return failedToStart(order, error);
  }
  report(order, STARTED);
  const trees = order.exports.trees.map(({ name }) => name).join(', ');
  if (order.welcome.length === 0) for (const address of service.addresses) print(`${address}: serving ${trees}`);
  for (const line of order.welcome) print(fill(line, service.addresses));
  const statusLine = order.statusLine ? StatusLine.show([service]) : undefined;
  await Promise.race([stop, service.ended]);
  statusLine?.hide();
  try {
    await service.close();
    if (order.statusLine) print(`${service.addresses.join(', ')}: closed`);
    return 0;
  } catch (error) {
    complain(explain(error).line);
    return EXIT_FAILED;
  }
}

/** Puts the address, host or port of a listener where a line has `{0}`, `{0.host}` or `{0.port}`. */
function fill(line: string, addresses: readonly string[]): string {
  return line.replace(/\{(\d)(\.\w+)?\}/g, (whole, index: string, part: string | undefined) => {
    const address = addresses[Number(index)];
    if (address === undefined) return whole;
    const [, host, port] = address.split('!');
    return (part === '.host' ? host : part === '.port' ? port : address) ?? '';
  });
}
