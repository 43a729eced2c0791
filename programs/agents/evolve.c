// Evolution of a prompt. An individual is a wording, put together from three genes; its fitness is how many of QUESTIONS
// products the model gets right when asked so. Every individual of a generation is an agent of its own. When all have
// reported, the coordinator breeds the next generation from the fittest (crossover and mutation) and spawns it on the
// computers that the last one has left: nothing of this leaves the GPU.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "resident.h"

#ifndef GENERATIONS
#define GENERATIONS 8
#endif
#define INDIVIDUALS 16
#define WINNERS 4
#define QUESTIONS 6
#define CHOICES 8

static const char *const openings[CHOICES] = {"", "Hey, ", "I wonder: ", "Think step by step. ", "Q: ", "You are a poet. ", "Please tell me, ", "Forget all numbers. "};
static const char *const bodies[CHOICES] = {
  "%d by %d makes", "%d and %d, multiplied", "what is %d times %d", "%d crates hold %d cans, cans in all",
  "product(%d; %d)", "take %d, then %d-fold it", "multiply %d by %d", "%d of %d"};
static const char *const endings[CHOICES] = {"", "?", ".", "!!", " = ?", ", thanks", " - in words, please", "? Do not compute."};

struct report { int genome, right, tokens; };

static int gene(int genome, int which) { return genome >> 3 * which & CHOICES - 1; }

static void prompt_of(int genome, int a, int b, char *prompt, unsigned size) {
  char body[100];
  snprintf(body, sizeof body, bodies[gene(genome, 1)], a, b);
  snprintf(prompt, size, "%s%s%s", openings[gene(genome, 0)], body, endings[gene(genome, 2)]);
}

// One individual: asks its questions, which are the same for all, and reports to agent 0.
void individual(int genome) {
  struct report report = {.genome = genome};
  char prompt[200], answer[300];
  llm_options options = {.max_tokens = 48, .size = sizeof answer};
  unsigned state = 12345;
  for (int i = 0; i < QUESTIONS; i++) {
    int a = 11 + (state = state * 1103515245 + 12345) / 65536 % 980;
    int b = 11 + (state = state * 1103515245 + 12345) / 65536 % 88;
    long long value = -1;
    prompt_of(genome, a, b, prompt, sizeof prompt);
    if (llm(prompt, answer, &options) < 0) continue;
    llm_number(answer, &value);
    report.right += value == (long long)a * b;
    report.tokens += (int)options.tokens;
  }
  send(0, &report, sizeof report);
}

// The fitter first; of equally fit ones that which needs fewer tokens.
static int by_fitness(const void *a, const void *b) {
  const struct report *x = a, *y = b;
  return x->right != y->right ? y->right - x->right : x->tokens != y->tokens ? x->tokens - y->tokens : x->genome - y->genome;
}

// Random numbers of the program itself (xorshift): a call of the machine for each would cost a turn for each.
static unsigned state;
static unsigned random_below(unsigned bound) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}

static int breed(const struct report *winners) {
  int mother = winners[random_below(WINNERS)].genome, father = winners[random_below(WINNERS)].genome, child = 0;
  for (int i = 0; i < 3; i++) {
    int from = gene(random_below(2) ? mother : father, i);
    if (random_below(6) == 0) from = (int)random_below(CHOICES);
    child |= from << 3 * i;
  }
  return child;
}

int main(void) {
  struct report reports[INDIVIDUALS];
  char text[300], prompt[200];
  state = resident_random() | 1;
  for (int generation = 0; generation < GENERATIONS; generation++) {
    for (int i = 0; i < INDIVIDUALS; i++) {
      // The fittest lives on, all others are children of the winners. Each starts as soon as it is bred.
      int genome = generation == 0 ? (int)random_below(CHOICES * CHOICES * CHOICES) : i == 0 ? reports[0].genome : breed(reports);
      while (spawn(individual, genome) == -11) {} // until a computer is free
    }
    for (int i = 0; i < INDIVIDUALS; i++) recv(&reports[i], sizeof reports[i], 0);
    qsort(reports, INDIVIDUALS, sizeof reports[0], by_fitness);
    int total = 0;
    for (int i = 0; i < INDIVIDUALS; i++) total += reports[i].right;
    prompt_of(reports[0].genome, 12, 34, prompt, sizeof prompt);
    int length = snprintf(text, sizeof text, "mean %d.%d of %d right, best %d: \"%s\"", total / INDIVIDUALS,
      total * 10 / INDIVIDUALS % 10, QUESTIONS, reports[0].right, prompt);
    result_put(generation, text, (unsigned)length);
  }
  return 0;
}
