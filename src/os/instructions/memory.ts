import { FaultError } from '../fault.ts';
import {
  autoSummary,
  commitPages,
  createPage,
  findPages,
  freePage,
  mapPage,
  renderPage,
  requirePage,
  resolve,
  swapOut,
  touch,
  writePage,
} from '../pages.ts';
import type { Step } from '../step.ts';
import { count, names, type Operands, optionalText, text } from './operands.ts';

export function LOAD(step: Step, { page, pin, wait }: Operands): void {
  const name = text(page);
  const mapping = resolve(step, name);
  if (!mapping) {
    if (!wait) throw new FaultError('page', `there is no page ${name}`);
    step.setState(step.process, 'BLOCKED', { kind: 'page', page: name });
    return;
  }
  mapPage(step, mapping);
  if (pin !== undefined) mapping.pinned = pin === true;
  step.advance(`page ${name} is in the window`);
}

export async function STORE(step: Step, { page, text: given, append, summary }: Operands): Promise<void> {
  const mapping = requirePage(step, text(page), 'write');
  const before = append && mapping.hash ? await step.machine.contents.get(mapping.hash) : '';
  const separator = before && !before.endsWith('\n') ? '\n' : '';
  const after = append ? before + separator + text(given) : text(given);
  // Appending keeps the summary unless a new one is given.
  const line = optionalText(summary) || (append ? mapping.summary : '');
  writePage(step, mapping, after, line);
  step.advance(`page ${mapping.name} has ${mapping.tokens} tokens`);
}

export function ALLOC(step: Step, { page, text: given, shared, split, summary, into }: Operands): void {
  const name = text(page);
  const body = optionalText(given);
  const made: string[] = [];
  if (!split) {
    createPage(step, name, body, shared === true, optionalText(summary));
    made.push(name);
  } else {
    const parts = splitText(step, name, body);
    for (const [i, part] of parts.entries()) {
      createPage(step, `${name}/${i}`, part, shared === true, optionalText(summary) || autoSummary(part));
      made.push(`${name}/${i}`);
    }
  }
  step.bind(into as string | undefined, made);
  step.advance(made);
}

/** Cuts a text at line ends into parts that fit a page. */
function splitText(step: Step, name: string, body: string): string[] {
  const { page } = step.program.memory;
  const title = step.count(renderPage(`${name}/00000`, ''));
  const room = page - title;
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const line of body.split(/(?<=\n)/)) {
    // Counting a line with a newline on its own is an upper bound for what it adds to a page.
    const tokens = step.count(`\n${line}`);
    if (tokens > room)
      throw new FaultError('heap', `a line of ${tokens} tokens does not fit a page of ${page} tokens (${name})`);
    if (used + tokens > room) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += line;
    used += tokens;
  }
  if (part || parts.length === 0) parts.push(part);
  return parts;
}

export function FREE(step: Step, { page, swap }: Operands): void {
  for (const name of names(page)) {
    if (swap === true) swapOut(requirePage(step, name));
    else freePage(step, name);
  }
  step.advance();
}

export async function FAULT(step: Step, { page, match, limit, sorted, raise, into }: Operands): Promise<void> {
  if (raise !== undefined) throw new FaultError('raised', text(raise));
  const wanted = page !== undefined ? [text(page)] : await findPages(step, text(match), count(limit, 1));
  if (sorted === true) wanted.sort();
  const keep = new Set(wanted);
  for (const name of wanted) mapPage(step, requirePage(step, name), keep);
  step.bind(into as string | undefined, wanted);
  step.advance(wanted.length > 0 ? wanted : 'no page fits');
}

export async function PEEK(step: Step, { page, depth, into }: Operands): Promise<void> {
  const { process } = step;
  if (page !== undefined) {
    const mapping = requirePage(step, text(page));
    touch(step, mapping);
    const body = await step.machine.contents.get(mapping.hash);
    step.bind(text(into), body);
    step.advance(body);
    return;
  }
  const below = count(depth, 0);
  if (below >= process.stack.length)
    throw new FaultError('stack', `the stack has ${process.stack.length} entries, none ${below} below the top`);
  const value = process.stack[process.stack.length - 1 - below]!;
  step.bind(text(into), value);
  step.advance(value);
}

export function COMMIT(step: Step, { pages, overwrite }: Operands): void {
  const written = commitPages(step, pages === undefined ? undefined : names(pages), overwrite === true);
  step.advance(written);
}
