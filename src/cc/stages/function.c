// Third stage: statements and functions.

int break_label, continue_label, return_label;
int current;             // function being generated
int force_frame;         // 1: a function without locals or calls needs a frame after all
int frame_saved;         // registers saved, ra included
int is_leaf;

void gen_statements(int n);

// A frame-relative instruction whose immediate lacks the frame size.
void frame_relative(int at) {
  if (frame_fixes >= FRAME_FIXES) limit(generate_at, S("too many stack parameters"));
  frame_fix[frame_fixes] = at;
  frame_fixes = frame_fixes + 1;
}

void gen_switch(int n) {
  int value = node[n].a;
  int chain = node[n].c;
  int cases = node[chain].a;
  int default_ = node[chain].b;
  int end = new_label();
  int otherwise = end;
  int old_break = break_label;
  int r;
  if (is_wide(node[value].type)) {
    r = gen_long(value, 0);
    int h = high_register;
    // Cases are 32-bit constants.
    otherwise = new_label();
    if (is_unsigned(node[value].type)) branch(BNE, h, ZERO, otherwise);
    else {
      srai(T5, r, 31);
      branch(BNE, h, T5, otherwise);
    }
  } else r = gen_word(value, 0);
  if (default_) {
    if (otherwise == end) otherwise = new_label();
    node[default_].at = otherwise;
  }
  int count = 0, low = 0x7fffffff, top = 1 << 31;
  int c = cases;
  while (c) {
    node[c].at = new_label();
    count++;
    if (node[c].a < low) low = node[c].a;
    if (node[c].b > top) top = node[c].b;
    c = node[c].c;
  }
  int range = top - low;
  if (count >= 5 && range >= 0 && range < count * 3 + 4) {
    // A table of addresses behind the jump.
    range = range + 1;
    if (small(0 - low)) addi(T5, r, 0 - low);
    else {
      load_constant(T6, low);
      sub(T5, r, T6);
    }
    load_constant(T6, range);
    branch(BGEU, T5, T6, otherwise);
    slli(T5, T5, 2);
    emit(0x17 | (T6 << 7));
    add(T6, T6, T5);
    load(2, T6, T6, 16);
    emit(0x67 | (T6 << 15));
    for (int i = 0; i < range; i++) {
      int l = otherwise;
      c = cases;
      while (c) {
        if (low + i >= node[c].a && low + i <= node[c].b) l = node[c].at;
        c = node[c].c;
      }
      emit(0);
      refer(l, code_words - 1);
    }
  } else {
    c = cases;
    while (c) {
      int v = node[c].a;
      int l = node[c].at;
      if (node[c].b != v) {
        load_constant(T6, v);
        sub(T5, r, T6);
        load_constant(T6, node[c].b - v + 1);
        branch(BLTU, T5, T6, l);
      } else if (v == 0) branch(BEQ, r, ZERO, l);
      else {
        load_constant(T6, v);
        branch(BEQ, r, T6, l);
      }
      c = node[c].c;
    }
    jump(otherwise);
  }
  break_label = end;
  gen_statements(node[n].b);
  break_label = old_break;
  if (otherwise != end && !default_) place_label(otherwise);
  place_label(end);
}

void gen_return(int n) {
  int value = node[n].a;
  if (value) {
    int t = node[value].type;
    int c = class_of(t);
    if (c == CLASS_VOID) gen_effect(value);
    else if (c == CLASS_MEMORY) {
      int r = gen_word(value, 0);
      int to = register_of(node[n].b);
      if (to < 0) {
        load(2, A1, SP, symbol[node[n].b].value);
        to = A1;
      }
      copy_memory(to, 0, r, 0, size_of(t), align_of(t));
      move(A0, to);
    } else if (is_wide(t)) gen_long_to(value, 0);
    else move_result(A0, gen_word(value, 0));
  }
  jump(return_label);
}

void gen_loop(int n) {
  int old_break = break_label;
  int old_continue = continue_label;
  int test = node[n].c;
  int top = new_label();
  break_label = new_label();
  continue_label = new_label();
  if (test && !(is_constant(test) && !is_zero(test))) {
    if (node[n].op == N_LOOP) gen_branch(test, break_label, 0, 0);
  } else test = 0;
  place_label(top);
  gen_statements(node[n].a);
  place_label(continue_label);
  if (test || node[n].b) mark_source(node[n].at);
  if (node[n].op == N_LOOP && node[n].b) gen_effect(node[n].b);
  if (test) gen_branch(test, top, 1, 0);
  else jump(top);
  place_label(break_label);
  break_label = old_break;
  continue_label = old_continue;
}

