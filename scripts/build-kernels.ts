// Links every root kernel (a .wesl file with an entry point) into a TypeScript module beside it: X.wesl -> X.wgsl.ts.
//
// A kernel may start with the line `// variants: base, f16, f16+subgroups`: it is then linked once for each, with
// the named WESL conditions set, and the module exports an object; otherwise the module exports one string.
// `import constants::NAME` in a kernel reads the `kernelConstants` of the floors (src/**/constants.ts).
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { kernelsAreCurrent, kernelsDigest } from './kernels-digest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const kernels = globSync('**/*.wesl', { cwd: src }).sort();
const tables = globSync('**/constants.ts', { cwd: src }).sort();
/** Names of WGSL extensions that the linker does not know, and known ones of the same kind that stand for them. */
const standIns = {
  subgroup_matrix_left: 'texture_depth_cube_array',
  subgroup_matrix_right: 'texture_depth_multisampled_2d',
  subgroup_matrix_result: 'texture_depth_cube',
  subgroupMatrixLoad: 'dpdxCoarse',
  subgroupMatrixStore: 'dpdyCoarse',
  subgroupMatrixMultiplyAccumulate: 'fwidthCoarse',
};

const roots = kernels.filter((kernel) => /@compute\b/.test(readFileSync(join(src, kernel), 'utf8')));

if (!(kernelsAreCurrent(root) && roots.every((kernel) => existsSync(output(kernel))))) await build();

function replaceNames(text: string, names: (readonly [string, string])[]): string {
  return names.reduce((result, [from, to]) => result.replace(new RegExp(`\\b${from}\\b`, 'g'), to), text);
}

async function build(): Promise<void> {
  // The C compiler's stages are text that its kernel reads as code; they are collected first.
  await import('./build-stages.ts');
  const { link } = await import('wesl');
  const constants = await collectConstants();
  const weslSrc = Object.fromEntries(
    kernels.map((k) => [k, replaceNames(readFileSync(join(src, k), 'utf8'), Object.entries(standIns))]),
  );
  for (const kernel of roots) {
    const variants = /^\/\/ variants: (.+)$/m
      .exec(weslSrc[kernel]!)?.[1]
      ?.split(',')
      .map((v) => v.trim());
    const linked: Record<string, string> = {};
    for (const variant of variants ?? ['base']) {
      const conditions = Object.fromEntries(variant.split('+').map((name) => [name, true]));
      const rootModuleName = `package::${kernel.replace(/\.wesl$/, '').replaceAll('/', '::')}`;
      const result = await link({ weslSrc, rootModuleName, conditions, constants });
      linked[variant] = replaceNames(
        result.dest,
        Object.entries(standIns).map(([name, standIn]) => [standIn, name] as const),
      );
    }
    const value = variants ? linked : linked.base;
    writeFileSync(
      output(kernel),
      `// Linked from ${kernel} by scripts/build-kernels.ts.\nexport const wgsl = ${JSON.stringify(value, null, 1)};\n`,
    );
  }
  mkdirSync(join(root, '.setup'), { recursive: true });
  writeFileSync(join(root, '.setup', 'kernels'), kernelsDigest(root));
}

async function collectConstants(): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const table of tables) {
    const module = (await import(pathToFileURL(join(src, table)).href)) as { kernelConstants: Record<string, number> };
    for (const [name, value] of Object.entries(module.kernelConstants)) {
      if (name in all && all[name] !== value) throw new Error(`${table}: constant ${name} has two values`);
      all[name] = value;
    }
  }
  return all;
}

function output(kernel: string): string {
  return join(src, kernel.replace(/\.wesl$/, '.wgsl.ts'));
}
