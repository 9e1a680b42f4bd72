/**
 * What the kernel would print for the fixture kernel (providers/testing): the text of every file at the top of /proc,
 * checked against the formats in the kernel's source by hand.
 */
export const GOLDEN: Readonly<Record<string, string>> = {
  buddyinfo: `Node 1023, zone   Normal      0 18446744073709551615 999999 1000000 
Node 0, zone LongZoneName 
`,
  'bus/input/devices': `I: Bus=ffff Vendor=fffe Product=0001 Version=0000
N: Name="A "quoted" name"
P: Phys=isa0060/serio0/input0
S: Sysfs=/devices/fixture/input9
U: Uniq=
H: Handlers=kbd event9 
B: PROP=0
B: KEY=1 ffffffffffffffff 0

`,
  'bus/input/handlers': `N: Number=65535 Name=rfkill
N: Number=1 Name=sysrq (filter) Minor=64
`,
  'bus/pci/devices': `fffe	ffff0001	ffffffff	ffffffffffffffff	fffffffffffffffe	fffffffffffffffd	fffffffffffffffc	fffffffffffffffb	fffffffffffffffa	               0	fffffffffffffff9	fffffffffffffff8	fffffffffffffff7	fffffffffffffff6	fffffffffffffff5	fffffffffffffff4	               0	fixture-driver
`,
  cgroups: `#subsys_name	hierarchy	num_cgroups	enabled
cpuset	2147483647	2147483646	1
memory	0	1	0
`,
  cmdline: `root=/dev/nowhere quiet x="a b"
`,
  consoles: `aConsoleWithALongNameIndeed0 RWU (ECBNpba) 4095:1048575
tty0                 --- (E  p  )
`,
  cpuinfo: `processor	: 4095
vendor_id	: FixtureVendor
cpu family	: 4095
model		: 255
model name	: Fixture(R) CPU @ 9.99GHz
stepping	: 15
microcode	: 0xffffffff
cpu MHz		: 9999.009
cache size	: 1048577 KB
physical id	: 255
siblings	: 512
core id		: 1023
cpu cores	: 256
apicid		: 2047
initial apicid	: 2046
fpu		: yes
fpu_exception	: yes
cpuid level	: 42
wp		: yes
flags		: fpu fixture
vmx flags	: vnmi ept
bugs		: a_bug
bogomips	: 19998.07
TLB size	: 3072 4K pages
clflush size	: 64
cache_alignment	: 128
address sizes	: 52 bits physical, 57 bits virtual
power management: ts [8]

processor	: 0
vendor_id	: unknown
cpu family	: 5
model		: 2
model name	: unknown
stepping	: unknown
cpu MHz		: Unknown
fdiv_bug	: yes
f00f_bug	: no
coma_bug	: yes
fpu		: no
fpu_exception	: no
cpuid level	: -1
wp		: yes
flags		:
bugs		:
bogomips	: 0.07
clflush size	: 32
cache_alignment	: 32
address sizes	: 32 bits physical, 32 bits virtual
power management:

processor	: 255
BogoMIPS	: 50.00
Features	: fp asimd
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0xf
CPU part	: 0x008
CPU revision	: 15

processor	: 3
hart		: 18446744073709551615
isa		: rv64imafdc_zicsr
mmu		: sv57
uarch		: fixture,hart
mvendorid	: 0xfffffffffffffffe
marchid		: 0xfffffffffffffffd
mimpid		: 0x0
hart isa	: rv64imafdcv

`,
  crypto: `name         : cbc(fixture)
driver       : cbc-fixture-generic
module       : kernel
priority     : -2147483648
refcnt       : 4294967295
selftest     : passed
internal     : no
type         : skcipher
async        : no
blocksize    : 18446744073709551615
min keysize  : 18446744073709551614

name         : pending
driver       : pending
module       : some_module
priority     : 0
refcnt       : 2
selftest     : unknown
internal     : yes
fips         : yes
type         : larval
flags        : 0x510

`,
  devices: `Character devices:
4095 fixture
  5 /dev/tty

Block devices:
259 blkext
`,
  diskstats: `4095 1048575 nvme9n9 18446744073709551615 18446744073709551614 18446744073709551613 18446744073709551612 18446744073709551611 18446744073709551610 18446744073709551609 18446744073709551608 18446744073709551607 18446744073709551606 18446744073709551605 18446744073709551604 18446744073709551603 18446744073709551602 18446744073709551601 18446744073709551600 18446744073709551599
   8       0 before-5.5 18446744073709551598 18446744073709551597 18446744073709551596 18446744073709551595 18446744073709551594 18446744073709551593 18446744073709551592 18446744073709551591 0 1 2 18446744073709551590 18446744073709551589 18446744073709551588 18446744073709551587
   3      64 before-4.18 18446744073709551586 18446744073709551585 18446744073709551584 18446744073709551583 18446744073709551582 18446744073709551581 18446744073709551580 18446744073709551579 0 1 2
`,
  dma: ` 4: cascade
12: a user
`,
  execdomains: `0-255	Fixture         	[some_module]
`,
  fb: `31 EFI VGA
`,
  filesystems: `nodev	fixturefs
	blockfs
`,
  interrupts: `            CPU0       CPU4095    
   1: 18446744073709551615 18446744073709551614  IO-APIC 18446744073709551613-edge      i8042, another one
99999:          0 4294967295    GICv3   27 Level   
  17:          3          4     None      Edge    -fasteoi   a
 NMI: 18446744073709551612 18446744073709551611   Non-maskable interrupts
IPI10:         5          6       Rescheduling interrupts
 ERR: 18446744073709551610
`,
  iomem: `00000000-00000fff : Reserved
100000000-ffffffffffffffff : System RAM
          fffffffffffffffe-fffffffffffffffd : very deep
`,
  ioports: `0000-0cf7 : PCI Bus 0000:00
  10000-ffffffffffffffff : dma1
`,
  'irq/123/affinity_hint': `00,00000000
`,
  'irq/123/effective_affinity': `00,00000001
`,
  'irq/123/effective_affinity_list': `0
`,
  'irq/123/node': `-1
`,
  'irq/123/smp_affinity': `00,00000001
`,
  'irq/123/smp_affinity_list': `0
`,
  'irq/123/spurious': `count 0
unhandled 0
last_unhandled 0 ms
`,
  'irq/7/affinity_hint': `00,00000011
`,
  'irq/7/effective_affinity': `80,00000000
`,
  'irq/7/effective_affinity_list': `39
`,
  'irq/7/node': `1023
`,
  'irq/7/smp_affinity': `a5,ffffffff
`,
  'irq/7/smp_affinity_list': `0-32,34,37,39
`,
  'irq/7/spurious': `count 4294967295
unhandled 99999
last_unhandled 4294967290 ms
`,
  'irq/default_smp_affinity': `9a,12345678
`,
  kallsyms: `ffffffffffffffff T _text
0000000000000000 d a.local	[nf_tables]
`,
  'key-users': `4294967294: 2147483647 2147483646/2147483645 2147483644/2147483643 2147483642/2147483641
`,
  keys: `7fffffff IRDQUNi 2147483647 perm 3f3f3f3f 65534 4294967294 keyring   _uid.65534: 2147483647
00000001 -------     1  59s 01010000     0    -1 dns_resol an example
`,
  loadavg: `1234567.89 0.00 0.05 4294967295/4194304 4194303
`,
  locks: `18446744073709551615: POSIX  ADVISORY  WRITE 4194303 fff:fffff:18446744073709551614 0 18446744073709551613
2: -> OFDLCK *NOINODE* READ -1 <none>:0 18446744073709551612 EOF
2:   -> FLOCK  ADVISORY  UNLCK 0 00:01:2 0 EOF
3: LEASE  BREAKING  READ 5 08:11:6 0 EOF
4: UNKNOWN UNKNOWN  READ 6 <none>:0 0 EOF
`,
  meminfo: `MemTotal:       18446744073709551615 kB
MemFree:        18446744073709551614 kB
Active(anon):   18446744073709551613 kB
HardwareCorrupted: 18446744073709551612 kB
HugePages_Total:   18446744073709551611
Hugepagesize:   18446744073709551610 kB
`,
  misc: `1048575 far
  1 near
`,
  modules: `nf_tables 18446744073709551615 1234 nft_ct,nft_chain_nat, Live 0xfffffffffffffffe
alone 4096 0 - Loading 0x0000000000000001 (OE+)
stays 1 -1 u,[permanent], Live 0x0000000000000002 (PF)
forever 2 - - Unloading 0x0000000000000003 (X-)
`,
  pagetypeinfo: `Page block order: 2147483647
Pages per block:  18446744073709551615

Free pages count per migrate type at order       0      1 
Node 99999, zone    DMA32, type    Unmovable >100000 18446744073709551614 

Number of blocks type     Unmovable AMigrateTypeOfLength 
Node 99999, zone    DMA32            5 18446744073709551613 

Number of mixed blocks    Unmovable AMigrateTypeOfLength 
Node 99999, zone    DMA32 18446744073709551612            6 
Page block order: 9
Pages per block:  512

Free pages count per migrate type at order  

Number of blocks type  
`,
  partitions: `major minor  #blocks  name

4095  1048575 18446744073709551615 nvme9n9p128
   1        2          3 x
`,
  'pressure/cpu': `some avg10=100.00 avg60=0.01 avg300=0.99 total=18446744073709551615
full avg10=0.00 avg60=0.10 avg300=99.99 total=18446744073709551614
`,
  'pressure/io': `some avg10=0.01 avg60=0.02 avg300=0.03 total=18446744073709551612
full avg10=0.04 avg60=0.05 avg300=0.06 total=7
`,
  'pressure/irq': `full avg10=1.00 avg60=2.00 avg300=3.00 total=18446744073709551611
`,
  'pressure/memory': `some avg10=0.00 avg60=0.00 avg300=0.00 total=18446744073709551613
`,
  schedstat: `version 17
timestamp 18446744073709551615
cpu0 18446744073709551614 0 18446744073709551613 18446744073709551612 18446744073709551611 18446744073709551610 18446744073709551609 18446744073709551608 18446744073709551607
domain0 MC 80,00000003 18446744073709551606 18446744073709551605 18446744073709551604 18446744073709551603 18446744073709551602 18446744073709551601 18446744073709551600 18446744073709551599 18446744073709551598 18446744073709551597 18446744073709551596 18446744073709551595 18446744073709551594 18446744073709551593 18446744073709551592 18446744073709551591 18446744073709551590 18446744073709551589 18446744073709551588 18446744073709551587 18446744073709551586 18446744073709551585 18446744073709551584 18446744073709551583 18446744073709551582 18446744073709551581 18446744073709551580 18446744073709551579 18446744073709551578 18446744073709551577 18446744073709551576 18446744073709551575 18446744073709551574 18446744073709551573 18446744073709551572 18446744073709551571 18446744073709551570 18446744073709551569 18446744073709551568 18446744073709551567 18446744073709551566 18446744073709551565 18446744073709551564 18446744073709551563 18446744073709551562
cpu4095 0 0 1 2 3 4 5 6 7
`,
  slabinfo: `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
a_cache_with_a_very_long_name 18446744073709551615 18446744073709551614 18446744073709551613 18446744073709551612 18446744073709551611 : tunables 18446744073709551610 18446744073709551609 18446744073709551608 : slabdata 18446744073709551607 18446744073709551606 18446744073709551605
short                  1      2      3    4    5 : tunables    6    7    8 : slabdata      9     10     11
`,
  softirqs: `                    CPU0       CPU4095    
          HI:          0 18446744073709551615
AN_UNKNOWN_ONE:          1          2
`,
  stat: `cpu  18446744073709551615 18446744073709551614 18446744073709551613 18446744073709551612 18446744073709551611 18446744073709551610 18446744073709551609 18446744073709551608 18446744073709551607 18446744073709551606
cpu0 18446744073709551605 18446744073709551604 18446744073709551603 18446744073709551602 18446744073709551601 18446744073709551600 18446744073709551599 18446744073709551598 18446744073709551597 18446744073709551596
cpu4095 18446744073709551595 18446744073709551594 18446744073709551593 18446744073709551592 18446744073709551591 18446744073709551590 18446744073709551589 18446744073709551588 18446744073709551587 18446744073709551586
intr 18446744073709551585 0 18446744073709551584
ctxt 18446744073709551583
btime 18446744073709551582
processes 18446744073709551581
procs_running 18446744073709551580
procs_blocked 18446744073709551579
softirq 18446744073709551578 18446744073709551577 18446744073709551576 18446744073709551575 18446744073709551574 18446744073709551573 18446744073709551572 18446744073709551571 18446744073709551570 18446744073709551569 18446744073709551568
`,
  swaps: String.raw`Filename				Type		Size		Used		Priority
/dev/a\040b\011c\012d\134e              partition	18446744073709551615	9999999		32767
/long/long/long/long/long/long/long/long/long/file file		10000000	18446744073709551614	-2147483648
`,
  'sysvipc/msg': `       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
-2147483648 2147483647  7777 18446744073709551614 18446744073709551613 4194303     0 4294967294 65534     1     2 18446744073709551612 18446744073709551611 18446744073709551615
`,
  'sysvipc/sem': `       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime
         1          2   606 18446744073709551614 4294967294 65534     1     2 18446744073709551613 18446744073709551615
`,
  'sysvipc/shm': `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
-559038737      32768  1600  18446744073709551614 4194303     0  18446744073709551611 4294967294 65534     1     2 18446744073709551610 18446744073709551609 18446744073709551615  18446744073709551613  18446744073709551612
`,
  timer_list: `Timer List Version: v0.99
as it is
`,
  'tty/driver/fixture': `serinfo:1.0 driver revision:
0: uart:16550A with a blank mmio:0xFFFFFFFFFFFFFFFF irq:4294967295 tx:2147483647 rx:2147483646 fe:2147483645 pe:2147483644 brk:2147483643 oe:2147483642 bo:2147483641 RTS|CD
1: uart:8250 port:000002F8 irq:3 tx:0 rx:0
2: uart:unknown port:00000000 irq:0
`,
  'tty/drivers': `a_driver_with_a_long_name /dev/ttyFIXTURE 4095 0-1048575 pty:slave
unknown              /dev/tty        4 1048575 console
`,
  'tty/ldiscs': `n_tty       0
a_long_discipline 2147483647
`,
  uptime: `90071992547409.91 0.07
`,
  version: `Linux version 99.88.77-fixture (somebody@some (nested) host) (tcc (with parentheses) 0.9, no ld) #66 SMP PREEMPT_RT Thu Jan  1 00:00:00 UTC 2099
`,
  vmallocinfo: `0xffffffffffffffff-0xfffffffffffffffe 18446744073709551613 some_function.isra.0+0xfffffffffffffffc/0xfffffffffffffffb [some_module] pages=18446744073709551610 phys=0xfffffffffffffff9 ioremap vpages N0=18446744073709551608 N1023=1
0x0000000000000001-0x0000000000000002       1 0xfffffffffffffff7 phys=0x0000000000000000
0x0000000000000002-0x0000000000000003    4096 unpurged vm_area
`,
  vmstat: `nr_free_pages 18446744073709551615
pgfault 18446744073709551614
an_event_with_an_uncommonly_long_name 18446744073709551613
`,
  zoneinfo: `Node 1023, zone      DMA
  per-node stats
      nr_dirty     18446744073709551615
      nr_a_name_longer_than_twelve 18446744073709551614
  pages free     18446744073709551613
        boost    18446744073709551612
        min      18446744073709551611
        spanned  18446744073709551610
        protection: (18446744073709551609, 18446744073709551608, 18446744073709551607)
      nr_free_pages 18446744073709551606
      numa_hit     18446744073709551605
  pagesets
    cpu: 0
              count:    18446744073709551604
              high:     18446744073709551603
              batch:    18446744073709551602
              high_min: 18446744073709551601
              high_max: 18446744073709551600
  vm stats threshold: 18446744073709551599
    cpu: 4095
              count:    18446744073709551598
  node_unreclaimable:  18446744073709551597
  start_pfn:           18446744073709551596
Node 1023, zone  Movable
  pages free     0
        protection: (0)
`,
};
