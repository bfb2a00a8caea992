import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Profile } from './world.ts'

export type Schema = Readonly<Record<string, unknown>>

interface Operation {
  readonly method: string
  readonly path: string
  readonly responses: Readonly<Record<string, unknown>>
}

interface Document {
  readonly operations: Readonly<Record<string, Operation>>
  readonly $defs: Readonly<Record<string, Schema>>
}

export interface Match {
  readonly operation: string
  readonly parameters: Readonly<Record<string, string>>
}

const anchor = 'https://api.github.com/description'

/** GitHub's timestamps have whole seconds. */
const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, uri: /^https?:\/\/\S+$/ }

/** GitHub's own description of its REST API, cut down to what is simulated; `scripts/github-openapi.ts` writes it. */
export class Description {
  readonly document: Document
  readonly #patterns: readonly { readonly operation: string; readonly method: string; readonly pattern: RegExp }[]
  readonly #ajv: Ajv2020
  readonly #coercing: Ajv2020

  constructor(profile: Profile) {
    this.document = JSON.parse(readFileSync(new URL(`openapi/${profile}.json`, import.meta.url), 'utf8'))
    const settings = { strict: false, logger: false, formats } as const
    this.#ajv = new Ajv2020(settings).addSchema(this.document, anchor)
    this.#coercing = new Ajv2020({ ...settings, coerceTypes: true }).addSchema(this.document, anchor)
    this.#patterns = Object.entries(this.document.operations).map(([operation, { method, path }]) => {
      return { operation, method: method.toUpperCase(), pattern: patternOf(path) }
    })
  }

  match(method: string, path: string): Match | undefined {
    for (const { operation, method: expected, pattern } of this.#patterns) {
      const groups = expected === method ? pattern.exec(path)?.groups : undefined
      if (groups === undefined) continue
      const decoded = Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)])
      return { operation, parameters: Object.fromEntries(decoded) }
    }
    return undefined
  }

  /** What is wrong with the request, in words, or nothing. */
  requestProblem({ operation, parameters }: Match, query: URLSearchParams, body: unknown): string | undefined {
    return (
      this.#problem(this.#coercing, pointer(operation, 'pathParameters'), { ...parameters }) ??
      this.#problem(this.#coercing, pointer(operation, 'query'), Object.fromEntries(query)) ??
      (body === undefined ? undefined : this.#problem(this.#ajv, pointer(operation, 'body'), body))
    )
  }

  /** The same for the answer. Not every refusal is described; what is not is of the common form. */
  answerProblem(operation: string, status: number, body: unknown): string | undefined {
    const described = this.document.operations[operation]?.responses ?? {}
    if (!(status in described) && status < 400) return `Status ${status} is not described`
    const place = status in described ? pointer(operation, `responses/${status}`) : '#/$defs/basic-error'
    return this.#problem(this.#ajv, place, body)
  }

  #problem(ajv: Ajv2020, place: string, value: unknown): string | undefined {
    const validate: ValidateFunction | undefined = ajv.getSchema(`${anchor}${place}`)
    if (validate === undefined) throw new Error(`The description has no ${place}`)
    return validate(value) ? undefined : `${place}: ${ajv.errorsText(validate.errors)}`
  }
}

const descriptions = new Map<Profile, Description>()

/** Validators are made once for all simulators of a process. */
export function descriptionOf(profile: Profile): Description {
  const known = descriptions.get(profile)
  if (known !== undefined) return known
  const description = new Description(profile)
  descriptions.set(profile, description)
  return description
}

function pointer(operation: string, part: string): string {
  return `#/operations/${operation.replaceAll('/', '~1')}/${part}`
}

/** A ref has slashes of its own; nothing follows it in a path. */
function patternOf(path: string): RegExp {
  const pattern = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    return `(?<${name}>${name === 'ref' || name === 'basehead' ? '.+' : '[^/]+'})`
  })
  return new RegExp(`^${pattern}$`)
}
