# Messages between instances, checked: none lost, none twice, in order for each sender. Exits with 0, or 1 on a fault.
# The file is assembled behind lines that set MODE (0 ring, 1 all to instance 0, 2 random), COUNT (messages that each
# instance sends, at most 255), SHARED (address of a counter in shared RAM) and BUFFER (bytes of the buffer that messages
# are received into). RAM holds, after the data, a byte for each sender: its next number.
.text
_start:
    li a7, 4097             # instance_id
    ecall
    mv s0, a0
    li a7, 4098             # instance_count
    ecall
    mv s1, a0
    la s2, table
    la s3, message
    li s4, 0                # messages sent
    li s5, COUNT
    li s6, SHARED
    li t0, MODE
    li t1, 1
    beq t0, t1, all_to_one
    bgt t0, t1, random

ring:
    addi s7, s0, 1
    remu s7, s7, s1
ring_next:
    beq s4, s5, good
    mv a0, s7
    call send
    call receive
    call check
    addi s4, s4, 1
    j ring_next

all_to_one:
    beqz s0, collect
send_next:
    beq s4, s5, good
    li a0, 0
    call send
    addi s4, s4, 1
    j send_next
collect:
    addi s8, s1, -1
    mul s8, s8, s5
collect_next:
    beqz s8, good
    li a7, 4198             # receive_all
    call take
    sub s8, s8, s11
    j collect_next

# Everyone sends to random instances, takes what arrives meanwhile, and stops when all messages have been taken.
random:
    mul s8, s1, s5          # messages altogether
random_next:
    beq s4, s5, random_take
    bnez s9, random_try     # a target that was full is tried again
    li a7, 4099
    ecall
    remu s7, a0, s1
random_try:
    sb s4, 0(s3)
    mv a0, s7
    mv a1, s3
    li a2, 1
    li a7, 4193             # try_send
    ecall
    snez s9, a0
    bnez s9, random_take
    addi s4, s4, 1
random_take:
    li a7, 4199             # try_receive_all
    call take
    amoadd.w s11, s11, (s6)
    lw t0, 0(s6)
    bne t0, s8, random_next
    j good

send:                       # to instance a0: the number of this message
    sb s4, 0(s3)
    mv a1, s3
    li a2, 1
    li a7, 4192
    ecall
    bnez a0, bad
    ret
receive:                    # sender into s10
    la a0, buffer
    li a1, 4
    li a7, 4194
    ecall
    li t0, 1
    bne a0, t0, bad
    mv s10, a1
    ret
check:                      # the message of s10 is the next one of that sender
    la t0, buffer
    lbu t0, 0(t0)
    add t1, s2, s10
    lbu t2, 0(t1)
    bne t0, t2, bad
    addi t2, t2, 1
    sb t2, 0(t1)
    ret
take:                       # what the call a7 receives, checked; the number of messages into s11
    la a0, buffer
    mv t3, a0
    li a1, BUFFER
    ecall
    bltz a0, bad
    mv s11, a1
    mv t4, a1
take_next:
    beqz t4, taken
    lw t1, 0(t3)            # sender, length, the byte
    lw t0, 4(t3)
    li t2, 1
    bne t0, t2, bad
    lbu t0, 8(t3)
    add t1, s2, t1
    lbu t2, 0(t1)
    bne t0, t2, check_gap
take_good:
    addi t0, t0, 1
    sb t0, 0(t1)
    addi t3, t3, 12
    addi t4, t4, -1
    j take_next
check_gap:                  # numbers of one sender only grow, and leave none out unless some went elsewhere
    li t5, MODE
    li t6, 2
    bne t5, t6, bad
    bltu t0, t2, bad
    j take_good
taken:
    ret
good:
    li a0, 0
    j exit
bad:
    li a0, 1
exit:
    li a7, 93
    ecall
.data
message: .word 0
buffer: .zero BUFFER
table:
