// The gate of a deploy: `cdk deploy -c stage=production` runs this program, and stops where it ends with another code than 0, before anything is synthesised.
import { App, Stack } from "aws-cdk-lib";
import { Code, Function, Runtime } from "aws-cdk-lib/aws-lambda";
import { isEnvError, loadSchema } from "envgate/node";

const app = new App();
const stage = app.node.tryGetContext("stage") ?? process.env.STAGE;
const env = check(stage);

const stack = new Stack(app, `api-${stage}`);
new Function(stack, "Handler", {
  runtime: Runtime.NODEJS_22_X,
  handler: "index.handler",
  code: Code.fromInline("exports.handler = async () => ({ statusCode: 204 });"),
  memorySize: env.MEMORY_MB,
  // The value of a secret has no place in a template; where it is kept has.
  environment: { API_URL: env.API_URL, LOG_LEVEL: env.LOG_LEVEL, DATABASE_SECRET_ARN: env.DATABASE_SECRET_ARN },
});
app.synth();

/** The variables of a stage, each as its type; every problem at once, and no template, where something is wrong. */
function check(environment) {
  try {
    return loadSchema("env.schema.json").assertEnv(process.env, { environment, phase: "deploy" });
  } catch (error) {
    if (!isEnvError(error)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
