const { cpSync, readdirSync } = require('node:fs')
const { join, matchesGlob } = require('node:path')

const { INPUT_PATTERN: pattern, INPUT_PATH: path, ARTIFACTS: artifacts } = process.env
const merges = process.env['INPUT_MERGE-MULTIPLE'] === 'true'
for (const name of readdirSync(artifacts)) {
  if (!matchesGlob(name, pattern)) continue
  cpSync(join(artifacts, name), merges ? path : join(path, name), { recursive: true })
}
