import { isEnvError } from "envgate";

console.log(isEnvError(new Error("no")));
