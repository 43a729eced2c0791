export function kernelsDigest(root: string): string;
export function kernelsAreCurrent(root: string): boolean;
export function kernelInputs(root: string): string[];
