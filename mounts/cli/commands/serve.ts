/** compatfs serve */

import { resolve } from 'node:path';
import type { Command, Words } from '../command.ts';
import { DEFAULT_EXPORT_PORT, type ExportPlan, LIMIT_HELP, parseLimits, parseRules, parseTrees, readTls, warnings } from '../export-plan.ts';
import type { Order } from '../order.ts';
import { complain } from '../output.ts';
import { carryOut } from './mount.ts';

/** Where only programs of this machine get in. */
const LOOPBACK = '127.0.0.1';
const DEFAULT_ADDRESS = `tcp!${LOOPBACK}!${DEFAULT_EXPORT_PORT}`;

export const serve: Command = {
  name: 'serve',
  forms: ['[--listen ADDRESS].. [-o OPTIONS] [-d] [TREE..]'],
  summary: 'Exports trees over 9P (9P2000.L, 9P2000.u and 9P2000) until interrupted',
  options: {
    listen: { short: 'l', value: 'ADDRESS', help: `tcp!HOST!PORT or unix!PATH, as often as you like (default ${DEFAULT_ADDRESS})` },
    options: { short: 'o', value: 'OPTIONS', help: 'options for the trees that have them, as in compatfs mount --help' },
    map: { value: 'WHO=USER', help: 'as whom a client is served; see below' },
    limit: { value: 'NAME=N', help: `of each connection, but for the first: ${LIMIT_HELP}` },
    'tls-cert': { value: 'FILE', help: 'a certificate in PEM: TCP connections have to speak TLS' },
    'tls-key': { value: 'FILE', help: 'its key' },
    'tls-ca': { value: 'FILE', help: 'whose certificates clients have to have' },
    verbose: { short: 'v', help: 'log connections and attaches' },
    background: { short: 'd', help: 'return once it listens, and serve in the background' },
    help: { short: 'h', help: 'print this' },
  },
  notes: [
    'TREE is linprocfs (the default; its name is proc), linsysfs (sys), devfs (dev), tmpfs (tmp), overlay with lowerdir=,',
    'reroot (linux) with emul= and base=, or a directory, which may',
    'be a mount; NAME=TREE gives it another name, and TREE,OPTION.. options of its own. Clients attach to NAME or a',
    'directory in it, NAME/PATH; NAME:pid=N makes process N the one that is shown as self. Without a name they get the',
    'only tree, or all of them in one directory.',
    '',
    'A client is who it says it is on a unix socket (which its owner alone may use), and for processes of root on this',
    'machine; another process of this machine is its user; a certificate is the user of its common name; everybody else',
    'is nobody. --map comes before that, the first that fits: WHO is the name or number of a user, @NAME for a',
    "certificate's common name, or *; USER is the name or number of a user, same, or none for a refusal.",
    '',
    'Linux mounts it with: mount -t 9p -o trans=tcp,port=PORT,version=9p2000.L,aname=NAME HOST TARGET',
    '                  or: mount -t 9p -o trans=unix,version=9p2000.L,aname=NAME PATH TARGET',
    'and by FUSE it is:    compatfs mount -t 9p -o aname=NAME ADDRESS TARGET',
    '',
    'compatfs status lists exports, and compatfs umount ADDRESS ends those of a server.',
  ].join('\n'),
  run,
};

async function run(words: Words): Promise<number> {
  const given = words.values('listen');
  const addresses = given.length > 0 ? given.map(complete) : [DEFAULT_ADDRESS];
  const operands = words.operands.length > 0 ? words.operands : ['linprocfs'];
  const tls = readTls(words.value('tls-cert'), words.value('tls-key'), words.value('tls-ca'));
  const plan: ExportPlan = {
    addresses,
    trees: await parseTrees(operands, words.values('options')),
    rules: parseRules(words.values('map')),
    limits: parseLimits(words.values('limit')),
    ...(tls && { tls }),
    verbose: words.has('verbose'),
  };
  for (const line of warnings(plan)) complain(line);
  const order: Order = { plans: [], exports: plan, welcome: [], statusLine: false };
  return carryOut(order, 'directly', words.has('background'));
}

/** An address with what is left out: this machine, and of a socket's path the working directory, which the server leaves. */
function complete(address: string): string {
  if (address.startsWith('tcp!!')) return `tcp!${LOOPBACK}!${address.slice(5)}`;
  return address.startsWith('unix!') && address.length > 5 ? `unix!${resolve(address.slice(5))}` : address;
}