void gen_statements(int n) {
  while (n) {
    generate_at = node[n].at;
    if (node[n].op >= N_EXPRESSION && node[n].op <= N_RETURN && node[n].op != N_CASE) mark_source(generate_at);
    switch (node[n].op) {
      case N_BLOCK:
        gen_statements(node[n].a);
        break;
      case N_EXPRESSION:
        gen_effect(node[n].a);
        break;
      case N_IF: {
        int otherwise = new_label();
        gen_branch(node[n].c, otherwise, 0, 0);
        gen_statements(node[n].a);
        if (node[n].b) {
          int end = new_label();
          jump(end);
          place_label(otherwise);
          gen_statements(node[n].b);
          place_label(end);
        } else place_label(otherwise);
        break;
      }
      case N_LOOP:
      case N_DO:
        gen_loop(n);
        break;
      case N_SWITCH:
        gen_switch(n);
        break;
      case N_CASE:
        place_label(node[n].at);
        break;
      case N_BREAK:
        jump(break_label);
        break;
      case N_CONTINUE:
        jump(continue_label);
        break;
      case N_RETURN:
        gen_return(n);
        break;
      case N_GOTO:
      case N_LABEL: {
        int i = node[n].a;
        if (!goto_label[i].label) goto_label[i].label = new_label();
        if (node[n].op == N_GOTO) jump(goto_label[i].label);
        else place_label(goto_label[i].label);
        break;
      }
      case N_ZERO:
        gen_zero(node[n].a, 0);
        break;
    }
    n = node[n].next;
  }
}

// ---- frames ----

const int saved_registers[] = { S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11 };
const int leaf_registers[] = { T4, T3, T2, T1, S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11 };

int saved_used;          // callee-saved registers in use
int saved_list[16];

// Gives registers to the locals that are used most.
void allocate_registers(int f) {
  int free = 0;
  int most = is_leaf ? 16 : 12;
  saved_used = 0;
  while (free < most) {
    int best = 0;
    int s = function[f].locals;
    while (s) {
      int c = class_of(symbol[s].type);
      int scalar = c == CLASS_WORD || c == CLASS_FLOAT || ((c == CLASS_LONG || c == CLASS_DOUBLE) && free + 1 < most);
      if (scalar && !(symbol[s].flags & (FLAG_ADDRESSED | FLAG_REGISTER)) && symbol[s].weight > 2)
        if (!best || symbol[s].weight > symbol[best].weight) best = s;
      s = symbol[s].next;
    }
    if (!best) return;
    symbol[best].flags = symbol[best].flags | FLAG_REGISTER;
    int words = words_of(symbol[best].type);
    for (int i = 0; i < words; i++) {
      int r = is_leaf ? leaf_registers[free] : saved_registers[free];
      if (i == 0) symbol[best].value = r;
      else symbol[best].extra = r;
      if (!is_leaf || free >= 4) {
        saved_list[saved_used] = r;
        saved_used = saved_used + 1;
      }
      free++;
    }
  }
}

// Loads or stores word `w` of the arguments: from its register or from the caller's frame.
void argument_to(int w, int variadic, int rd) {
  if (w < 7) {
    move(rd, A0 + w);
    return;
  }
  int offset = (w - 7) * 4 + (variadic ? 28 : 0);
  if (frame_size >= 0) {
    load_constant(T5, frame_size + offset);
    add(T5, T5, SP);
    load(2, rd, T5, 0);
    return;
  }
  frame_relative(code_words);
  load(2, rd, SP, offset);
}

void store_argument(int w, int variadic, int offset) {
  int r = A0 + w;
  if (w >= 7) {
    argument_to(w, variadic, T6);
    r = T6;
  }
  if (offset <= 2040) {
    store(2, r, SP, offset);
    return;
  }
  load_constant(T5, offset);
  add(T5, T5, SP);
  store(2, r, T5, 0);
}

