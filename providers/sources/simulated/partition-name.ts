/** What the kernel calls the partitions of a disk. */

export function partitionName(disk: string, number: number): string {
  return `${disk}${/\d$/.test(disk) ? 'p' : ''}${number}`;
}
