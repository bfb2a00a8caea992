import { CommandReader, type WorkflowCommand } from '@deploy-safety/simulators/workflow-commands'

/** Whether a stream shows colours: a terminal that nobody asked to be plain. */
export function hasColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.NO_COLOR || env.TERM === 'dumb') return false
  return stream.isTTY === true || Boolean(env.FORCE_COLOR)
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

export type Paint = (colour: keyof typeof codes, text: string) => string

/** Colours text, or leaves it as it is. */
export function painter(isColoured: boolean): Paint {
  return (colour, text) => (isColoured ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text)
}

/** Shows the log of an action to a person: annotations as text, and nothing of what only the runner needs. */
export function logReader(paint: Paint): (line: string) => string | undefined {
  const commands = new CommandReader()
  return (line) => {
    const command = commands.read(line, 'stdout')
    return command === undefined ? line : shown(command, paint)
  }
}

function shown({ name, data, properties: { title = '' } }: WorkflowCommand, paint: Paint): string | undefined {
  if (name !== 'error' && name !== 'warning' && name !== 'notice') return undefined
  const [first = '', ...rest] = data.split('\n')
  const heading = paint(name === 'error' ? 'red' : 'yellow', `${name}: ${title === '' ? '' : `${title}: `}${first}`)
  return [heading, ...rest.map((line) => `  ${line}`)].join('\n')
}

/** A summary as text: entities and markup become what they stand for, and a chart one line. */
export function summaryText(markdown: string): string {
  return markdown
    .replace(/^```mermaid\n[\s\S]*?title "([^"]*)"[\s\S]*?^```$/gm, '[chart: $1]')
    .replace(/^<\/?details>$\n?/gm, '')
    .replace(/^<summary>(.*)<\/summary>$/gm, '▸ $1')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/^#{1,6} /gm, '')
    .replace(/\*\*([^*\n]+)\*\*/g, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
