// Self-consistency: every instance has answered the same question its own way; instance 0 counts the answers.
//   resident inband programs/inband/vote.c --prompt "What is 17 * 23?" --chat --instances 9 --temperature 1
//       --before 64 --max-tokens 0
#include <resident.h>
#include <stdio.h>
#include <string.h>

char text[2048];

// The number that the instance's text ends with, or -1.
long last_number(void) {
  int tokens = context_len(), length = 0;
  for (int i = tokens > 24 ? tokens - 24 : 0; i < tokens; i++) {
    int n = tok_str(context_token(i), text + length, 64);
    length += n < 63 ? n : 63;
  }
  int end = length;
  while (end > 0 && strchr(" .\n", text[end - 1])) end--;
  int start = end;
  while (start > 0 && text[start - 1] >= '0' && text[start - 1] <= '9') start--;
  if (start == end) return -1;
  long value = 0;
  for (int i = start; i < end && i < start + 18; i++) value = value * 10 + (text[i] - '0');
  return value;
}

int main(void) {
  long answer = last_number();
  int count = resident_instances();
  if (resident_instance() > 0) {
    resident_send(0, &answer, sizeof answer);
    return 0;
  }
  static long answers[4096];
  answers[0] = answer;
  for (int i = 1; i < count; i++) {
    unsigned from;
    long other;
    resident_receive(&other, sizeof other, &from);
    answers[from] = other;
  }
  int most = 0;
  long winner = -1;
  for (int i = 0; i < count; i++) {
    int votes = 0;
    for (int k = 0; k < count; k++) votes += answers[k] == answers[i];
    if (answers[i] >= 0 && votes > most) {
      most = votes;
      winner = answers[i];
    }
  }
  printf("%ld has %d of %d votes\n", winner, most, count);
  return 0;
}
