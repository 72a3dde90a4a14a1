import { personSlug } from "../domain/ids.ts";

/** A DynamoDB item of strings and empty maps, in DynamoDB's own JSON. */
export type SeedItem = Record<string, { S: string } | { M: Record<string, never> }>;

/**
 * The item of a person whom the program puts on the watch list: no photos yet, recognised as the celebrity of that name
 * where celebrities are looked for. For `aws.dynamodb.TableItem`'s `item`, as JSON.
 */
export function seedPersonItem(name: string): SeedItem {
  const id = personSlug(name);
  return {
    pk: { S: "PEOPLE" },
    sk: { S: `PERSON#${id}` },
    id: { S: id },
    name: { S: name },
    celebrity: { S: name },
    faces: { M: {} },
  };
}
