type Json = Record<string, unknown>

/** The operations that the simulator of GitHub serves. */
const operationIds = new Set([
  ...['actions/get-workflow-run', 'actions/get-workflow-run-attempt', 'git/get-ref', 'repos/get'],
  ...['repos/compare-commits-with-basehead', 'repos/get-commit', 'teams/list-members-in-org', 'users/get-by-username'],
  ...['issues/list-for-repo', 'issues/create', 'issues/get', 'issues/update', 'issues/add-assignees'],
  ...['issues/list-comments', 'issues/create-comment', 'issues/get-comment', 'issues/update-comment'],
  ...['issues/delete-comment', 'issues/list-events-for-timeline', 'reactions/create-for-issue-comment'],
])

/** The timeline entries that the simulator serves; the others reach pull requests, reviews and projects. */
const timelineSchemas = /(^|\/)(labeled|unlabeled|renamed|locked|timeline-comment|timeline-assigned|state-change)-/

const dropped = /^(examples?|description|title|externalDocs|deprecated|discriminator|nullable|x-.*)$/

/** The operations with all schemas they reach, as JSON Schema: OpenAPI 3.0 has `nullable` where that has a type. */
export function cutOpenapi(description: unknown): Json {
  const root = object(description)
  const reached = new Map<string, unknown>()
  const operations: Json = {}
  for (const [path, methods] of Object.entries(object(root['paths']))) {
    for (const [method, value] of Object.entries(object(methods))) {
      const operation = object(value)
      const id = String(operation['operationId'])
      if (operationIds.has(id)) operations[id] = { method, path, ...cutOperation(operation, root, reached) }
    }
  }
  const $defs = Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { operations, $defs }
}

function cutOperation(operation: Json, root: Json, reached: Map<string, unknown>): Json {
  const cut = (schema: unknown) => toJsonSchema(schema, root, reached)
  const parameters = list(operation['parameters']).map((one) => object(resolve(one, root)))
  const values = (place: string) => {
    const those = parameters.filter((one) => one['in'] === place)
    const properties = Object.fromEntries(those.map((one) => [String(one['name']), cut(one['schema'])]))
    const required = those.filter((one) => one['required'] === true).map((one) => one['name'])
    return { type: 'object', properties, required, additionalProperties: false }
  }
  const responses = Object.entries(object(operation['responses'])).map(([status, response]) => {
    const schema = content(resolve(response, root))
    return [status, schema === undefined ? true : cut(schema)]
  })
  const body = content(resolve(operation['requestBody'], root))
  const query = { ...values('query') }
  return { pathParameters: values('path'), query, body: cut(body ?? true), responses: Object.fromEntries(responses) }
}

function toJsonSchema(schema: unknown, root: Json, reached: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((one) => toJsonSchema(one, root, reached))
  if (!isObject(schema)) return schema
  if (typeof schema['$ref'] === 'string') return { $ref: reach(schema['$ref'], root, reached) }
  const kept = Object.entries(schema).filter(([key, value]) => !dropped.test(key) || isProperty(key, value))
  const properties = (key: string, value: unknown) =>
    key === 'properties' && isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJsonSchema(one, root, reached)]))
      : toJsonSchema(key === 'anyOf' ? servedOnly(list(value)) : value, root, reached)
  const cut = Object.fromEntries(kept.map(([key, value]) => [key, properties(key, value)]))
  return schema['nullable'] === true ? { anyOf: [cut, { type: 'null' }] } : cut
}

/** Keywords such as `description` have a text as their value; a schema there is a property that is called so. */
function isProperty(key: string, value: unknown): boolean {
  return key === 'title' || key === 'description' ? isObject(value) && 'type' in value : false
}

function servedOnly(choices: readonly unknown[]): readonly unknown[] {
  const served = choices.filter(
    (one) => isObject(one) && timelineSchemas.test(String(one['$ref']).split('/').at(-1) ?? ''),
  )
  return served.length > 0 ? served : choices
}

function reach(reference: string, root: Json, reached: Map<string, unknown>): string {
  const name = reference.split('/').at(-1) ?? ''
  if (!reached.has(name)) {
    reached.set(name, {})
    reached.set(name, toJsonSchema(resolve({ $ref: reference }, root), root, reached))
  }
  return `#/$defs/${name}`
}

function resolve(value: unknown, root: Json): unknown {
  if (!isObject(value) || typeof value['$ref'] !== 'string') return value
  return value['$ref']
    .slice(2)
    .split('/')
    .reduce((at: unknown, key) => object(at)[key], root)
}

function content(value: unknown): unknown {
  if (!isObject(value) || !isObject(value['content'])) return undefined
  const media = value['content']['application/json']
  return isObject(media) ? media['schema'] : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function object(value: unknown): Json {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
