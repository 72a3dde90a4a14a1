import assert from "node:assert/strict";
import { pulumiShape, sdkShape } from "./shapes/libraries.ts";
import type { Shape } from "./shapes/shape.ts";
import { validate } from "./shapes/validate.ts";
import { stacks, type Stack } from "./support/stacks.ts";

/** The API request that makes a resource, where the provider hands its inputs on as they are. */
const requests: Readonly<Record<string, { client: string; request: string }>> = {
  "AWS::MediaLive::Channel": { client: "medialive", request: "CreateChannelRequest" },
  "AWS::MediaLive::Input": { client: "medialive", request: "CreateInputRequest" },
  "AWS::MediaLive::InputSecurityGroup": {
    client: "medialive",
    request: "CreateInputSecurityGroupRequest",
  },
  "aws:rekognition/collection:Collection": { client: "rekognition", request: "CreateCollectionRequest" },
};

/** How Terraform's provider spells a request; CloudFormation spells it as the API does. */
const terraform = { camelCase: true };

describe("what the program registers, against the providers' and AWS's own models", function () {
  this.timeout(180_000);
  let all: Stack[];
  const shapes = new Map<string, Shape>();
  const shapeOf = (key: string, read: () => Shape): Shape => {
    const shape = shapes.get(key) ?? read();
    shapes.set(key, shape);
    return shape;
  };
  before(async () => (all = await stacks()));

  it("has inputs that the Pulumi providers declare, all of them and nothing else, in every stack", () => {
    for (const { name, resources } of all) {
      const results = resources.map((resource) =>
        validate(
          shapeOf(resource.type, () => pulumiShape(resource.type)),
          resource.inputs,
          `${resource.type} ${resource.name}`,
        ),
      );
      assert.deepEqual(
        results.flatMap(({ problems }) => problems),
        [],
        name,
      );
      const checked = results.reduce((sum, result) => sum + result.checked, 0);
      console.log(`      ${name}: ${resources.length} resources, ${checked} settings`);
      assert.ok(resources.length > 100 && checked > 1000, `${resources.length} resources, ${checked} settings`);
    }
  });

  it("sends MediaLive and Rekognition requests that their API models allow", () => {
    for (const { name, resources, templated } of all) {
      const results = [...resources, ...templated].flatMap((resource) => {
        const api = requests[resource.type];
        return api === undefined
          ? []
          : [
              validate(
                shapeOf(api.request, () => sdkShape(api.client, api.request)),
                resource.inputs,
                resource.name,
                resource.type.startsWith("AWS::") ? {} : terraform,
              ),
            ];
      });
      assert.deepEqual(
        results.flatMap(({ problems }) => problems),
        [],
        name,
      );
      assert.ok(results.length >= 4 && results.reduce((sum, { checked }) => sum + checked, 0) > 150);
    }
  });
});
