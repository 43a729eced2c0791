// Third stage, bottom layer: RV32IMF instructions, labels and constants in the text slot.

// Registers.
enum { ZERO, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5, A6, A7,
  S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, T3, T4, T5, T6 };
enum { RAM_BASE = 0x10000000, TEXT_BASE = 0x10000 };

// Environment calls (src/machine/environment-calls.ts) and trap causes (src/machine/traps.ts).
enum { CALL_READ = 63, CALL_WRITE = 64, CALL_EXIT = 93, CALL_BRK = 214, CALL_ABORT = 4096,
  CALL_S64_DIV = 4100, CALL_S64_REM, CALL_U64_DIV, CALL_U64_REM,
  CALL_F64_ADD = 4112, CALL_F64_SUB, CALL_F64_MUL, CALL_F64_DIV, CALL_F64_SQRT, CALL_F64_COMPARE, CALL_F64_FROM_S64,
  CALL_F64_FROM_U64, CALL_F64_TO_S64, CALL_F64_TO_U64, CALL_F64_FROM_F32, CALL_F64_TO_F32, CALL_F64_FLOOR,
  CALL_F64_CEIL, CALL_F64_TRUNC, CALL_F64_FMOD, CALL_F64_POW, CALL_PRINT_VALUE = 4160 };
// Library functions that no environment call has, numbered like them.
enum { RUNTIME_F32_FROM_S64 = 4108, RUNTIME_F32_FROM_U64 };
enum { CAUSE_DIVISION_BY_ZERO = 27 };

int code_words;     // instructions written
int generate_at;    // source position, for limits

// Where in the source the code from word `code` on comes from, for faults at run time. Every mark belongs to a node.
int marks;
struct mark { int code, at; } mark[NODES];

void mark_source(int at) {
  if (marks && mark[marks - 1].code == code_words) marks = marks - 1;
  mark[marks].code = code_words;
  mark[marks].at = at;
  marks = marks + 1;
}

void emit(int word) {
  if (code_words >= TEXT_WORDS) limit(generate_at, S("the machine code does not fit its text slot"));
  text_store(code_words, word);
  code_words = code_words + 1;
}

void op_rrr(int f7, int f3, int rd, int rs1, int rs2) {
  emit(0x33 | (rd << 7) | (f3 << 12) | (rs1 << 15) | (rs2 << 20) | (f7 << 25));
}

void op_imm(int f3, int rd, int rs1, int imm) {
  emit(0x13 | (rd << 7) | (f3 << 12) | (rs1 << 15) | (imm << 20));
}

void add(int rd, int rs1, int rs2) { op_rrr(0, 0, rd, rs1, rs2); }
void sub(int rd, int rs1, int rs2) { op_rrr(32, 0, rd, rs1, rs2); }
void sll(int rd, int rs1, int rs2) { op_rrr(0, 1, rd, rs1, rs2); }
void slt(int rd, int rs1, int rs2) { op_rrr(0, 2, rd, rs1, rs2); }
void sltu(int rd, int rs1, int rs2) { op_rrr(0, 3, rd, rs1, rs2); }
void xor(int rd, int rs1, int rs2) { op_rrr(0, 4, rd, rs1, rs2); }
void srl(int rd, int rs1, int rs2) { op_rrr(0, 5, rd, rs1, rs2); }
void sra(int rd, int rs1, int rs2) { op_rrr(32, 5, rd, rs1, rs2); }
void or(int rd, int rs1, int rs2) { op_rrr(0, 6, rd, rs1, rs2); }
void and(int rd, int rs1, int rs2) { op_rrr(0, 7, rd, rs1, rs2); }
void mul(int rd, int rs1, int rs2) { op_rrr(1, 0, rd, rs1, rs2); }
void mulhu_(int rd, int rs1, int rs2) { op_rrr(1, 3, rd, rs1, rs2); }
void addi(int rd, int rs1, int imm) { op_imm(0, rd, rs1, imm); }
void slti(int rd, int rs1, int imm) { op_imm(2, rd, rs1, imm); }
void sltiu(int rd, int rs1, int imm) { op_imm(3, rd, rs1, imm); }
void xori(int rd, int rs1, int imm) { op_imm(4, rd, rs1, imm); }
void ori(int rd, int rs1, int imm) { op_imm(6, rd, rs1, imm); }
void andi(int rd, int rs1, int imm) { op_imm(7, rd, rs1, imm); }
void slli(int rd, int rs1, int n) { op_imm(1, rd, rs1, n); }
void srli(int rd, int rs1, int n) { op_imm(5, rd, rs1, n); }
void srai(int rd, int rs1, int n) { op_imm(5, rd, rs1, n | 1024); }
void lui(int rd, int upper) { emit(0x37 | (rd << 7) | (upper & 0xfffff000)); }
void ecall() { emit(0x73); }

