import { type Cluster, orStop } from './cluster.ts'
import type { Complaint } from './complaint.ts'
import { type Dependency, dependencyText } from './dependencies.ts'
import type { KnownDependencies } from './workload.ts'

/** Kind, name and the times of all changes: what is in a Secret never comes here. */
const line = '{{.kind}}/{{.metadata.name}}{{range .metadata.managedFields}} {{.time}}{{end}}\n'
const template = `{{if .items}}{{range .items}}${line}{{end}}{{else}}{{if .metadata.name}}${line}{{end}}{{end}}`

/**
 * Which of the dependencies are there, and when each last changed. What may not be read is not in the result: it is
 * neither there nor missing.
 */
export async function readDependencies(
  { kubectl, namespace }: Cluster,
  dependencies: readonly Dependency[],
): Promise<KnownDependencies> {
  if (dependencies.length === 0) return new Map()
  const names = [...new Set(dependencies.map(dependencyText))]
  const args = ['get', ...names, '-n', namespace, '--ignore-not-found', '-o', `go-template=${template}`]
  const tolerates = ({ kind }: Complaint) => kind === 'forbidden' || kind === 'not-found'
  const { stdout, stderr } = await orStop(kubectl.command(args, { isRead: true, tolerates }), 'ConfigMaps and Secrets')
  const found = new Map(
    stdout.split('\n').map((text) => {
      const [name = '', ...times] = text.split(' ')
      return [name.toLowerCase(), { changedAt: times.toSorted().at(-1) ?? '' }] as const
    }),
  )
  const isUnread = (name: string) => stderr.includes(`"${name.slice(name.indexOf('/') + 1)}"`)
  return new Map(names.filter((name) => found.has(name) || !isUnread(name)).map((name) => [name, found.get(name)]))
}
