/** PID/net: the files of links that drivers and tunnels make. */

import type { NodeSpec } from '../../../fs/generated/spec.ts';
import type { TaskView } from '../../model/task.ts';
import { bonding } from './bonding.ts';
import { type SubjectOf, namedDirectory, namedFile, netFile } from './files.ts';
import { pppol2tp } from './l2tp.ts';
import { showTable } from './line-format.ts';
import { PPPOE } from './tables.ts';
import { vlanConfig, vlanInterface } from './vlan.ts';
import { wireless } from './wireless.ts';

export function links(subjectOf: SubjectOf): Record<string, NodeSpec<TaskView>> {
  return {
    vlan: namedDirectory('vlan', subjectOf, namedFile('vlan', 'plain', vlanInterface, 0o600), {
      config: netFile('vlan/config', 'table', vlanConfig, 0o600),
    }),
    bonding: namedDirectory('bonding', subjectOf, namedFile('bonding', 'plain', bonding)),
    wireless: netFile('wireless', 'table', wireless),
    pppoe: netFile('pppoe', 'table', showTable(PPPOE)),
    pppol2tp: netFile('pppol2tp', 'plain', pppol2tp),
  };
}
