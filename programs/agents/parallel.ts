// The same as parallel.c, orchestrated by the host: one function hands every task to an agent of its own.
import type { HostAgent } from 'residentvm';

export default async function main(agent: HostAgent): Promise<void> {
  let asked = 0;
  for (let next = await agent.taskNext(); next; next = await agent.taskNext()) {
    const { task, text } = next;
    agent.spawn(async (other) => {
      const answer = await other.llm(text, { maxTokens: 64 });
      await other.send(agent.id, JSON.stringify({ task, answer: answer.text }));
    });
    asked++;
  }
  for (let i = 0; i < asked; i++) {
    const { task, answer } = JSON.parse((await agent.recv()).message);
    await agent.resultPut(task, answer);
  }
}
