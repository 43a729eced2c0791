import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ResidentError } from '../../errors.ts';
import type { GenerationBackend } from '../backend.ts';

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /**
   * Accepts no new connections, lets requests under way finish for at most `graceMs`, tells the others that the server
   * shut down, then closes.
   */
  close(graceMs: number): Promise<void>;
}

/** @throws ResidentError when the address cannot be listened on */
export async function startServer(
  app: Hono,
  backend: GenerationBackend,
  options: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => rejectConnection(error, socket));
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await backend.close(graceMs);
      // Answers are written by now, or on their way to clients that still read.
      const last = setTimeout(() => server.closeAllConnections(), 2_000);
      const idle = setInterval(() => server.closeIdleConnections(), 20);
      await closed;
      clearTimeout(last);
      clearInterval(idle);
    },
  };
}

/** Answers what is not HTTP, in the form of every other error. */
function rejectConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not arrive in time.']
        : ['400 Bad Request', 'This is not a valid HTTP request.'];
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: 'invalid_http' } });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'something else listens there; choose another --port' : cause.code;
      reject(new ResidentError(`Cannot listen on ${host}, port ${port}: ${reason}.`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}
