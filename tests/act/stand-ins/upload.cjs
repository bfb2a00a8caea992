const { cpSync, existsSync, statSync } = require('node:fs')
const { basename, join } = require('node:path')

const { INPUT_NAME: name, INPUT_PATH: path, ARTIFACTS: artifacts } = process.env
const target = join(artifacts, name)
if (existsSync(target)) throw new Error(`There is an artifact ${name} already`)
if (existsSync(path))
  cpSync(path, statSync(path).isDirectory() ? target : join(target, basename(path)), { recursive: true })
else if (process.env['INPUT_IF-NO-FILES-FOUND'] === 'error') throw new Error(`There is no ${path}`)
