/** The threads that a kernel has of its own. */

import type { ProcessText } from './description.ts';

/** How much of a CPU those of each processor use. */
const PER_CPU_USE = 0.0004;

const SINGLE = ['rcu_preempt', 'kdevtmpfs', 'kauditd', 'khungtaskd', 'oom_reaper', 'kcompactd0', 'ksmd', 'khugepaged', 'kswapd0', 'jbd2/root-8'];
const WORKQUEUES = ['kworker/R-rcu_g', 'kworker/R-slub_', 'kworker/R-netns', 'kworker/R-mm_pe', 'kworker/R-write', 'kworker/R-kbloc', 'kworker/R-ext4-'];

/** In the order in which they are started. */
export function kernelThreads({ cpus }: { readonly cpus: number }): ProcessText[] {
  const kernel = { kernel: true } as const;
  const single = (name: string, more: Partial<ProcessText> = {}): ProcessText => ({ name, comm: name, ...kernel, ...more });
  const perCpu = (name: string, more: Partial<ProcessText> = {}): ProcessText => ({ name, comm: `${name}/{index}`, ...kernel, perCpu: true, ...more });
  return [
    { ...single('kthreadd'), parent: 'init' },
    single('pool_workqueue_release'),
    ...WORKQUEUES.map((name) => single(name, { state: 'I', nice: -20 })),
    perCpu('cpuhp'),
    perCpu('migration', { realTime: 99, cpu: PER_CPU_USE * 0.1 * cpus }),
    perCpu('ksoftirqd', { cpu: PER_CPU_USE * 0.2 * cpus }),
    { ...perCpu('kworker', { state: 'I', cpu: PER_CPU_USE * cpus }), comm: 'kworker/{index}:0-events' },
    ...SINGLE.map((name) => single(name, name === 'rcu_preempt' ? { cpu: Math.min(0.2, 0.001 * cpus) } : name === 'ksmd' ? { nice: 5 } : {})),
  ];
}
