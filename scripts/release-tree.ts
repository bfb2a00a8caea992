/** Assembles what a release tag points at: `npm run release:tree -- --out DIR`. Build the actions first. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { actionFolder, actionNames, readMetadata, root } from './workspace.ts'

/** The download that every job of every consumer pays for, compressed. */
export const archiveBudgetBytes = 3_000_000

const shipped = ['action.yml', 'README.md', 'report.schema.json', 'dist']

/** Writes the release tree; the same sources and commit give the same bytes. A `.git` folder in it is left alone. */
export function assembleReleaseTree(out: string, commit: string, names: readonly string[] = actionNames()): void {
  refuseForeignFolder(out, [...names, 'LICENSE', 'README.md', '.git'])
  for (const name of names) {
    const target = join(out, name)
    rmSync(target, { recursive: true, force: true })
    mkdirSync(target, { recursive: true })
    for (const part of shipped) {
      const source = join(actionFolder(name), part)
      if (!existsSync(source)) throw new Error(`actions/${name}/${part} is missing: run npm run build`)
      cpSync(source, join(target, part), { recursive: true })
    }
  }
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'))
  writeFileSync(join(out, 'README.md'), releaseReadme(names, commit))
}

/** The size of the tree as a gzipped archive, with a header block per file as in tar. */
export function archiveBytes(out: string): number {
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^\.git(?:$|[\\/])/.test(path) && statSync(join(out, path)).isFile())
    .sort()
  return gzipSync(Buffer.concat(files.flatMap((path) => [Buffer.alloc(512, path), readFileSync(join(out, path))])))
    .length
}

function refuseForeignFolder(out: string, known: readonly string[]): void {
  const strange = existsSync(out) ? readdirSync(out).find((entry) => !known.includes(entry)) : undefined
  if (strange !== undefined)
    throw new Error(`${out} holds ${strange}, which is no part of a release tree: name an empty folder`)
}

function releaseReadme(names: readonly string[], commit: string): string {
  return [
    '# Deployment safety actions, built',
    '',
    ...names.map((name) => `- [${name}](${name}/README.md): ${readMetadata(name).description}`),
    '',
    `Built from source commit ${commit}. This tree holds no sources: read and change them there.`,
    '',
  ].join('\n')
}

if (import.meta.main) {
  const { out } = parseArgs({ options: { out: { type: 'string' } } }).values
  if (out === undefined) throw new Error('Say where: npm run release:tree -- --out DIR')
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  assembleReleaseTree(resolve(out), commit)
  const bytes = archiveBytes(resolve(out))
  const size = `${bytes} bytes compressed, of ${archiveBudgetBytes} allowed`
  console.log(`Release tree of ${actionNames().join(', ')} in ${out}: ${size}`)
  if (bytes > archiveBudgetBytes)
    throw new Error('The release tree is over its budget: look for what was added to the bundles')
}
