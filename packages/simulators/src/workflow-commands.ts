/** How the runner reads commands from the log; follows `ActionCommand.cs` and `ActionCommandManager.cs` of actions/runner. */

export type StreamName = 'stdout' | 'stderr'

export interface WorkflowCommand {
  /** Lower case. */
  readonly name: string
  /** Unescaped; the names in lower case, since the runner looks them up in any. */
  readonly properties: Readonly<Record<string, string>>
  /** Unescaped. */
  readonly data: string
  readonly stream: StreamName
  /** As it was printed. */
  readonly line: string
}

/** Everything the runner obeys; any other name is just text. */
const registeredCommands = [
  ...['add-mask', 'debug', 'notice', 'warning', 'error', 'group', 'endgroup', 'echo', 'add-matcher', 'remove-matcher'],
  ...['save-state', 'set-output', 'set-env', 'add-path', 'stop-commands'],
]

/** Finds the commands in the lines of one step; both streams share one, since `stop-commands` silences both. */
export class CommandReader {
  readonly #registered = new Set(registeredCommands)
  #token: string | undefined

  /** The command in a line, if the runner obeys one. @throws Error on a stop token that the runner refuses */
  read(line: string, stream: StreamName): WorkflowCommand | undefined {
    const command = parseCommand(line, this.#registered)
    if (command === undefined) return undefined
    if (this.#token !== undefined) {
      if (command.name === this.#token) this.#resume(this.#token)
      return undefined
    }
    if (command.name === 'stop-commands') this.#stop(command.data)
    return { ...command, stream, line }
  }

  #stop(token: string): void {
    const name = lowerCase(token)
    if (token === '' || name === 'pause-logging' || registeredCommands.includes(name)) {
      throw new Error(`The runner refuses ${JSON.stringify(token)} as a token to stop commands`)
    }
    this.#registered.add(name)
    this.#token = name
  }

  #resume(token: string): void {
    this.#registered.delete(token)
    this.#token = undefined
  }
}

type Parsed = Pick<WorkflowCommand, 'name' | 'properties' | 'data'>

function parseCommand(line: string, registered: ReadonlySet<string>): Parsed | undefined {
  return parseModern(line, registered) ?? parseLegacy(line, registered)
}

// What .NET calls white space, which is not quite what JavaScript does.
const leadingSpace = /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

// The runner looks for the second `::` with a comparison by culture, which does not see ignorable characters such as a
// soft hyphen. Taken from its source and the rules of Unicode, not tried: at worst we obey more than the runner does.
const ignorable = '[\\p{DI}\\p{Cf}\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f]*'
const separator = new RegExp(`${ignorable}:${ignorable}:`, 'u')

/** `::name key=value,key=value::data`, after any white space. */
function parseModern(line: string, registered: ReadonlySet<string>): Parsed | undefined {
  const text = line.replace(leadingSpace, '')
  if (!text.startsWith('::')) return undefined
  const end = text.slice(2).search(separator)
  if (end < 0) return undefined
  const head = parseHead(text.slice(2, 2 + end), registered, (list) => properties(list.trim(), ',', propertyEscapes))
  return head && { ...head, data: decode(text.slice(2 + end + 2), dataEscapes) }
}

/** `##[name key=value;key=value]data`, anywhere in a line; only the first `##[` counts. */
function parseLegacy(line: string, registered: ReadonlySet<string>): Parsed | undefined {
  const start = line.indexOf('##[')
  const end = start < 0 ? -1 : line.indexOf(']', start)
  if (end < 0) return undefined
  const head = parseHead(line.slice(start + 3, end), registered, (list) => properties(list, ';', legacyEscapes))
  return head && { ...head, data: decode(line.slice(end + 1), legacyEscapes) }
}

function parseHead(
  head: string,
  registered: ReadonlySet<string>,
  parseProperties: (list: string) => Readonly<Record<string, string>>,
): Omit<Parsed, 'data'> | undefined {
  const space = head.indexOf(' ')
  const name = lowerCase(space < 0 ? head : head.slice(0, space))
  if (!registered.has(name)) return undefined
  return { name, properties: space < 0 ? {} : parseProperties(head.slice(space + 1)) }
}

function properties(list: string, comma: string, escapes: Escapes): Readonly<Record<string, string>> {
  // Empty halves are dropped when the runner splits at `=`, so `=a==b` is a and b, and `a=` is nothing.
  const pairs = list.split(comma).map((pair) => /^=*([^=]+)=+([^=].*)$/s.exec(pair))
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[lowerCase(pair[1]), decode(pair[2], escapes)]] : [])))
}

type Escapes = readonly (readonly [escaped: string, character: string])[]

const percent = ['%25', '%'] as const
const lineEnds = [['%0D', '\r'] as const, ['%0A', '\n'] as const]
const dataEscapes: Escapes = [...lineEnds, percent]
const propertyEscapes: Escapes = [...lineEnds, ['%3A', ':'], ['%2C', ','], percent]
const legacyEscapes: Escapes = [['%3B', ';'], ...lineEnds, ['%5D', ']'], percent]

/** One replacement after the other, as the runner does it, percent last. */
function decode(text = '', escapes: Escapes): string {
  return escapes.reduce((current, [escaped, character]) => current.replaceAll(escaped, character), text)
}

/** Of ASCII only: `toLowerCase` would also make a `k` of the sign for Kelvin, which the runner does not. */
function lowerCase(text = ''): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
