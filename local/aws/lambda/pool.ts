import type { InvocationResult, Sandbox } from "./sandbox.ts";
import { SandboxStopped } from "./sandbox.ts";

export interface PoolOptions {
  start(): Sandbox;
  /** Maximum number of sandboxes, and so of concurrent invocations. */
  bound: number;
  /** A sandbox idle for this long is stopped to free its memory. */
  idleMs: number;
}

/** The sandboxes of one function: reused while warm, started on demand up to a bound, retired when idle. */
export interface Pool {
  /** Runs when a sandbox is free, in order of arrival. Rejects with {@link SandboxStopped} when the pool closes. */
  run(request: { requestId: string; event: string }): Promise<InvocationResult>;
  /** How many more invocations could start immediately. */
  free(): number;
  /** Kills running invocations. */
  close(): Promise<void>;
}

export function createPool(options: PoolOptions): Pool {
  const idle: { sandbox: Sandbox; timer: NodeJS.Timeout }[] = [];
  const busy = new Set<Sandbox>();
  const waiting: {
    request: { requestId: string; event: string };
    resolve: (result: InvocationResult) => void;
    reject: (cause: unknown) => void;
  }[] = [];
  const leaving = new Set<Promise<void>>();
  let closed = false;

  function retire(sandbox: Sandbox): void {
    const gone = sandbox.stop().finally(() => leaving.delete(gone));
    leaving.add(gone);
  }

  function take(): Sandbox {
    // Use the most recently used sandbox, so that the others can stay idle long enough to retire.
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.sandbox.alive()) return entry.sandbox;
    }
    return options.start();
  }

  function giveBack(sandbox: Sandbox): void {
    busy.delete(sandbox);
    if (!sandbox.alive() || closed) {
      retire(sandbox);
      return;
    }
    const entry = {
      sandbox,
      timer: setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1);
        retire(sandbox);
      }, options.idleMs),
    };
    idle.push(entry);
  }

  function pump(): void {
    while (waiting.length > 0 && busy.size < options.bound) {
      const job = waiting.shift()!;
      const sandbox = take();
      busy.add(sandbox);
      // This settles the job's own promise, so there is nothing to await here.
      void sandbox
        .invoke(job.request)
        .finally(() => giveBack(sandbox))
        .then(job.resolve, job.reject)
        .then(pump);
    }
  }

  return {
    free: () => (closed ? 0 : Math.max(0, options.bound - busy.size - waiting.length)),
    run(request) {
      if (closed) return Promise.reject(new SandboxStopped());
      return new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        pump();
      });
    },
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(new SandboxStopped());
      for (const { sandbox, timer } of idle.splice(0)) {
        clearTimeout(timer);
        retire(sandbox);
      }
      await Promise.all([...busy].map((sandbox) => sandbox.stop()));
      await Promise.all(leaving);
    },
  };
}
