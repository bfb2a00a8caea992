import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Client } from './client.ts'
import { repositoryOf } from './repository.ts'

/** Whether a tag points to a commit now, or a branch contains it. @param ref `refs/tags/…` or `refs/heads/…` */
export async function isRefOf(
  client: Client,
  { repository, ref, sha }: { repository: string; ref: string; sha: string },
): Promise<boolean> {
  try {
    if (ref.startsWith('refs/tags/')) return (await commitOf(client, repository, ref)) === sha
    return ref.startsWith('refs/heads/') && (await contains(client, repository, { branch: ref, sha }))
  } catch (error) {
    if (error instanceof Stop && (error.status === 404 || error.status === 422)) return false
    throw error
  }
}

/** A ref in full can be no other: GitHub has no branch or tag whose name begins with `refs/`. */
async function commitOf(client: Client, repository: string, ref: string): Promise<string> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}'
  const { data } = await client.send(
    route,
    { ...repositoryOf(repository), ref, per_page: 1 },
    v.object({ sha: v.string() }),
  )
  return data.sha
}

async function contains(
  client: Client,
  repository: string,
  { branch, sha }: { branch: string; sha: string },
): Promise<boolean> {
  const route = 'GET /repos/{owner}/{repo}/compare/{basehead}'
  const parameters = { ...repositoryOf(repository), basehead: `${sha}...${branch}`, per_page: 1 }
  const { data } = await client.send(route, parameters, v.object({ status: v.string() }))
  return data.status === 'ahead' || data.status === 'identical'
}
