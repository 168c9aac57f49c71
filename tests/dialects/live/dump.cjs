// Prints the environment as `env -0` does.
const env = typeof Deno === 'undefined' ? process.env : Deno.env.toObject()
const bytes = Buffer.from(Object.keys(env).map(key => key + '=' + env[key] + '\0').join(''), 'utf8')
process.stdout.write(bytes)
