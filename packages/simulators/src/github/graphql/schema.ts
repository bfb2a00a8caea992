import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLSchema } from 'graphql'

let schema: GraphQLSchema | undefined

/** GitHub's own schema, cut down to what is simulated; `scripts/github-openapi.ts` writes it. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(new URL('../openapi/schema.graphql', import.meta.url), 'utf8'))
  return schema
}
