import * as v from 'valibot'
import type { Person } from '../voting/people.ts'
import type { Client } from './client.ts'
import { bigId } from './shapes.ts'

export const viewer = v.pipe(
  v.object({ login: v.string(), databaseId: v.nullable(bigId) }),
  // Nobody has the id 0: without one, nothing is ours.
  v.transform(({ login, databaseId }): Person => ({ id: databaseId ?? 0, login })),
)

const schema = v.object({ data: v.object({ viewer }) })

/** The account that the token acts as; an App has one of its own. */
export async function readViewer(client: Client): Promise<Person> {
  const { data } = await client.query('query { viewer { login databaseId } }', {}, schema)
  return data.viewer
}
