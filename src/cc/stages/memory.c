// Third stage: variables, memory, assignment and calls.

int address_base, address_offset;   // of the last lvalue


// Words whose immediate grows by the frame size, which is known when the function ends.
int frame_fixes;
int frame_fix[FRAME_FIXES];
int frame_size;        // known in advance for large frames, else -1


// Calls and addresses of functions, resolved at the end. kind 0: jal, 1: lui and addi.
int call_fixes;
struct call_fix { int at, target, kind; } call_fix[CALLS];

void refer_function(int target, int k) {
  if (call_fixes >= CALLS) limit(generate_at, S("too many calls for this compiler slot"));
  call_fix[call_fixes].at = code_words;
  call_fix[call_fixes].target = target;
  call_fix[call_fixes].kind = k;
  call_fixes = call_fixes + 1;
}

// Calls a function of the library, by index.
void call_library(int index) {
  refer_function(0 - 1 - index, 0);
  emit(0x6f | (RA << 7));
}

// Moves a value that was just computed in a place to `rd`: its last instruction writes rd instead, where it can.
void move_result(int rd, int rs) {
  if (rd == rs) return;
  if (code_words > 0 && last_label_at != code_words && is_place(rs)) {
    int word = text_load(code_words - 1);
    int op = word & 127;
    if (((word >> 7) & 31) == rs && (op == 0x33 || op == 0x13 || op == 0x03 || op == 0x37 || (op == 0x53 && shr(word, 29) >= 5))) {
      text_store(code_words - 1, (word & ~(31 << 7)) | (rd << 7));
      return;
    }
  }
  addi(rd, rs, 0);
}

int is_place(int r) {
  return (r >= A0 && r <= A6) || r == T0 || (!is_leaf && (r == T1 || r == T2 || r == T3 || r == T4));
}

// The register of a local, or -1 when it lives in memory.
int register_of(int s) {
  if (symbol[s].kind == SY_LOCAL && symbol[s].flags & FLAG_REGISTER) return symbol[s].value;
  return -1;
}

int global_address(int s) {
  return RAM_BASE + symbol[s].value;
}

// base + offset within reach of a load, with room for the second word
int reach(int base, int offset, int d) {
  if (offset >= -2048 && offset <= 2040) {
    address_base = base;
    address_offset = offset;
    return base == place[d];
  }
  load_constant(T5, offset);
  add(place[d], base, T5);
  address_base = place[d];
  address_offset = 0;
  return 1;
}

// The place that expression `p` points to, in address_base and address_offset; returns how many places it uses.
int gen_pointer(int p, int d) {
  int offset = 0;
  while (1) {
    int op = node[p].op;
    if (op == N_ADD && is_constant(node[p].b)) {
      offset = offset + node[node[p].b].a;
      p = node[p].a;
    } else if (op == N_CAST && is_pointer(node[p].type) && is_pointer(node[node[p].a].type)) p = node[p].a;
    else break;
  }
  if (node[p].op == N_ADDRESS) {
    int v = node[p].a;
    int op = node[v].op;
    if ((op == N_VARIABLE && symbol[node[v].a].kind != SY_FUNCTION) || op == N_DEREF) {
      gen_address_at(v, d, offset);
      return address_base == place[d];
    }
  }
  if (node[p].op == N_INTEGER) {
    load_constant(place[d], node[p].a);
    return reach(place[d], offset, d);
  }
  int r = gen_word(p, d);
  return reach(r, offset, d);
}

// The place of lvalue `n`, plus `more` bytes.
void gen_address_at(int n, int d, int more) {
  int op = node[n].op;
  if (op == N_VARIABLE) {
    int s = node[n].a;
    if (symbol[s].kind == SY_LOCAL) {
      reach(SP, symbol[s].value + more, d);
      return;
    }
    if (symbol[s].kind == SY_FUNCTION) {
      gen_function_address(s, d);
      reach(place[d], more, d);
      return;
    }
    int address = global_address(s) + more;
    int from_gp = address - RAM_BASE - 2048;
    if (from_gp >= -2048 && from_gp <= 2040) {
      address_base = GP;
      address_offset = from_gp;
      return;
    }
    int low = (address << 20) >> 20;
    if (low > 2040) low = low - 4096;
    lui(place[d], address - low);
    if (low < -2048) {
      load_constant(place[d], address);
      low = 0;
    }
    address_base = place[d];
    address_offset = low;
    return;
  }
  if (op == N_DEREF || op == N_BITFIELD) {
    int p = node[n].a;
    if (more) {
      gen_pointer(p, d);
      reach(address_base, address_offset + more, d);
    } else gen_pointer(p, d);
    return;
  }
  // The value of a structure is its address.
  int r = gen_word(n, d);
  reach(r, more, d);
}

