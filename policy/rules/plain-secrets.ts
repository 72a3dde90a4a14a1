import type { Rule } from "../rule.ts";
import { at } from "../values.ts";

/**
 * Anyone who may view a function can read its environment variables, so they hold no password, token or key, only
 * hashes.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 */
export const plainSecrets: Rule = {
  name: "plain-secrets",
  description: "Functions have no secrets in their environment variables.",
  level: "mandatory",
  judge: ({ type, props }) =>
    type !== "aws:lambda/function:Function"
      ? []
      : Object.keys(Object(at(props["environment"], "variables")) as object)
          .filter((name) => /(SECRET|PASSWORD|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_KEY)$/i.test(name))
          .map(
            (name) =>
              `Anyone who may view the function can read ${name}: pass a hash, or read it from Secrets Manager.`,
          ),
};
