// Lets the model choose between given words and say nothing else: the likeliest of them becomes the next token.
//   resident inband programs/inband/choose.c --prompt "..." --max-tokens 1
#include <stdio.h>
#include <string.h>

const char *options[] = {"red", "green", "blue", "one", "two", "three", "yes", "no"};

// The token that a text begins with: the longest one that is a prefix of it.
int first_token(const char *text) {
  char part[32];
  for (int length = strlen(text); length > 0; length--) {
    memcpy(part, text, length);
    part[length] = 0;
    int token = tok_find(part);
    if (token >= 0) return token;
  }
  return -1;
}

int main(void) {
  int best = -1, chosen = -1;
  for (int i = 0; i < (int)(sizeof options / sizeof options[0]); i++) {
    int token = first_token(options[i]);
    if (token < 0) continue;
    printf("%-6s token %d, logit %d\n", options[i], token, logit_get(token));
    if (best < 0 || logit_get(token) > logit_get(chosen)) {
      best = i;
      chosen = token;
    }
  }
  if (best < 0) return 1;
  logit_setf(chosen, 1e30f);
  printf("choice: %s\n", options[best]);
  return 0;
}
