const { cpSync, existsSync } = require('node:fs')
const { join } = require('node:path')

const { INPUT_PATH: path, INPUT_KEY: key, CACHES: caches } = process.env
const target = join(caches, key)
// As the real one: a key is never written twice, and that is no error.
if (!existsSync(target)) cpSync(path, join(target, 'content'))
