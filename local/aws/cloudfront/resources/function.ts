import type { ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { AwsError } from "../../errors.ts";
import { flag, text } from "../../support/inputs.ts";
import { compileViewerFunction } from "../viewer-function.ts";
import type { Definitions } from "./definitions.ts";

/** A CloudFront Function; the distribution runs it on requests of the behaviours that name it. */
export function functionProvider({ functions }: Definitions, accountId: string): ResourceProvider {
  return {
    type: "aws:cloudfront/function:Function",
    honoured: ["name", "code", "runtime", "publish"],
    ignored: ["comment", "tags"],
    replaceOnChanges: ["name"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      const runtime = text(inputs, "runtime");
      if (runtime !== "cloudfront-js-2.0" && runtime !== "cloudfront-js-1.0")
        throw new AwsError("InvalidArgument", `${runtime} is not a runtime of CloudFront Functions.`);
      if (!flag(inputs, "publish", true))
        throw new AwsError(
          "NotImplemented",
          `The function ${name} is not published, so no distribution can use it; set publish to true.`,
          501,
        );
      const arn = `arn:aws:cloudfront::${accountId}:function/${name}`;
      functions.set(arn, compileViewerFunction(name, text(inputs, "code")));
      return { id: name, outputs: { name, arn, etag: name, liveStageEtag: name, status: "DEPLOYED" } };
    },
    async remove(state) {
      functions.delete(`arn:aws:cloudfront::${accountId}:function/${state.id}`);
    },
  };
}
