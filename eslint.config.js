import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/dist/", "node_modules/", ".cache/", ".spotlight*/", "client/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      // Numbers in messages are what a reader wants to see.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // noUncheckedIndexedAccess makes `!` the honest way to say "the loop bound proves it".
      "@typescript-eslint/no-non-null-assertion": "off",
      // Pulumi components and Fastify plugins are made for what they register.
      "no-new": "off",
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // An interface method of a peer may be async in one implementation and not in another.
      "@typescript-eslint/require-await": "off",
    },
  },
  { files: ["web/src/**/*.{ts,tsx}"], rules: { "no-restricted-syntax": ["error", ...literalTexts()] } },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);

/**
 * What viewers read belongs in web/src/messages, in every language. The product's name is the same in all of them.
 */
function literalTexts() {
  const letters = String.raw`/^(?!\P{L}*Spotlight\s*$).*\p{L}/su`;
  const text = `:matches(Literal[value=${letters}], TemplateLiteral:has(> TemplateElement[value.raw=${letters}]))`;
  const inJsx = ":matches(JSXElement, JSXFragment) > JSXExpressionContainer";
  const attribute = "/^(aria-(label|description|valuetext)|alt|title|placeholder|label|text|action)$/";
  const speaking = String.raw`/^(announce|useTitle|set\w*(Problem|Note))$/`;
  return [
    `JSXText[value=${letters}]`,
    `${inJsx} > ${text}`,
    `${inJsx} > :matches(ConditionalExpression, LogicalExpression) > ${text}`,
    `JSXAttribute[name.name=${attribute}] > ${text}`,
    `JSXAttribute[name.name=${attribute}] :not(BinaryExpression) > ${text}`,
    `CallExpression[callee.name=${speaking}] > ${text}`,
  ].map((selector) => ({ selector, message: "Put the text into web/src/messages, in every language." }));
}
