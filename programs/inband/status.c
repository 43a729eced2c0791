// The model's status report: its own architecture, and how far it has come.
//   resident inband programs/inband/status.c --prompt "..." --max-tokens 0
#include <math.h>
#include <stdio.h>

float row[4096];

float norm(int length) {
  float sum = 0;
  for (int i = 0; i < length; i++) sum += row[i] * row[i];
  return sqrt(sum);
}

int main(void) {
  int length = context_len(), last = context_token(length - 1);
  char text[64];
  printf("%d layers, %d query heads, %d KV heads of %d values\n", kv_layers(), attn_heads(), kv_heads(), kv_head_dim());
  printf("%d tokens in the vocabulary, embeddings of %d values\n", tok_count(), emb_width());
  printf("%d tokens in the context, %d of them in the cache\n", length, kv_seq_len());
  tok_str(last, text, sizeof text);
  int values = emb_row(last, row);
  printf("last token %d '%s', its embedding has norm %.3f\n", last, text, norm(values));
  for (int layer = 0; layer < kv_layers(); layer++) {
    values = kv_row(layer, 0, 0, kv_seq_len() - 1, row);
    printf("layer %d: last key of head 0 has norm %.3f\n", layer, norm(values));
  }
  return 0;
}
