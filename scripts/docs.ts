/** Writes the generated parts of the READMEs: `npm run docs`, or with `-- --check` only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { actionFolder, actionNames, readMetadata } from './workspace.ts'

interface ReasonRow {
  readonly verdict: string
  readonly cause: string
  readonly nextStep: string
}

/** The README with everything between `<!-- name -->` and `<!-- /name -->` replaced by the part of that name. */
export function fillIn(readme: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const [from, to] = [text.indexOf(open), text.indexOf(close)]
    if (from < 0 || to < from) throw new Error(`The README has no place for ${name}: write ${open} and ${close}`)
    return `${text.slice(0, from + open.length)}\n${part}\n${text.slice(to)}`
  }, readme)
}

/** The generated parts of the README of an action. */
export async function generatedParts(name: string): Promise<Record<string, string>> {
  const { inputs, outputs } = readMetadata(name)
  const { reasons }: { reasons: Record<string, ReasonRow> } = await import(
    pathToFileURL(join(actionFolder(name), 'src', 'reason.ts')).href
  )
  return {
    inputs: table(
      ['input', 'default', 'meaning'],
      Object.entries(inputs).map(([input, { default: given = '', description }]) => [
        code(input),
        code(given),
        description,
      ]),
    ),
    outputs: table(
      ['output', 'meaning'],
      Object.entries(outputs).map(([output, { description }]) => [code(output), description]),
    ),
    reasons: table(
      ['reason code', 'outcome', 'cause', 'next step'],
      Object.entries(reasons).map(([reason, { verdict, cause, nextStep }]) => [code(reason), verdict, cause, nextStep]),
    ),
  }
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`
  return ['', line(header), line(header.map(() => '---')), ...rows.map(line), ''].join('\n')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  for (const name of actionNames()) {
    const path = join(actionFolder(name), 'README.md')
    const readme = readFileSync(path, 'utf8')
    const filled = fillIn(readme, await generatedParts(name))
    if (filled === readme) continue
    if (!check) writeFileSync(path, filled)
    console.log(`${check ? 'Stale' : 'Written'}: actions/${name}/README.md${check ? ' (run: npm run docs)' : ''}`)
    if (check) process.exitCode = 1
  }
}
