// Is the model sure of its next token? Branches on the entropy of the coming sample.
//   resident inband programs/inband/confidence.c --prompt "..." --max-tokens 4
#include <stdio.h>

int main(void) {
  char text[64];
  int entropy = vocab_entropy();          // thousandths of a nat
  int best = logit_argmax();
  tok_str(best, text, sizeof text);
  printf("entropy %d.%03d nats, '%s' has %d.%02d%%\n", entropy / 1000, entropy % 1000, text,
         vocab_top1_prob() / 100, vocab_top1_prob() % 100);
  if (entropy < 500) {
    puts("sure");
    return 0;
  }
  // Not sure: show what it hesitates between.
  puts("unsure:");
  for (int rank = 0; rank < 5; rank++) {
    tok_str(top_k_token(rank), text, sizeof text);
    printf("  %d. '%s' %d.%02d%%\n", rank + 1, text, top_k_prob(rank) / 100, top_k_prob(rank) % 100);
  }
  return 0;
}
