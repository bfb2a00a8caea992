import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { assembleReleaseTree } from '../../scripts/release-tree.ts'
import { commitAll } from './git.ts'

export interface ReleaseTree {
  readonly path: string
  remove(): Promise<void>
}

/** What stands behind `org/actions@v1` in the workflows under test: the actions as they were last built, or those named. */
export async function committedReleaseTree(names?: readonly string[]): Promise<ReleaseTree> {
  const folder = await mkdtemp(path.join(tmpdir(), 'release-tree-'))
  assembleReleaseTree(folder, 'under test', names)
  await commitAll(folder)
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
