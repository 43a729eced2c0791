# Benchmark kernel of single-precision arithmetic: an endless loop, run for a given number of instructions.
.text
_start:
    li t0, 1
    fcvt.s.w fa0, t0
    li t0, 3
    fcvt.s.w fa1, t0
    fdiv.s fa1, fa0, fa1

float:
    fmadd.s fa2, fa2, fa1, fa0
    fadd.s fa3, fa3, fa2
    fmul.s fa3, fa3, fa1
    fsub.s fa2, fa2, fa1
    addi s2, s2, 1
    j float
