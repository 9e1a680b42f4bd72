/*
 * Lets the processor execute single instructions, and tells what it made of them.
 *
 * Standard input is a list of 16-byte requests: a count, and as many bytes of code, at most 15. They are placed so that the page ends
 * right after them, and the next page cannot be read. Standard output gets 8 bytes for each: what happened (below), three zeros, and
 * how far the instruction pointer moved, little-endian.
 *
 *   0 executed   1 wanted bytes of the next page   2 SIGILL   3 SIGSEGV for another reason   4 SIGFPE   5 SIGBUS   6 another signal
 *
 * The instruction runs in a child that is single-stepped, with registers that point to memory. System calls are not made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PTRACE_SYSEMU_SINGLESTEP
#define PTRACE_SYSEMU_SINGLESTEP 32
#endif

#define PAGE 4096
#define DATA_SIZE (64 * 1024)

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(void) {
  unsigned char *code = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  unsigned char *data = mmap(0, DATA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED || data == MAP_FAILED) fail("mmap");
  if (mprotect(code + PAGE, PAGE, PROT_NONE)) fail("mprotect");

  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(1);
  }
  int status;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) fail("child");
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL);
  struct user_regs_struct start, registers;
  struct user_fpregs_struct floating;
  if (ptrace(PTRACE_GETREGS, child, 0, &start) || ptrace(PTRACE_GETFPREGS, child, 0, &floating)) fail("registers");

  unsigned char request[16];
  while (fread(request, sizeof request, 1, stdin) == 1) {
    unsigned count = request[0] > 15 ? 15 : request[0];
    unsigned char *at = code + PAGE - count;
    memset(code + PAGE - 64, 0x90, 64 - count);
    memcpy(at, request + 1, count);

    uint64_t middle = (uint64_t)(data + DATA_SIZE / 2);
    registers = start;
    registers.rip = (uint64_t)at;
    registers.orig_rax = -1;
    registers.eflags = 0x202;
    registers.rsp = registers.rbp = registers.rsi = registers.rdi = registers.rbx = registers.rdx = registers.rax = middle;
    registers.r8 = registers.r9 = registers.r10 = registers.r11 = middle;
    registers.r12 = registers.r13 = registers.r14 = registers.r15 = middle;
    registers.rcx = 1;
    if (ptrace(PTRACE_SETREGS, child, 0, &registers) || ptrace(PTRACE_SETFPREGS, child, 0, &floating)) fail("set registers");
    if (ptrace(PTRACE_SYSEMU_SINGLESTEP, child, 0, 0)) fail("step");
    if (waitpid(child, &status, 0) != child) fail("wait");
    if (!WIFSTOPPED(status)) {
      fprintf(stderr, "the child ended: %#x\n", status);
      return 1;
    }
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GETSIGINFO, child, 0, &info) || ptrace(PTRACE_GETREGS, child, 0, &registers)) fail("get registers");
    unsigned char reply[8] = {6};
    switch (WSTOPSIG(status)) {
      case SIGTRAP: reply[0] = 0; break;
      case SIGILL: reply[0] = 2; break;
      case SIGSEGV:
        reply[0] = (unsigned char *)info.si_addr == code + PAGE && registers.rip == (uint64_t)at ? 1 : 3;
        break;
      case SIGFPE: reply[0] = 4; break;
      case SIGBUS: reply[0] = 5; break;
    }
    int32_t moved = (int32_t)(registers.rip - (uint64_t)at);
    memcpy(reply + 4, &moved, 4);
    fwrite(reply, sizeof reply, 1, stdout);
  }
  fflush(stdout);
  kill(child, SIGKILL);
  return 0;
}