void gen_parameter(int s, int w, int variadic) {
  int wide = words_of(symbol[s].type) == 2;
  if (symbol[s].flags & FLAG_REGISTER) {
    argument_to(w, variadic, symbol[s].value);
    if (wide) argument_to(w + 1, variadic, symbol[s].extra);
    return;
  }
  store_argument(w, variadic, symbol[s].value);
  if (wide) store_argument(w + 1, variadic, symbol[s].value + 4);
}

void gen_function_body(int f) {
  int s;
  int start = code_words;
  int t = symbol[function[f].symbol].type;
  int variadic = type_of[t].variadic == 1;
  symbol[function[f].symbol].value = code_words;
  symbol[function[f].symbol].flags = symbol[function[f].symbol].flags | FLAG_PLACED;
  labels = 1;
  fixes = 1;
  frame_fixes = 0;
  spill_top = 0;
  spill_most = 0;
  branch_too_far = 0;
  last_label_at = -1;
  deepest = is_leaf ? 4 : DEEPEST;
  // Offsets: outgoing arguments, saved registers, (spill words of a large frame,) locals, spill words.
  frame_saved = saved_used + !is_leaf;
  int offset = function[f].arguments * 4;
  int saved_at = offset;
  offset = offset + frame_saved * 4;
  int total = 0;
  s = function[f].locals;
  while (s) {
    if (!(symbol[s].flags & FLAG_REGISTER)) total = total + size_of(symbol[s].type) + 8;
    s = symbol[s].next;
  }
  int large = total > 1400;
  frame_size = -1;
  spill_offset = offset;
  if (large) offset = offset + 256;
  // Scalars first, then the rest, so that most offsets are small.
  for (int pass = 0; pass < 2; pass++) {
    s = function[f].locals;
    while (s) {
      if (!(symbol[s].flags & FLAG_REGISTER)) {
        int c = class_of(symbol[s].type);
        if ((c == CLASS_MEMORY) == pass && (symbol[s].flags & (FLAG_USED | FLAG_PARAMETER | FLAG_ADDRESSED) || symbol[s].weight)) {
          int align = align_of(symbol[s].type) < 4 ? 4 : align_of(symbol[s].type);
          offset = round_up(offset, align);
          symbol[s].value = offset;
          offset = offset + round_up(size_of(symbol[s].type), 4);
          if (offset < 0 || offset > 0x3ffffff) {
            generate_at = symbol[s].at;
            limit(generate_at, S("the locals of this function are too large"));
          }
        }
      }
      s = symbol[s].next;
    }
  }
  offset = round_up(offset, 4);
  int has_frame = offset > 0 || !is_leaf || variadic || force_frame;
  if (large) {
    frame_size = round_up(offset, 16);
    spill_offset = saved_at + frame_saved * 4;
  } else spill_offset = offset;
  if (variadic) {
    addi(SP, SP, -28);
    for (int i = 0; i < 7; i++) store(2, A0 + i, SP, i * 4);
  }
  int enter_at = code_words;
  if (large) {
    load_constant(T5, 0 - frame_size);
    add(SP, SP, T5);
    // checked against the heap, as an immediate change is
    addi(SP, SP, 0);
  } else if (has_frame) addi(SP, SP, 0);
  if (!is_leaf) store(2, RA, SP, saved_at);
  for (int i = 0; i < saved_used; i++) store(2, saved_list[i], SP, saved_at + (i + !is_leaf) * 4);
  // Parameters: first those in registers and words, then copies of structures.
  int w = 0;
  if (function[f].result) {
    gen_parameter(function[f].result, 0, variadic);
    w = 1;
  }
  int first = w;
  for (int i = 0; i < function[f].parameters; i++) {
    s = function[f].first_parameter + i;
    if (class_of(symbol[s].type) == CLASS_MEMORY) {
      // The pointer waits in the first word of the copy.
      store_argument(w, variadic, symbol[s].value);
      w = w + 1;
    } else {
      gen_parameter(s, w, variadic);
      w = w + words_of(symbol[s].type);
    }
  }
  for (int i = 0; i < function[f].parameters; i++) {
    s = function[f].first_parameter + i;
    if (class_of(symbol[s].type) == CLASS_MEMORY && size_of(symbol[s].type)) {
      reach(SP, symbol[s].value, 0);
      load(2, A1, address_base, address_offset);
      copy_memory(address_base, address_offset, A1, 0, size_of(symbol[s].type), align_of(symbol[s].type));
    }
  }
  variadic_words = w;
  return_label = new_label();
  gen_statements(node[function[f].body].a);
  generate_at = function[f].end;
  if (is_main(symbol[function[f].symbol].name)) {
    addi(A0, ZERO, 0);
  } else if (label_fixes[return_label] && fix[label_fixes[return_label]].at == code_words - 1 && last_label_at != code_words) {
    // A return at the very end needs no jump.
    code_words = code_words - 1;
    label_fixes[return_label] = fix[label_fixes[return_label]].next;
  }
  place_label(return_label);
  if (!large) {
    frame_size = round_up(spill_offset + spill_most * 4, 4);
    if (frame_size > 2000) limit(generate_at, S("function is too complex"));
    if (!has_frame && frame_size > 0) force_frame = 2;
  }
  if (!is_leaf) load(2, RA, SP, saved_at);
  for (int i = 0; i < saved_used; i++) load(2, saved_list[i], SP, saved_at + (i + !is_leaf) * 4);
  if (large) {
    load_constant(T5, frame_size + (variadic ? 28 : 0));
    add(SP, SP, T5);
  } else if (has_frame) {
    addi(SP, SP, frame_size + (variadic ? 28 : 0));
    text_store(enter_at, 0x13 | (SP << 7) | (SP << 15) | ((0 - frame_size) << 20));
  }
  emit(0x67 | (RA << 15));
  if (!large)
    for (int i = 0; i < frame_fixes; i++) text_store(frame_fix[i], text_load(frame_fix[i]) + (frame_size << 20));
}

