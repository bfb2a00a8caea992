import { expect, test } from 'vitest'
import { SecretMasker } from '../src/secret-masker.ts'

function mask(secrets: readonly string[], text: string): string {
  const masker = new SecretMasker()
  for (const secret of secrets) masker.add(secret)
  return masker.mask(text)
}

test.each([
  [[], 'text', 'text'],
  [[''], 'text', 'text'],
  [['sec'], 'secsec a sec', '*** a ***'],
  [['abc', 'bcd'], 'xabcdx', 'x***x'],
  [['aa'], 'aaaa', '***'],
  [['line one\n  {\n'], 'line one, { and }', '***, *** and }'],
])('%j in %j', (secrets, text, expected) => {
  expect(mask(secrets, text)).toBe(expected)
})

test('every spelling that the runner thinks of', () => {
  const secret = `it's "<a&b>" secret`
  const spellings = [
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).subarray(1).toString('base64'),
    Buffer.from(secret).subarray(2).toString('base64'),
    secret.replaceAll('"', '\\"'),
    secret.replaceAll("'", "''"),
    encodeURIComponent(secret).replaceAll("'", '%27'),
    'it&apos;s &quot;&lt;a&amp;b&gt;&quot; secret',
  ]
  for (const spelling of spellings) expect(mask([secret], `<${spelling}>`)).toBe('<***>')
  expect(mask(['"in quotes"'], 'in quotes')).toBe('***')
  expect(mask(['first-part&second-part'], 'first-part& | second-part')).toBe('*** | ***')
  expect(mask(['first-part&+second-part'], 'first-part&+ | econd-part')).toBe('*** | ***')
  expect(mask(['a&b'], 'a& b')).toBe('a& b')
})