// Returns how many places the address uses.
int gen_address(int n, int d) {
  gen_address_at(n, d, 0);
  return address_base == place[d];
}

void gen_function_address(int s, int d) {
  refer_function(s, 1);
  lui(place[d], 0);
  addi(place[d], place[d], 0);
}

// &lvalue as a value
int gen_address_value(int n, int d) {
  int v = node[n].a;
  if (node[v].op == N_VARIABLE && symbol[node[v].a].kind == SY_FUNCTION) {
    gen_function_address(node[v].a, d);
    return place[d];
  }
  gen_address(v, d);
  if (address_offset == 0) return address_base;
  addi(place[d], address_base, address_offset);
  return place[d];
}

// Load and store widths by type.
int load_width(int t) {
  int size = size_of(t);
  int unsigned_ = is_unsigned(t);
  if (size == 1) return unsigned_ ? 4 : 0;
  if (size == 2) return unsigned_ ? 5 : 1;
  return 2;
}

int store_width(int t) {
  int size = size_of(t);
  return size == 1 ? 0 : size == 2 ? 1 : 2;
}

// ---- bit-fields: node[n].b is the first bit in a unit of the field's type, node[n].c the width ----

int field_unsigned;   // of the bit-field being loaded

// Extends the low `width` bits of (l, h) to 64 bits in (rl, rh).
void extend_pair(int rl, int rh, int l, int h, int width) {
  if (width <= 32) {
    if (width < 32) {
      slli(rl, l, 32 - width);
      if (field_unsigned) srli(rl, rl, 32 - width);
      else srai(rl, rl, 32 - width);
    } else move(rl, l);
    if (field_unsigned) addi(rh, ZERO, 0);
    else srai(rh, rl, 31);
    return;
  }
  if (h != rl) move(rl, l);
  if (width == 64) move(rh, h);
  else {
    slli(rh, h, 64 - width);
    if (field_unsigned) srli(rh, rh, 64 - width);
    else srai(rh, rh, 64 - width);
  }
  if (h == rl) move(rl, l);
}

// The word of a field that lies in one word, at `base` and `offset`.
void load_field_word(int n, int rd, int base, int offset) {
  int size = size_of(node[n].type);
  int at = node[n].b;
  int width = node[n].c;
  if (at >= 32) {
    at = at - 32;
    offset = offset + 4;
  }
  load(size == 1 ? 4 : size == 2 ? 5 : 2, rd, base, offset);
  if (at + width < 32) slli(rd, rd, 32 - at - width);
  if (width < 32) {
    if (is_unsigned(node[n].type)) srli(rd, rd, 32 - width);
    else srai(rd, rd, 32 - width);
  }
}

// A field of a 64-bit type, in rd and rh. The base may be rd; T5 is lost.
void load_field_pair(int n, int rd, int rh, int base, int offset) {
  int at = node[n].b;
  int width = node[n].c;
  field_unsigned = is_unsigned(node[n].type);
  if (at >= 32 || at + width <= 32) {
    load_field_word(n, rd, base, offset);
    if (field_unsigned) addi(rh, ZERO, 0);
    else srai(rh, rd, 31);
    return;
  }
  load(2, rh, base, offset + 4);
  load(2, rd, base, offset);
  if (at) {
    srli(rd, rd, at);
    slli(T5, rh, 32 - at);
    or(rd, rd, T5);
    srli(rh, rh, at);
  }
  extend_pair(rd, rh, rd, rh, width);
}

// A bit-field of up to 32 bits, as a word in place[d].
int load_field(int n, int d) {
  gen_address(n, d);
  load_field_word(n, place[d], address_base, address_offset);
  return place[d];
}

