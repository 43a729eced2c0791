/** What people see of an adapter. */
export interface AdapterSummary {
  /** Name for tables and reports, for example `NVIDIA H200`. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  /** True for a software rasteriser such as lavapipe or SwiftShader. */
  readonly software: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly features: readonly string[];
}

const softwareNames = /llvmpipe|lavapipe|swiftshader|software|basic render/i;

export function describeAdapter(adapter: GPUAdapter): AdapterSummary {
  const info = adapter.info as GPUAdapterInfo & { isFallbackAdapter?: boolean };
  const text = `${info.device} ${info.description}`;
  return {
    name: info.device || info.description || info.vendor || 'unnamed adapter',
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
    software: info.isFallbackAdapter === true || softwareNames.test(text),
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    features: [...adapter.features].sort(),
  };
}
