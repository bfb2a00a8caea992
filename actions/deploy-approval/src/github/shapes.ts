import * as v from 'valibot'

/** What several answers have in common. Only what is used is asked for: everything else may change. */

export const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

export const account = v.object({ id, login: v.string(), type: v.string() })

/** GraphQL's integers have 32 bits, ids have outgrown them: they come as texts. */
export const bigId = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.safeInteger())

/** ISO 8601 → milliseconds since 1970. */
export const time = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number(),
  v.integer(),
)

/** Who did something, in GraphQL; null for an account that is gone. */
export const actor = v.nullish(
  v.object({ __typename: v.string(), login: v.string(), databaseId: v.optional(v.nullable(bigId)) }),
)

/** The selection for it. */
export const actorFields = `__typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId } ... on Organization { databaseId }`
