// The schema that the tests of the page share, and files that it finds nothing wrong with.

export const SCHEMA = JSON.stringify({
  $schema: "urn:envgate:schema:1",
  environments: { staging: { files: [".env.staging"] }, production: { files: [".env.production"] } },
  required: ["PORT"],
  properties: {
    PORT: { type: "integer", format: "port" },
    TOKEN: { type: "string", secret: true, minLength: 12 },
    NOTE: { type: "string" },
    KEY: { type: "string", secret: true },
  },
  additionalProperties: false,
});
/** What may be set depends on which branch holds, which is not of the compact core. */
export const BEYOND = SCHEMA.replace('"additionalProperties":false', '"anyOf":[{"properties":{"EXTRA":{}}}],"unevaluatedProperties":false');
export const schema = { name: "env.schema.json", text: SCHEMA };
export const good = [schema, { name: ".env.staging", text: "PORT=80\n" }, { name: ".env.production", text: "PORT=81\n" }];
/** What a page may load for a schema that the compact core does not evaluate. */
export const FULL = { allow: ["/envgate-full.js"] };
