import { createEnv } from '@t3-oss/env-nextjs';
import { cleanEnv, str, port } from 'envalid';
export const a = getEnv('USED_GET') ?? env<string>("USED_TYPED") ?? this.requireEnv('USED_REQUIRED', 1);
vi.stubEnv('TRAP_STUBBED', '1'); setEnv("TRAP_SET", 'x'); Cypress.env('TRAP_CYPRESS'); getEnv('lower'); convert("TRAP_OTHER");
function getEnv('TRAP_DEFINED') {}
export const b = this.configService.get<string>('USED_NEST') + this.config.getOrThrow("USED_NEST_TOO") + map.get('TRAP_MAP');
export const env = createEnv({
  server: { USED_SERVER: z.string().refine((TRAP_ARGUMENT) => ({ TRAP_INNER: 1 })), "USED_QUOTED": z.string() },
  client: { USED_CLIENT: z.url() },
  runtimeEnv: { TRAP_RUNTIME: 1 },
});
export const c = cleanEnv(process.env, { USED_CLEAN: str(), USED_CLEAN_PORT: port({ default: 1 }) });
const Schema = z.object({ USED_ZOD: z.string(), nested: z.object({ TRAP_NESTED: z.string() }) });
export const d = Schema.safeParse(withoutEmpty(process.env));
export const e = z.object({ USED_ZOD_TOO: z.string() }).parse(process.env);
export const f = z.object({ TRAP_ZOD: z.string() }).parse(body);
export const g = { validationSchema: Joi.object({ USED_JOI: Joi.string() }) };
export const h = () => cleanEnv(process.env, validators);
export const validators = { USED_NAMED: str(), USED_NAMED_TOO: num({ default: 1 }) } satisfies Specs;
export const i = env.get('USED_ADONIS') + map.get('TRAP_MAP_TOO') + Config.redacted('USED_EFFECT') + Other.string('TRAP_EFFECT');
const joi = Joi.object().keys({ USED_KEYS: Joi.string(), nested: Joi.object().keys({ TRAP_KEYS: Joi.string() }) }).unknown();
const { value } = joi.prefs({ errors: { label: 'key' } }).validate(process.env);
const valibot = v.object({ USED_VALIBOT: v.string() });
export const k = v.parse(valibot, process.env);
yup.object({ TRAP_YUP: yup.string() }).validate(body);
export const l = getEnvOrThrow('USED_THROW');
