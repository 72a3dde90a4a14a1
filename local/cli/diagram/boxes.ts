import type { ProgramResource } from "./program-graph.ts";

/** One part of the system in the diagram. */
export interface Box {
  /** Stable, such as `function api`, `bucket vod` or `medialive`. */
  id: string;
  title: string;
  /** Its AWS services. */
  service: string;
  /** Additional lines of text. */
  lines: string[];
  /** The outermost component of its resources. */
  component: string;
  /** How many of the program's resources it contains, not counting the page's files; 0 outside of the program. */
  resources: number;
  /** Reads or writes the catalogue. */
  catalogue: boolean;
}

/** How a resource type that gets a box of its own is labelled. */
interface Kind {
  id: (resource: ProgramResource) => string;
  title: (resource: ProgramResource) => string;
  service: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  "aws:cloudformation/stack:Stack": { id: () => "medialive", title: () => "Live channel", service: "MediaLive" },
  "aws-native:mediapackagev2:ChannelGroup": {
    id: () => "mediapackage",
    title: () => "Live packaging",
    service: "MediaPackage",
  },
  "aws:s3/bucket:Bucket": { id: ({ name }) => `bucket ${name}`, title: ({ name }) => `${name} bucket`, service: "S3" },
  "aws:lambda/function:Function": {
    id: ({ name }) => `function ${name}`,
    title: ({ inputs, name }) => /handlers\/(.+)\.ts/.exec(String(inputs["description"]))?.[1] ?? name,
    service: "Lambda",
  },
  "aws:mediaconvert/queue:Queue": { id: () => "mediaconvert", title: () => "Conversion", service: "MediaConvert" },
  "aws:rekognition/collection:Collection": {
    id: () => "rekognition",
    title: () => "Recognition",
    service: "Rekognition",
  },
  // What is not the catalogue is a function's own.
  "aws:dynamodb/table:Table": {
    id: ({ name }) => (name === "catalogue" ? name : `function ${name}-connection`),
    title: () => "Catalogue",
    service: "DynamoDB",
  },
  "aws:cloudfront/distribution:Distribution": { id: () => "delivery", title: () => "Delivery", service: "CloudFront" },
  "aws:apigatewayv2/api:Api": {
    id: ({ name, inputs }) => `function ${name}${isSocketApi(inputs) ? "-connection" : ""}`,
    title: ({ inputs }) => (isSocketApi(inputs) ? "Stream of changes" : "REST API"),
    service: "API Gateway, Lambda",
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    id: () => "operations",
    title: () => "Operations",
    service: "CloudWatch, SNS",
  },
};

/** The program as boxes, each resource in exactly one. */
export interface Boxes {
  all: Box[];
  /** Returns the box that contains a resource. */
  of(resource: ProgramResource): Box;
  /** Returns the box of the resource whose ARN, name, id or domain name is in `text`; the longest match wins. */
  meant(text: string): Box | undefined;
}

