// A debate over mailboxes in rounds. Three debaters read the same task in words of their own. In each round everyone
// tells the others its solution, judges all three by how likely it finds them, and adopts the best. The debate ends when
// all agree, or after ROUNDS; then the majority decides.
// Start it with as many moderators as debates should run at a time: --started M --agents M*4.
#include <stdio.h>
#include <string.h>
#include "resident.h"

#define DEBATERS 3
#define ROUNDS 3

static const char *const openings[DEBATERS] = {"", "Please work this out: ", "Here is a problem. "};

struct briefing { unsigned moderator, agents[DEBATERS]; char text[400]; };
struct speech { int round, from; long long value; char text[300]; };

// What debaters judge: a solution up to the result of the machine.
static char *expression_of(const char *text) {
  static char expression[300];
  strcpy(expression, text);
  char *end = strstr(expression, " = VM[");
  if (end) *end = 0;
  return expression;
}

void debater(int me) {
  struct briefing briefing;
  static struct speech heard[ROUNDS + 1][DEBATERS];
  static int count[ROUNDS + 1];
  char prompt[440];
  struct speech mine = {.from = me};
  recv(&briefing, sizeof briefing, 0);
  snprintf(prompt, sizeof prompt, "%s%s", openings[me], briefing.text);
  llm_options options = {.max_tokens = 64, .size = sizeof mine.text};
  llm(prompt, mine.text, &options);
  llm_number(mine.text, &mine.value);
  for (int round = 1; round <= ROUNDS; round++) {
    mine.round = round;
    heard[round][me] = mine;
    for (int i = 0; i < DEBATERS; i++) if (i != me) send(briefing.agents[i], &mine, sizeof mine);
    // A quick debater may be a round ahead: its speech is kept for then.
    while (count[round] < DEBATERS - 1) {
      struct speech speech;
      recv(&speech, sizeof speech, 0);
      heard[speech.round][speech.from] = speech;
      count[speech.round]++;
    }
    struct speech *others = heard[round];
    if (others[0].value == others[1].value && others[1].value == others[2].value) break;
    int best = me;
    float highest = -1e30f;
    for (int i = 0; i < DEBATERS; i++) {
      float logprob = llm_logprob(prompt, expression_of(others[i].text), 0);
      if (logprob > highest) {
        highest = logprob;
        best = i;
      }
    }
    strcpy(mine.text, others[best].text);
    mine.value = others[best].value;
  }
  send(briefing.moderator, &mine, sizeof mine);
}

int main(void) {
  struct briefing briefing = {.moderator = agent_id()};
  struct speech last[DEBATERS];
  char result[360];
  int task;
  while (task_next(briefing.text, sizeof briefing.text, &task) >= 0) {
    for (int i = 0; i < DEBATERS; i++) {
      int agent;
      do agent = spawn(debater, i);
      while (agent == -11); // until a computer is free
      briefing.agents[i] = (unsigned)agent;
    }
    for (int i = 0; i < DEBATERS; i++) send(briefing.agents[i], &briefing, sizeof briefing);
    for (int i = 0; i < DEBATERS; i++) recv(&last[i], sizeof last[i], 0);
    // Two that agree are the majority.
    struct speech *decided = last[1].value == last[2].value ? &last[1] : &last[0];
    int rounds = 0;
    for (int i = 0; i < DEBATERS; i++) if (last[i].round > rounds) rounds = last[i].round;
    int length = snprintf(result, sizeof result, "after round %d: %s", rounds, decided->text);
    result_put(task, result, (unsigned)length);
  }
  return 0;
}
