/** `npm run client`: writes `client/`, the typed client of the API, from its OpenAPI document. */
import { fileURLToPath } from "node:url";
import { writeClient } from "./write-client.ts";

await writeClient(fileURLToPath(new URL("../client", import.meta.url)));
console.log("Wrote client/.");
