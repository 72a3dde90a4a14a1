import type { Members, OperationName } from "./engine.ts";

/** One IAM check: `dynamodb:Query` on a table or an index, by name. */
export interface Permission {
  action: string;
  /** `catalogue` or `catalogue/index/gsi1`; `*` for operations that concern no table. */
  resource: string;
}

/**
 * The permissions that an operation needs, from the service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function permissionsFor(operation: OperationName, input: Members): Permission[] {
  const action = `dynamodb:${operation}`;
  switch (operation) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys((input["RequestItems"] ?? {}) as Members).map((table) => ({ action, resource: table }));
    case "ListTables":
      return [{ action, resource: "*" }];
    case "Query":
    case "Scan": {
      const index = input["IndexName"];
      return [{ action, resource: typeof index === "string" ? `${tableOf(input)}/index/${index}` : tableOf(input) }];
    }
    default:
      return [{ action, resource: tableOf(input) }];
  }
}

function tableOf(input: Members): string {
  const name = input["TableName"];
  return typeof name === "string" ? name : "";
}