// f3: 0 lb, 1 lh, 2 lw, 4 lbu, 5 lhu
void load(int f3, int rd, int base, int offset) {
  emit(0x03 | (rd << 7) | (f3 << 12) | (base << 15) | (offset << 20));
}

// f3: 0 sb, 1 sh, 2 sw
void store(int f3, int rs, int base, int offset) {
  emit(0x23 | ((offset & 31) << 7) | (f3 << 12) | (base << 15) | (rs << 20) | ((offset >> 5) << 25));
}

void move(int rd, int rs) {
  if (rd != rs) addi(rd, rs, 0);
}

int small(int value) {
  return value >= -2048 && value < 2048;
}

void load_constant(int rd, int value) {
  if (small(value)) {
    addi(rd, ZERO, value);
    return;
  }
  int low = (value << 20) >> 20;
  lui(rd, value - low);
  if (low) addi(rd, rd, low);
}

void call_environment(int number) {
  load_constant(A7, number);
  ecall();
}

// ---- labels, within one function ----

int labels;
int label_place[LABELS];   // word of code, or -1
int label_fixes[LABELS];   // first unresolved use
int fixes;
struct fix { int at, next; } fix[FIXES];
int long_branches;         // 1: conditional branches of this function jump over a jump

int new_label() {
  int l = labels;
  if (l >= LABELS) limit(generate_at, S("too many jumps in one function for this compiler slot"));
  labels = l + 1;
  label_place[l] = -1;
  label_fixes[l] = 0;
  return l;
}

int branch_too_far;

void patch_jump(int at, int place) {
  int word = text_load(at);
  int d = (place - at) * 4;
  if (word == 0) {
    // a word of a jump table
    text_store(at, TEXT_BASE + place * 4);
    return;
  }
  if ((word & 127) == 0x6f)
    word = (word & 0xfff) | (((d >> 20) & 1) << 31) | (((d >> 1) & 0x3ff) << 21) | (((d >> 11) & 1) << 20) | (((d >> 12) & 255) << 12);
  else {
    if (d < -4096 || d > 4094) branch_too_far = 1;
    word = (word & 0x1fff07f) | (((d >> 12) & 1) << 31) | (((d >> 5) & 63) << 25) | (((d >> 1) & 15) << 8) | (((d >> 11) & 1) << 7);
  }
  text_store(at, word);
}

int last_label_at;      // code word of the last label: code before and after it must stay apart

void place_label(int l) {
  last_label_at = code_words;
  label_place[l] = code_words;
  int f = label_fixes[l];
  while (f) {
    patch_jump(fix[f].at, code_words);
    f = fix[f].next;
  }
  label_fixes[l] = 0;
}

void refer(int l, int at) {
  if (label_place[l] >= 0) {
    patch_jump(at, label_place[l]);
    return;
  }
  if (fixes >= FIXES) limit(generate_at, S("too many jumps in one function for this compiler slot"));
  fix[fixes].at = at;
  fix[fixes].next = label_fixes[l];
  label_fixes[l] = fixes;
  fixes = fixes + 1;
}

void jump(int l) {
  emit(0x6f);
  refer(l, code_words - 1);
}

enum { BEQ = 0, BNE = 1, BLT = 4, BGE = 5, BLTU = 6, BGEU = 7 };

void branch(int f3, int rs1, int rs2, int l) {
  if (long_branches) {
    // The opposite condition skips the jump.
    emit(0x63 | ((f3 ^ 1) << 12) | (rs1 << 15) | (rs2 << 20) | (8 << 7));
    jump(l);
    return;
  }
  emit(0x63 | (f3 << 12) | (rs1 << 15) | (rs2 << 20));
  refer(l, code_words - 1);
}

// A branch over `count` instructions.
void skip(int f3, int rs1, int rs2, int count) {
  int d = (count + 1) * 4;
  emit(0x63 | (f3 << 12) | (rs1 << 15) | (rs2 << 20) | (((d >> 1) & 15) << 8) | (((d >> 5) & 63) << 25));
}

void trap_if_zero(int r) {
  skip(BNE, r, ZERO, 3);
  addi(A0, ZERO, CAUSE_DIVISION_BY_ZERO);
  lui(A7, CALL_ABORT);
  ecall();
}
