import { deploy, type Deployment } from "../components/mocks.ts";

let runs = 0;

/**
 * The program's resources with the configuration `values`. A module runs only once, so each call imports it under a new
 * name.
 *
 * @param values `key: text` in namespace spotlight.
 */
export async function registerProgram(values: Record<string, string> = {}): Promise<Deployment<unknown>> {
  const config = { ingestCidrs: '["203.0.113.7/32"]', ...values };
  runs += 1;
  const program = `../../index.ts?docs=${runs}`;
  return deploy(
    async (): Promise<unknown> => import(program),
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`spotlight:${key}`, value])),
  );
}
