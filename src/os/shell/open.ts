import { existsSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ResidentError } from '../../errors.ts';
import type { Cpu } from '../cpu.ts';
import { EndpointCpu } from '../cpus/endpoint.ts';
import { answerByRules, ScriptedCpu } from '../cpus/scripted.ts';
import { openStore, type Store } from '../store/store.ts';
import { clockTool, cTool, httpTools, randomTool } from '../tools/builtin.ts';
import { GpuCMachine } from '../tools/c-machine.ts';
import { fileTools } from '../tools/files.ts';
import type { McpServer } from '../tools/mcp.ts';
import { ToolBox } from '../tools/tool.ts';
import { readText } from './check.ts';

/** Opens a store that must be there already. */
export async function openExisting(location: string): Promise<Store> {
  if (!location.includes('://') && !existsSync(location))
    throw new ResidentError(`${location}: there is no such store; \`resident os run\` makes one`, { exitCode: 2 });
  return await openStore(location);
}

const scriptSchema = z.array(
  z.strictObject({ instruction: z.string().optional(), pages: z.string().optional(), answer: z.string() }),
);

export interface CpuChoice {
  instances: number;
  /** Tokens an instance of a local model can hold. */
  context: number;
  /** Key of an endpoint. */
  key?: string;
}

/**
 * A CPU from its description: `scripted:FILE` (rules in YAML), `http://HOST/v1#MODEL`, or a GGUF file.
 */
export async function openCpu(description: string, { instances, context, key }: CpuChoice): Promise<Cpu> {
  if (description.startsWith('scripted:')) {
    const file = description.slice('scripted:'.length);
    const rules = scriptSchema.safeParse(parse(readText(file)));
    if (!rules.success) {
      const issue = rules.error.issues[0]!;
      throw new ResidentError(`${file}: rule ${issue.path.join('.')}: ${issue.message}`, { exitCode: 2 });
    }
    const list = rules.data.map(({ instruction, pages, answer }) => ({
      answer,
      ...(instruction === undefined ? {} : { instruction }),
      ...(pages === undefined ? {} : { pages }),
    }));
    return new ScriptedCpu(answerByRules(list), { instances });
  }
  if (/^https?:\/\//.test(description)) {
    const [url, model] = description.split('#') as [string, string | undefined];
    if (!model)
      throw new ResidentError(`${description}: name the model after a "#": http://localhost:8080/v1#NAME`, {
        exitCode: 2,
      });
    return new EndpointCpu({ url, model, instances, ...(key ? { key } : {}) });
  }
  const { EngineCpu } = await import('../cpus/engine.ts');
  return await EngineCpu.open(description, { instances, contextLength: context });
}

const serversSchema = z.record(
  z.string().regex(/^[A-Za-z][\w-]*$/),
  z.union([
    z.strictObject({
      command: z.string(),
      args: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).optional(),
      cwd: z.string().optional(),
    }),
    z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()).optional() }),
  ]),
);

export interface ToolChoice {
  /** Folder that the file tools see. */
  root?: string;
  hosts?: readonly string[];
  /** JSON or YAML file: names, each with {command, args, env} or {url, headers}. */
  mcp?: string;
}

/** The tools that a kernel attaches. A program still needs permission for each. */
export async function openTools({ root, hosts, mcp }: ToolChoice): Promise<ToolBox> {
  const machine = new GpuCMachine();
  const box = new ToolBox().add(clockTool, randomTool, cTool(machine));
  box.onClose(() => machine.close());
  if (root !== undefined) {
    if (!existsSync(root)) throw new ResidentError(`--root ${root}: there is no such folder`, { exitCode: 2 });
    box.add(...fileTools(root));
  }
  if (hosts?.length) box.add(...httpTools(hosts));
  if (mcp !== undefined) {
    const given = parse(readText(mcp)) as { mcpServers?: unknown };
    const servers = serversSchema.safeParse(given?.mcpServers ?? given);
    if (!servers.success) {
      const issue = servers.error.issues[0]!;
      throw new ResidentError(`${mcp}: ${issue.path.join('.')}: ${issue.message}`, { exitCode: 2 });
    }
    const { addMcpServer } = await import('../tools/mcp.ts');
    for (const [name, server] of Object.entries(servers.data))
      await addMcpServer(box, { name, ...server } as McpServer);
  }
  return box;
}
