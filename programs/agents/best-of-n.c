// Best of n with a scorer. A judge takes a task and spawns N samplers, each with a seed of its own. A sampler writes a
// solution at high temperature, and scores it: the probability that the model gives to the expression that it computes.
// The judge adds up the scores of solutions with the same result and keeps the best.
// Start it with as many judges as tasks should be worked on at a time: --started J --agents J*9.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "resident.h"

#define N 8

struct question { unsigned judge; char text[400]; };
struct solution { int valid; long long value; float logprob; char text[256]; };

// Keeps what stands before the machine's result: the part that the model has to find by itself.
void keep_expression(char *text) {
  char *end = strstr(text, " = VM[");
  if (end) *end = 0;
}

void sampler(int seed) {
  struct question question;
  struct solution solution = {0};
  char expression[256];
  recv(&question, sizeof question, 0);
  llm_options options = {.max_tokens = 64, .size = sizeof solution.text, .temperature = 1.2f, .seed = (unsigned)seed};
  // The first sampler answers as the model would by itself.
  if (seed == 0) options.temperature = 0;
  if (llm(question.text, solution.text, &options) >= 0) {
    solution.valid = strstr(solution.text, "error") == 0 && llm_number(solution.text, &solution.value);
    strcpy(expression, solution.text);
    keep_expression(expression);
    solution.logprob = llm_logprob(question.text, expression, 0);
  }
  send(question.judge, &solution, sizeof solution);
}

// The solution whose value has the most probability, over all different expressions that give it.
int best(struct solution *solutions, int count) {
  int winner = 0;
  float highest = -1;
  for (int i = 0; i < count; i++) {
    float sum = 0;
    for (int k = 0; k < count && solutions[i].valid; k++) {
      int repeated = 0;
      for (int j = 0; j < k; j++) repeated |= solutions[j].logprob == solutions[k].logprob;
      if (!repeated && solutions[k].valid && solutions[k].value == solutions[i].value) {
        sum += (float)exp(solutions[k].logprob);
      }
    }
    if (sum > highest) {
      highest = sum;
      winner = i;
    }
  }
  return winner;
}

int main(void) {
  static struct solution solutions[N];
  struct question question = {.judge = agent_id()};
  int task;
  while (task_next(question.text, sizeof question.text, &task) >= 0) {
    for (int i = 0; i < N; i++) {
      int agent;
      do agent = spawn(sampler, i);
      while (agent == -11); // until a computer is free
      send(agent, &question, sizeof question);
    }
    for (int i = 0; i < N; i++) recv(&solutions[i], sizeof solutions[i], 0);
    struct solution *chosen = &solutions[best(solutions, N)];
    result_put(task, chosen->text, strlen(chosen->text));
  }
  return 0;
}
