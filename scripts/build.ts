/** Builds every action, or the named ones: `npm run build [-- <name> …]`. Types first, then the bundle. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleModule, licensesOf } from './licenses.ts'
import { actionFolder, actionNames, root } from './workspace.ts'

const names = process.argv.length > 2 ? process.argv.slice(2) : actionNames()
for (const name of names) build(name)

function build(name: string): void {
  const start = performance.now()
  const folder = actionFolder(name)
  const dist = join(folder, 'dist')
  run('typescript/bin/tsc', ['--build', folder])
  rmSync(dist, { recursive: true, force: true })
  const modules = [...bundle(join(folder, 'build', 'index.js'), dist), ...bundleWorker(folder, dist)]
  writeFileSync(join(dist, 'licenses.txt'), `${licensesOf(modules, root)}\n`)
  console.log(`Built ${name} in ${((performance.now() - start) / 1_000).toFixed(1)} s`)
}

/** A thread starts from a file of its own: `src/worker.ts`, where there is one, becomes `dist/worker/index.js`. */
function bundleWorker(folder: string, dist: string): readonly BundleModule[] {
  const source = join(folder, 'src', 'worker.ts')
  return existsSync(source) ? bundle(join(folder, 'build', 'worker.js'), join(dist, 'worker')) : []
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
