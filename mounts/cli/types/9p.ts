/** The type 9p on the command line: a server elsewhere. Its options are as mount(8) and the kernel's own 9P client know them. */

import { isAbsolute, resolve } from 'node:path';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions, type TlsFiles } from '../../9p-proxy/options.ts';
import { MAXIMUM_MSIZE, MINIMUM_MSIZE, type Dialect } from '../../node-9p/protocol.ts';
import { DEFAULT_PORT, parseAddress } from '../../node-9p/transports/address.ts';
import { badUsage } from '../failure.ts';
import type { MountType, TypeOption } from './type.ts';

/** What the options say; the address is completed by SOURCE. */
export interface RemoteOptions extends Omit<ProxyOptions, 'address'> {
  /** undefined for what SOURCE looks like. */
  readonly transport: 'tcp' | 'unix' | undefined;
  readonly port: number;
}

const DEFAULTS: RemoteOptions = {
  ...DEFAULT_PROXY_OPTIONS,
  transport: undefined,
  port: DEFAULT_PORT,
};

const DIALECTS: Readonly<Record<string, Dialect>> = { '9p2000.L': '9P2000.L', '9p2000.u': '9P2000.u', '9p2000': '9P2000' };

/** An option that names a file of TLS: relative to the working directory, which the server leaves. */
function tlsFile(field: keyof TlsFiles, help: string): TypeOption<RemoteOptions> {
  return { value: 'FILE', help, read: (path, { tls }) => (path === '' ? 'no path' : { tls: { ...tls, [field]: resolve(path) } }) };
}

/** The longest time that a timer takes, in seconds. */
const LONGEST_TIMEOUT = 2_000_000;

/** Options, by their names. */
const OPTIONS: Readonly<Record<string, TypeOption<RemoteOptions>>> = {
  aname: { value: 'TREE', help: "which of the server's trees", read: (tree) => ({ tree }) },
  uname: { value: 'USER', help: 'the name to attach with, where all users are one', read: (userName) => ({ userName }) },
  trans: {
    value: 'TRANSPORT',
    help: 'tcp or unix; SOURCE is then a host or a path',
    read: (transport) => (transport === 'tcp' || transport === 'unix' ? { transport } : 'the transports are tcp and unix'),
  },
  port: {
    value: 'PORT',
    help: `where SOURCE is a host alone (default ${DEFAULT_PORT})`,
    read: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 0xffff ? { port: Number(value) } : 'no port'),
  },
  msize: {
    value: 'BYTES',
    help: 'the largest message (default as large as the server likes)',
    read(value) {
      const bytes = Number(value);
      if (!/^\d+$/.test(value) || bytes < MINIMUM_MSIZE || bytes > MAXIMUM_MSIZE)
        return `${MINIMUM_MSIZE} to ${MAXIMUM_MSIZE}`;
      return { messageSize: bytes };
    },
  },
  version: {
    value: 'VERSION',
    help: '9p2000.L, 9p2000.u or 9p2000 and no other (default the first that the server knows)',
    read(value) {
      const dialect = DIALECTS[value];
      return dialect ? { dialects: [dialect] } : `the versions are ${Object.keys(DIALECTS).join(', ')}`;
    },
  },
  access: {
    value: 'MODE',
    help: 'user: the server sees who asks (the default; client is the same); any: the mounting user for all; UID: for that user only',
    read(value) {
      if (value === 'user' || value === 'client') return { access: 'user' };
      if (value === 'any') return { access: 'any' };
      return /^\d{1,10}$/.test(value) && Number(value) < 0xffff_ffff ? { access: Number(value) } : 'user, client, any or a number';
    },
  },
  cache: {
    value: 'MODE',
    help: 'none (the default), or loose where nobody else changes the tree',
    read: (cache) => (cache === 'none' || cache === 'loose' ? { cache } : 'the modes are none and loose'),
  },
  timeout: {
    value: 'SECONDS',
    help: 'take a server for dead that owes an answer and has been silent for so long (default 0: never)',
    read(value) {
      const seconds = /^\d{1,7}$/.test(value) ? Number(value) : NaN;
      return seconds <= LONGEST_TIMEOUT ? { timeout: seconds } : `0 to ${LONGEST_TIMEOUT}`;
    },
  },
  tls: { help: 'speak TLS over TCP; the other options of TLS mean that too', read: (_value, { tls }) => ({ tls: tls ?? {} }) },
  tls_ca: tlsFile('authority', 'whose certificates to trust, in PEM (default those whom Node.js trusts)'),
  tls_cert: tlsFile('certificate', 'a certificate to prove who the client is'),
  tls_key: tlsFile('key', 'its key'),
  tls_name: {
    value: 'NAME',
    help: "the name in the server's certificate, if it is not the host's",
    read: (name, { tls }) => (/^[\w.-]+$/.test(name) ? { tls: { ...tls, name } } : 'no name of a host'),
  },
};

/** The address that SOURCE and the options mean, as `tcp!HOST!PORT` or `unix!PATH`. Throws a Failure. */
function remoteAddress(source: string | undefined, options: RemoteOptions): string {
  if (source === undefined) throw badUsage('mount', 'SOURCE is missing: the address of a 9P server');
  const transport = options.transport ?? (isAbsolute(source) || source.startsWith('unix!') ? 'unix' : 'tcp');
  let address = source.startsWith(`${transport}!`) ? source : `${transport}!${source}`;
  if (transport === 'tcp' && address.split('!').length === 2) address += `!${options.port}`;
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') throw badUsage('mount', `${source}: ${parsed}`);
  if (options.tls) checkTls(options.tls, parsed.kind);
  return parsed.kind === 'unix' ? `unix!${resolve(parsed.path)}` : address;
}

/** Throws a Failure for options of TLS that do not go together. */
function checkTls({ certificate, key }: TlsFiles, transport: 'tcp' | 'unix'): void {
  if (transport !== 'tcp') throw badUsage('mount', 'TLS is for TCP');
  if ((certificate === undefined) !== (key === undefined)) throw badUsage('mount', 'tls_cert and tls_key go together');
}

export const remote: MountType<RemoteOptions> = {
  name: '9p',
  summary: 'the server at SOURCE',
  label: '',
  safe: ['nosuid', 'nodev'],
  kernelChecks: true,
  kernelHas: true,
  proxy: true,
  defaults: () => DEFAULTS,
  options: OPTIONS,
  findSource: async (source, { own }) => remoteAddress(source, own),
  origin: ({ label }) => label,
  describe: ({ label, options: { own } }): ProxyOptions => ({ ...own, address: label }),
};
