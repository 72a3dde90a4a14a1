import type { ResourceProvider } from "../../../engine/provider.ts";
import { physicalName } from "../../../engine/physical-name.ts";
import { AwsError } from "../../errors.ts";
import { text } from "../../support/inputs.ts";
import { cloudFrontId } from "../ids.ts";
import type { Definitions } from "./definitions.ts";

/** Says that the distribution asks an origin in its own name, so that the origin's policy can let only it in. */
export function originAccessControlProvider({ accessControls }: Definitions): ResourceProvider {
  return {
    type: "aws:cloudfront/originAccessControl:OriginAccessControl",
    honoured: ["name", "originAccessControlOriginType", "signingBehavior", "signingProtocol"],
    ignored: ["description"],
    async apply({ name, inputs, prior }) {
      const id = prior?.id ?? cloudFrontId();
      const behaviour = text(inputs, "signingBehavior");
      // no-override: a request with an Authorization header of its own is not signed. It is rejected.
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
