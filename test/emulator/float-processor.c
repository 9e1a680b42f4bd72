/*
 * Lets the processor execute single floating-point instructions, and tells what it made of them.
 *
 * Standard input is a list of requests, standard output a list of replies, both of 1088 bytes:
 *
 *     offset  size  request                              reply
 *          0    16  code, at most 15 bytes, and length   signal it got, or 0 (4 bytes)
 *         16     8  rax                                  rax
 *         24     8  RFLAGS                               RFLAGS
 *         64   512  FXSAVE image                         FXSAVE image
 *        576   512  memory at rdi                        memory at rdi
 *
 * The code lies at 0x20000000 and the memory at 0x30000000, so that the addresses that the processor keeps are known.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE ((unsigned char *)0x20000000)
#define MEMORY ((unsigned char *)0x30000000)

struct message {
  unsigned char head[16];
  uint64_t rax, flags;
  unsigned char space[32];
  unsigned char image[512], memory[512];
};

static struct message message __attribute__((aligned(64)));
static unsigned char initial[512] __attribute__((aligned(64)));
uint64_t float_rax, float_flags, float_stack;
static volatile int got;

void float_execute(unsigned char *image);
extern char float_resume[];

__asm__(".text\n"
        ".globl float_execute, float_resume\n"
        "float_execute:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov %rdi, %rbx\n"
        "  mov %rsp, float_stack(%rip)\n"
        "  fxrstor64 (%rbx)\n"
        "  mov $0x30000000, %edi\n"
        "  mov $0x20000000, %esi\n"
        "  mov float_rax(%rip), %rax\n"
        "  pushq float_flags(%rip)\n"
        "  popfq\n"
        "  call *%rsi\n"
        "  pushfq\n"
        "  popq float_flags(%rip)\n"
        "  mov %rax, float_rax(%rip)\n"
        "  fxsave64 (%rbx)\n"
        "float_resume:\n"
        "  mov float_stack(%rip), %rsp\n"
        "  pushq $0x202\n"
        "  popfq\n"
        "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n");

static void handler(int number, siginfo_t *info, void *context) {
  (void)info;
  ucontext_t *at = context;
  got = number;
  float_rax = at->uc_mcontext.gregs[REG_RAX];
  float_flags = at->uc_mcontext.gregs[REG_EFL];
  memcpy(message.image, at->uc_mcontext.fpregs, 512);
  memcpy(at->uc_mcontext.fpregs, initial, 464);
  at->uc_mcontext.gregs[REG_RIP] = (greg_t)float_resume;
}

int main(void) {
  int protection = PROT_READ | PROT_WRITE | PROT_EXEC, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  if (mmap(CODE, 4096, protection, flags, -1, 0) != CODE || mmap(MEMORY, 4096, protection, flags, -1, 0) != MEMORY) {
    perror("mmap");
    return 1;
  }
  static unsigned char stack[65536];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternative, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  const int signals[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS};
  for (int index = 0; index < 4; index++) sigaction(signals[index], &action, 0);
  __asm__ volatile("fninit; fxsave64 %0" : "=m"(initial));

  while (fread(&message, sizeof message, 1, stdin) == 1) {
    unsigned length = message.head[15];
    memset(CODE, 0xcc, 32);
    memcpy(CODE, message.head, length);
    CODE[length] = 0xc3;
    memcpy(MEMORY, message.memory, sizeof message.memory);
    float_rax = message.rax;
    float_flags = message.flags;
    got = 0;
    float_execute(message.image);
    __asm__ volatile("fxrstor64 %0" : : "m"(initial));
    memcpy(message.memory, MEMORY, sizeof message.memory);
    memset(message.head, 0, sizeof message.head);
    memcpy(message.head, (const void *)&got, 4);
    message.rax = float_rax;
    message.flags = float_flags;
    fwrite(&message, sizeof message, 1, stdout);
  }
  return 0;
}
