import { readFileSync } from 'node:fs'
import { isRecord } from '@deploy-safety/common/record'
import {
  buildSchema,
  type DocumentNode,
  executeSync,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import type { Exchange } from '../exchange.ts'
import type { Answer } from '../http.ts'
import { type Context, FieldError, type Viewer } from './context.ts'
import { fields, typeOf } from './fields.ts'

let schema: GraphQLSchema | undefined

/** GitHub's own schema, cut down to what is simulated; `scripts/github-openapi.ts` writes it. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(new URL('../openapi/schema.graphql', import.meta.url), 'utf8'))
  return schema
}

/** A query over the cut schema. Whatever is wrong with it or with a field, the status is 200. */
export function answerGraphql(viewer: Viewer, { request, view }: Exchange): Answer {
  const body: unknown = JSON.parse(request.body ?? '{}')
  if (!isRecord(body) || typeof body['query'] !== 'string') {
    return { status: 400, body: { message: 'A query attribute must be specified and must be a string.' } }
  }
  const document = parsed(body['query'])
  if ('errors' in document) return { status: 200, body: document }
  const errors = validate(githubSchema(), document, specifiedRules)
  if (errors.length > 0) return { status: 200, body: { errors: errors.map(shown) } }
  const context: Context = { ...viewer, view }
  const result = executeSync({
    schema: githubSchema(),
    document,
    contextValue: context,
    variableValues: isRecord(body['variables']) ? body['variables'] : {},
    operationName: typeof body['operationName'] === 'string' ? body['operationName'] : null,
    fieldResolver: resolveField,
    typeResolver: typeOf,
  })
  return {
    status: 200,
    body: { data: result.data ?? null, ...(result.errors && { errors: result.errors.map(shown) }) },
  }
}

const resolveField: GraphQLFieldResolver<unknown, Context> = (source, args, context, { parentType, fieldName }) => {
  const resolver = fields[parentType.name]?.[fieldName]
  if (resolver !== undefined) return resolver(source as never, args, context)
  if (!isRecord(source) || !(fieldName in source)) throw new Error(`${parentType.name}.${fieldName} is not simulated`)
  return source[fieldName]
}

function parsed(query: string): DocumentNode | { readonly errors: readonly unknown[] } {
  try {
    return parse(query)
  } catch (error) {
    return { errors: [shown(error as GraphQLError)] }
  }
}

/** As GitHub shows an error: the type beside the message, not among the extensions. */
function shown({ message, path, locations, originalError }: GraphQLError): Readonly<Record<string, unknown>> {
  const type = originalError instanceof FieldError ? { type: originalError.type } : {}
  const forbidden = 'type' in type && type.type === 'FORBIDDEN' ? { extensions: { saml_failure: false } } : {}
  return { ...type, ...(path && { path }), ...forbidden, ...(locations && { locations }), message }
}
