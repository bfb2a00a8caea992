import { nearestName } from '@deploy-safety/common/near-name'
import type { ActionMetadata } from './workspace.ts'

export type Arguments =
  | { readonly kind: 'run'; readonly name: string; readonly inputs: Readonly<Record<string, string>> }
  | { readonly kind: 'help'; readonly name: string | undefined }
  | { readonly kind: 'wrong'; readonly problem: string }

/**
 * Reads `<action> --<input> <value> …`, or `--<input>=<value>`. A value may begin with one dash, as a YAML list does.
 * Which inputs there are is for the action to say, in its own words.
 */
export function parseArguments(args: readonly string[], names: readonly string[]): Arguments {
  const [name, ...rest] = args
  if (name === undefined || isHelp(name)) return { kind: 'help', name: undefined }
  if (!names.includes(name)) {
    const nearest = nearestName(name, names)
    const meant = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean ${nearest}?`
    return { kind: 'wrong', problem: `There is no action ${JSON.stringify(name)}; ${meant}` }
  }
  if (rest.some(isHelp)) return { kind: 'help', name }
  return parseInputs(name, rest)
}

function isHelp(text: string): boolean {
  return text === '--help' || text === '-h'
}

function parseInputs(name: string, args: readonly string[]): Arguments {
  const inputs: Record<string, string> = {}
  for (let index = 0; index < args.length; index += 1) {
    const [, input, value] = /^--([^=\s]+)(?:=(.*))?$/s.exec(args[index] ?? '') ?? []
    if (input === undefined) {
      return { kind: 'wrong', problem: `${JSON.stringify(args[index])} is not an input; write --<input> <value>` }
    }
    if (value === undefined) index += 1
    const given = value ?? args[index]
    if (given === undefined || (value === undefined && given.startsWith('--'))) {
      return { kind: 'wrong', problem: `--${input} has no value; write --${input} <value> or --${input}=<value>` }
    }
    inputs[input] = given
  }
  return { kind: 'run', name, inputs }
}

const helpWidth = 100

/** Lines of at most so many characters, broken at blanks. */
function wrapped(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S+`, 'g')) ?? []
}

/** What `--help` shows of an action. */
export function helpOf(name: string, { description, inputs, outputs }: ActionMetadata): string {
  const listed = (entries: readonly (readonly [name: string, text: string])[]) => {
    const width = Math.max(...entries.map(([label]) => label.length))
    return entries.flatMap(([label, text]) =>
      wrapped(text.trim(), helpWidth - width - 4).map((line, index) => {
        return `  ${(index === 0 ? label : '').padEnd(width)}  ${line}`
      }),
    )
  }
  return [
    `${name}: ${description}`,
    '',
    `npm run action -- ${name} --<input> <value> …`,
    '',
    'Inputs',
    ...listed(
      Object.entries(inputs).map(([input, { default: given = '', description: text }]) => [
        `--${input}`,
        given === '' ? text : `${text} Default: ${given}`,
      ]),
    ),
    '',
    'Outputs',
    ...listed(Object.entries(outputs).map(([output, { description: text }]) => [output, text])),
  ].join('\n')
}
