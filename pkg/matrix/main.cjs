const { compile } = require("envgate");

const gate = compile({ required: ["PORT"], properties: { PORT: { type: "integer" } } });
console.log(JSON.stringify(gate.assertEnv({ PORT: "80" })));
