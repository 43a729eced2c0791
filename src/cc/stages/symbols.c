// Declared names and their scopes. A name knows its innermost symbol, a symbol the one that it hides.

enum { SY_NONE, SY_LOCAL, SY_GLOBAL, SY_FUNCTION, SY_TYPE, SY_CONSTANT, SY_MEMBER, SY_TAG };
enum { FLAG_ADDRESSED = 1, FLAG_DEFINED = 2, FLAG_STATIC = 4, FLAG_PARAMETER = 8, FLAG_USED = 16, FLAG_REGISTER = 32,
  FLAG_EXTERN = 64, FLAG_ZEROED = 128, FLAG_PLACED = 256, FLAG_BIT_FIELD = 512 };

int symbols;
// value, extra: of a constant its bits; of a global its offset in the data (or in the zeroed data); of a local its
// register(s) or frame offset; of a member its offset and (bit-fields) position + width * 256; of a function its code
// word. weight: uses, counted by loop depth. next: of members, of parameters, of a function's locals.
struct symbol { int kind, type, name, hidden, depth, previous, at, value, extra, flags, weight, next; } symbol[SYMBOLS];
int scope_depth;
int scope_last;       // last symbol entered, in the chain of `previous`
int loop_weight;      // of a use at this place
int function_locals;  // of the function being parsed, newest first
int in_function;

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

// A new symbol that the name means from here to the end of the scope.
int enter(int k, int t, int n, int at) {
  int s = new_symbol(k, t, n, at);
  symbol[s].previous = scope_last;
  scope_last = s;
  if (k == SY_TAG) {
    symbol[s].hidden = name[n].tag;
    name[n].tag = s;
  } else {
    symbol[s].hidden = name[n].symbol;
    name[n].symbol = s;
  }
  return s;
}

int enter_local(int t, int n, int at) {
  int s = n ? enter(SY_LOCAL, t, n, at) : new_symbol(SY_LOCAL, t, 0, at);
  symbol[s].next = function_locals;
  function_locals = s;
  return s;
}

void warn_unused(int s);

void leave_scope() {
  scope_depth = scope_depth - 1;
  while (scope_last && symbol[scope_last].depth > scope_depth) {
    int s = scope_last;
    if (symbol[s].kind == SY_TAG) name[symbol[s].name].tag = symbol[s].hidden;
    else name[symbol[s].name].symbol = symbol[s].hidden;
    if (symbol[s].kind == SY_LOCAL) warn_unused(s);
    scope_last = symbol[s].previous;
  }
}

// The symbol of name `n` in the present scope, or 0.
int here(int n) {
  int s = name[n].symbol;
  if (s && symbol[s].depth == scope_depth) return s;
  return 0;
}
