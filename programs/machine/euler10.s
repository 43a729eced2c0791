# Project Euler, problem 10: the sum of all primes below two million, 142913828922, by a sieve of two million ints.
# Needs 8 MiB of RAM: resident run programs/machine/euler10.s --ram 8388608
.text
_start:
    la s0, sieve
    li s1, 2000000
    li s2, 2                # i
    li s3, 0                # sum, low and high word
    li s4, 0
    li s6, 1415             # above the square root of two million
next:
    slli t0, s2, 2
    add t0, t0, s0
    lw t1, 0(t0)
    bnez t1, skip
    add s3, s3, s2
    sltu t2, s3, s2
    add s4, s4, t2
    bge s2, s6, skip
    mul t3, s2, s2
    slli t4, s2, 2
    slli t0, t3, 2
    add t0, t0, s0
    li t2, 1
mark:
    sw t2, 0(t0)
    add t3, t3, s2
    add t0, t0, t4
    blt t3, s1, mark
skip:
    addi s2, s2, 1
    blt s2, s1, next
    li a0, 1                # print_value: unsigned 64-bit
    mv a1, s3
    mv a2, s4
    li a7, 4160
    ecall
    la a1, newline
    li a0, 1
    li a2, 1
    li a7, 64
    ecall
    li a0, 0
    li a7, 93
    ecall
newline: .asciz "\n"
.data
sieve:
