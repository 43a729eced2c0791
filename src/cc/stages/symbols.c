// Declared names and their scopes. A name knows its innermost symbol, a symbol the one that it hides.

enum { SY_NONE, SY_LOCAL, SY_GLOBAL, SY_FUNCTION, SY_TYPE, SY_CONSTANT, SY_MEMBER, SY_TAG };
enum { FLAG_ADDRESSED = 1, FLAG_DEFINED = 2, FLAG_STATIC = 4, FLAG_PARAMETER = 8, FLAG_USED = 16, FLAG_REGISTER = 32,
  FLAG_EXTERN = 64, FLAG_CONST = 128, FLAG_LIBRARY = 256, FLAG_ASSIGNED = 512 };

int symbols;
// value, extra: of a constant its bits; of a global its data offset; of a local its register or frame offset; of a
// member its offset and (bit-fields) position + width * 256; of a function its code address. weight: uses, by depth.
struct symbol { int kind, type, name, hidden, depth, previous, at, value, extra, flags, weight, next; } symbol[SYMBOLS];
int scope_depth;
int scope_last;    // last symbol entered, in the chain of `previous`
int loop_weight;   // of a use at this place

int new_symbol(int k, int t, int n, int at) {
  int s = symbols;
  if (s >= SYMBOLS) limit(at, S("too many symbols for this compiler slot"));
  symbols = s + 1;
  symbol[s].kind = k;
  symbol[s].type = t;
  symbol[s].name = n;
  symbol[s].hidden = 0;
  symbol[s].depth = scope_depth;
  symbol[s].previous = 0;
  symbol[s].at = at;
  symbol[s].value = 0;
  symbol[s].extra = 0;
  symbol[s].flags = 0;
  symbol[s].weight = 0;
  symbol[s].next = 0;
  return s;
}
