// Third stage: syntax trees to machine code in the text slot.

enum { CONTROL_STATUS, CONTROL_TEXT_LENGTH = 11, CONTROL_ENTRY, CONTROL_DATA_OFFSET, CONTROL_DATA_LENGTH,
  CONTROL_STATIC_LENGTH, CONTROL_BUDGET_LO = 7, CONTROL_BUDGET_HI = 8 };
enum { MACHINE_LOAD = 1 };

void start_function() {
  labels = 1;
  deepest = DEEPEST;
  is_leaf = 0;
  frame_fixes = 0;
  last_label_at = -1;
  fixes = 1;
  spill_top = 0;
  spill_most = 0;
  branch_too_far = 0;
}

// The program of one expression: prints its value and exits.
void gen_expression_program() {
  start_function();
  spill_offset = 0;
  int frame = code_words;
  addi(SP, SP, 0);
  int t = node[root].type;
  if (is_floating(t)) {
    root = new_cast(TY_DOUBLE, root, node[root].at);
    gen_long_to(root, 1);
    addi(A0, ZERO, 2);
  } else {
    int unsigned_ = is_unsigned(promoted(t));
    root = new_cast(unsigned_ ? TY_ULONG : TY_LONG, root, node[root].at);
    gen_long_to(root, 1);
    addi(A0, ZERO, unsigned_);
  }
  call_environment(CALL_PRINT_VALUE);
  addi(A0, ZERO, 0);
  call_environment(CALL_EXIT);
  text_store(frame, 0x13 | (SP << 7) | (SP << 15) | ((0 - spill_most * 4) << 20));
}

// Hands the program to the machine.
int data_start;        // code word where the initialised data begins
int library_used;
int library_place[LIBRARY_FUNCTIONS];

void start_machine(int run) {
  control_store(CONTROL_TEXT_LENGTH, code_words * 4);
  control_store(CONTROL_ENTRY, 0);
  control_store(CONTROL_DATA_OFFSET, data_start * 4);
  control_store(CONTROL_DATA_LENGTH, mode == MODE_EXPRESSION && !prelude ? 0 : data_length);
  control_store(CONTROL_STATIC_LENGTH, mode == MODE_EXPRESSION && !prelude ? 0 : zeroed_end);
  control_store(CONTROL_BUDGET_LO, job_load(JOB_BUDGET_LO));
  control_store(CONTROL_BUDGET_HI, job_load(JOB_BUDGET_HI));
  if (run) control_store(CONTROL_STATUS, MACHINE_LOAD);
}

void generate(void) {
  code_words = 0;
  marks = 0;
  long_branches = 0;
  if (catch_error()) finish_failed();
  call_fixes = 0;
  library_used = 0;
  data_start = 0;
  clear_words(address_of(library_place), LIBRARY_FUNCTIONS);
  if (mode == MODE_EXPRESSION && !prelude) {
    gen_expression_program();
    resolve_calls();
  } else {
    gen_program();
    if (mode != MODE_LIBRARY) data_start = write_data();
  }
  if (errors) finish_failed();
  job_store(JOB_TEXT_LENGTH, code_words * 4);
  job_store(JOB_DIAGNOSTICS_LENGTH, diagnostics_length);
  job_store(JOB_ERRORS, 0);
  job_store(JOB_WARNINGS, warnings);
  start_machine(!job_load(JOB_COMPILE_ONLY) && job_load(JOB_DEFINES) < 2);
  job_store(JOB_STATUS, STATUS_DONE);
}
