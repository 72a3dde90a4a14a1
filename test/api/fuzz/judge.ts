import { Compile } from "typebox/compile";
import { BoxSchema } from "../../../api/schemas/common.ts";
import { ProblemSchema } from "../../../api/schemas/problem.ts";
import type { Answer } from "../../../local/aws/apigateway/answer.ts";
import type { Operation } from "./document.ts";
import type { Request } from "./requests.ts";

const problem = Compile({ "Box#": BoxSchema }, ProblemSchema);

/** Statuses of requests that the document doesn't describe: another path, or another method. */
const undescribed = new Set([404, 405]);
/** The document itself, which it doesn't describe. */
const documentPath = "/api/openapi.json";

/** What is wrong with an answer by the document; nothing if it is as described. */
export function judge(operations: readonly Operation[], request: Request, answer: Answer): string[] {
  const faults: string[] = [];
  const { status, headers, body } = answer;
  const type = (headers["content-type"] ?? "").split(";", 1)[0] ?? "";
  if (status >= 500) faults.push(`5xx: ${status}`);
  if (status >= 400) {
    if (type !== "application/problem+json") faults.push(`error as ${type}`);
    else if (!problem.Check(JSON.parse(body.toString()))) faults.push("problem of another form");
    if (headers["cache-control"] !== "no-store") faults.push("error that may be cached");
  }
  if ((status === 204 || status === 304) && body.length > 0) faults.push("body where there is none");

  const path = request.target.split("?", 1)[0] ?? "";
  const method = request.method === "HEAD" ? "GET" : request.method;
  const operation = operations.find((one) => one.method === method && matches(one.path, path));
  if (operation === undefined) {
    const allowed = path === documentPath && method === "GET" ? [200, 304, 400] : [...undescribed];
    if (!allowed.includes(status)) faults.push(`${status} outside of the document`);
    return faults;
  }
  // A path that needs encoding is none of this operation's.
  if (status === 404 && !/^[\w.~/-]*$/.test(path)) return faults;
  const response = operation.responses.get(status);
  if (response === undefined) return [...faults, `undocumented status ${status}`];
  if (status === 204 || status === 304) return faults;
  const check = response.get(type);
  if (check === undefined) return [...faults, `undocumented type ${type} of ${status}`];
  const value: unknown = type.endsWith("json") ? JSON.parse(body.toString()) : body.toString();
  if (!check.Check(value)) faults.push(`not of the schema: ${JSON.stringify(check.Errors(value).slice(0, 2))}`);
  return faults;
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split("/"), path.split("/")];
  return (
    wanted.length === given.length && wanted.every((segment, index) => segment === "{id}" || segment === given[index])
  );
}
