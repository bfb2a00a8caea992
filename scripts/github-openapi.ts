import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cutGraphql } from './graphql-subset.ts'
import { cutOpenapi } from './openapi-subset.ts'

const openapi = '@octokit/openapi@23.0.2'
const graphql = '@octokit/graphql-schema@15.26.1'
const profiles = ['api.github.com', 'ghes-3.17']
const target = join(import.meta.dirname, '../packages/simulators/src/github/openapi')

/** Brings a package without installing it: GitHub's descriptions are 150 MB unpacked, and only this script reads them. */
function unpacked(name: string, folder: string): string {
  mkdirSync(folder)
  const packed = run('npm', ['pack', '--silent', name], folder).trim()
  run('tar', ['xzf', packed], folder)
  return join(folder, 'package')
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`"${command} ${args.join(' ')}" failed:\n${stderr}`)
  return stdout
}

/** `node --conditions=source scripts/github-openapi.ts`: writes the subset of GitHub's own descriptions anew. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'github-openapi-'))
  try {
    const descriptions = join(unpacked(openapi, join(folder, 'openapi')), 'generated')
    for (const profile of profiles) {
      const description: unknown = JSON.parse(readFileSync(join(descriptions, `${profile}.json`), 'utf8'))
      const subset = { source: `${openapi} ${profile}`, ...cutOpenapi(description) }
      writeFileSync(join(target, `${profile}.json`), `${JSON.stringify(subset, null, 1)}\n`)
    }
    const schema = readFileSync(join(unpacked(graphql, join(folder, 'graphql')), 'schema.graphql'), 'utf8')
    writeFileSync(join(target, 'schema.graphql'), `# ${graphql}, cut down\n\n${cutGraphql(schema)}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

main()
