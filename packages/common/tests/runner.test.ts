import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as toolkit from '@actions/core'
import { anyText } from '@deploy-safety/simulators/any-text'
import { parseFileCommands } from '@deploy-safety/simulators/file-commands'
import { temporaryFolder } from '@deploy-safety/simulators/temporary-folder'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as runner from '../src/runner.ts'
import { printed } from './printed.ts'

const { path: folder, remove } = temporaryFolder('runner')
const output = join(folder, 'output')
const summary = join(folder, 'summary')

beforeEach(() => {
  vi.stubEnv('GITHUB_OUTPUT', output)
  vi.stubEnv('GITHUB_STEP_SUMMARY', summary)
  for (const file of [output, summary]) writeFileSync(file, '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
afterAll(remove)

/** What a file is read as after an action wrote to it. */
function readBack(action: () => void): Record<string, string> {
  writeFileSync(output, '')
  action()
  return parseFileCommands(readFileSync(output, 'utf8'))
}

const texts = fc.oneof(
  anyText(),
  fc.constantFrom('', 'a\nb', 'a\r\nb', '100% :,', 'end-of-output', 'end-of-output\nx<<y'),
)

describe('says the same as @actions/core', () => {
  it.each(['URL', 'report-path', 'with space', 'Mixed'])('about the input %s', (name) => {
    for (const value of [' padded\n', '', 'one\ntwo']) {
      vi.stubEnv(`INPUT_${name.replace(' ', '_').toUpperCase()}`, value)
      expect(runner.getInput(name)).toBe(toolkit.getInput(name))
    }
    expect(runner.getInput('none')).toBe('')
  })

  it('in the log', () => {
    fc.assert(
      fc.property(texts, texts, (message, title) => {
        expect(printed(() => runner.info(message))).toBe(printed(() => toolkit.info(message)))
        expect(printed(() => runner.debug(message))).toBe(printed(() => toolkit.debug(message)))
        expect(printed(() => runner.setSecret(message))).toBe(printed(() => toolkit.setSecret(message)))
        for (const [kind, annotate] of [['warning', toolkit.warning] as const, ['error', toolkit.error] as const]) {
          const own = printed(() => runner.annotate(kind, message, title))
          expect(own).toBe(printed(() => annotate(message, title === '' ? {} : { title })))
        }
      }),
    )
  })

  it('in the outputs', () => {
    fc.assert(
      fc.property(texts, (value) => {
        const own = readBack(() => runner.setOutput('name', value))
        expect(own).toEqual({ name: value.toWellFormed() })
        expect(own).toEqual(readBack(() => toolkit.setOutput('name', value)))
      }),
    )
  })

  it('in the summary', async () => {
    runner.appendSummary('**one**\n')
    await toolkit.summary.addRaw('**one**\n').write()
    expect(readFileSync(summary, 'utf8')).toBe('**one**\n**one**\n')
  })
})

it('adds to the outputs that are there', () => {
  const both = readBack(() => {
    runner.setOutput('one', '1')
    runner.setOutput('two', 'end-of-output')
  })
  expect(both).toEqual({ one: '1', two: 'end-of-output' })
})

it('prints an output as a command where there is no file for it', () => {
  vi.stubEnv('GITHUB_OUTPUT', undefined)
  expect(printed(() => runner.setOutput('name', 'a\nb'))).toBe('::set-output name=name::a%0Ab\n')
})

it('cannot add to a summary that there is no file for', () => {
  vi.stubEnv('GITHUB_STEP_SUMMARY', '')
  expect(() => runner.appendSummary('x')).toThrow('GITHUB_STEP_SUMMARY is not set')
})
