import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TemporaryFolder, temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { afterEach, expect, it } from 'vitest'
import { archiveBudgetBytes, archiveBytes, assembleReleaseTree } from '../../scripts/release-tree.ts'
import { actionFolder, actionNames, readMetadata, templateName } from '../../scripts/workspace.ts'

const folders: TemporaryFolder[] = []
const commit = '0123456789abcdef0123456789abcdef01234567'

function emptyFolder(): string {
  const folder = temporaryFolder('release-tree')
  folders.push(folder)
  return folder.path
}

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove()
})

function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
  return Object.fromEntries(
    files.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  )
}

it('puts every action at the top of the tree, where `uses: org/actions/<name>@v1` finds it', () => {
  const out = emptyFolder()
  const names = [...actionNames(), templateName]
  assembleReleaseTree(out, commit, names)
  for (const name of names) {
    const { main, post } = readMetadata(name).runs
    for (const part of [
      'action.yml',
      'README.md',
      'report.schema.json',
      main,
      post ?? main,
      'dist/package.json',
      'dist/licenses.txt',
    ]) {
      expect(existsSync(join(out, name, part)), `${name}/${part}`).toBe(true)
    }
  }
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain(commit)
})

it('holds nothing but what is shipped: no template, sources, tests, workflows or source maps', () => {
  const out = emptyFolder()
  assembleReleaseTree(out, commit)
  expect(existsSync(join(out, templateName))).toBe(false)
  const strange = Object.keys(hashes(out)).filter((path) => /\.ts$|\.map$|node_modules|tests|\.github/.test(path))
  expect(strange).toEqual([])
})

it('is the same to the byte for the same commit, also over an older tree', () => {
  const [one, other] = [emptyFolder(), emptyFolder()]
  assembleReleaseTree(one, commit)
  assembleReleaseTree(other, 'another commit')
  writeFileSync(join(other, 'healthcheck', 'dist', 'left-over.js'), '')
  assembleReleaseTree(other, commit)
  expect(hashes(other)).toEqual(hashes(one))
})

it('stays within its size budget', () => {
  const out = emptyFolder()
  assembleReleaseTree(out, commit)
  const bytes = archiveBytes(out)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(archiveBudgetBytes)
})

it('does not write into a folder that holds something else', () => {
  const out = emptyFolder()
  writeFileSync(join(out, 'precious.txt'), '')
  expect(() => assembleReleaseTree(out, commit)).toThrow(/precious\.txt/)
})

it.each([...actionNames(), templateName])('loads at the start of %s only what every run of it needs', (name) => {
  const main = readFileSync(join(actionFolder(name), readMetadata(name).runs.main), 'utf8')
  // What only OIDC needs of the toolkit, JSONPath and YAML: a megabyte that is read at every start.
  for (const part of ['undici', 'node_modules/json-p3', 'node_modules/yaml']) expect(main).not.toContain(part)
  expect(main).toContain('node_modules/@actions/core/lib/core.js')
})

it('keeps the licence of every package in the bundle', () => {
  const out = emptyFolder()
  assembleReleaseTree(out, commit)
  const licenses = readFileSync(join(out, 'healthcheck', 'dist', 'licenses.txt'), 'utf8')
  for (const name of ['yaml', 'json-p3']) expect(licenses).toContain(`${name}@`)
})
