import { expect, test } from 'vitest'
import { hostileText } from '../src/hostile-text.ts'
import { SecretMasker } from '../src/secret-masker.ts'
import { StepLog } from '../src/step-log.ts'

function logOf(stdout: string, stderr = ''): StepLog {
  const log = new StepLog(new SecretMasker())
  log.write('stdout', Buffer.from(stdout))
  log.write('stderr', Buffer.from(stderr))
  log.end()
  return log
}

test('a hostile text forges whatever the runner lets it forge', () => {
  const log = logOf(hostileText.replace(/^::stop-commands.*\n/m, ''))
  expect(log.outputs).toEqual({ outcome: 'healthy' })
  expect(log.masks).toEqual(['healthy'])
  expect(log.annotations.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    'error: injected',
    'error: injected',
    'error: injected',
    'warning: injected behind white space',
    'error: cr',
    'error: :injected with a soft hyphen',
  ])
  expect(log.annotations[1]).toMatchObject({ title: 'injected', properties: { file: 'app.js' } })
})

test('commands on stderr count, and stop-commands on one stream silences the other', () => {
  expect(logOf('', '::error::a').commands).toMatchObject([{ name: 'error', data: 'a', stream: 'stderr' }])
  expect(logOf('::stop-commands::token\n', '::error::a\n').commands).toMatchObject([{ name: 'stop-commands' }])
})

test('a mask acts on what comes after it, and never shows its value', () => {
  const log = logOf('before hunter2\n::add-mask::hunter2\nafter hunter2\n::error::with hunter2\n')
  expect(log.text()).toBe('before hunter2\n::add-mask::***\nafter ***\n::error::with ***\n')
  expect(log.annotations).toMatchObject([{ kind: 'error', title: undefined, message: 'with ***' }])
})

test('a stop token of more than 6 characters is masked', () => {
  expect(logOf('::stop-commands::1234567\n::1234567::\n::stop-commands::123456\n').text()).toBe(
    '::stop-commands::***\n::***::\n::stop-commands::123456\n',
  )
})

test('a message is cut where the runner cuts it', () => {
  expect(logOf(`::error::${'x'.repeat(5_000)}`).annotations[0]?.message).toHaveLength(4_096)
})

test('outputs and state by command are obeyed', () => {
  const log = logOf('::set-output name=a::1\n::save-state name=b::2\n')
  expect(log.outputs).toEqual({ a: '1' })
  expect(log.state).toEqual({ b: '2' })
  expect(log.problems).toEqual([])
})

test.each([
  '::set-env name=PATH::/tmp',
  '::add-path::/tmp',
  '::set-output::value',
  '::save-state name=::value',
  '::echo::maybe',
  '::stop-commands::error',
])('%s fails the step', (line) => {
  expect(logOf(line).problems).toHaveLength(1)
})

test('an empty mask is a warning', () => {
  expect(logOf('::add-mask:: ').annotations).toMatchObject([{ kind: 'warning' }])
})

test('lines are handed on as they come', () => {
  const lines: string[] = []
  const log = new StepLog(new SecretMasker(), (line) => lines.push(line))
  log.write('stdout', Buffer.from('one\ntw'))
  expect(lines).toEqual(['one'])
  log.end()
  expect(lines).toEqual(['one', 'tw'])
})
