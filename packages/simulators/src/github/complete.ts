import type { Schema } from './description.ts'

export type Json = Record<string, unknown>

/**
 * Adds what the description requires and the simulator has nothing to say about: null, zero, nothing, or the address
 * that such a link has.
 */
export function complete(definitions: Readonly<Record<string, Schema>>, name: string, known: Json): Json {
  return fill(definitions, definitions[name] ?? {}, known)
}

function fill(definitions: Readonly<Record<string, Schema>>, schema: Schema, known: Json): Json {
  const properties = schema['properties']
  const required = schema['required']
  if (!isSchema(properties) || !Array.isArray(required)) return known
  const filled = { ...known }
  for (const name of required) {
    const property = properties[name]
    if (name in filled) continue
    filled[name] = neutral(
      definitions,
      isSchema(property) ? property : {},
      `${known['url']}/${name.replace(/_url$/, '')}`,
    )
  }
  return filled
}

function neutral(definitions: Readonly<Record<string, Schema>>, schema: Schema, address: string): unknown {
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    return neutral(definitions, definitions[reference.replace('#/$defs/', '')] ?? {}, address)
  }
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(choices)) return neutralOf(definitions, choices.filter(isSchema), address)
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  if (schema['format'] === 'date-time') return '2020-01-01T00:00:00Z'
  const values = { string: address, integer: 0, number: 0, boolean: false, array: [], null: null }
  const type = schema['type']
  if (typeof type === 'string' && Object.hasOwn(values, type)) return values[type as keyof typeof values]
  return fill(definitions, schema, { url: address })
}

function neutralOf(
  definitions: Readonly<Record<string, Schema>>,
  choices: readonly Schema[],
  address: string,
): unknown {
  if (choices.some((choice) => choice['type'] === 'null')) return null
  return neutral(definitions, choices[0] ?? {}, address)
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
