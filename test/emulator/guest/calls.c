// Calls that translated code may make part of their callers: what they compute, what flags they leave, and returns to somewhere else.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 300000 };

#define APART __attribute__((noinline, noclone))

static APART uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static APART uint32_t mix(uint32_t a, uint32_t b) { return (a ^ b) * 0x9e3779b1u; }
static APART uint32_t turn(uint32_t a, uint32_t b) { return a << (b & 15) | a >> (31 - (b & 15)); }
static APART uint32_t least(uint32_t a, uint32_t b) { return a < b ? a + 1 : b; }
static APART uint32_t loop(uint32_t a, uint32_t b) { while (b & 7) a = a * 3 + b--; return a; }
static APART uint32_t deep(uint32_t a, uint32_t b) { return add(mix(a, b), least(b, a)); }
static APART uint32_t again(uint32_t a, uint32_t b) { return a & 3 ? again(a - 1, add(b, 3)) + 1 : b; }

static uint32_t (*volatile operations[8])(uint32_t, uint32_t) = { add, mix, turn, least, loop, deep, again, add };

static APART uint32_t direct(void) {
  uint32_t sum = 1;
  for (uint32_t i = 0; i < ROUNDS; i++) sum = add(least(deep(sum, i), turn(sum, i)), loop(again(sum, i), i));
  return sum;
}

static APART uint32_t through(int which) {
  uint32_t sum = 7;
  for (uint32_t i = 0; i < ROUNDS; i++) sum = operations[(sum >> 5 ^ i) & which](sum, i);
  return sum;
}

// Who is called later on is not who was called when it was translated.
static APART uint32_t changing(void) {
  uint32_t sum = 3;
  for (uint32_t i = 0; i < ROUNDS; i++) sum = operations[i / (ROUNDS / 6)](sum, i);
  return sum;
}

// The carry and zero flags that functions leave, and those that they are called with; a function without an instruction that changes any.
__asm__(".text\n"
        "leaves_carry: add %esi, %edi\n mov %edi, %eax\n ret\n"
        "leaves_none: mov %edi, %eax\n ret\n"
        "takes_carry: mov %edi, %eax\n adc $0, %eax\n ret\n"
        "counts: dec %edi\n jnz counts\n mov %esi, %eax\n ret\n"
        // Returns behind the instruction of two bytes that follows the call.
        "skips: mov %edi, %eax\n testb $1, %dil\n jz 1f\n addq $2, (%rsp)\n1: ret\n"
        "gives_back: pop %rdx\n lea 1(%rdi), %eax\n jmp *%rdx\n");

// It calls functions in C as well, so that the compiler keeps nothing below the stack pointer.
static APART uint32_t flags(void) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < ROUNDS; i++) {
    uint32_t a = i * 0x9e3779b1u, b = sum * 5, result, carry, zero, more, skipped, back;
    __asm__ volatile("call leaves_carry\n setc %b1\n setz %b2\n movzbl %b1, %1\n movzbl %b2, %2" : "=a"(result), "=&r"(carry), "=&r"(zero), "+D"(a), "+S"(b) : : "cc", "memory");
    __asm__ volatile("cmp %2, %1\n call leaves_none\n adc $0, %0" : "=a"(more) : "D"(a), "r"(result) : "cc", "memory");
    sum += result + carry * 3 + zero * 5 + more;
    __asm__ volatile("cmp %2, %1\n call takes_carry" : "=a"(more) : "D"(a), "r"(sum) : "cc", "memory");
    __asm__ volatile("stc\n call counts\n adc $0, %0" : "=a"(carry), "+D"((uint32_t){ (i & 3) + 1 }) : "S"(sum) : "cc", "memory");
    __asm__ volatile("call skips\n incl %0" : "=a"(skipped) : "D"(sum) : "cc", "memory");
    __asm__ volatile("call gives_back" : "=a"(back) : "D"(i) : "rdx", "cc", "memory");
    sum += add(more + carry, skipped + back);
  }
  return sum;
}

static jmp_buf out;
static APART uint32_t leaves(uint32_t a) { if (a % 1000 == 999) longjmp(out, 1); return a * 7; }

static APART uint32_t jumps(void) {
  static volatile uint32_t i, sum;
  i = sum = 0;
  if (setjmp(out)) sum += i++;
  while (i < ROUNDS) { sum += leaves(i); i++; }
  return sum;
}

static volatile sig_atomic_t ticks;
static void tick(int number) { ticks++; (void)number; }

// Signals come in between, wherever that is.
static APART uint32_t interrupted(void) {
  struct itimerval every = { { 0, 2000 }, { 0, 2000 } }, never = { 0 };
  signal(SIGALRM, tick);
  setitimer(ITIMER_REAL, &every, 0);
  uint32_t sum = 9, i = 0;
  while (ticks < 10) { sum = deep(sum, again(sum, i)); i++; }
  setitimer(ITIMER_REAL, &never, 0);
  uint32_t expected = 9;
  for (uint32_t j = 0; j < i; j++) expected = deep(expected, again(expected, j));
  return sum == expected;
}

static APART int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static APART int down(int n) { volatile char room[100]; room[0] = n; return n == 0 ? 0 : down(n - 1) + room[0]; }

// The stack ends somewhere, and it is no part of anything else.
static APART void endless(void) {
  int status;
  fflush(stdout);
  if (fork() == 0) _exit(down(-1));
  wait(&status);
  printf("endless: signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

int main(void) {
  printf("%d\n", down(50000));
  endless();
  printf("%x\n", direct());
  for (int which = 0; which < 8; which = which * 2 + 1) printf("%x\n", through(which));
  printf("%x\n", changing());
  printf("%x\n", flags());
  printf("%x\n", jumps());
  printf("%x\n", interrupted());
  printf("%d\n", fibonacci(27));
  return 0;
}
