import type { Command } from 'commander';
import type { Store } from '../os/store/store.ts';
import { integer } from './options.ts';

const collect = (value: string, list: string[]) => [...list, value];
const pid = integer(1, Number.MAX_SAFE_INTEGER);

/** `resident os`: the LLM-VM. What each command does is in src/os/shell; this file holds their arguments. */
export function registerOs(program: Command): void {
  const os = program.command('os').description('the operating system for language models: run programs as processes');
  const bare = (name: string, description: string) =>
    os
      .command(name)
      .description(description)
      .exitOverride()
      .option('--verbose', 'show stack traces')
      .showHelpAfterError('(see --help)');
  const sub = (name: string, description: string) =>
    bare(name, description)
      .option('--json', 'print JSON, one object per line')
      .option(
        '--store <location>',
        'the machine: a file, or postgres://... (default: $RESIDENT_OS_STORE, or resident-os.sqlite)',
        process.env.RESIDENT_OS_STORE ?? 'resident-os.sqlite',
      );

  bare('check', 'check program files; mistakes are FILE:LINE:COLUMN: what is wrong')
    .argument('<files...>')
    .option('--json', 'print one JSON object per file')
    .action(async (files: string[], options: { json?: boolean }) => {
      const { checkFiles } = await import('../os/shell/check.ts');
      if (!checkFiles(files, options.json === true)) process.exitCode = 1;
    });

  bare('schema', 'print the JSON schema of program files').action(async () => {
    const { programJsonSchema } = await import('../os/program.ts');
    console.log(JSON.stringify(programJsonSchema(), null, 2));
  });

  sub('run', 'start programs as processes and run the machine; without files, go on where it stopped')
    .argument('[files...]', 'program files')
    .option('--input <name=value>', 'input of the programs (JSON or text); may be repeated', collect, [])
    .option('--install <file>', 'program that others may FORK by name; may be repeated', collect, [])
    .option('--core <file>', 'go on with a process from a core dump')
    .option('--cpu <cpu>', 'a GGUF file, http://HOST/v1#MODEL, or scripted:FILE', 'models/resident-mini.gguf')
    .option('--api-key-env <name>', 'environment variable that holds the key of the endpoint')
    .option('--instances <n>', 'operations side by side', integer(1, 65535), 8)
    .option('--context <n>', 'tokens an instance of a local model can hold', integer(64, 1 << 24), 4096)
    .option('--scheduling <policy>', 'priority or round-robin', 'priority')
    .option('--root <folder>', 'attach the file tools, for this folder')
    .option('--allow-host <host>', 'attach the HTTP tools, for this host; may be repeated', collect, [])
    .option('--mcp <file>', 'attach the Model Context Protocol servers that this file lists')
    .option('--no-wait', 'return when nothing can go on at once: processes sleep or wait')
    .action(async (files: string[], options) => {
      const { ResidentError } = await import('../errors.ts');
      const { runFiles } = await import('../os/shell/run.ts');
      if (!['priority', 'round-robin'].includes(options.scheduling))
        throw new ResidentError(`--scheduling ${options.scheduling}: expected priority or round-robin`, {
          exitCode: 2,
        });
      const key = options.apiKeyEnv === undefined ? undefined : process.env[options.apiKeyEnv as string];
      process.exitCode = await runFiles(files, {
        ...options,
        inputs: options.input,
        hosts: options.allowHost,
        json: options.json === true,
        ...(key === undefined ? {} : { key }),
      });
    });

  sub('ps', 'list processes')
    .option('--all', 'also those that have ended')
    .action((options) =>
      withStore(options.store, async (store) => {
        const { ps } = await import('../os/shell/inspect.ts');
        await ps(store, { all: options.all === true, json: options.json === true });
      }),
    );

  sub('top', 'show the busiest processes, again and again')
    .option('--once', 'once')
    .option('--seconds <n>', 'time between looks', integer(1, 3600), 1)
    .action((options) =>
      withStore(options.store, async (store) => {
        const { top } = await import('../os/shell/inspect.ts');
        await top(store, { once: options.once === true, json: options.json === true, seconds: options.seconds });
      }),
    );

  sub('show', 'show one process: registers, stack, frames, limits, messages, calls')
    .argument('<pid>', 'process', pid)
    .action((id: number, options) =>
      withStore(options.store, async (store) => {
        const { show } = await import('../os/shell/inspect.ts');
        await show(store, id, options.json === true);
      }),
    );

  sub('pages', 'show the page table of a process, or the shared pages')
    .argument('[pid]', 'process', pid)
    .option('--text <page>', 'print the text of one page')
    .action((id: number | undefined, options) =>
      withStore(options.store, async (store) => {
        const { pages } = await import('../os/shell/inspect.ts');
        await pages(store, id, { json: options.json === true, ...(options.text ? { text: options.text } : {}) });
      }),
    );

  sub('logs', 'print one line for each event')
    .argument('[pid]', 'process', pid)
    .option('--last <n>', 'only the last n steps of the machine', integer(1, 1_000_000_000))
    .action((id: number | undefined, options) =>
      withStore(options.store, async (store) => {
        const { logs } = await import('../os/shell/trace.ts');
        await logs(store, {
          json: options.json === true,
          ...(id === undefined ? {} : { pid: id }),
          ...(options.last === undefined ? {} : { last: options.last }),
        });
      }),
    );

  sub('trace', 'print every instruction with the window that the model saw, tokens, time and cost')
    .argument('[pid]', 'process', pid)
    .option('--full', 'whole windows, not only what changed')
    .action((id: number | undefined, options) =>
      withStore(options.store, async (store) => {
        const { trace } = await import('../os/shell/trace.ts');
        await trace(store, {
          json: options.json === true,
          full: options.full === true,
          ...(id === undefined ? {} : { pid: id }),
        });
      }),
    );

  sub('kill', 'send a signal: kill (default), stop or continue')
    .argument('<pid>', 'process', pid)
    .option('--signal <name>', 'kill, stop or continue', 'kill')
    .option('--tree', 'also to all that the process started')
    .action((id: number, options) =>
      withStore(options.store, async (store) => {
        const { ResidentError } = await import('../errors.ts');
        const { familyOf, send } = await import('../os/shell/control.ts');
        if (!['kill', 'stop', 'continue'].includes(options.signal))
          throw new ResidentError(`--signal ${options.signal}: expected kill, stop or continue`, { exitCode: 2 });
        const pids = options.tree ? await familyOf(store, id) : [id];
        report(pids, options.signal, await send(store, pids, { signal: options.signal }), options.json === true);
      }),
    );

  sub('sleep', 'put a process to sleep')
    .argument('<pid>', 'process', pid)
    .argument('<duration>', 'like 90s, 30m, 12h or 7d')
    .action((id: number, time: string, options) =>
      withStore(options.store, async (store) => {
        const { duration, send } = await import('../os/shell/control.ts');
        const until = Date.now() + duration(time);
        report([id], 'sleep', await send(store, [id], { signal: 'sleep', until }), options.json === true);
      }),
    );

  sub('wake', 'wake a process that sleeps, or decide about a call whose outcome is not known')
    .argument('<pid>', 'process', pid)
    .option('--retry', 'make the call again')
    .option('--fail', 'let the call fail')
    .action((id: number, options) =>
      withStore(options.store, async (store) => {
        const { send } = await import('../os/shell/control.ts');
        const decision = options.retry ? 'retry' : options.fail ? 'fail' : undefined;
        const request = decision ? ({ signal: 'resolve', decision } as const) : ({ signal: 'wake' } as const);
        report([id], decision ?? 'wake', await send(store, [id], request), options.json === true);
      }),
    );

  sub('core', 'dump a process to a file that `run --core` loads, here or elsewhere')
    .argument('<pid>', 'process', pid)
    .requiredOption('--output <file>', 'the file')
    .action((id: number, options) =>
      withStore(options.store, async (store) => {
        const { writeCore } = await import('../os/shell/control.ts');
        await writeCore(store, id, options.output);
        if (options.json) console.log(JSON.stringify({ pid: id, file: options.output }));
      }),
    );

  sub('replay', 'run the events again without a model and compare the hash of every state')
    .option('--until <step>', 'last step', integer(1, Number.MAX_SAFE_INTEGER))
    .action((options) =>
      withStore(options.store, async (store) => {
        const { replayStore } = await import('../os/shell/control.ts');
        const until = options.until === undefined ? {} : { until: options.until };
        process.exitCode = await replayStore(store, { json: options.json === true, ...until });
      }),
    );

  sub('export', 'write the whole machine as text, for another computer or another kind of store')
    .option('--output <file>', 'the file (default: standard output)')
    .action((options) =>
      withStore(options.store, async (store) => {
        const { exportTo } = await import('../os/shell/transfer.ts');
        const lines = await exportTo(store, options.output);
        if (options.json && options.output) console.log(JSON.stringify({ file: options.output, lines }));
      }),
    );

  sub('import', 'make a store from an exported machine, and replay it')
    .argument('<file>', 'what `os export` wrote')
    .action(async (file: string, options) => {
      const { importFrom } = await import('../os/shell/transfer.ts');
      process.exitCode = await importFrom(file, options.store, options.json === true);
    });

  sub('fork', 'time travel: make another machine that starts at a step of this one, with changes')
    .requiredOption('--at <step>', 'the last step that both share', integer(0, Number.MAX_SAFE_INTEGER))
    .requiredOption('--to <location>', 'the new machine: a file that is not there yet, or postgres://...')
    .option('--pid <pid>', 'the process to change', pid)
    .option('--page <name=file>', 'give a page the text of a file; may be repeated', collect, [])
    .option('--register <name=value>', 'set a register (JSON or text); may be repeated', collect, [])
    .option('--prompt <text>', 'prompt of its next operation')
    .action((options) =>
      withStore(options.store, async (store) => {
        const { fork } = await import('../os/shell/control.ts');
        await fork(store, options);
        if (options.json) console.log(JSON.stringify({ at: options.at, to: options.to }));
        else
          console.log(`${options.to} starts at step ${options.at}; \`resident os run --store ${options.to}\` goes on`);
      }),
    );

  sub('gc', 'forget ended processes and old events, and remove the texts that nothing refers to')
    .option('--keep <duration>', 'history that stays', '7d')
    .action((options) =>
      withStore(options.store, async (store) => {
        const { duration, gc } = await import('../os/shell/control.ts');
        await gc(store, duration(options.keep), options.json === true);
      }),
    );
}

async function withStore(location: string, action: (store: Store) => Promise<void>): Promise<void> {
  const { openExisting } = await import('../os/shell/open.ts');
  const store = await openExisting(location);
  try {
    await action(store);
  } finally {
    await store.close();
  }
}

function report(pids: readonly number[], signal: string, applied: boolean, json: boolean): void {
  if (json) console.log(JSON.stringify({ pids, signal, applied }));
  else if (applied) console.log(`${signal}: ${pids.join(', ')}`);
  else console.log(`${signal}: ${pids.join(', ')} (sent; takes effect when the kernel looks)`);
}
