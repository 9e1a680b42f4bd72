/*
 * Floating point as programs use it: roundings, flags, exceptions with handlers, long double, and loops of each that are long enough to be
 * translated. Nothing is called of which the C library has versions for later processors, because those may have another last bit.
 */
#define _GNU_SOURCE
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <xmmintrin.h>

static const int roundings[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
static volatile double zero = 0, one = 1, three = 3, tiny = DBL_MIN, huge = DBL_MAX, quotient;
static volatile long double long_zero = 0, long_one = 1, long_three = 3;

static uint64_t bits(double value) {
  uint64_t word;
  memcpy(&word, &value, 8);
  return word;
}

static void mix(uint64_t *hash, const void *bytes, int count) {
  for (int at = 0; at < count; at++) *hash = (*hash ^ ((const unsigned char *)bytes)[at]) * 0x100000001b3;
}

/* Sums, products, quotients and roots in both kinds, and conversions: what they leave, as a hash. */
static uint64_t work(int rounds, unsigned seed) {
  uint64_t hash = 0xcbf29ce484222325;
  for (int round = 0; round < rounds; round++) {
    seed = seed * 1664525 + 1013904223;
    volatile double a = (int)seed / 1048576.0, b = (seed >> 7) / 65536.0 + 0.1;
    volatile float c = (float)(a * 3.7), d = (float)b;
    double results[] = {a + b, a - b, a * b, a / b, sqrt(b), (double)(float)a, (double)(c * d), (double)(c / d), (double)lrint(a), rint(a * 0.25), (int)b};
    mix(&hash, results, sizeof results);
    volatile long double e = a, f = (long double)b / 3;
    long double longs[] = {e + f, e - f, e * f, e / f, sqrtl(f), rintl(e), (double)(e * f), (float)f};
    for (int at = 0; at < 8; at++) mix(&hash, &longs[at], 10);
    long long whole = llrintl(e * 1e6L);
    int order = (e < f) | (e == f) << 1 | (a >= b) << 2;
    mix(&hash, &whole, 8);
    mix(&hash, &order, 4);
  }
  return hash;
}

static void handler(int signal, siginfo_t *info, void *context) {
  ucontext_t *at = context;
  struct _libc_fpstate *state = at->uc_mcontext.fpregs;
  printf("  signal %d, code %d, trap %lld, at the instruction %d, mxcsr %x, now %x, control %x, status %x\n", signal, info->si_code, (long long)at->uc_mcontext.gregs[REG_TRAPNO],
         (greg_t)info->si_addr == at->uc_mcontext.gregs[REG_RIP], state->mxcsr, _mm_getcsr(), state->cwd, state->swd & 0xff);
  state->mxcsr = (state->mxcsr | 0x1f80) & ~0x3f;
  state->cwd |= 0x3f;
  state->swd &= ~0x80ff;
}

static void operate(int which) {
  switch (which) {
    case 0: quotient = one / zero; break;
    case 1: quotient = zero / zero; break;
    case 2: quotient = huge * huge; break;
    case 3: quotient = tiny / three; break;
    case 4: quotient = one / three; break;
    case 5: quotient = (int)(huge / 2); break;
    case 6: quotient = sqrt(-one); break;
    case 7: quotient = (float)huge; break;
    case 8: quotient = long_one / long_zero; break;
    case 9: quotient = long_zero / long_zero * long_one; break;
    case 10: quotient = long_one / long_three; break;
    case 11: quotient = (double)(LDBL_MAX * long_three); break;
  }
}

int main(void) {
  printf("%016llx\n", (unsigned long long)work(30000, 1));
  for (int at = 0; at < 4; at++) {
    fesetround(roundings[at]);
    printf("rounding %d: %016llx %016llx %.25Lg %ld %ld ", at, (unsigned long long)bits(one / three), (unsigned long long)bits(-one / three), long_one / long_three, lrint(2.5), lrintl(-2.5L));
    printf("%016llx\n", (unsigned long long)work(3000, at));
  }
  fesetround(FE_TONEAREST);
  printf("%016llx\n", (unsigned long long)work(30000, 2));

  for (int which = 0; which < 12; which++) {
    feclearexcept(FE_ALL_EXCEPT);
    operate(which);
    int flags = fetestexcept(FE_ALL_EXCEPT);
    printf("operation %d: flags %x, %016llx\n", which, flags, (unsigned long long)bits(quotient));
  }
  _mm_setcsr(0x9fc0);
  quotient = tiny / three;
  printf("flushed: %016llx", (unsigned long long)bits(quotient));
  volatile double denormal = 5e-324;
  quotient = denormal * 1e300;
  printf(" %016llx %x\n", (unsigned long long)bits(quotient), _mm_getcsr());
  _mm_setcsr(0x1f80);
  printf("%016llx\n", (unsigned long long)work(3000, 3));

  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, 0);
  for (int which = 0; which < 12; which++) {
    printf("unmasked operation %d:\n", which);
    fflush(stdout);
    feclearexcept(FE_ALL_EXCEPT);
    feenableexcept(FE_ALL_EXCEPT & ~FE_INEXACT);
    operate(which);
    long_one = long_one + long_zero;
    printf("  %016llx\n", (unsigned long long)bits(quotient));
  }
  fedisableexcept(FE_ALL_EXCEPT);
  feclearexcept(FE_ALL_EXCEPT);

  static const char *const texts[] = {"0.1", "1e4000", "3.3621031431120935062626778173217526e-4932", "1e-4950", "-12345678901234567890.5", "nan", "-inf", "0x1.8p-16400"};
  for (int at = 0; at < 8; at++) {
    volatile long double value = strtold(texts[at], 0);
    printf("%Lg %La %.21Lg class %d sign %d\n", value, value, value, fpclassify(value), !!signbit(value));
  }
  printf("%.18Lg %.18Lg %.18Lg\n", fmodl(1e300L, 7.3L), remainderl(1e30L, 7.3L), ldexpl(1.5L, -16440));
  int exponent;
  long double fraction = frexpl(123456.789L, &exponent);
  printf("%.18Lg %d %.18Lg %.18Lg\n", fraction, exponent, logbl(1e-100L), scalbnl(1.1L, 100));
  return 0;
}
