import { invalidInput } from './errors.ts'

/**
 * What a parser throws when a text does not have the accepted form.
 * `problem` follows the name of the input in a sentence and shows the value unless it is secret; `accepted` is the fix.
 */
export class Malformed extends Error {
  readonly accepted: string

  constructor(problem: string, accepted: string, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'Malformed'
    this.accepted = accepted
  }
}

/** The value in quotes, cut to what fits a message. */
export function quote(text: string): string {
  return quoteUpTo(80, text)
}

/** The same for what is worth more room, such as the answer of a server: so many characters of it. */
export function quoteUpTo(most: number, text: string): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text)
}

/** Reads inputs by name. A blank input is an input not given: its default applies, and without one it is absent. */
export interface InputReader<Name extends string> {
  /** The value, read by `parse`; @throws ActionError `invalid-input` when it is malformed, or blank without a default. */
  value<T>(name: Name, parse: (text: string) => T): T
  /** The same, or undefined when it is blank and has no default. */
  optional<T>(name: Name, parse: (text: string) => T): T | undefined
  /** What was given, trimmed; empty when nothing was, defaults aside. */
  text(name: Name): string
}

export interface InputSource<Name extends string> {
  readonly defaults: Readonly<Record<Name, string>>
  /** The text as it was given; empty when it was not. */
  readonly textOf: (name: Name) => string
  /** Put behind the name of the input in messages: ` of target "api"`. */
  readonly where?: string
}

export function inputReader<Name extends string>(source: InputSource<Name>): InputReader<Name> {
  const text = (name: Name) => source.textOf(name).trim()
  const optional = <T>(name: Name, parse: (text: string) => T): T | undefined => {
    const given = text(name) || source.defaults[name]
    if (given === '') return undefined
    try {
      return parse(given)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      const end = error.message.endsWith('?') ? '' : '.'
      throw invalidInput(`Input "${name}"${source.where ?? ''}: ${error.message}${end}`, error.accepted, error.cause)
    }
  }
  return {
    optional,
    text,
    value: (name, parse) => {
      const value = optional(name, parse)
      if (value === undefined) {
        throw invalidInput(`Input "${name}"${source.where ?? ''} is missing.`, `Set "${name}".`)
      }
      return value
    },
  }
}

/** `true` or `false`, in the spellings of YAML's core schema. @throws Malformed */
export function parseFlag(text: string): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true
  if (/^(false|False|FALSE)$/.test(text)) return false
  throw new Malformed(`${quote(text)} is neither true nor false`, 'Write true or false.')
}

/** A parser for a whole number from `least` to `most`. @throws Malformed (the parser) */
export function parseCount({ least, most }: { least: number; most: number }): (text: string) => number {
  return (text) => {
    const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(count >= least && count <= most)) {
      throw new Malformed(
        `${quote(text)} is not a whole number from ${least} to ${most}`,
        `Write for example ${least}.`,
      )
    }
    return count
  }
}

/** A parser for one word of a closed set. @throws Malformed (the parser) */
export function parseChoice<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice === undefined) throw new Malformed(`${quote(text)} is not known`, `Use one of: ${choices.join(', ')}.`)
    return choice
  }
}

/** The lines that say something, trimmed. */
export function parseLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
