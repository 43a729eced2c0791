// Takes the model's favourite away: the most likely next token cannot come for the next eight samples.
//   resident inband programs/inband/suppress.c --prompt "..." --max-tokens 8
#include <stdio.h>

int main(void) {
  char text[64];
  int favourite = logit_argmax();
  tok_str(favourite, text, sizeof text);
  logit_hold(8);
  logit_setf(favourite, -1e30f);
  printf("no '%s' for 8 tokens; now the best is ", text);
  tok_str(logit_argmax(), text, sizeof text);
  printf("'%s'\n", text);
  return 0;
}
