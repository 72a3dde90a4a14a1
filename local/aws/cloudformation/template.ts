import { Type } from "typebox";
import { anything, check, closed } from "../../check.ts";
import type { Properties } from "../../engine/provider.ts";
import { AwsError } from "../errors.ts";
import { referencesIn } from "./intrinsics.ts";

/** A template's resource. */
export interface TemplateResource {
  logicalId: string;
  type: string;
  properties: Properties;
}

/** A template, read and checked. */
export interface Template {
  /** Each after those that it refers to. */
  resources: TemplateResource[];
  outputs: Record<string, unknown>;
}

const TemplateSchema = closed({
  AWSTemplateFormatVersion: Type.Optional(Type.Literal("2010-09-09")),
  Description: anything,
  Resources: Type.Record(
    Type.String(),
    closed({
      Type: Type.String(),
      Properties: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      DependsOn: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    }),
  ),
  Outputs: Type.Optional(Type.Record(Type.String(), closed({ Value: Type.Unknown(), Description: anything }))),
});

/**
 * Reads a JSON template. Throws a ValidationError for anything that CloudFormation would reject (unknown references,
 * circles), and for sections and attributes that the local engine lacks.
 */
export function readTemplate(body: string): Template {
  const template = check(TemplateSchema, parse(body), ({ at, why }) => invalid(`${at.join(".")} ${why}`));
  const ids = Object.keys(template.Resources);
  const read = ids.map((logicalId) => {
    const { Type: type, Properties: properties = {}, DependsOn: after = [] } = template.Resources[logicalId]!;
    const needs = [...referencesIn(properties), ...[after].flat()];
    return { logicalId, type, properties, needs: needs.filter((id) => !id.startsWith("AWS::")) };
  });
  const outputs = Object.fromEntries(Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, Value]));
  for (const needed of [...read.flatMap(({ needs }) => needs), ...referencesIn(outputs)])
    if (!needed.startsWith("AWS::") && !ids.includes(needed))
      throw invalid(`Unresolved resource dependencies [${needed}] in the template`);
  return { resources: inOrder(read), outputs };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalid("the local engine reads templates in JSON only");
  }
}

function inOrder(resources: readonly (TemplateResource & { needs: readonly string[] })[]): TemplateResource[] {
  const waiting = [...resources];
  const ordered: TemplateResource[] = [];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ needs }) => needs.every((id) => done.has(id)));
    if (at < 0)
      throw invalid(`Circular dependency between resources: [${waiting.map(({ logicalId }) => logicalId).join(", ")}]`);
    const [{ logicalId, type, properties }] = waiting.splice(at, 1) as [(typeof waiting)[number]];
    done.add(logicalId);
    ordered.push({ logicalId, type, properties });
  }
  return ordered;
}

/** CloudFormation's error about a template. */
export function invalid(why: string): AwsError {
  return new AwsError("ValidationError", `Template error: ${why}.`);
}
