/** Disks and partitions. */

import type { DescribedDevice } from './devices.ts';
import type { Contents } from './object-tree.ts';

/** A disk. */
export interface DescribedDisk {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  /** Of 512 bytes, whatever the size of a block. */
  readonly sectors: number;
  /** Bytes. */
  readonly logicalBlock: number;
  readonly physicalBlock: number;
  readonly rotational: boolean;
  readonly removable?: boolean;
  readonly readOnly?: boolean;
  /** The order in which disks were found. */
  readonly sequence: number;
  /** The names of the schedulers, and the index of the one in use. */
  readonly schedulers: readonly string[];
  readonly scheduler: number;
  readonly partitions?: readonly DescribedPartition[];
  readonly attributes?: Contents;
}

export interface DescribedPartition {
  readonly number: number;
  /** Sectors. */
  readonly start: number;
  readonly sectors: number;
}

const STATISTICS: Contents = { stat: new Array<number>(17).fill(0), inflight: [0, 0] };

/** The disk and its partitions as devices below another one, in a directory of their class; name spaces of NVMe have none. */
export function disk(parent: string, described: DescribedDisk, directory: 'block/' | '' = 'block/'): DescribedDevice[] {
  const { name, major, minor, sequence } = described;
  const path = `${parent}/${directory}${name}`;
  const digit = /\d$/.test(name);
  const whole: DescribedDevice = {
    path,
    class: 'block',
    node: { block: true, major, minor, name },
    deviceType: 'disk',
    environment: [['DISKSEQ', String(sequence)]],
    attributes: {
      ...STATISTICS,
      alignment_offset: 0,
      capability: 0,
      discard_alignment: 0,
      diskseq: sequence,
      events: null,
      events_async: null,
      events_poll_msecs: -1,
      ext_range: 256,
      hidden: 0,
      range: 16,
      removable: described.removable ? 1 : 0,
      ro: described.readOnly ? 1 : 0,
      size: described.sectors,
      ...queue(described),
      ...described.attributes,
    },
  };
  const parts = (described.partitions ?? []).map(
    ({ number, start, sectors }): DescribedDevice => ({
      path: `${path}/${name}${digit ? 'p' : ''}${number}`,
      class: 'block',
      node: { block: true, major, minor: minor + number, name: `${name}${digit ? 'p' : ''}${number}` },
      deviceType: 'partition',
      environment: [
        ['DISKSEQ', String(sequence)],
        ['PARTN', String(number)],
      ],
      attributes: {
        ...STATISTICS,
        alignment_offset: 0,
        discard_alignment: 0,
        partition: number,
        ro: described.readOnly ? 1 : 0,
        size: sectors,
        start,
      },
    }),
  );
  return [whole, ...parts];
}

function queue({ logicalBlock, physicalBlock, rotational, schedulers, scheduler }: DescribedDisk): Contents {
  return {
    'queue/add_random': rotational ? 1 : 0,
    'queue/chunk_sectors': 0,
    'queue/dax': 0,
    'queue/discard_granularity': rotational ? 0 : logicalBlock,
    'queue/discard_max_bytes': rotational ? 0 : 2147450880,
    'queue/discard_max_hw_bytes': rotational ? 0 : 2147450880,
    'queue/discard_zeroes_data': 0,
    'queue/dma_alignment': 3,
    'queue/fua': 0,
    'queue/hw_sector_size': logicalBlock,
    'queue/io_poll': 0,
    'queue/iostats': 1,
    'queue/logical_block_size': logicalBlock,
    'queue/max_hw_sectors_kb': 32767,
    'queue/max_sectors_kb': 1280,
    'queue/max_segment_size': 65536,
    'queue/max_segments': 168,
    'queue/minimum_io_size': physicalBlock,
    'queue/nomerges': 0,
    'queue/nr_requests': 64,
    'queue/optimal_io_size': 0,
    'queue/physical_block_size': physicalBlock,
    'queue/read_ahead_kb': 128,
    'queue/rotational': rotational ? 1 : 0,
    'queue/rq_affinity': 1,
    'queue/scheduler': { options: schedulers, selected: scheduler },
    'queue/stable_writes': 0,
    'queue/write_cache': 'write back',
    'queue/write_same_max_bytes': 0,
    'queue/write_zeroes_max_bytes': 0,
    'queue/zoned': 'none',
  };
}
