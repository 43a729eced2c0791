# Writes machine code at run time and runs it: a compiler for polynomials in fifty instructions.
#   resident run programs/machine/selfmod.s
# 1. It turns the coefficients of a polynomial into straight-line code in RAM, says so with `fence.i`, and calls it for
#    x = 0 to 9. Each value is checked against a loop that computes the same without new code.
# 2. It then changes one instruction of that code. Until the next `fence.i` the old code goes on running; after it the
#    new one does. Both are checked.
# Exit code: how many values were wrong.
.equ TERMS, 5

.data
coefficients: .word 3, -1, 4, 1, -5    # 3x^4 - x^3 + 4x^2 + x - 5
.align 4
code: .zero 256
.executable code, 256

.text
_start:
  la s0, code
  la s1, coefficients
  li s2, TERMS
  li s11, 0               # wrong values

  # a0 = x comes in. mv a1, a0; li a0, 0; then for each coefficient c: mul a0, a0, a1; addi a0, a0, c; then ret.
  la t0, template
  lw t1, 0(t0)
  sw t1, 0(s0)
  lw t1, 4(t0)
  sw t1, 4(s0)
  addi s0, s0, 8
compile:
  lw t1, 8(t0)
  sw t1, 0(s0)
  lw t2, 0(s1)
  slli t2, t2, 20         # the immediate of addi is its top twelve bits
  lw t1, 12(t0)
  or t1, t1, t2
  sw t1, 4(s0)
  addi s0, s0, 8
  addi s1, s1, 4
  addi s2, s2, -1
  bnez s2, compile
  lw t1, 16(t0)
  sw t1, 0(s0)
  fence.i

  li s3, 0
each:
  mv a0, s3
  la t0, code
  jalr ra, 0(t0)
  mv s4, a0
  mv a0, s3
  jal ra, loop_value
  beq a0, s4, right
  addi s11, s11, 1
right:
  mv a0, s4
  jal ra, print
  addi s3, s3, 1
  li t0, 10
  bne s3, t0, each

  # The last coefficient becomes +7: its addi is the word before the ret.
  lw t1, -4(s0)
  slli t1, t1, 12
  srli t1, t1, 12
  li t2, 7
  slli t2, t2, 20
  or t1, t1, t2
  sw t1, -4(s0)
  la t0, code
  li a0, 2
  jalr ra, 0(t0)
  li t1, 53               # 3*16 - 8 + 16 + 2 - 5: still the old code
  beq a0, t1, stale
  addi s11, s11, 1
stale:
  jal ra, print
  fence.i
  la t0, code
  li a0, 2
  jalr ra, 0(t0)
  li t1, 65               # and now + 7
  beq a0, t1, fresh
  addi s11, s11, 1
fresh:
  jal ra, print
  mv a0, s11
  li a7, 93
  ecall

# The same polynomial without new code: x in a0, value in a0.
loop_value:
  la t0, coefficients
  li t1, TERMS
  li t2, 0
horner:
  mul t2, t2, a0
  lw t3, 0(t0)
  add t2, t2, t3
  addi t0, t0, 4
  addi t1, t1, -1
  bnez t1, horner
  mv a0, t2
  jr ra

# Prints a0 and a new line.
print:
  mv a1, a0
  srai a2, a0, 31
  li a0, 0
  li a7, 4160             # print_value
  ecall
  li a0, 1
  la a1, newline
  li a2, 1
  li a7, 64               # write
  ecall
  jr ra

# Never executed here: the patterns of the code that is written.
template:
  addi a1, a0, 0
  addi a0, x0, 0
  mul a0, a0, a1
  addi a0, a0, 0
  jr ra
newline: .byte 10
