// The model's own state, for C that runs between two of its tokens: environment calls that the in-band floor performs.
// Integers are scaled: logits, keys, values and embeddings by 1000, probabilities and weights by 10000, entropy is in
// millinats. Names that end in f give floats, unscaled. Outside of the model: INT_MIN or NaN.
float __float_of(int bits) { return *(float *)&bits; }
int tok_count() { return __ecall(4352, 0); }
int tok_str(int token, char *target, unsigned size) { return __ecall(4353, token, (int)target, size); }
int tok_find(const char *text) { return __ecall(4377, (int)text, strlen(text)); }
int context_len() { return __ecall(4354, 0); }
int context_token(int position) { return __ecall(4355, position); }
int context_read(int *target, unsigned first, unsigned count) { return __ecall(4356, (int)target, first, count); }
int logit_get(int token) { return __ecall(4357, token, 1000); }
float logit_getf(int token) { return __float_of(__ecall(4357, token, 0)); }
int logit_set(int token, int value) { return __ecall(4358, token, value, 1000); }
int logit_setf(int token, float value) { return __ecall(4358, token, *(int *)&value, 0); }
int logit_hold(unsigned samples) { return __ecall(4359, samples); }
int logit_argmax() { return __ecall(4360, 0); }
int top_k_token(int k) { return __ecall(4361, k); }
int top_k_prob(int k) { return __ecall(4362, k, 10000); }
float top_k_probf(int k) { return __float_of(__ecall(4362, k, 0)); }
int vocab_entropy() { return __ecall(4363, 1000); }
float vocab_entropyf() { return __float_of(__ecall(4363, 0)); }
int vocab_top1_prob() { return __ecall(4364, 10000); }
float vocab_top1_probf() { return __float_of(__ecall(4364, 0)); }
int logits_read(float *target, unsigned first, unsigned count) { return __ecall(4365, (int)target, first, count); }
int attn_heads() { return __ecall(4366, 0); }
int attn(int layer, int head, int position) { return __ecall(4367, layer, head, position, 10000); }
float attnf(int layer, int head, int position) { return __float_of(__ecall(4367, layer, head, position, 0)); }
int kv_layers() { return __ecall(4368, 0); }
int kv_heads() { return __ecall(4369, 0); }
int kv_head_dim() { return __ecall(4370, 0); }
int kv_seq_len() { return __ecall(4371, 0); }
int kv_read(int layer, int which, int head, int position, int dim) {
  return __ecall(4372, layer, which, head, position, dim, 1000);
}
float kv_readf(int layer, int which, int head, int position, int dim) {
  return __float_of(__ecall(4372, layer, which, head, position, dim, 0));
}
int kv_row(int layer, int which, int head, int position, float *target) {
  return __ecall(4373, layer, which, head, position, (int)target);
}
int emb_width() { return __ecall(4374, 0); }
int emb_read(int token, int dim) { return __ecall(4375, token, dim, 1000); }
float emb_readf(int token, int dim) { return __float_of(__ecall(4375, token, dim, 0)); }
int emb_row(int token, float *target) { return __ecall(4376, token, (int)target); }
