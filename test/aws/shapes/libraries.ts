import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readDeclarations } from "./declarations.ts";
import { readShape } from "./read-shape.ts";
import type { Shape } from "./shape.ts";

const modules = join(import.meta.dirname, "..", "..", "..", "node_modules");

/**
 * A type of an AWS SDK client by its name, from the models that the client ships: `sdkShape("mediaconvert",
 * "CreateJobRequest")`. The models are generated from AWS's own Smithy models.
 */
export function sdkShape(client: string, name: string): Shape {
  const folder = join(modules, "@aws-sdk", `client-${client}`, "dist-types", "models");
  return readShape(
    readDeclarations(
      readdirSync(folder)
        .filter((file) => file.endsWith(".d.ts"))
        .map((file) => ({ file: join(folder, file) })),
    ),
    name,
  );
}

/**
 * The inputs of a Pulumi resource by its type token, from the provider's SDK: `aws:s3/bucket:Bucket`,
 * `aws-native:mediapackagev2:Channel`. The providers' SDKs are generated from Terraform's and CloudFormation's schemas.
 */
export function pulumiShape(token: string): Shape {
  const [provider = "", path = "", type = ""] = token.split(":");
  const [service = "", file] = path.split("/");
  const folder = join(modules, "@pulumi", provider);
  const resource = `${file ?? type.charAt(0).toLowerCase() + type.slice(1)}.d.ts`;
  const enums = join(folder, "types", "enums");
  return readShape(
    readDeclarations([
      { file: service === "index" ? join(folder, resource) : join(folder, service, resource) },
      ...(provider === "random"
        ? []
        : [
            { file: join(folder, "types", "input.d.ts"), prefix: "inputs." },
            { file: join(enums, "index.d.ts"), prefix: "enums." },
          ]),
      ...(provider !== "random" && readdirSync(enums).includes(service)
        ? [{ file: join(enums, service, "index.d.ts"), prefix: `enums.${service}.` }]
        : []),
    ]),
    `${type}Args`,
  );
}
