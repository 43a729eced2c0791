// Writes docs/isa.md and docs/environment-calls.md from the tables: node scripts/node24.mjs scripts/machine-docs.ts
import { writeFileSync } from 'node:fs';
import { environmentCallsPage, isaPage } from '../src/machine/docs.ts';

writeFileSync(new URL('../docs/isa.md', import.meta.url), isaPage());
writeFileSync(new URL('../docs/environment-calls.md', import.meta.url), environmentCallsPage());
