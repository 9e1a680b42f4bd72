/*
 * Executes pieces of code on the machine's own processor, from a given state to whatever ends them, and tells the state they end in.
 *
 * Standard input: the contents of the window (below), then requests, each a multiple of 8 bytes, little-endian:
 *
 *     offset  size  what
 *          0     4  length of the request, with its patches
 *          4     4  length of the code
 *          8     8  address of the code, in the code region
 *         16     4  length of the patches
 *         20     4  0
 *         24   128  general registers, in the order of their numbers
 *        152     8  flags
 *        160    16  bases of FS and GS
 *        176   512  floating-point state, as fxsave64 writes it
 *        688        code, filled up to a multiple of 8 bytes
 *                   patches to the window: offset (4), length (4), bytes, filled up to a multiple of 8
 *
 * Standard output: an answer for each, laid out alike, but
 *
 *          4     4  the exception's vector, or 256 + the signal where there is none; 512 when it did not end
 *          8     8  instruction pointer
 *         16     8  the address of a page fault; 0 for another exception
 *        688        what has changed in the window, as patches
 *
 * Around the code is int3, so that whatever leaves it ends. After each request the window has its first contents again.
 *
 * No instruction of a case needs a stack of its own: state is loaded by the return from a signal handler, and stored by the kernel when
 * it delivers the next signal, on an alternate stack.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE 0x20000000ul
/* Cases may write here; nobody reads it. In the emulator, it is how they ask for a tick. */
#define TICK_PAGE 0x10000ul
#define CODE_SIZE 0x10000ul
#define WINDOW 0x21000000ul
/* Pages that can be written, one that is not there, and one that can only be read. */
#define WRITABLE 0x4000ul
#define READ_ONLY 0x5000ul
#define WINDOW_SIZE 0x6000ul

struct record {
  uint32_t length, code_length;
  uint64_t address;
  union {
    uint32_t patches_length;
    uint64_t fault;
  };
  uint64_t general[16], flags, fs, gs;
  unsigned char floating[512];
  unsigned char rest[];
};

static unsigned char *input, *input_end, *next;
static unsigned char pristine[WINDOW_SIZE];
static struct record *running;
static volatile unsigned long served, seen;
static unsigned long own_fs;

static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static long base(int what, unsigned long value) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_arch_prctl), "D"((long)what), "S"(value) : "rcx", "r11", "memory");
  return result;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint32_t rounded(uint32_t length) { return (length + 7) & ~7u; }

/* Appends what differs from the first contents, word by word, and undoes it. */
static size_t changes(unsigned char *out) {
  size_t size = 0;
  uint64_t *now = (uint64_t *)WINDOW, *then = (uint64_t *)pristine;
  if (memcmp(now, then, WRITABLE) == 0) return 0;
  for (size_t at = 0; at < WRITABLE / 8; at++) {
    if (now[at] == then[at]) continue;
    size_t first = at;
    while (at < WRITABLE / 8 && now[at] != then[at]) at++;
    uint32_t head[2] = {first * 8, (at - first) * 8};
    memcpy(out + size, head, 8);
    memcpy(out + size + 8, now + first, head[1]);
    memcpy(now + first, then + first, head[1]);
    size += 8 + head[1];
  }
  return size;
}

static void answer(ucontext_t *context, int signal, unsigned long fs, unsigned long gs) {
  static unsigned char space[sizeof(struct record) + 2 * WINDOW_SIZE];
  struct record *result = (struct record *)space;
  greg_t *registers = context->uc_mcontext.gregs;
  int exception = signal == SIGSEGV || signal == SIGILL || signal == SIGFPE || signal == SIGTRAP || signal == SIGBUS;
  result->code_length = exception ? (uint32_t)registers[REG_TRAPNO] : signal == SIGVTALRM ? 512u : 256u + signal;
  result->address = registers[REG_RIP];
  result->fault = exception && registers[REG_TRAPNO] == 14 ? registers[REG_CR2] : 0;
  for (int at = 0; at < 16; at++) result->general[at] = registers[order[at]];
  result->flags = registers[REG_EFL];
  result->fs = fs;
  result->gs = gs;
  memcpy(result->floating, context->uc_mcontext.fpregs, 512);
  /* The kernel's own, to tell how long the frame is. */
  memset(result->floating + 464, 0, 48);
  result->length = sizeof *result + changes(result->rest);
  if (fwrite(result, result->length, 1, stdout) != 1) fail("write");
  /* All of it: a bit that is far from its address may have been one of code. */
  memset((void *)CODE, 0xcc, CODE_SIZE);
}

