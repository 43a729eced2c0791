# Conway's Game of Life across instances: each computes one row of 32 cells of a torus, reads its neighbours' rows from
# shared RAM, and meets the others at a barrier after each generation. Prints its row after 50 generations:
#   resident run programs/machine/life.s --instances 32 --shared 1024 --mailbox --seed 7
.equ GENERATIONS, 50
.equ SHARED, 0x70000000
.text
_start:
    li a7, 4097             # instance_id
    ecall
    mv s0, a0
    li a7, 4098             # instance_count
    ecall
    mv s1, a0
    li a7, 4099             # random: one cell in four is alive
    ecall
    and s2, a0, a1
    slli s3, s1, 2          # bytes of one generation; two of them alternate in shared RAM
    addi t0, s0, -1         # places of the rows above, here and below
    add t0, t0, s1
    remu t0, t0, s1
    slli s4, t0, 2
    slli s5, s0, 2
    addi t0, s0, 1
    remu t0, t0, s1
    slli s6, t0, 2
    li s7, SHARED           # this generation, and the next
    add s8, s7, s3
    li s9, GENERATIONS
    add t0, s7, s5
    sw s2, 0(t0)
    call meet
generation:
    li s10, 0               # three bits of each cell's neighbour count
    li s11, 0
    li t6, 0
    add t0, s7, s4
    lw t0, 0(t0)
    call count_three
    add t0, s7, s6
    lw t0, 0(t0)
    call count_three
    mv t0, s2
    call count_sides
    or t0, s10, s2          # alive: three neighbours, or two and alive before
    and t0, t0, s11
    not t1, t6
    and s2, t0, t1
    add t0, s8, s5
    sw s2, 0(t0)
    mv t0, s7
    mv s7, s8
    mv s8, t0
    call meet
    addi s9, s9, -1
    bnez s9, generation

    la a1, line
    mv t1, a1
    li t2, 32
cell:
    li t3, '.'
    bgez s2, dead
    li t3, 'O'
dead:
    sb t3, 0(t1)
    slli s2, s2, 1
    addi t1, t1, 1
    addi t2, t2, -1
    bnez t2, cell
    li t3, '\n'
    sb t3, 0(t1)
    li a0, 1
    li a2, 33
    li a7, 64
    ecall
    li a0, 0
    li a7, 93
    ecall

count_three:                # the row t0 and its sides
    mv t5, ra
    mv t1, t0
    call count
    mv ra, t5
count_sides:                # t0 shifted by one cell to either side
    mv t5, ra
    slli t1, t0, 1
    srli t2, t0, 31
    or t1, t1, t2
    call count
    srli t1, t0, 1
    slli t2, t0, 31
    or t1, t1, t2
    call count
    mv ra, t5
    ret
count:                      # adds one for the cells of t1
    and t2, s10, t1
    xor s10, s10, t1
    and t3, s11, t2
    xor s11, s11, t2
    xor t6, t6, t3
    ret
meet:
    li a7, 4196             # barrier
    ecall
    ret
.data
line: .zero 36
