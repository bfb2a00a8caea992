import type { ActionInput } from './action-metadata.ts'

/** Values of `github.<name>` and `runner.<name>` for the defaults of inputs. */
export interface ExpressionContext {
  readonly github?: Readonly<Record<string, string>>
  readonly runner?: Readonly<Record<string, string>>
}

export interface StepInputs {
  /** `INPUT_<NAME>` for every input of the action, and for what was given beyond. */
  readonly env: Readonly<Record<string, string>>
  /** What the runner warns about. */
  readonly warnings: readonly string[]
}

/** The inputs of a step as its action gets them: an input not given has its default, an empty one stays empty. */
export function stepInputs(
  known: readonly ActionInput[],
  given: Readonly<Record<string, string>>,
  lookUp: (context: string, name: string) => string | undefined,
): StepInputs {
  const defaults = known.map(({ name, defaultValue }) => [name, evaluate(defaultValue, lookUp)] as const)
  const values = [...defaults, ...Object.entries(given)]
  return {
    env: Object.fromEntries(values.map(([name, value]) => [variableOf(name), value])),
    warnings: [...deprecations(known, given), ...unexpected(known, given)],
  }
}

/** As the runner and @actions/core agree on it: dashes stay. */
function variableOf(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`
}

/** Only `${{ github.x }}` and `${{ runner.x }}` have a value here, anything else is empty. */
function evaluate(text: string, lookUp: (context: string, name: string) => string | undefined): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const [, context = '', name = ''] = /^\s*(github|runner)\.([\w-]+)\s*$/i.exec(expression) ?? []
    return lookUp(context.toLowerCase(), name.toLowerCase()) ?? ''
  })
}

function deprecations(known: readonly ActionInput[], given: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(given).map((name) => name.toLowerCase())
  return known.flatMap(({ name, deprecationMessage }) =>
    deprecationMessage !== undefined && names.includes(name.toLowerCase())
      ? [`Input '${name}' has been deprecated with message: ${deprecationMessage}`]
      : [],
  )
}

function unexpected(known: readonly ActionInput[], given: Readonly<Record<string, string>>): string[] {
  const valid = new Set(known.map(({ name }) => name.toLowerCase()))
  const names = Object.keys(given).filter((name) => !valid.has(name.toLowerCase()))
  if (names.length === 0) return []
  const list = known.map(({ name }) => name)
  return [`Unexpected input(s) '${names.join("', '")}', valid inputs are ['${list.join("', '")}']`]
}