static void start(ucontext_t *context) {
  if (next >= input_end) {
    fflush(stdout);
    _exit(0);
  }
  running = (struct record *)next;
  next += running->length;
  if (running->length < sizeof *running || next > input_end || running->address < CODE ||
      running->address + running->code_length > CODE + CODE_SIZE) {
    fprintf(stderr, "a request is not right\n");
    _exit(1);
  }
  memcpy((void *)running->address, running->rest, running->code_length);
  unsigned char *patch = running->rest + rounded(running->code_length), *end = patch + running->patches_length;
  while (patch < end) {
    uint32_t head[2];
    memcpy(head, patch, 8);
    if (head[0] > WRITABLE || head[1] > WRITABLE - head[0]) {
      fprintf(stderr, "a patch is not right\n");
      _exit(1);
    }
    memcpy((void *)(WINDOW + head[0]), patch + 8, head[1]);
    patch += 8 + rounded(head[1]);
  }
  greg_t *registers = context->uc_mcontext.gregs;
  registers[REG_RIP] = running->address;
  for (int at = 0; at < 16; at++) registers[order[at]] = running->general[at];
  registers[REG_EFL] = running->flags | 0x202;
  __asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r"(0));
  unsigned char *floating = (unsigned char *)context->uc_mcontext.fpregs;
  memcpy(floating, running->floating, 464);
  /* Both parts are there to be loaded. */
  floating[512] |= 3;
  served++;
}

static void handler(int signal, siginfo_t *info, void *context) {
  (void)info;
  unsigned long fs = 0, gs = 0;
  __asm__ volatile("pushfq; andq $~0x40000, (%%rsp); popfq" ::: "cc", "memory");
  base(ARCH_GET_FS, (unsigned long)&fs);
  base(ARCH_GET_GS, (unsigned long)&gs);
  base(ARCH_SET_FS, own_fs);
  if (signal == SIGVTALRM && (!running || seen != served)) {
    seen = served;
  } else {
    if (running) answer(context, signal, fs, gs);
    start(context);
    fs = running->fs;
    gs = running->gs;
  }
  base(ARCH_SET_GS, gs);
  base(ARCH_SET_FS, fs);
}

int main(void) {
  size_t size = 0, capacity = 1 << 24;
  input = malloc(capacity);
  for (;;) {
    if (size == capacity) input = realloc(input, capacity *= 2);
    if (!input) fail("memory");
    ssize_t count = read(0, input + size, capacity - size);
    if (count < 0 && errno != EINTR) fail("read");
    if (count == 0) break;
    size += count;
  }
  if (size < WINDOW_SIZE) return 1;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  void *code = mmap((void *)CODE, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0);
  void *window = mmap((void *)WINDOW, WINDOW_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
  void *tick = mmap((void *)TICK_PAGE, 0x1000, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (code == MAP_FAILED || window == MAP_FAILED || tick == MAP_FAILED) fail("mmap");
  memcpy(pristine, input, WINDOW_SIZE);
  memcpy(window, input, WINDOW_SIZE);
  memset(code, 0xcc, CODE_SIZE);
  if (mprotect(window + WRITABLE, READ_ONLY - WRITABLE, PROT_NONE)) fail("mprotect");
  if (mprotect(window + READ_ONLY, WINDOW_SIZE - READ_ONLY, PROT_READ)) fail("mprotect");
  next = input + WINDOW_SIZE;
  input_end = input + size;
  setvbuf(stdout, 0, _IOFBF, 1 << 20);
  base(ARCH_GET_FS, (unsigned long)&own_fs);

  stack_t stack = {.ss_sp = malloc(1 << 18), .ss_size = 1 << 18};
  if (!stack.ss_sp || sigaltstack(&stack, 0)) fail("stack");
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  static const int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGBUS, SIGVTALRM, SIGSYS};
  for (size_t at = 0; at < sizeof signals / sizeof *signals; at++)
    if (sigaction(signals[at], &action, 0)) fail("sigaction");
  struct itimerval watch = {{0, 50000}, {0, 50000}};
  if (setitimer(ITIMER_VIRTUAL, &watch, 0)) fail("setitimer");
  __asm__ volatile("int3");
  return 1;
}