void gen_function(int f) {
  current = f;
  generate_at = function[f].at;
  mark_source(generate_at);
  is_leaf = !function[f].calls;
  allocate_registers(f);
  int start = code_words;
  int old_calls = call_fixes;
  int old_marks = marks;
  long_branches = 0;
  force_frame = 0;
  gen_function_body(f);
  while (branch_too_far || force_frame == 2) {
    // Once more, with branches that reach everywhere or with a frame.
    if (branch_too_far) long_branches = 1;
    if (force_frame == 2) force_frame = 1;
    code_words = start;
    call_fixes = old_calls;
    marks = old_marks;
    for (int i = 0; i < gotos; i++) goto_label[i].label = 0;
    gen_function_body(f);
  }
}

// ---- the program ----

// Places for the globals without initialiser, after the initialised data.
int zeroed_end;

void place_globals() {
  zeroed_end = round_up(data_length, 16);
  for (int s = 1; s < symbols; s++) {
    if (symbol[s].kind == SY_GLOBAL && !(symbol[s].flags & FLAG_PLACED)) {
      if (symbol[s].flags & FLAG_EXTERN) {
        if (symbol[s].flags & FLAG_USED) {
          error_start(symbol[s].at);
          put_char('\'');
          put_name(symbol[s].name);
          put_text(S("' is declared extern but not defined"));
          error_end(symbol[s].at);
        }
      } else {
        int t = symbol[s].type;
        if (kind_of(t) == TK_ARRAY && type_of[t].count < 0) {
          t = array_of(type_of[t].base, 1);
          symbol[s].type = t;
        }
        if (t >= TY_BASIC && !type_of[t].complete) error_type(symbol[s].at, S("incomplete type"), t);
        int at = round_up(zeroed_end, align_of(t));
        symbol[s].value = at;
        zeroed_end = at + size_of(t);
        if (zeroed_end < at || zeroed_end > 0x10000000) limit(symbol[s].at, S("the global variables are too large"));
      }
    }
  }
}

// The code word of a library function, copied from the library when it is first wanted.
int link_library(int index) {
  if (library_place[index]) return library_place[index];
  int start = code_words;
  if (marks && mark[marks - 1].at) mark_source(0);
  int length = library_length[index];
  int from = library_start[index];
  library_place[index] = start;
  library_used = 1;
  if (start + length > TEXT_WORDS) limit(generate_at, S("the machine code does not fit its text slot"));
  copy_to_text(start, pool_of(library_code) + from, length);
  code_words = start + length;
  int calls = library_calls[index];
  int count = library_calls[index + 1] - calls;
  for (int i = 0; i < count; i++) {
    if (call_fixes >= CALLS) limit(generate_at, S("too many calls for this compiler slot"));
    call_fix[call_fixes].at = start + library_call_at[calls + i];
    call_fix[call_fixes].target = 0 - 1 - library_call_target[calls + i];
    call_fix[call_fixes].kind = 0;
    call_fixes = call_fixes + 1;
  }
  return start;
}