// Stores `width` low bits of register `r` at bit `at` of a word (w: 2) or smaller unit; T5 and T6 are lost.
void store_bits(int w, int r, int offset, int at, int width) {
  if (width == 32) {
    store(2, r, address_base, offset);
    return;
  }
  int mask = ((1 << width) - 1) << at;
  load(w == 2 ? 2 : w + 4, T5, address_base, offset);
  load_constant(T6, ~mask);
  and(T5, T5, T6);
  slli(T6, r, 32 - width);
  if (32 - width - at > 0) srli(T6, T6, 32 - width - at);
  or(T5, T5, T6);
  store(w, T5, address_base, offset);
}

// Stores (r, h) in the bit-field at address_base; T5, T6 and A7 are lost.
void store_field(int n, int r, int h) {
  int at = node[n].b;
  int width = node[n].c;
  int size = size_of(node[n].type);
  int w = size == 1 ? 0 : size == 2 ? 1 : 2;
  if (at >= 32) store_bits(2, r, address_offset + 4, at - 32, width);
  else if (at + width <= 32) store_bits(w, r, address_offset, at, width);
  else {
    // Over both words: the high part first, as A7 is free until then.
    if (at) {
      srli(A7, r, 32 - at);
      slli(T5, h, at);
      or(A7, A7, T5);
      store_bits(2, A7, address_offset + 4, 0, at + width - 32);
    } else store_bits(2, h, address_offset + 4, 0, width - 32);
    store_bits(2, r, address_offset, at, 32 - at);
  }
}

int old_low, old_high;   // registers of N_OLD

int load_word(int n, int d) {
  if (node[n].op == N_VARIABLE) {
    int r = register_of(node[n].a);
    if (r >= 0) return r;
    if (symbol[node[n].a].kind == SY_FUNCTION) {
      gen_function_address(node[n].a, d);
      return place[d];
    }
  }
  if (node[n].op == N_BITFIELD) return load_field(n, d);
  if (class_of(node[n].type) == CLASS_MEMORY || kind_of(node[n].type) == TK_FUNCTION) {
    gen_address(n, d);
    if (address_offset == 0) return address_base;
    addi(place[d], address_base, address_offset);
    return place[d];
  }
  gen_address(n, d);
  load(load_width(node[n].type), place[d], address_base, address_offset);
  return place[d];
}

int load_long(int n, int d) {
  if (node[n].op == N_VARIABLE) {
    int r = register_of(node[n].a);
    if (r >= 0) {
      high_register = symbol[node[n].a].extra;
      return r;
    }
  }
  int rd = place[d];
  int rh = place[d + 1];
  if (node[n].op == N_BITFIELD) {
    gen_address(n, d);
    load_field_pair(n, rd, rh, address_base, address_offset);
    high_register = rh;
    return rd;
  }
  gen_address(n, d);
  // The base may lie in the first place: it goes last.
  load(2, rh, address_base, address_offset + 4);
  load(2, rd, address_base, address_offset);
  high_register = rh;
  return rd;
}

// Copies `size` bytes between two places; T5, T6, A7 and T0 are lost.
void copy_memory(int to, int to_offset, int from, int from_offset, int size, int align) {
  int unit = align >= 4 ? 4 : align;
  int w = unit == 4 ? 2 : unit - 1;
  int count = size / unit;
  if (count <= 16 && to_offset + size < 2040 && from_offset + size < 2040) {
    for (int i = 0; i < count; i++) {
      load(w, T5, from, from_offset + i * unit);
      store(w, T5, to, to_offset + i * unit);
    }
    return;
  }
  addi(T5, from, from_offset);
  addi(T6, to, to_offset);
  load_constant(A7, size);
  add(A7, A7, T5);
  load(w, T0, T5, 0);
  store(w, T0, T6, 0);
  addi(T5, T5, unit);
  addi(T6, T6, unit);
  // back over four instructions
  emit(0x63 | (BNE << 12) | (T5 << 15) | (A7 << 20) | (((-16 >> 12) & 1) << 31) | (((-16 >> 5) & 63) << 25) | (((-16 >> 1) & 15) << 8) | (((-16 >> 11) & 1) << 7));
}

