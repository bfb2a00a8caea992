import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { actionNames, readContract, root, templateName } from '../../scripts/workspace.ts'
import { stringLiterals } from './string-literals.ts'

/** What we no longer write to people: each of these was once a sentence that a reader had to read twice. */
const refused: readonly RegExp[] = [
  /\b(Seen|Detail):\s/,
  /\b(wanted|untold|alike)\b/i,
  /what answers is wrong/i,
  /answer one question each|in silence/i,
  /nothing foreign acts/i,
  /\bhang a rollback/i,
  /\b(is|are) right, but/i,
  /good (answers|responses) came/i,
  /not every one behind/i,
  /says something else than/i,
  /what answers does not speak/i,
  /larger than what is read/i,
  /look why|done by itself/i,
  /let the service (answer|respond)/i,
  /wants a login/i,
  /not healthy, and not required/i,
  /whoever is between/i,
  /failures in it are free|free ones aside/i,
  /\bfor so long after\b/i,
  /a limit does not hold|gates? holds?\b/i,
  /known only roughly|not so near/i,
  /that is known here/i,
  /as no result does/i,
  /no file matches a line|seen from/i,
  /for this user to read/i,
  /\ba gate\b/i,
  /fewer requests than the percentile/i,
  /accept the chance/i,
  /stands before a colon/i,
  /1 can be one percent/i,
  /blanks or other signs/i,
  /stretch(es)? (of time|break)/i,
  /\bonly warns\b/i,
  /beyond noise|could not be seen with/i,
  /^(Known|Longest|Where, or why|Last|Certificate until)$/,
  /how the latencies are spread/i,
  /endpoints that are only in the report/i,
  /before a verdict/i,
  /how it hangs together|(the )?way of one input/i,
  /^#+ which version/im,
  /❔/u,
]

/** Markdown without code: names of inputs and fields are no prose. A Mermaid diagram is read. */
function prose(markdown: string): string {
  const fence = /^( *)(`{3,})(\w*)[^\n]*\n(.*?)^\1\2 *$/gms
  const withoutBlocks = markdown.replace(fence, (_, _indent, _ticks, language: string, content: string) =>
    language === 'mermaid' ? content : '',
  )
  return withoutBlocks.replace(/`[^`\n]+`/g, '`…`')
}

const names = [...actionNames(), templateName]
const folderOf = (name: string) => (name === templateName ? name : join('actions', name))
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/*.md', 'actions/*/*.md', 'template/*.md'], { cwd: root })
const sources = globSync(['actions/*/src/**/*.ts', 'packages/*/src/**/*.ts', 'template/src/**/*.ts'], { cwd: root })

const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Everything that people read, by the file that it is in. */
const texts: readonly (readonly [file: string, texts: readonly string[]])[] = [
  ...documents.map((file) => [file, [prose(read(file))]] as const),
  ...names.map((name) => {
    const file = join(folderOf(name), 'action.yml')
    return [file, descriptions(parse(read(file))).map(prose)] as const
  }),
  // What is only for tests reaches nobody.
  ...sources
    .filter((file) => !file.includes('simulators'))
    .map((file) => [file, stringLiterals(read(file)).filter(isText).map(prose)] as const),
]

/** A name in the code, or the path of a module, is no text. */
function isText(literal: string): boolean {
  return !/^[a-z\d./@_-]*$/.test(literal)
}

/** What is refused in a text, with the words around it; a line ends anywhere in a paragraph. */
function offences(text: string): string[] {
  const flat = text.replace(/\s+/g, ' ').trim()
  return refused.flatMap((phrase) => {
    const found = phrase.exec(phrase.multiline ? text : flat)
    return found === null ? [] : [found.input.slice(Math.max(0, found.index - 40), found.index + found[0].length + 40)]
  })
}

function descriptions(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(descriptions) : []
}

describe('what people read', () => {
  it('is found', async () => {
    const files = texts.map(([file]) => file)
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'docs/threat-model.md',
        'actions/healthcheck/action.yml',
      ]),
    )
    const literals = new Set(texts.flatMap(([, found]) => found))
    for (const name of names) {
      const { reasons } = await readContract(name)
      for (const { cause, nextStep } of Object.values(reasons)) {
        expect(literals).toContain(prose(cause))
        expect(literals).toContain(prose(nextStep))
      }
    }
  })

  it.each(texts)('has none of the sentences that nobody understood: %s', (_, found) => {
    expect(found.flatMap(offences)).toEqual([])
  })
})

describe('offences', () => {
  it.each([
    ['Actions that never pass in\nsilence.', 1],
    ['## Which version\n\nall', 1],
    ['Longest', 1],
    ['The longest of all, as you wanted. Seen: 2xx', 2],
    ['It says which version is expected.', 0],
    [prose('`Seen: 2xx`\n\n```yaml\n# wanted\n```\n'), 0],
    [prose('```mermaid\nA[what answers is wrong]\n```\nand so in silence\n```yaml\n# wanted\n```\n'), 2],
  ])('%j: %d', (text, count) => {
    expect(offences(text)).toHaveLength(count)
  })
})

describe('stringLiterals', () => {
  it.each<[string, string[]]>([
    [`const a = 'one' // it's 'two'`, ['one']],
    [`/* 'no' */ f("a \\"b\\" c", 'd\\'e')`, ['a "b" c', "d'e"]],
    [
      'f(`$' + '{count} tries, $' + '{a ? `with $' + "{b}` : 'none'} at all`)",
      ['{} tries, {} at all', 'with {}', 'none'],
    ],
    [`s.replace(/['"\`]/g, 'x') / 2`, ['x']],
    [`const c = a / 'b'.length / 2`, ['b']],
    ['const t = `two\nlines`', ['two\nlines']],
    [`'one ' + 'sentence'`, ['one ', 'sentence']],
  ])('%s', (source, expected) => {
    expect(stringLiterals(source)).toEqual(expected)
  })
})
