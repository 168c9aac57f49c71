import envgate from "envgate/eslint";

export default [{ files: ["lint.mjs", "lint-aliases.mjs"], plugins: { envgate }, rules: { "envgate/no-undeclared-env": ["error", { schema: "site/env.schema.json" }] } }];
