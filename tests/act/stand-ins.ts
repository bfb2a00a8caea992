import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { commitAll } from './git.ts'

export interface Places {
  /** Where the stand-ins are put. */
  readonly folder: string
  /** Where they keep what is uploaded. */
  readonly artifacts: string
  /** Where they keep what is cached. */
  readonly caches: string
}

/**
 * Actions of others that a workflow uses and that cannot be fetched without a network: their parts that the examples
 * need, as JavaScript actions with the same inputs. By repository, the folder and script of each action in it.
 */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'actions/upload-artifact': { '.': 'upload.cjs' },
  'actions/download-artifact': { '.': 'download.cjs' },
  // act does it itself, but for another commit than the run's.
  'actions/checkout': { '.': 'nothing.cjs' },
  'actions/cache': { restore: 'restore-cache.cjs', save: 'save-cache.cjs' },
  'grafana/setup-k6-action': { '.': 'nothing.cjs' },
}

/** Makes the stand-ins that a workflow needs, in the versions that it names. @returns the arguments of act for them */
export async function standIns(workflow: string, { folder, artifacts, caches }: Places): Promise<string[]> {
  const used = [...workflow.matchAll(/uses: ([^/\s]+\/[^/@\s]+)[^@\s]*@(\S+)/g)].map(
    ([, repository = '', ref = '']) => ({
      repository,
      ref,
    }),
  )
  const args: string[] = []
  for (const [repository, actions] of Object.entries(known)) {
    const refs = new Set(used.filter((use) => use.repository === repository).map(({ ref }) => ref))
    if (refs.size === 0) continue
    const place = path.join(folder, repository)
    await makeRepository(place, actions)
    for (const ref of refs) args.push('--local-repository', `${repository}@${ref}=${place}`)
  }
  return args.length === 0 ? [] : [...args, '--env', `ARTIFACTS=${artifacts}`, '--env', `CACHES=${caches}`]
}

async function makeRepository(place: string, actions: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, script] of Object.entries(actions)) {
    const action = path.join(place, name)
    await mkdir(action, { recursive: true })
    const runs = { using: 'node24', main: 'index.js' }
    await writeFile(path.join(action, 'action.yml'), JSON.stringify({ name: script, description: 'Stands in', runs }))
    await cp(path.join(import.meta.dirname, 'stand-ins', script), path.join(action, 'index.js'))
  }
  await commitAll(place)
}
