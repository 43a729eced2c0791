// Numbers of the ELF format (System V ABI; RISC-V ELF psABI) that reader, writer and core files share.

export const ELF32_MAGIC = [0x7f, 0x45, 0x4c, 0x46, 1, 1, 1] as const;
export const EM_RISCV = 243;
export const EF_RISCV_RVC = 1;
export const EF_RISCV_FLOAT_ABI_SINGLE = 2;
export const PT_LOAD = 1;
export const PF_EXECUTE = 1;
export const PF_WRITE = 2;
export const PF_READ = 4;
