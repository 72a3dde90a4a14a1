import { ensureAssets } from "../local/assets/index.ts";
import { ensureModels } from "../local/vision/models/index.ts";

/** Run by `npm ci` and `npm run prepare`: fetches the pinned files and converts the face networks. */
try {
  await ensureAssets();
  await ensureModels();
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = 1;
}
