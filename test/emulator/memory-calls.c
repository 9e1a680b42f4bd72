/*
 * Uses memory in ways that show: stacks, memory shared with children, mapped files, faults and who handles them, code that is written. What it
 * prints is the same wherever it runs.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

static sigjmp_buf back;
static volatile int caught, code;
static char *address;

static void handler(int signal, siginfo_t *info, void *context) {
  caught = signal;
  code = info->si_code;
  address = info->si_addr;
  siglongjmp(back, 1);
}

/* Says what came of something, and at which distance from `base`. */
#define TRY(what) \
  do { \
    caught = 0; \
    if (sigsetjmp(back, 1) == 0) what; \
    printf("%s: signal %d code %d at %ld\n", #what, caught, caught ? code : 0, caught ? (long)(address - (char *)base) : 0); \
  } while (0)

static int deep(int levels) {
  volatile char frame[8192];
  memset((void *)frame, levels, sizeof frame);
  return levels == 0 ? frame[0] : deep(levels - 1) + frame[5] % 2;
}

static int endless(int level) {
  volatile char frame[1000];
  frame[0] = level;
  return endless(level + 1) + frame[0];
}

/* The kernel is the first to use this much of the stack. */
static long kernelFirst(void) {
  char large[2 << 20];
  int fd = open("/dev/zero", O_RDONLY);
  long count = read(fd, large, sizeof large);
  close(fd);
  return count + large[1000];
}

static void anonymous(void) {
  int status, *shared = mmap(0, 10 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = fork();
  for (int round = 0; round < 100; round++) {
    int own = 2 * round + (child == 0);
    while (__atomic_load_n(shared, __ATOMIC_SEQ_CST) != own) syscall(SYS_futex, shared, FUTEX_WAIT, own - 1, 0, 0, 0);
    if (child == 0) shared[2000] += round;
    __atomic_store_n(shared, own + 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, shared, FUTEX_WAKE, 1, 0, 0, 0);
  }
  if (child == 0) _exit(7);
  waitpid(child, &status, 0);
  printf("anonymous: %d, child %d\n", shared[2000], WEXITSTATUS(status));
}

static int file(char *name) {
  char text[300];
  int status, fd = mkstemp(name);
  ftruncate(fd, 3 * PAGE);
  char *mapped = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  strcpy(mapped, "parent");
  if (fork() == 0) {
    int own = open(name, O_RDWR);
    pread(own, text, 20, 0);
    char *again = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, own, 0);
    printf("the child reads %s, maps %s\n", text, again);
    strcpy(again + 100, "child");
    pwrite(own, "written", 8, 200);
    _exit(0);
  }
  wait(&status);
  printf("the parent sees %s %s\n", mapped + 100, mapped + 200);
  msync(mapped, PAGE, MS_SYNC);
  pread(fd, text, 300, 0);
  printf("the file has %s %s %s\n", text, text + 100, text + 200);
  mapped[2 * PAGE] = 'x';
  munmap(mapped, 3 * PAGE);
  pread(fd, text, 1, 2 * PAGE);
  printf("and then %c\n", text[0]);
  return fd;
}

static void faults(int fd) {
  char *base = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(base + PAGE, PAGE, PROT_NONE);
  mprotect(base + 2 * PAGE, PAGE, PROT_READ);
  munmap(base + 3 * PAGE, PAGE);
  TRY(base[PAGE] = 1);
  TRY(code += base[PAGE + 5]);
  TRY(base[2 * PAGE] = 1);
  TRY(base[3 * PAGE] = 1);
  TRY(*(volatile int *)(base + 4 * PAGE - 2) = 5);
  TRY(((void (*)(void))(base + 4 * PAGE))());
  base = mmap(0, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY(base[4 * PAGE + 3] = 1);
  ftruncate(fd, 5 * PAGE);
  TRY(base[4 * PAGE + 3] = 1);
  ftruncate(fd, PAGE);
  TRY(base[2 * PAGE] = 1);
  base = 0;
  TRY(*(volatile char *)(base + 8));
  caught = 0;
  if (sigsetjmp(back, 1) == 0) endless(0);
  printf("an endless stack: signal %d code %d\n", caught, code);
}

static void changes(int fd) {
  char text[8], *moved = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(moved, "moved");
  strcpy(moved + PAGE, "too");
  moved = mremap(moved, 2 * PAGE, 300 * PAGE, MREMAP_MAYMOVE);
  printf("%s %s %d\n", moved, moved + PAGE, moved[299 * PAGE]);
  moved[7] = 3;
  madvise(moved, PAGE, MADV_DONTNEED);
  printf("not needed: %d\n", moved[7]);
  char *end = sbrk(0);
  sbrk(100000);
  end[99999] = 4;
  sbrk(-100000);
  sbrk(100000);
  printf("the heap again: %d\n", end[99999]);
  pwrite(fd, "private", 8, 0);
  char *own = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  own[0] = 'P';
  pread(fd, text, 8, 0);
  printf("%s %s", own, text);
  madvise(own, PAGE, MADV_DONTNEED);
  printf(" %s\n", own);
}

static void written(void) {
  unsigned char *base = mmap(0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  /* mov $5, %eax; ret */
  memcpy(base, "\xb8\5\0\0\0\xc3", 6);
  printf("code: %d", ((int (*)(void))base)());
  base[1] = 9;
  printf(" %d", ((int (*)(void))base)());
  mprotect(base, PAGE, PROT_READ | PROT_WRITE);
  base[1] = 11;
  mprotect(base, PAGE, PROT_READ | PROT_EXEC);
  printf(" %d\n", ((int (*)(void))base)());
  TRY(base[1] = 2);
  mprotect(base, PAGE, PROT_READ | PROT_WRITE);
  TRY(((int (*)(void))base)());
}

static void killed(unsigned long where) {
  int status;
  if (fork() == 0) {
    signal(SIGSEGV, SIG_DFL);
    *(volatile int *)where = 1;
    _exit(1);
  }
  wait(&status);
  printf("killed by %d\n", WTERMSIG(status));
}

int main(void) {
  struct rlimit small = {50 << 20, 50 << 20};
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  char name[] = "/tmp/memory-callsXXXXXX";
  setvbuf(stdout, 0, _IONBF, 0);
  printf("the kernel's: %ld\n", kernelFirst());
  printf("deep: %d\n", deep(700));
  anonymous();
  int fd = file(name);
  sigaltstack(&stack, 0);
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  faults(fd);
  changes(fd);
  written();
  setrlimit(RLIMIT_AS, &small);
  printf("too much: %d\n", mmap(0, 100 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0);
  unlink(name);
  killed(16);
  killed(0x5555000000);
}
