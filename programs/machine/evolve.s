# Genetic programming: machine code that evolves. The words at `genome` are the individual: a function of x in a2, with
# the result in a2 and a3 to a5 as working registers. Everything around it is the same for all: it calls the function
# with each x of `tests` and adds up how many leading bits the distance to the wanted value has clear; 32 for each test
# is a perfect function. That sum is the exit code and the fitness.
#   resident evolve programs/machine/evolve.s --target 384
.text
_start:
    la s0, tests
    la s1, tests_end
    li s2, 0
next_test:
    lw a2, 0(s0)
    mv a3, a2
    li a4, 1
    li a5, 0
    call genome
    lw t0, 4(s0)
    sub t0, a2, t0          # distance
    srai t1, t0, 31
    xor t0, t0, t1
    sub t0, t0, t1
    addi s2, s2, 32
count_bits:
    beqz t0, counted
    addi s2, s2, -1
    srli t0, t0, 1
    j count_bits
counted:
    addi s0, s0, 8
    bne s0, s1, next_test
    mv a0, s2
    li a7, 93               # exit
    ecall
genome:
    .zero 48                # twelve instructions
genome_end:
    ret
.data
tests:                      # x, and x^3 - 2 x^2 + 3 x + 7
    .word -9, -911
    .word -5, -183
    .word -3, -47
    .word -1, 1
    .word 0, 7
    .word 1, 9
    .word 2, 13
    .word 4, 51
    .word 7, 273
    .word 10, 837
    .word 31, 27969
    .word 100, 980307
tests_end:
