import type { ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { AwsError } from "../../errors.ts";
import { text } from "../../support/inputs.ts";
import { cloudFrontId } from "../ids.ts";
import type { Definitions } from "./definitions.ts";

/** Makes the distribution sign its origin requests, so that the origin's policy can admit only the distribution. */
export function originAccessControlProvider({ accessControls }: Definitions): ResourceProvider {
  return {
    type: "aws:cloudfront/originAccessControl:OriginAccessControl",
    honoured: ["name", "originAccessControlOriginType", "signingBehavior", "signingProtocol"],
    ignored: ["description"],
    async apply({ name, inputs, prior }) {
      const id = prior?.id ?? cloudFrontId();
      const behaviour = text(inputs, "signingBehavior");
      // no-override would not sign a request that has an Authorization header. It is rejected.
      if (behaviour !== "always" && behaviour !== "never")
        throw new AwsError(
          "NotImplemented",
          `The signingBehavior "${behaviour}" is not supported by the local engine.`,
          501,
        );
      accessControls.set(id, { signs: behaviour === "always" });
      return { id, outputs: { name: physicalName(inputs["name"], name, prior), etag: id } };
    },
    async remove(state) {
      accessControls.delete(state.id);
    },
  };
}