// Zeroes an object in memory.
void gen_zero(int n, int d) {
  int size = size_of(node[n].type);
  if (size == 0) return;
  gen_address(n, d);
  int unit = align_of(node[n].type) >= 4 ? 4 : align_of(node[n].type);
  int w = unit == 4 ? 2 : unit - 1;
  int count = size / unit;
  if (count <= 12 && address_offset + size < 2040) {
    for (int i = 0; i < count; i++) store(w, ZERO, address_base, address_offset + i * unit);
    return;
  }
  addi(T5, address_base, address_offset);
  load_constant(T6, size);
  add(T6, T6, T5);
  store(w, ZERO, T5, 0);
  addi(T5, T5, unit);
  emit(0x63 | (BNE << 12) | (T5 << 15) | (T6 << 20) | (((-8 >> 12) & 1) << 31) | (((-8 >> 5) & 63) << 25) | (((-8 >> 1) & 15) << 8) | (((-8 >> 11) & 1) << 7));
}

// Stores a value that is in registers in lvalue `n`, whose address is computed at depth d.
void store_value(int n, int r, int h, int d) {
  gen_address(n, d);
  if (node[n].op == N_BITFIELD) {
    store_field(n, r, h);
    return;
  }
  store(store_width(node[n].type), r, address_base, address_offset);
  if (is_wide(node[n].type)) store(2, h, address_base, address_offset + 4);
}

int gen_assign(int n, int d) {
  int a = node[n].a;
  int t = node[n].type;
  int c = class_of(t);
  if (d > 4) return gen_saved(n, d);
  if (c == CLASS_MEMORY) {
    int from = gen_word(node[n].b, d);
    int next = d + (from == place[d]);
    gen_address(a, next);
    copy_memory(address_base, address_offset, from, 0, size_of(t), align_of(t));
    return from;
  }
  int r = -1;
  if (node[a].op == N_VARIABLE) r = register_of(node[a].a);
  if (c == CLASS_LONG || c == CLASS_DOUBLE) {
    int l = gen_long(node[n].b, d);
    int h = high_register;
    if (r >= 0) {
      move_pair(r, symbol[node[a].a].extra, l, h);
      high_register = symbol[node[a].a].extra;
      return r;
    }
    int used = places_used(l, h, d);
    store_value(a, l, h, d + used);
    if (node[a].op == N_BITFIELD && node[a].c < 64) {
      // The value of the assignment is the field's.
      field_unsigned = is_unsigned(t);
      extend_pair(place[d], place[d + 1], l, h, node[a].c);
      high_register = place[d + 1];
      return place[d];
    }
    high_register = h;
    return l;
  }
  int v = gen_word(node[n].b, d);
  if (r >= 0) {
    move_result(r, v);
    return r;
  }
  store_value(a, v, 0, d + (v == place[d]));
  if (node[a].op == N_BITFIELD && node[a].c < 32) {
    // The value of the assignment is the field's.
    slli(place[d], v, 32 - node[a].c);
    if (is_unsigned(t)) srli(place[d], place[d], 32 - node[a].c);
    else srai(place[d], place[d], 32 - node[a].c);
    return place[d];
  }
  return v;
}

// Two registers from two others, in the order that loses nothing.
void move_pair(int rl, int rh, int l, int h) {
  if (h == rl) {
    move(rh, h);
    move(rl, l);
  } else {
    move(rl, l);
    move_result(rh, h);
  }
}

