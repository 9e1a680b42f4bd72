/** The tables of fields.ts and parts.ts as Markdown, for docs/portable.md. */

import { type FileTable, type Origin, TABLES } from './fields.ts';
import { PACES, PARTS, type Part } from './parts.ts';

/** What each part is made of. */
const CALLS: { readonly [P in Part]: string } = {
  machine: 'cpu(), os.cpus(), os.arch(), os.type(), os.release(), os.version(), os.hostname(), os.userInfo(), /etc/passwd',
  times: 'os.cpus(), os.uptime(), os.loadavg()',
  memory: 'mem()',
  processes: 'processes()',
  interfaces: 'networkInterfaces(), networkGatewayDefault()',
  traffic: 'networkStats()',
  connections: 'networkConnections()',
  disks: 'blockDevices(), fsSize()',
  transfers: 'disksIO(), fsStats(), fsOpenFiles()',
  hardware: 'system(), bios(), baseboard(), chassis()',
  power: 'battery()',
  temperatures: 'cpuTemperature()',
};

/** The line behind which docs/portable.md is made from the code. */
export const GENERATED = '<!-- From here on `npm run portable-table` writes it. -->\n';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** A fixed value as it is printed. */
function valueText(value: unknown): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'bigint') return `\`${value}\``;
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function originCells(origin: Origin): readonly [string, string] {
  if ('from' in origin) return [origin.from, origin.but ?? ''];
  if ('lacks' in origin) return /^E[A-Z]+$/.test(origin.lacks) ? ['—', `always ${origin.lacks}`] : ['—', `there is none (${origin.lacks})`];
  return ['—', `always ${valueText(origin.is)}${origin.because === undefined ? '' : `: ${origin.because}`}`];
}

function tableText({ file, fields }: FileTable): string {
  const rows = Object.entries(fields).map(([field, origin]) => {
    const [told, otherwise] = originCells(origin);
    return `| ${field} | ${cell(told)} | ${cell(otherwise)} |`;
  });
  return `### ${file}\n\n| field | comes from | otherwise |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** All that is written behind the line. */
export function fieldsText(): string {
  const paces = PARTS.map((part) => `| ${part} | ${CALLS[part]} | ${PACES[part].every / 1000} |`).join('\n');
  const tables = Object.values(TABLES).map((table: FileTable) => tableText(table));
  return `
## What is asked how often

While somebody reads what is made of it; less often where asking takes long, and not at all when nobody has read it for a quarter of a minute.

| part | calls | seconds |
|---|---|---|
${paces}

## Where each value comes from

Calls are systeminformation's; those of Node begin with \`os.\`. What is always the same is what htop, procps and libuv take for a
machine that does not tell.

${tables.join('\n')}`;
}
