/**
 * What the kernel would print for the fixture kernel (providers/testing): the text of every file at the top of /proc,
 * checked against the formats in the kernel's source by hand.
 */
export const GOLDEN: Readonly<Record<string, string>> = {
  'acpi/wakeup': `Device	S-state	  Status   Sysfs node
LID0	  S18446744073709551615	*enabled   platform:PNP0C0D:00
XHCI	  S3	*disabled  pci:0000:00:14.0
		 enabled   no-bus:second
GLAN	  S4	*disabled
`,
  bootconfig: `kernel.root = "/dev/sda1"
a.list = "1", 'with "quotes"'
a.flag = ""
# Parameters from bootloader:
# quiet splash
`,
  allocinfo: `allocinfo - version: 9.8
#     <size>  <calls> <tag info>
-9223372036854775808 18446744073709551615 mm/a-file.c:4294967295 func:a_function 
           1        2 drivers/b.h:3 [nf_tables] func:b accurate:no 
`,
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
ttyS0                -W- (EC  p a)    4:64
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
  'driver/rtc': `rtc_time	: 23:59:08
rtc_date	: 9999-12-31
alrm_time	: 00:**:07
alrm_date	: ****-01-**
alarm_IRQ	: yes
alrm_pending	: no
update IRQ enabled	: yes
periodic IRQ enabled	: no
periodic IRQ frequency	: 2147483647
max user IRQ frequency	: 64
24hr		: yes
DST_enable	: no
BCD		: yes
`,
  'dynamic_debug/control': String.raw`# filename:lineno [module]function flags format
drivers/fixture/core.c:4294967295 [fixture]fixture_probe =pmflt "found \"%s\"\n" class:DRM_UT_CORE
init/main.c:1 [main]initcall =_ "" class unknown, _id:63
init/main.c:2 [main]other =_ "x"
`,
  execdomains: `0-255	Fixture         	[some_module]
`,
  fb: `31 EFI VGA
`,
  filesystems: `nodev	fixturefs
	blockfs
`,
  'fs/ext4/dm-0/es_shrinker_info': `stats:
  0 objects
  0 reclaimable objects
  0/0 cache hits/misses
average:
  0 us scan time
  0 shrunk objects
`,
  'fs/ext4/dm-0/fc_info': `fc stats:
0 commits
0 ineligible
0 numblks
0us avg_commit_time
Ineligible reasons:
`,
  'fs/ext4/dm-0/mb_groups': `#group: free  frags first [ 2^0   2^1   2^2   2^3   2^4   2^5   2^6   2^7   2^8   2^9   2^10  2^11  2^12  2^13  ]
`,
  'fs/ext4/dm-0/mb_stats': `mballoc:
	mb stats collection turned off.
	To enable, please write "1" to sysfs file mb_stats.
`,
  'fs/ext4/dm-0/mb_structs_summary': '',
  'fs/ext4/dm-0/options': '',
  'fs/ext4/sda1/es_shrinker_info': `stats:
  -1 objects
  9223372036854775807 reclaimable objects
  9223372036854775806/-9223372036854775808 cache hits/misses
  2147483647 inodes on list
average:
  18446744073709551615 us scan time
  18446744073709551614 shrunk objects
maximum:
  18446744073709551613 inode (4294967295 objects, 4294967294 reclaimable)
  18446744073709551612 us max scan time
`,
  'fs/ext4/sda1/fc_info': `fc stats:
18446744073709551611 commits
18446744073709551610 ineligible
18446744073709551609 numblks
18446744073709551608us avg_commit_time
Ineligible reasons:
"Cross rename":	2147483647
"A new reason":	-1
`,
  'fs/ext4/sda1/mb_groups': `#group: free  frags first [ 2^0   2^1   2^2   2^3   2^4   2^5   2^6   2^7   2^8   2^9   2^10  2^11  2^12  2^13  ]
#0    : 49    3     4294967295 [ 3     100000 0     ]
#123456: 123456 0     1     [ 1     ] Block bitmap corrupted!
#7    : IO failure
`,
  'fs/ext4/sda1/mb_stats': `mballoc:
	reqs: 18446744073709551607
	cr_p2_aligned_stats:
		2^n_hits: 18446744073709551606
	buddies_generated: 18446744073709551605/8
`,
  'fs/ext4/sda1/mb_structs_summary': `optimize_scan: 1
max_free_order_lists:
	list_order_0_groups: 18446744073709551604
`,
  'fs/ext4/sda1/options': `rw
errors=remount-ro
`,
  'fs/jbd2/dm-0-8/info': `0 transactions (0 requested), each up to 1365 blocks
`,
  'fs/jbd2/sda1-8/info': `18446744073709551615 transactions (18446744073709551614 requested), each up to 4294967295 blocks
average: 
  4294967294ms waiting for transaction
  4294967293ms request delay
  4294967292ms running transaction
  4294967291ms transaction was being locked
  4294967290ms flushing data (in ordered mode)
  4294967289ms logging transaction
  18446744073709551613us average transaction commit time
  18446744073709551612 handles per transaction
  18446744073709551611 blocks per transaction
  18446744073709551610 logged blocks per transaction
`,
  interrupts: `            CPU0       CPU4095    
   1: 18446744073709551615 18446744073709551614    IO-APIC 18446744073709551613-edge      i8042, another one
99999:          0 4294967295      GICv3   27 Level   
  17:          3          4       None      Edge    -fasteoi   a
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
    0:     9 8/7 3/1000000 40/25000000
`,
  keys: `7fffffff IRDQUNi 2147483647 perm 3f3f3f3f 65534 4294967294 keyring   _uid.65534: 2147483647
00000001 -------     1  59s 01010000     0    -1 dns_resol an example
`,
  latency_stats: `Latency Top version : v0.1
2147483647 18446744073709551615 18446744073709551614 inner_function outer_function
`,
  loadavg: `1234567.89 0.00 0.05 4294967295/4194304 4194303
`,
  locks: `18446744073709551615: POSIX  ADVISORY  WRITE 4194303 fff:fffff:18446744073709551614 0 18446744073709551613
2: -> OFDLCK *NOINODE* READ -1 <none>:0 18446744073709551612 EOF
2:   -> FLOCK  ADVISORY  UNLCK 0 00:01:2 0 EOF
3: LEASE  BREAKING  READ 5 08:11:6 0 EOF
4: UNKNOWN UNKNOWN  READ 6 <none>:0 0 EOF
`,
  mdstat: String.raw`Personalities : [raid1] [raid6] [raid10] 
md127 : active (auto-read-only) raid6 sdz1[2147483647](W)(J)(S)(R) nvme0n1p1[0](F)
      18446744073709551615 blocks super 1.2 level 6, 512k chunk, algorithm 2 [4/3] [UU_U]
      [==>..................]  recovery = 12.6% (18446744073709551614/18446744073709551613) finish=1844674407370955161.2min speed=33440K/sec
      bitmap: 18446744073709551611/18446744073709551610 pages [18446744073709551609KB], 65536KB chunk, file: /a\040file

md1 : active raid10 sda1[1]
      3 blocks 64K chunks 2 near-copies 3 far-copies [2/2] [UU]
      	resync=DELAYED
      
md_d0 : inactive sdb[5](S)
      7 blocks super external:imsm
       
unused devices: sdc sdd 
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
  mtrr: `reg00: base=0x000000000 (    0MB), size= 2048MB, count=2147483647: write-back
reg99: base=0xfffffffffffff000 (17592186044415MB), size= 1020KB, count=1: uncachable
reg02: base=0x0c0000000 ( 3072MB), size=17592186044415MB, count=0: ?
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
  'scsi/device_info': `'Aashima ' 'IMAGERY 2400SP  ' 0xffffffffffffffff
`,
  'scsi/scsi': `Attached devices:
Host: scsi4294967295 Channel: 99 Id: 127 Lun: 18446744073709551615
  Vendor: FIXTURE  Model: A MODEL          Rev: 1.0 
  Type:   Direct-Access                    ANSI  SCSI revision: 07
Host: scsi0 Channel: 00 Id: 00 Lun: 00
  Vendor: VENDOR88 Model: MODEL OF SIXTEEN Rev: REV4
  Type:   CD-ROM                           ANSI  SCSI revision: 01 CCS
`,
  'scsi/sg/allow_dio': `1
`,
  'scsi/sg/def_reserved_size': `4294967295
`,
  'scsi/sg/device_hdr': `host	chan	id	lun	type	opens	qdepth	busy	online
`,
  'scsi/sg/device_strs': `  VENDOR	         A MODEL	   R
<no active device>
`,
  'scsi/sg/devices': `4294967295	1	2	3	5	1	2147483647	6	1
-1	-1	-1	-1	-1	-1	-1	-1	-1
`,
  'scsi/sg/version': `30536	3.5.36 [20140603]
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
-2147483648 2147483647  7777  18446744073709551614 18446744073709551613 4194303     0 4294967294 65534     1     2 18446744073709551612 18446744073709551611 18446744073709551615
         1          2   640           8          9    10    11     3     4     5     6         12         13          7
`,
  'sysvipc/sem': `       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime
         1          2   606 18446744073709551614 4294967294 65534     1     2 18446744073709551613 18446744073709551615
        -1          0     0          8     3     4     5     6          9          7
`,
  'sysvipc/shm': `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
-559038737      32768  1600  18446744073709551614 4194303     0  18446744073709551611 4294967294 65534     1     2 18446744073709551610 18446744073709551609 18446744073709551615  18446744073709551613  18446744073709551612
         1          2   640                     8    11    12     13     3     4     5     6         14         15          7                     9                    10
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
  version_signature: `Fixture 99.88.77-66-generic
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
              count: 18446744073709551598
  node_unreclaimable:  18446744073709551597
  start_pfn:           18446744073709551596
Node 1023, zone  Movable
  pages free     0
        protection: (0)
`,
};
