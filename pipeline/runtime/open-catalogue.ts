import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { setting } from "./settings.ts";

/** The catalogue in the table that CATALOGUE_TABLE names. */
export function openCatalogue(): Catalogue {
  return createCatalogue({
    client: DynamoDBDocumentClient.from(new DynamoDBClient()),
    table: setting("CATALOGUE_TABLE"),
  });
}
