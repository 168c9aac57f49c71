/** What the entries of the package have in common: one module, so that an error and a gate are of the same class whichever of them made it. */
export { Engine } from "./engine/core.js";
export { EnvError, isEnvError, RefusedError } from "./errors.js";
export { answer, Gate, referred } from "./gate.js";
export { fileList, options, seen, variableList, wellFormed } from "./inputs.js";
export { writeParse } from "./request.js";
