// A swarm with a coordinator: the inner product of two lists, by many small questions. The coordinator cuts the problem
// into subproblems, hands one to whoever asks, and makes new ones of the results: products first, then sums of two until
// one number is left. A worker asks the model in two wordings, and in a third when the answers differ.
#include <stdio.h>
#include "resident.h"

#ifndef TERMS
#define TERMS 32
#endif
#define WORKERS 16

struct work { int number; char sign; long long a, b; };
struct report { int number; int agreed; long long value; };

static const char *const times_words[3] = {"What is %lld times %lld?", "Multiply %lld by %lld.", "Compute %lld * %lld."};
static const char *const plus_words[3] = {"What is %lld plus %lld?", "Add %lld and %lld.", "Compute %lld + %lld."};

static long long ask(const struct work *work, int wording) {
  char prompt[120], answer[200];
  long long value = 0;
  llm_options options = {.max_tokens = 64, .size = sizeof answer};
  snprintf(prompt, sizeof prompt, (work->sign == '*' ? times_words : plus_words)[wording], work->a, work->b);
  llm(prompt, answer, &options);
  llm_number(answer, &value);
  return value;
}

void worker(int coordinator) {
  struct report report = {.number = -1}; // nothing yet: just asks for work
  struct work work;
  for (;;) {
    send((unsigned)coordinator, &report, sizeof report);
    recv(&work, sizeof work, 0);
    if (work.number < 0) return;
    long long first = ask(&work, 0), second = ask(&work, 1);
    report.number = work.number;
    report.agreed = first == second;
    report.value = report.agreed ? first : ask(&work, 2);
  }
}

int main(void) {
  long long exact = 0, sums[TERMS];
  struct work work, last = {.number = -1};
  struct report report;
  int waiting = 0, products = 0, under_way = 0, asked = 0, disagreed = 0;
  unsigned from, idle[WORKERS];
  int idle_count = 0;
  for (int i = 0; i < WORKERS; i++) if (spawn(worker, (int)agent_id()) < 0) return 1;
  while (products < TERMS || under_way > 0 || waiting > 1) {
    recv(&report, sizeof report, &from);
    idle[idle_count++] = from;
    if (report.number >= 0) {
      sums[waiting++] = report.value;
      under_way--;
      disagreed += !report.agreed;
    }
    // Everything that can be computed now goes to whoever is free.
    while (idle_count > 0 && (products < TERMS || waiting > 1)) {
      work.number = asked++;
      if (products < TERMS) {
        work.sign = '*';
        work.a = 10 + resident_random() % 890;
        work.b = 10 + resident_random() % 90;
        exact += work.a * work.b;
        products++;
      } else {
        work.sign = '+';
        work.a = sums[--waiting];
        work.b = sums[--waiting];
      }
      send(idle[--idle_count], &work, sizeof work);
      under_way++;
    }
  }
  // The others come back for more sooner or later.
  for (int ended = 0; ended < WORKERS; ended++) {
    if (idle_count == 0) {
      recv(&report, sizeof report, &from);
      idle[idle_count++] = from;
    }
    send(idle[--idle_count], &last, sizeof last);
  }
  char text[160];
  int length = snprintf(text, sizeof text, "%d subproblems, %d times a third opinion: %lld, exactly %lld", asked, disagreed, sums[0], exact);
  result_put(0, text, (unsigned)length);
  return 0;
}