// a op= b, ++a, a++
int gen_update(int n, int d, int wanted) {
  int a = node[n].a;
  int t = node[n].type;
  int wide = is_wide(t);
  int post = node[n].c && wanted;
  if (d > 3) return gen_saved(n, d);
  if (node[a].op == N_VARIABLE) {
    int s = node[a].a;
    int r = register_of(s);
    if (r >= 0) {
      int h = symbol[s].extra;
      int next = d;
      if (post) {
        addi(place[d], r, 0);
        if (wide) addi(place[d + 1], h, 0);
        next = d + 1 + wide;
      }
      if (wide) {
        int l = gen_long(node[n].b, next);
        move_pair(r, h, l, high_register);
        high_register = post ? place[d + 1] : h;
      } else move_result(r, gen_word(node[n].b, next));
      return post ? place[d] : r;
    }
    if (!post) {
      // A variable in memory has an address that costs nothing: assign.
      return gen_assign(n, d);
    }
  }
  int used = gen_address(a, d);
  int base = address_base;
  int offset = address_offset;
  int o = d + used;
  if (node[a].op == N_BITFIELD) {
    int saved_a = node[a].a;
    if (wide) load_field_pair(a, place[o], place[o + 1], base, offset);
    else load_field_word(a, place[o], base, offset);
    node[a].a = saved_a;
  } else {
    load(load_width(t), place[o], base, offset);
    if (wide) load(2, place[o + 1], base, offset + 4);
  }
  old_low = place[o];
  old_high = place[o + 1];
  int next = o + 1 + wide;
  int v = wide ? gen_long(node[n].b, next) : gen_word(node[n].b, next);
  int h = high_register;
  address_base = base;
  address_offset = offset;
  if (node[a].op == N_BITFIELD) store_field(a, v, h);
  else {
    store(store_width(t), v, base, offset);
    if (wide) store(2, h, base, offset + 4);
  }
  if (!wanted) return v;
  if (!post && node[a].op == N_BITFIELD) {
    // The value is the field's.
    int width = node[a].c;
    field_unsigned = is_unsigned(t);
    if (wide) {
      extend_pair(place[d], place[d + 1], v, h, width);
      high_register = place[d + 1];
    } else if (width < 32) {
      slli(place[d], v, 32 - width);
      if (field_unsigned) srli(place[d], place[d], 32 - width);
      else srai(place[d], place[d], 32 - width);
    } else move(place[d], v);
    return place[d];
  }
  if (post) {
    move(place[d], place[o]);
    if (wide) {
      move(place[d + 1], place[o + 1]);
      high_register = place[d + 1];
    }
    return place[d];
  }
  if (wide) {
    move_pair(place[d], place[d + 1], v, h);
    high_register = place[d + 1];
  } else move(place[d], v);
  return place[d];
}

// Arguments are words: the first seven in a0 to a6, the rest on the stack. At depth 0.
int gen_call(int n, int d) {
  int f = node[n].a;
  int words = 0;
  int spilled = spill_top;
  int item;
  if (node[n].c) words = 1;
  // First those that do not end in registers: into spill words, which nested calls do not touch.
  int stack_words = 0;
  int w = words;
  item = node[n].b;
  while (item) {
    int size = words_of(node[item].type);
    if (w + size > 7) {
      int a = node[item].a;
      if (size == 2) {
        gen_long_to(a, 0);
        spill_word(place[0]);
        spill_word(place[1]);
      } else {
        int r = gen_word(a, 0);
        spill_word(r);
      }
      stack_words = stack_words + size;
    }
    w = w + size;
    item = node[item].next;
  }
  if (node[n].c) {
    reach(SP, symbol[node[n].c].value, 0);
    addi(A0, address_base, address_offset);
  }
  w = words;
  item = node[n].b;
  while (item) {
    int size = words_of(node[item].type);
    if (w + size <= 7) {
      if (size == 2) gen_long_to(node[item].a, w);
      else gen_word_to(node[item].a, w);
    }
    w = w + size;
    item = node[item].next;
  }
  int direct = node[f].op == N_VARIABLE && symbol[node[f].a].kind == SY_FUNCTION;
  int target = 0;
  if (!direct) {
    target = gen_word(f, 7);
    if (target != T0) move(T0, target);
  }
  if (stack_words) {
    // A value may begin in a6 and end on the stack.
    int index = w - stack_words;
    for (int i = 0; i < stack_words; i++) {
      int from = spill_offset + (spilled + i) * 4;
      if (index + i < 7) load(2, A0 + index + i, SP, from);
      else {
        load(2, T5, SP, from);
        store(2, T5, SP, (index + i - 7) * 4);
      }
    }
    spill_top = spilled;
  }
  if (direct) {
    refer_function(node[f].a, 0);
    emit(0x6f | (RA << 7));
  } else emit(0x67 | (RA << 7) | (T0 << 15));
  high_register = A1;
  return A0;
}

void spill_word(int r) {
  store(2, r, SP, spill_offset + spill_top * 4);
  spill_top = spill_top + 1;
  if (spill_top > spill_most) spill_most = spill_top;
  if (spill_offset + spill_top * 4 > 2000) limit(generate_at, S("expression is too complex"));
}
