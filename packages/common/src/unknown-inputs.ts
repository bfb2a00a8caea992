import type { Contract } from './contract.ts'
import { type ActionError, invalidInput } from './errors.ts'
import { quote } from './inputs.ts'
import { nearestName } from './near-name.ts'
import type { Notice } from './outcome.ts'

/**
 * What was given beyond the inputs of an action. A misspelled one is an error, since a check that it asked for would be
 * missing without a word; anything else is a warning.
 * @param variables of the step: the runner sets `INPUT_<NAME>` for each input, in capitals and with `_` for blanks
 */
export function unknownInputs(
  variables: Readonly<Record<string, string | undefined>>,
  { name: action, inputs }: Pick<Contract, 'name' | 'inputs'>,
): { readonly error: ActionError | undefined; readonly warnings: readonly Notice[] } {
  const known = Object.keys(inputs)
  const unknown = Object.keys(variables)
    .filter((variable) => variable.startsWith('INPUT_'))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase())
    .filter((name) => !known.includes(name))
  const misspelled = unknown.map((name) => [name, nearestName(name, known)] as const)
  const [name, meant] = misspelled.find(([, nearest]) => nearest !== undefined) ?? []
  const others = misspelled.filter(([, nearest]) => nearest === undefined).map(([other]) => quote(other))
  return {
    error:
      name === undefined
        ? undefined
        : invalidInput(
            `${action} has no input ${quote(name)}; did you mean "${meant}"?`,
            `Rename it to "${meant}", or remove it.`,
          ),
    warnings:
      others.length === 0
        ? []
        : [{ title: `${action}: unknown input`, message: `There is no input ${others.join(', ')}; it was ignored.` }],
  }
}
