import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { contentTypes } from "./content-types.ts";
import type { PrivateBucket } from "./private-bucket.ts";

const contentEncodings: Readonly<Record<string, string>> = { ".br": "br", ".gz": "gzip" };

export interface WebsiteArgs {
  bucket: PrivateBucket;
  /** Folder of the built page; must hold `index.html`. */
  folder: string;
}

/**
 * The page's files in their bucket. Files with a content hash in their name (below `assets/`) may be cached forever;
 * browsers revalidate all others. Files that the build compressed (`NAME.br`, `NAME.gz`) are what NAME is, encoded.
 */
export class Website extends pulumi.ComponentResource {
  constructor(name: string, args: WebsiteArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Website", name, {}, options);
    if (!existsSync(path.join(args.folder, "index.html"))) {
      throw new pulumi.RunError(`The page is not built: ${args.folder} has no index.html; run "npm run build" first.`);
    }
    const files = readdirSync(args.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(args.folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
      .sort();
    for (const file of files) {
      const contentEncoding = contentEncodings[path.extname(file)];
      const decoded = contentEncoding === undefined ? file : file.slice(0, -path.extname(file).length);
      new s3.BucketObjectv2(
        `${name}-${file}`,
        {
          bucket: args.bucket.bucket,
          key: file,
          source: new pulumi.asset.FileAsset(path.join(args.folder, file)),
          contentType: contentTypes[path.extname(decoded).slice(1).toLowerCase()] ?? "application/octet-stream",
          contentEncoding,
          cacheControl: file.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
