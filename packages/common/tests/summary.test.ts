import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import { timeOf } from '@deploy-safety/simulators/thrown'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { forCodeBlock } from '../src/escape.ts'
import { fold } from '../src/markdown.ts'
import { cutSummary, writeSummary } from '../src/summary.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((line) => line.replace(/[`<>\n\r]/g, '')),
  fc.constant('long '.repeat(40)),
)
const code = fc
  .string({ unit: fc.constantFrom('`', '```', '\n', '<details>', '</details>', 'é', 'x '), maxLength: 30 })
  .map(forCodeBlock)
const mermaid = fc.constant('```mermaid\nxychart-beta\n  line [1, 2, 3]\n```')
const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small' },
    text,
    code,
    mermaid,
    fc.array(tie('block'), { maxLength: 4 }).map((blocks) => fold('more', blocks)),
  ),
}))
const summary = fc
  .array(block, { minLength: 1, maxLength: 12 })
  .map((blocks) => `**verdict**\n\n${blocks.join('\n\n')}`)

describe('cutSummary', () => {
  it('leaves alone what fits, to the byte', () => {
    const markdown = 'é'.repeat(100)
    expect(cutSummary(markdown, 200)).toBe(markdown)
    expect(cutSummary(markdown, 199)).not.toBe(markdown)
  })

  it('keeps the verdict and closes what it cuts', () => {
    const markdown = `**verdict**\n\n${fold('bodies', [forCodeBlock('one\n'.repeat(200))])}`
    expect(cutSummary(markdown, 250)).toMatch(
      /^\*\*verdict\*\*\n\n<details>\n<summary>bodies<\/summary>\n\n```text\n(one\n)+```\n\n<\/details>\n\n_Cut here: .*_$/,
    )
  })

  it('is never above the limit, cut at a line, and leaves no code block and no fold open', () => {
    fc.assert(
      fc.property(summary, fc.integer({ min: 150, max: 2_000 }), (markdown, limit) => {
        const result = cutSummary(markdown, limit)
        expect(Buffer.byteLength(result)).toBeLessThanOrEqual(limit)
        expect(openAtTheEndOf(markdown)).toEqual({ fence: '', folds: 0 })
        expect(openAtTheEndOf(result)).toEqual({ fence: '', folds: 0 })
        if (result === markdown) return
        expect(result).toMatch(/^\*\*verdict\*\*\n/)
        expect(result).toMatch(/\n\n_Cut here: [^\n]*_$/)
        const kept = commonLines(markdown, result)
        expect(result.split('\n').slice(kept).join('\n')).toMatch(/^(`{3,})?(\n*<\/details>)*\n*_Cut here:[^\n]*$/)
      }),
      { numRuns: 250 },
    )
  })

  it('is quick about a summary that is far too long', () => {
    const summary = fold('many', ['| a | b |\n'.repeat(500_000)])
    expect(timeOf(() => cutSummary(summary, 1_000_000))).toBeLessThan(1_000)
  })
})

it('appends to what other tools have written, and stays below the limit of the runner', async () => {
  const { path: folder, remove } = temporaryFolder('summary')
  const path = join(folder, 'summary.md')
  vi.stubEnv('GITHUB_STEP_SUMMARY', path)
  await writeFile(path, 'before\n')
  writeSummary('**first**')
  writeSummary('row\n'.repeat(400_000))
  const written = await readFile(path, 'utf8')
  expect(written.startsWith('before\n**first**\nrow\n')).toBe(true)
  expect(written.endsWith('_\n')).toBe(true)
  expect(Buffer.byteLength(written)).toBeLessThanOrEqual(1_048_576)
  vi.unstubAllEnvs()
  remove()
})

/** What a reader of Markdown finds unclosed: a fence ends with a run of backticks that is at least as long. */
function openAtTheEndOf(markdown: string): { fence: string; folds: number } {
  let fence = ''
  let folds = 0
  for (const line of markdown.split('\n')) {
    const ticks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? ''
    if (fence !== '') {
      if (ticks.length >= fence.length && /^ {0,3}`+ *$/.test(line)) fence = ''
    } else if (ticks !== '') fence = ticks
    else folds += (line.match(/<details>/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length
  }
  return { fence, folds }
}

function commonLines(one: string, other: string): number {
  const [a, b] = [one.split('\n'), other.split('\n')]
  const index = a.findIndex((line, at) => line !== b[at])
  return index < 0 ? a.length : index
}
