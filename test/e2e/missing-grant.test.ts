import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServices, type Services } from "../../local/aws/index.ts";
import { buildPage } from "../../local/cli/build-page.ts";
import { deploy } from "../../local/engine/deploy.ts";
import { readProject } from "../../local/engine/project.ts";
import type { ResourceProvider } from "../../local/engine/provider.ts";
import { openState, type StateStore } from "../../local/engine/state.ts";
import { createLog } from "../../local/log.ts";
import { readOutputs } from "../../local/cli/panel.ts";
import { randomProviders } from "../../local/engine/providers/random.ts";

const root = join(import.meta.dirname, "..", "..");

interface PolicyDocument {
  Statement: { Action: string | string[] }[];
}

describe("a grant that the program lacks", function () {
  this.timeout(60_000);
  let data: string;
  let services: Services;
  let state: StateStore;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "missing-grant-"));
    services = await createServices({
      dataFolder: data,
      log: createLog({ write: () => undefined }),
      host: "127.0.0.1",
      port: 0,
      rtmpPort: 0,
    });
    state = openState(data);
    await buildPage(root);
  });
  after(async () => {
    await services.stop();
    state.close();
    await rm(data, { recursive: true, force: true });
  });

  /** The providers, with one action missing from the API's policy. */
  function without(action: string): ResourceProvider[] {
    return services.resources.map((provider) =>
      provider.type !== "aws:iam/rolePolicy:RolePolicy"
        ? provider
        : {
            ...provider,
            apply(request) {
              if (request.name !== "api") return provider.apply(request);
              const document = JSON.parse(String(request.inputs["policy"])) as PolicyDocument;
              const statements = document.Statement.map((statement) => ({
                ...statement,
                Action: [statement.Action].flat().filter((item) => item !== action),
              })).filter(({ Action }) => Action.length > 0);
              return provider.apply({
                ...request,
                inputs: { ...request.inputs, policy: JSON.stringify({ ...document, Statement: statements }) },
              });
            },
          },
    );
  }

  it("fails like on AWS: the call is denied, the caller gets an error, the log names the grant", async () => {
    const deployment = await deploy({
      project: await readProject(root, "local"),
      stack: "local",
      resources: [...without("dynamodb:Query"), ...randomProviders],
      invokes: services.invokes,
      state,
    });
    await services.start();
    const { apiUrl } = readOutputs(deployment.outputs);
    const response = await fetch(`${apiUrl}/people`);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get("content-type")?.split(";")[0], "application/problem+json");
    assert.doesNotMatch(await response.text(), /dynamodb/i);
    const logs = join(data, "logs");
    const lines = await Promise.all(
      (await readdir(logs, { recursive: true }))
        .filter((name) => /(^|\/)api/.test(name))
        .map((name) => readFile(join(logs, name), "utf8").catch(() => "")),
    );
    assert.match(
      lines.join("\n"),
      /not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:000000000000:table\//,
    );
  });
});
