// Asks a JavaScript loader in this process: LOADER NODE_MODULES CASES FROM TO. One line of JSON for each case.
// The variable PROBE holds the environment that every case begins with, as JSON.
const fs = require('fs'), path = require('path')
const [, , loader, modules, cases, from, to] = process.argv
const first = JSON.parse(process.env.PROBE)
const base64 = text => text == null ? null : Buffer.from(String(text), 'utf8').toString('base64')
const pairs = object => Object.keys(object).map(key => [base64(key), base64(object[key])])
const load = name => require(path.join(modules, name))
// From low to high precedence.
const layers = file => ['', '.local', '.production.local'].map(end => file + end).filter(name => fs.existsSync(name))
// What is set stays as it is, so the file that is to win comes first.
const lastFirst = file => layers(file).reverse()

function reset () {
  for (const key of Object.keys(process.env)) delete process.env[key]
  Object.assign(process.env, first)
}

const dotenv = (module, expand) => file => {
  const env = { ...first }
  let result = module.config({ path: lastFirst(file), processEnv: env, quiet: true })
  if (!result.error && expand) result = expand.expand({ parsed: result.parsed, processEnv: env })
  if (result.error) throw result.error
  return env
}

// Before 14.1 and 8 these knew no other place than process.env.
const global = (module, expand) => file => {
  reset()
  const parsed = {}
  for (const path of lastFirst(file)) {
    let result = module.config({ path })
    if (result.error) throw result.error
    Object.assign(parsed, { ...result.parsed, ...parsed })
  }
  if (expand) expand.expand({ parsed })
  return { ...process.env }
}

// As react-scripts does it: each file by itself.
const each = (module, expand) => file => {
  reset()
  for (const path of lastFirst(file)) {
    const result = module.config({ path })
    if (result.error) throw result.error
    expand(result)
  }
  return { ...process.env }
}

const dotenvx = module => file => {
  const env = { ...first }
  module.config({ path: lastFirst(file), processEnv: env, quiet: true, logLevel: 'silent', noOps: true, opsOff: true })
  return env
}

const next = name => file => {
  reset()
  for (const key of Object.keys(require.cache)) if (key.includes(name)) delete require.cache[key]
  load(name).loadEnvConfig(path.dirname(file), false, { info () {}, error () {} }, true)
  const env = { ...process.env }
  delete env.__NEXT_PROCESSED_ENV
  return env
}

const loaders = {
  dotenv: () => dotenv(load('dotenv-18')),
  'dotenv-override': () => file => {
    const env = { ...first }
    const result = load('dotenv-18').config({ path: layers(file), processEnv: env, override: true, quiet: true })
    if (result.error) throw result.error
    return env
  },
  'dotenv-fast': () => dotenv({ config: options => load('dotenv-18').config({ ...options, fast: true }) }),
  'dotenv-17': () => dotenv(load('dotenv-17')),
  'dotenv-16': () => dotenv(load('dotenv-16')),
  'dotenv-15': () => global(load('dotenv-15')),
  'dotenv-14': () => global(load('dotenv-14')),
  'dotenv-8': () => global(load('dotenv-8')),
  'dotenv-10': () => global(load('dotenv-10')),
  'dotenv-expand-10': () => global(load('dotenv-16'), load('dotenv-expand-10')),
  'dotenv-expand-11': () => dotenv(load('dotenv-16'), load('dotenv-expand-11')),
  'dotenv-expand-5': () => each(load('dotenv-10'), load('dotenv-expand-5')),
  'dotenv-expand-12': () => dotenv(load('dotenv-17'), load('dotenv-expand-12')),
  'dotenv-expand-13': () => dotenv(load('dotenv-17'), load('dotenv-expand-13')),
  'dotenv-expand-1000': () => dotenv(load('dotenv-18'), load('dotenv-expand-1000')),
  dotenvx: () => dotenvx(load('@dotenvx/dotenvx')),
  'dotenvx-1': () => dotenvx(load('dotenvx-1')),
  node: () => file => {
    reset()
    for (const name of lastFirst(file)) process.loadEnvFile(name)
    return { ...process.env }
  },
  // What a program asks for is looked up in the environment first.
  'node-parseEnv': () => file => layers(file).map(name => require('util').parseEnv(fs.readFileSync(name, 'utf8'))).concat([first]).reduce((all, more) => ({ ...all, ...more }), {}),
  expo: () => file => {
    reset()
    load('@expo/env').loadEnvFiles(lastFirst(file), { force: true, silent: true })
    const env = { ...process.env }
    delete env.__EXPO_ENV_LOADED
    return env
  },
  // It starts each program of a Procfile with these over its own, which no zero byte may be in.
  'node-foreman': () => file => {
    reset()
    const env = { ...first, ...load('foreman/lib/envs.js').loadEnvs(layers(file).join(',')) }
    delete env['']
    if (Object.entries(env).some(pair => pair.join('').includes('\0'))) throw new TypeError('must be a string without null bytes')
    return env
  },
  next: () => next('@next/env'),
  'next-15': () => next('next-env-15'),
  'next-14': () => next('next-env-14'),
}

// A pipe takes no more at once than it has room for, and some loaders leave it in a state in which it does not wait.
function print (line) {
  for (let at = 0; at < line.length;) {
    try {
      at += fs.writeSync(1, line, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

async function main () {
  let ask
  if (loader.startsWith('vite')) {
    const { loadEnv } = await import(path.join(modules, loader, 'dist/node/index.js'))
    ask = file => { reset(); return loadEnv('production', path.dirname(file), '') }
  } else if (loader === 'nuxt') {
    const { setupDotenv } = await import(path.join(modules, 'c12/dist/index.mjs'))
    ask = async file => {
      reset()
      delete globalThis.__c12_dotenv_vars__
      await setupDotenv({ cwd: path.dirname(file), fileName: layers(file) })
      return { ...process.env }
    }
  } else {
    ask = loaders[loader]()
  }
  console.log = console.error = console.warn = () => {}
  for (let id = Number(from); id < Number(to); id++) {
    let out
    try {
      out = { id, ok: true, env: pairs(await ask(path.join(cases, String(id), '.env'))) }
    } catch (error) {
      out = { id, ok: false, error: `${error.name}: ${error.message}` }
    }
    print(Buffer.from(JSON.stringify(out) + '\n'))
  }
}
main()
