# Benchmark kernels: endless loops, run for a given number of instructions. Behind lines that set KERNEL:
# 0 integer, 1 memory, 2 branches that differ between instances.
.text
_start:
    li a7, 4097             # instance_id
    ecall
    addi a0, a0, 1
    li t0, 0x9e3779b9
    mul a0, a0, t0          # a seed of its own, never 0
    li a1, 1
    li a2, 1664525
    li a3, 1013904223
    la s0, table
    li s1, 0
    li t1, KERNEL
    li t2, 1
    beq t1, t2, memory
    li t2, 2
    beq t1, t2, branches

integer:
    slli t0, a0, 13
    xor a0, a0, t0
    srli t0, a0, 17
    xor a0, a0, t0
    slli t0, a0, 5
    xor a0, a0, t0
    mul a1, a1, a2
    add a1, a1, a3
    add a4, a4, a0
    xor a4, a4, a1
    addi s2, s2, 1
    j integer

memory:
    add t0, s0, s1
    lw t1, 0(t0)
    add a4, a4, t1
    lw t2, 4(t0)
    add t1, t1, t2
    sw t1, 0(t0)
    sw a4, 4(t0)
    addi s1, s1, 8
    andi s1, s1, 1023
    addi s2, s2, 1
    j memory

branches:
    slli t0, a0, 13
    xor a0, a0, t0
    srli t0, a0, 17
    xor a0, a0, t0
    slli t0, a0, 5
    xor a0, a0, t0
    andi t0, a0, 7
    beqz t0, branch_a
    andi t1, a0, 8
    bnez t1, branch_b
    mul a1, a1, a2
    add a1, a1, a3
    j branches
branch_a:
    sub a4, a4, a0
    xor a1, a1, a4
    rem a4, a4, a2
    j branches
branch_b:
    slli a4, a4, 1
    add a4, a4, a0
    srai a1, a1, 3
    j branches

.data
table: .zero 1024
