/** Builds every action, or the named ones: `npm run build [-- <name> …]`. Types first, then the bundle. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleModule, licensesOf } from './licenses.ts'
import { actionFolder, actionNames, root, templateName } from './workspace.ts'

const names = process.argv.length > 2 ? process.argv.slice(2) : [...actionNames(), templateName]
// The action itself, and where it has them its post step and its threads: each starts from a file of its own.
const entries = [
  { source: 'index', target: '.' },
  { source: 'post', target: 'post' },
  { source: 'worker', target: 'worker' },
] as const
pruneToolkit()
for (const name of names) build(name)

function build(name: string): void {
  const start = performance.now()
  process.stdout.write(`Building ${name} …`)
  const folder = actionFolder(name)
  const dist = join(folder, 'dist')
  run('typescript/bin/tsc', ['--build', folder])
  rmSync(dist, { recursive: true, force: true })
  const modules = entries.flatMap(({ source, target }) =>
    existsSync(join(folder, 'src', `${source}.ts`))
      ? bundle(join(folder, 'build', `${source}.js`), join(dist, target))
      : [],
  )
  writeFileSync(join(dist, 'licenses.txt'), `${licensesOf(modules, root)}\n`)
  console.log(` ${((performance.now() - start) / 1_000).toFixed(1)} s`)
}

/**
 * The toolkit does not say that its modules have no side effects (actions/toolkit issue 1436), so that a client for OIDC
 * and with it undici, a megabyte that nobody calls, would be in every bundle and loaded at every start.
 */
function pruneToolkit(): void {
  const path = join(root, 'node_modules/@actions/core/package.json')
  writeFileSync(
    path,
    `${JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), sideEffects: false }, undefined, 2)}\n`,
  )
}

/** Module ids depend on the working directory, so it is always the root: a bundle is the same wherever it is built. */
function bundle(source: string, target: string): readonly BundleModule[] {
  const stats = source.replace(/\.js$/, '.stats.json')
  run('@vercel/ncc/dist/ncc/cli.js', ['build', source, '--out', target, '--stats-out', stats, '--no-cache', '--quiet'])
  return JSON.parse(readFileSync(stats, 'utf8')).modules
}

function run(script: string, args: readonly string[]): void {
  const command = [join(root, 'node_modules', script), ...args]
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${script} ended with ${status}`)
}
