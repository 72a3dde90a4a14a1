/** Progress of the start: one line that is rewritten on a terminal, otherwise one line per step. */
export interface Progress {
  step(text: string): void;
  /** Rewrites the current step's detail on a terminal. */
  detail(text: string): void;
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let current = "";
  const rewrite = (text: string): void => void stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
  return {
    step(text) {
      if (stream.isTTY) rewrite((current = `… ${text}`));
      else stream.write(`${text}\n`);
    },
    detail(text) {
      if (stream.isTTY) rewrite(`${current} ${text}`);
    },
    end() {
      if (stream.isTTY) rewrite("");
    },
  };
}
