/** Writes the generated parts of READMEs and report schemas: `npm run docs`, or with `-- --check` says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Contract } from '@deploy-safety/common/contract'
import { envelopeOf } from './envelope.ts'
import {
  type ActionMetadata,
  actionFolder,
  actionNames,
  readContract,
  readMetadata,
  root,
  templateName,
} from './workspace.ts'

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
export function generatedParts({ reasons }: Contract, { inputs, outputs }: ActionMetadata): Record<string, string> {
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
      Object.entries(reasons).map(([reason, { outcomes, cause, nextStep }]) => [
        code(reason),
        outcomes.join(', '),
        cause,
        nextStep,
      ]),
    ),
  }
}

/** The schema of a report with what is the same for all actions, or stands in the contract. */
export function fillInSchema(schema: string, contract: Contract): string {
  const { $defs, ...rest } = JSON.parse(schema)
  return `${JSON.stringify({ ...rest, $defs: { ...$defs, ...envelopeOf(contract) } }, undefined, 2)}\n`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`
  return ['', line(header), line(header.map(() => '---')), ...rows.map(line), ''].join('\n')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

async function bringUpToDate(name: string, { check }: { check: boolean }): Promise<void> {
  const contract = await readContract(name)
  const write = (file: string, fill: (text: string) => string) => {
    const path = join(actionFolder(name), file)
    const text = readFileSync(path, 'utf8')
    const filled = fill(text)
    if (filled === text) return
    if (check) process.exitCode = 1
    else writeFileSync(path, filled)
    console.log(`${check ? 'Stale' : 'Written'}: ${relative(root, path)}${check ? ' (run: npm run docs)' : ''}`)
  }
  write('README.md', (text) => fillIn(text, generatedParts(contract, readMetadata(name))))
  write('report.schema.json', (text) => fillInSchema(text, contract))
}

if (import.meta.main) {
  for (const name of [...actionNames(), templateName]) {
    await bringUpToDate(name, { check: process.argv.includes('--check') })
  }
}
