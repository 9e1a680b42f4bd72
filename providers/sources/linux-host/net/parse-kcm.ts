/** Parsers of net/kcm and net/kcm_stats. */

import { KCM_MEMBER, KCM_MULTIPLEXOR, KCM_STATISTICS, KCM_TRANSPORT } from '../../../linprocfs/net/kcm.ts';
import type { Kcm, KcmMember, KcmMultiplexor, KcmStatistics } from '../../../model/network-protocols.ts';
import type { Scanner } from '../scanner.ts';
import { scanLine } from './scan-line.ts';

/** net/kcm */
export function parseKcm(_bytes: Buffer, scanner: Scanner): Kcm {
  scanner.until(0x28);
  const count = scanner.signed();
  scanner.nextLine().nextLine();
  const multiplexors: KcmMultiplexor[] = [];
  let members: KcmMember[] = [];
  while (!scanner.done) {
    if (scanner.nextIs('   ')) {
      members.push(kcmMember(scanner));
    } else {
      members = [];
      multiplexors.push({ ...scanLine(scanner, KCM_MULTIPLEXOR), members });
    }
  }
  return { count, multiplexors };
}

function kcmMember(scanner: Scanner): KcmMember {
  const { name, ...rest } = scanLine(scanner, KCM_MEMBER);
  const dash = name.indexOf('-');
  const sendMemory = scanner.word();
  const status: string[] = [];
  while (!scanner.lineDone()) status.push(scanner.word());
  scanner.nextLine();
  return {
    ...rest,
    kind: name.slice(0, dash),
    index: Number(name.slice(dash + 1)),
    sendMemory: sendMemory === '-' ? undefined : Number(sendMemory),
    status,
  };
}

/** net/kcm_stats */
export function parseKcmStats(_bytes: Buffer, scanner: Scanner): KcmStatistics {
  return { ...scanLine(scanner, KCM_STATISTICS), transport: scanLine(scanner, KCM_TRANSPORT) };
}
