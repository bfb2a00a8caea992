// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody filled in is what is tested here.
import { Malformed } from '@deploy-safety/common/inputs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { commitOf, isAmbiguous, names, parseReference } from '../../src/target/reference.ts'
import { candidate } from '../support/made.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const commit = '3f9c1e7aa0b1c2d3e4f5061728394a5b6c7d8e9f'

describe('an explicit version', () => {
  test.each([
    ['template:5b7569ff85', 'identity', 'template:5b7569ff85'],
    ['manifest:0123456789abcdef', 'identity', 'manifest:0123456789abcdef'],
    ['slot=green', 'identity', 'slot=green'],
    ['revision:3', 'revision', '3'],
    ['tag:3', 'tag', '3'],
    [`commit:${commit.toUpperCase()}`, 'commit', commit],
    [digest, 'digest', digest],
    [`app@${digest}`, 'digest', `app@${digest}`],
    ['1.4.0', 'any', '1.4.0'],
    ['registry.example.com:5000/shop/app:1.4.0', 'any', 'registry.example.com:5000/shop/app:1.4.0'],
  ])('%s is read as %s', (text, kind, rest) => {
    expect(parseReference(text)).toEqual({ kind, text: rest })
  })

  test.each([
    '',
    '--server=https://evil.example',
    '-n',
    'a b',
    '1.4.0\n',
    '${{ inputs.version }}',
    '{{x}}',
    'revision:',
    'revision:x',
    'revision:-1',
    'revision:1234567890123456',
    `tag:${'x'.repeat(129)}`,
    'tag:',
    'tag:-x',
    'commit:abc',
    'commit:xyz1234',
    'sha256:abc',
    'x'.repeat(513),
    '日本',
  ])('%j is refused', (text) => {
    expect(() => parseReference(text)).toThrow(Malformed)
  })

  it('that nobody filled in is told as such', () => {
    expect(() => parseReference('${{ inputs.version }}')).toThrow('a variable that nobody filled in')
    expect(() => parseReference('a b')).toThrow('names no version')
  })

  it('is refused or has no sign that a program could take for something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(parseReference(text).text).toMatch(/^[\w./:@+=][\w./:@+=-]*$/)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
      }),
    )
  })
})

describe('what a version is named by', () => {
  const one = candidate('aaa', {
    revision: '3',
    images: [`registry:5000/app:1.4.0`, `side@${digest}`],
    names: ['green'],
  })

  test.each([
    ['template:aaa', true],
    ['template:aa', false],
    ['revision:3', true],
    ['revision:33', false],
    ['3', true],
    ['1.4.0', true],
    ['1.4', false],
    ['tag:1.4.0', true],
    ['tag:3', false],
    ['5000', false],
    ['registry:5000/app:1.4.0', true],
    ['app:1.4.0', false],
    [digest, true],
    [`side@${digest}`, true],
    [`other@${digest}`, false],
    ['green', true],
    ['gree', false],
  ])('%s: %s', (text, expected) => {
    expect(names(parseReference(text), one)).toBe(expected)
  })

  test.each([
    [{ commit }, commit],
    [{ images: [`app:${commit}`] }, commit],
    [{ images: [`app:sha-3f9c1e7`] }, '3f9c1e7'],
    [{ images: [`app:git-3f9c1e7@${digest}`] }, '3f9c1e7'],
    [{ images: ['app:1.4.0'] }, undefined],
    // A date is no commit.
    [{ images: ['app:20261201'] }, undefined],
    [{ images: ['app'] }, undefined],
  ])('the commit of %j is %s', (more, expected) => {
    expect(commitOf(candidate('x', more))).toBe(expected)
  })

  test.each(['3f9c1e7', commit, 'commit:3F9C1E7AA', 'sha-3f9c1e7'])('%s names an image by its commit', (text) => {
    const tag = text === 'sha-3f9c1e7' ? text : commit
    expect(names(parseReference(text), candidate('x', { images: [`app:${tag}`] }))).toBe(true)
    expect(names(parseReference(text), candidate('x', { images: ['app:3f9c1e8'] }))).toBe(false)
  })

  it('is no commit where none is known', () => {
    expect(names(parseReference('commit:3f9c1e7'), candidate('x', { images: ['app:1.4.0'] }))).toBe(false)
    expect(names(parseReference('3f9c1e7'), candidate('x', { images: ['app:1.4.0'] }))).toBe(false)
  })

  it('is ambiguous where it is the name of one and the image tag of another', () => {
    const [blue, green] = [
      candidate('blue', { names: ['blue'], images: ['app:green'] }),
      candidate('green', { names: ['green'] }),
    ]
    expect(isAmbiguous(parseReference('green'), [blue, green])).toBe(true)
    expect(isAmbiguous(parseReference('green'), [green])).toBe(false)
    expect(isAmbiguous(parseReference('blue'), [blue, green])).toBe(false)
  })

  it('is ambiguous where a number is the revision of one and the tag of another', () => {
    const versions = [candidate('a', { revision: '3' }), candidate('b', { revision: '4', images: ['app:3'] })]
    expect(isAmbiguous(parseReference('3'), versions)).toBe(true)
    const several = [candidate('a', { revision: '3' }), candidate('b', { revision: '4', images: ['app:3', 'side:1'] })]
    expect(isAmbiguous(parseReference('3'), several)).toBe(true)
    expect(isAmbiguous(parseReference('app'), [candidate('b', { images: ['x:app'] })])).toBe(false)
    expect(isAmbiguous(parseReference('tag:3'), versions)).toBe(false)
    expect(isAmbiguous(parseReference('4'), versions)).toBe(false)
    expect(isAmbiguous(parseReference('3'), [candidate('a', { revision: '3', images: ['app:3'] })])).toBe(false)
  })

  it('fits all that it fits in the same way, or is ambiguous', () => {
    const word = fc.constantFrom<string>('1', '2', 'green')
    const anyCandidate = fc
      .record({ revision: word, names: fc.array(word, { maxLength: 2 }), tags: fc.array(word, { maxLength: 2 }) })
      .map(({ revision, names: called, tags }) => ({
        ...candidate('x', { revision, names: called, images: tags.map((tag) => `app:${tag}`) }),
        ways: (text: string) => [revision === text, called.includes(text), tags.includes(text)],
      }))
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 4 }), word, (candidates, text) => {
        const found = candidates.filter((one) => names(parseReference(text), one))
        if (found.length === 0 || isAmbiguous(parseReference(text), candidates)) return
        expect([0, 1, 2].some((way) => found.every((one) => one.ways(text)[way]))).toBe(true)
      }),
    )
  })
})
