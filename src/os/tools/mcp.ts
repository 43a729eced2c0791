import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { ResidentError } from '../../errors.ts';
import type { Json } from '../json.ts';
import type { ToolBox } from './tool.ts';

/** A Model Context Protocol server: a command that talks on stdin and stdout, or a URL. */
export type McpServer =
  | { name: string; command: string; args?: string[]; env?: Record<string, string>; cwd?: string }
  | { name: string; url: string; headers?: Record<string, string> };

const timeLimit = 60_000;
const resultLimit = 64_000;

/**
 * Connects to a server and adds its tools as `NAME.TOOL`. A tool is idempotent if the server says so
 * (`idempotentHint` or `readOnlyHint`); the hints of a server are what the recovery of its calls rests on.
 */
export async function addMcpServer(box: ToolBox, server: McpServer): Promise<void> {
  const client = new Client({ name: 'resident-os', version: '0.1.0' });
  const transport =
    'url' in server
      ? new StreamableHTTPClientTransport(new URL(server.url), {
          ...(server.headers ? { requestInit: { headers: server.headers } } : {}),
        })
      : new StdioClientTransport({
          command: server.command,
          args: server.args ?? [],
          stderr: 'ignore',
          ...(server.env ? { env: server.env } : {}),
          ...(server.cwd ? { cwd: server.cwd } : {}),
        });
  try {
    await client.connect(transport);
  } catch (error) {
    throw new ResidentError(`MCP server ${server.name}: cannot be reached: ${(error as Error).message}`, {
      cause: error,
    });
  }
  box.onClose(() => client.close());
  const { tools } = await client.listTools();
  for (const tool of tools) {
    box.add({
      name: `${server.name}.${tool.name}`,
      description: tool.description ?? '',
      schema: tool.inputSchema as Record<string, Json>,
      idempotent: tool.annotations?.idempotentHint === true || tool.annotations?.readOnlyHint === true,
      async call(given, { key, signal }): Promise<Json> {
        const result = await client.callTool(
          { name: tool.name, arguments: given, _meta: { 'resident/idempotency-key': key } },
          { signal, timeout: timeLimit },
        );
        const text = (result.content as { type: string; text?: string }[])
          .map((part) => (part.type === 'text' ? (part.text ?? '') : `[${part.type}]`))
          .join('\n');
        if (result.isError) throw new Error(text.slice(0, 1000) || 'the tool reports an error');
        const value = (result.structuredContent as Json | undefined) ?? text;
        if (JSON.stringify(value).length > resultLimit) throw new Error(`the result is over ${resultLimit} characters`);
        return value;
      },
    });
  }
}
