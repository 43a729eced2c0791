// Parallel queries by one logical agent: main hands every task to an agent of its own, which asks the model; the answers
// come back by mail and are printed in the order of the tasks.
#include <stdio.h>
#include <string.h>
#include "resident.h"

#define MOST 64

struct question { int task; unsigned home; char text[400]; };
struct answer { int task; int length; char text[400]; };

// One query: receives a question, asks the model, sends the answer home.
void query(int argument) {
  struct question question;
  struct answer answer;
  recv(&question, sizeof question, 0);
  llm_options options = {.max_tokens = 64, .size = sizeof answer.text};
  answer.task = question.task;
  answer.length = llm(question.text, answer.text, &options);
  send(question.home, &answer, sizeof answer);
}

int main(void) {
  static struct answer answers[MOST];
  struct question question = {.home = agent_id()};
  struct answer answer;
  int asked = 0, answered = 0;
  while (asked < MOST && task_next(question.text, sizeof question.text, &question.task) >= 0) {
    int agent;
    // All computers are taken: one is free when the next answer has come.
    while ((agent = spawn(query, 0)) < 0) {
      recv(&answer, sizeof answer, 0);
      answers[answer.task] = answer;
      answered++;
    }
    send(agent, &question, sizeof question);
    asked++;
  }
  for (; answered < asked; answered++) {
    recv(&answer, sizeof answer, 0);
    answers[answer.task] = answer;
  }
  for (int i = 0; i < asked; i++) result_put(i, answers[i].text, strlen(answers[i].text));
  return 0;
}
