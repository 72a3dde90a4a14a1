import type { Rule } from "../rule.ts";
import { at } from "../values.ts";

/**
 * Environment variables can be read by everybody who may see a function: no password, token or key is among them, only
 * their hashes.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 */
export const plainSecrets: Rule = {
  name: "plain-secrets",
  description: "No secret is in a function's environment.",
  level: "mandatory",
  judge: ({ type, props }) =>
    type !== "aws:lambda/function:Function"
      ? []
      : Object.keys(Object(at(props["environment"], "variables")) as object)
          .filter((name) => /(SECRET|PASSWORD|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_KEY)$/i.test(name))
          .map(
            (name) =>
              `${name} is readable for everybody who may see the function: give a hash, or read it from ` +
              "Secrets Manager.",
          ),
};