export function boxesOf(resources: readonly ProgramResource[]): Boxes {
  const boxes = new Map<string, Box>();
  for (const resource of resources) {
    const kind = kinds[resource.type];
    if (kind === undefined) continue;
    const id = kind.id(resource);
    const box = boxes.get(id) ?? {
      id,
      title: "",
      service: "",
      lines: [],
      component: resource.components[0] ?? "",
      resources: 0,
      catalogue: false,
    };
    // An API shares the box of its function, and its title is more specific.
    if (box.title === "" || resource.type === "aws:apigatewayv2/api:Api")
      Object.assign(box, { title: kind.title(resource), service: kind.service });
    boxes.set(id, box);
  }
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const owners = new Map<ProgramResource, Box>();
  const rules = resources.filter(({ type }) => type === "aws:cloudwatch/eventRule:EventRule");
  const targets = resources.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget");
  const queues = resources.filter(({ type }) => type === "aws:sqs/queue:Queue");
  const mappings = resources.filter(({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping");

  for (const resource of resources) {
    const box = ownerOf(resource);
    if (box === undefined)
      throw new Error(
        `The diagram has no box for ${resource.type} "${resource.name}": add a rule to local/cli/diagram/boxes.ts.`,
      );
    owners.set(resource, box);
    if (resource.type !== "aws:s3/bucketObjectv2:BucketObjectv2") box.resources++;
  }

  return {
    all: [...boxes.values()],
    of(resource) {
      const box = owners.get(resource);
      if (box === undefined) throw new Error(`${resource.name} is not part of this program.`);
      return box;
    },
    meant(text) {
      const found = resources.flatMap((resource) =>
        namesOf(resource)
          .filter((name) => text.includes(name))
          .map((name) => ({ resource, length: name.length })),
      );
      const [longest] = found.sort((a, b) => b.length - a.length);
      return longest === undefined ? undefined : owners.get(longest.resource);
    },
  };

  function ownerOf(resource: ProgramResource): Box | undefined {
    const kind = kinds[resource.type];
    if (kind !== undefined) return boxes.get(kind.id(resource));
    const api = resources.find(
      ({ type, id }) => type === "aws:apigatewayv2/api:Api" && id === resource.inputs["apiId"],
    );
    if (api !== undefined) return boxes.get(kinds[api.type]!.id(api));
    const fn = functionOf(resource);
    if (fn !== undefined) return boxes.get(`function ${fn.name}`);
    const { bucket } = resource.inputs;
    const named = resources.find(
      ({ type, outputs }) => type === "aws:s3/bucket:Bucket" && outputs["bucket"] === bucket,
    );
    if (bucket !== undefined && named !== undefined) return boxes.get(`bucket ${named.name}`);
    return mainBoxOf(resource);
  }

  /** Returns the function that a trigger, permission or queue belongs to, or the one in the same component. */
  function functionOf(resource: ProgramResource): ProgramResource | undefined {
    const { type, inputs, outputs, components, parent } = resource;
    if (rules.includes(resource)) {
      const target = targets.find((candidate) => candidate.inputs["rule"] === outputs["name"]);
      return target && functionOf(target);
    }
    if (type === "aws:sqs/queue:Queue") {
      const consumer = mappings.find((mapping) => mapping.inputs["eventSourceArn"] === outputs["arn"]);
      if (consumer !== undefined) return functionOf(consumer);
      // A dead-letter queue belongs to the queue or function that sends to it.
      const sender = queues.find((queue) => String(queue.inputs["redrivePolicy"]).includes(String(outputs["arn"])));
      if (sender !== undefined) return functionOf(sender);
    }
    // What feeds a queue, and its policy, belong to its consumer.
    const queue = queues.find((candidate) =>
      [inputs["arn"], inputs["queueUrl"]].some(
        (value) => value !== undefined && [candidate.outputs["arn"], candidate.outputs["url"]].includes(value),
      ),
    );
    if (queue !== undefined) return functionOf(queue);
    const named = [
      inputs["function"],
      inputs["functionName"],
      inputs["arn"],
      inputs["endpoint"],
      JSON.stringify(inputs["deadLetterConfig"]),
    ].map(String);
    const direct = functions.find((fn) =>
      named.some((value) => value === fn.outputs["name"] || value === fn.outputs["arn"]),
    );
    if (direct !== undefined) return direct;
    if (type === "aws:sqs/queue:Queue")
      return functions.find((fn) =>
        JSON.stringify(fn.inputs["deadLetterConfig"] ?? {}).includes(String(outputs["arn"])),
      );
    return components.includes("Function") ? functions.find((fn) => fn.parent === parent) : undefined;
  }

  /** Returns the box of the outermost component. If it has several boxes, the role's trust policy decides. */
  function mainBoxOf({ components: [component], inputs, name }: ProgramResource): Box | undefined {
    const candidates = [...boxes.values()].filter((box) => box.component === component);
    // A component without a box of its own belongs to the one that its main resource shares.
    const main = resources.find(({ type, components }) => components[0] === component && type in kinds);
    if (candidates.length === 0) return main && boxes.get(kinds[main.type]!.id(main));
    if (candidates.length < 2) return candidates[0];
    const role =
      inputs["role"] === undefined
        ? inputs
        : resources.find(({ type, outputs }) => type === "aws:iam/role:Role" && outputs["name"] === inputs["role"])
            ?.inputs;
    const trusted = JSON.stringify(role?.["assumeRolePolicy"] ?? "");
    return (
      candidates.find(({ service }) => trusted.includes(`${service.toLowerCase()}.amazonaws.com`)) ??
      candidates.find(({ id }) => id.endsWith(` ${name}`)) ??
      candidates.find(({ id }) => id === "function api")
    );
  }
}

function isSocketApi({ protocolType }: ProgramResource["inputs"]): boolean {
  return protocolType === "WEBSOCKET";
}

/** Texts by which other resources refer to this one. */
function namesOf({ outputs, type, id }: ProgramResource): string[] {
  const texts = [
    outputs["arn"],
    outputs["bucketRegionalDomainName"],
    outputs["egressDomain"],
    outputs["url"],
    ...(type === "aws:apigatewayv2/api:Api"
      ? [String(outputs["apiEndpoint"]).replace(/^\w+:\/\//, ""), outputs["executionArn"]]
      : []),
  ];
  if (type === "aws:s3/bucket:Bucket") texts.push(`/${id}/`, `:::${id}`);
  return texts.filter((text) => typeof text === "string" && text.length > 3).map(String);
}
