// Rows of the store, the same for SQLite and PostgreSQL. JSON is kept as canonical text: what is hashed is what
// is stored. Numbers that can exceed 2^31 are bigint in PostgreSQL and parsed back as numbers.

export interface Tables {
  os_meta: { key: string; value: string };
  os_contents: { hash: string; content: string };
  os_programs: { hash: string; name: string; version: string; source: string };
  os_installed: { name: string; program: string };
  os_processes: {
    pid: number;
    parent: number | null;
    name: string;
    state: string;
    /** Milliseconds since 1970 at which its timer runs out. */
    wake_at: number | null;
    data: string;
  };
  os_pages: { id: string; name: string; shared: number; owner: number; data: string };
  os_versions: { page: string; version: number; hash: string; tokens: number; sequence: number; pid: number };
  os_mappings: { pid: number; name: string; hash: string; data: string };
  os_messages: { id: number; recipient: number; data: string };
  os_calls: {
    key: string;
    pid: number;
    handle: string;
    tool: string;
    arguments: string;
    recovery: string | null;
    /** intended, done or unknown */
    status: string;
    outcome: string | null;
    sequence: number;
  };
  os_events: {
    sequence: number;
    pid: number;
    at: number;
    kind: string;
    op: string;
    pc: string;
    data: string;
    detail: string;
    /** Manifest of the window, if the model was asked. */
    window: string | null;
    prompt_tokens: number;
    reused_tokens: number;
    output_tokens: number;
    milliseconds: number;
    cost: number;
    state_hash: string;
    chain_hash: string;
  };
  /** Signals from other operating-system processes, for the kernel that holds the lease. */
  os_signals: { id: number; pid: number; data: string };
}
