// Exit code 0 if WebGPU finds an adapter on this machine.
import { nodeProvider } from '../src/gpu/provider.ts';

const provider = await nodeProvider();
process.exit((await provider.requestAdapter({ powerPreference: 'high-performance' })) ? 0 : 1);
