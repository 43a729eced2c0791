import type { Command } from 'commander';
import type { BoundsChecks, Gpu } from '../gpu/index.ts';

const limitsThatMatter = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('show the GPU adapter, its driver, features and limits, and which kernel paths they select')
    .option('--json', 'print one JSON object')
    .action(async (options: { json?: boolean }) => {
      const { openGpu } = await import('../gpu/index.ts');
      const gpu = await openGpu();
      const report = doctorReport(gpu);
      console.log(options.json ? JSON.stringify(report) : doctorText(report));
      gpu.close();
    });
}

function doctorReport(gpu: Gpu) {
  return {
    adapter: gpu.adapter.name,
    vendor: gpu.adapter.vendor,
    driver: gpu.adapter.driver,
    software: gpu.adapter.software,
    node: process.versions.node,
    features: gpu.adapter.features,
    subgroupSizes: [gpu.adapter.subgroupMinSize, gpu.adapter.subgroupMaxSize],
    limits: Object.fromEntries(limitsThatMatter.map((name) => [name, gpu.limits[name]])),
    kernelPaths: gpu.paths,
    boundsChecks: gpu.boundsChecks,
    advice: advice(gpu),
  };
}

function advice(gpu: Gpu): string[] {
  const lines: string[] = [];
  if (gpu.adapter.software) {
    lines.push(
      'This is a software adapter: everything works, slowly. With a GPU in the machine, install its Vulkan driver.',
    );
  }
  if (!gpu.paths.f16) lines.push('No f16: weights and KV are computed in f32.');
  if (!gpu.paths.timestamps) lines.push('No GPU timestamps: `resident bench` cannot measure on this adapter.');
  return lines;
}

const boundsText: Readonly<Record<BoundsChecks, string>> = {
  own: "the kernels' own",
  webgpu: "the kernels' own, and WebGPU's behind them",
  report: "the kernels' own, WebGPU's behind them, accesses outside are reported",
};

function doctorText(report: ReturnType<typeof doctorReport>): string {
  const rows: [string, string][] = [
    ['adapter', report.adapter + (report.software ? ' (software)' : '')],
    ['driver', report.driver],
    ['node', report.node],
    ['subgroup size', report.subgroupSizes.join(' to ')],
    [
      'kernel paths',
      [
        'portable',
        ...Object.entries(report.kernelPaths)
          .filter(([, on]) => on)
          .map(([name]) => name),
      ].join(', '),
    ],
    ['bounds checks', boundsText[report.boundsChecks]],
    ...Object.entries(report.limits).map(([name, value]): [string, string] => [name, value.toLocaleString('en-US')]),
    ['features', report.features.join(', ')],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [...table, ...report.advice.map((line) => `\n${line}`)].join('\n');
}