// The code word of the target of a call.
int function_place(int target) {
  if (target < 0) return link_library(-1 - target);
  if (symbol[target].flags & FLAG_PLACED) return symbol[target].value;
  int n = symbol[target].name;
  // A declaration inside a function means the function of the file.
  if (name[n].symbol && name[n].symbol != target && symbol[name[n].symbol].flags & FLAG_PLACED) return symbol[name[n].symbol].value;
  if (name[n].meaning >> 16 == STATIC_FUNCTION) {
    int index = name[n].meaning & 65535;
    return link_library(index);
  }
  int at = symbol[target].at;
  error_start(at);
  put_text(S("function '"));
  put_name(n);
  put_text(S("' is called but not defined"));
  error_end(at);
  return 0;
}

void resolve_calls() {
  // Linking adds calls while this loop runs.
  for (int i = 0; i < call_fixes; i++) {
    int to = function_place(call_fix[i].target);
    int at = call_fix[i].at;
    if (call_fix[i].kind == 0) patch_jump(at, to);
    else {
      int address = TEXT_BASE + to * 4;
      int low = (address << 20) >> 20;
      text_store(at, text_load(at) + (address - low));
      text_store(at + 1, text_load(at + 1) + (low << 20));
    }
  }
}

int is_main(int n) {
  return name[n].length == 4 && same_text(name[n].at, S("main"), 4);
}

void gen_program() {
  int main_symbol = 0;
  for (int f = 0; f < functions; f++)
    if (is_main(symbol[function[f].symbol].name) && function[f].at >= prelude) main_symbol = function[f].symbol;
  if (!main_symbol && mode == MODE_PROGRAM) {
    if (job_load(JOB_OPEN)) job_store(JOB_DEFINES, 3);
    else error(0, S("the program has no function 'main'"));
  }
  place_globals();
  // gp points into the data so that the first 4 KiB need no upper part.
  if (mode != MODE_LIBRARY) {
    lui(GP, RAM_BASE + 4096);
    addi(GP, GP, -2048);
    labels = 1;
    fixes = 1;
    spill_top = 0;
    spill_most = 0;
    deepest = DEEPEST;
    spill_offset = 0;
    last_label_at = -1;
    if (startup_first) {
      addi(SP, SP, -512);
      gen_statements(startup_first);
      addi(SP, SP, 512);
    }
    if (mode == MODE_EXPRESSION) gen_expression_program();
    else if (main_symbol) {
      load_constant(A0, 0);
      load_constant(A1, 0);
      refer_function(main_symbol, 0);
      emit(0x6f | (RA << 7));
      call_library(LIB_EXIT);
    }
  }
  for (int f = 0; f < functions; f++)
    if (function[f].at >= prelude || !is_main(symbol[function[f].symbol].name)) gen_function(f);
  if (mode == MODE_LIBRARY) return;
  resolve_calls();
  // Addresses in the data.
  for (int i = 0; i < relocations; i++) {
    int s = relocation[i].symbol;
    int word = relocation[i].at >> 2;
    if (symbol[s].kind == SY_FUNCTION) {
      int to = function_place(s);
      resolve_calls();
      data[word] = data[word] + TEXT_BASE + to * 4;
    } else data[word] = data[word] + global_address(s);
  }
}

// Appends the initialised data to the code.
int write_data() {
  int words = (data_length + 3) >> 2;
  int start = code_words;
  int i = 0;
  if (mode != MODE_LIBRARY && start + LIBRARY_DATA_WORDS <= TEXT_WORDS) {
    copy_to_text(start, pool_of(library_data), LIBRARY_DATA_WORDS);
    code_words = start + LIBRARY_DATA_WORDS;
    i = LIBRARY_DATA_WORDS;
  }
  for (; i < words; i++) emit(data[i]);
  return start;
}
