// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody expanded is what is tested here.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { only, refusal } from './support/reading.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const places: readonly [string, (url: string) => Record<string, string>][] = [
  ['in a line', (url) => ({ url })],
  ['behind a name', (url) => ({ url: `api = ${url}` })],
  ['in a list', (url) => ({ targets: `- url: ${JSON.stringify(url)}` })],
]

describe.each(places)('a URL %s', (_, inputs) => {
  it.each([
    'https://app.example.com/a,b;c|d',
    'https://app.example.com/?next=https://x.example.com/y',
    'https://app.example.com/?q={app="x"}',
    'HTTPS://APP.example.com:443/health',
  ])('is taken as it is: %s', async (given) => {
    expect((await only(inputs(given))).target.request.url.href).toBe(new URL(given).href)
  })

  it.each([
    ['https://a,https://b', ': one URL per line'],
    ['https://a/x y', ': one URL per line'],
    ['https:///health', 'the host is empty: is a variable unset?'],
    ['https://${HOST}/health', 'has "${HOST}" in it, which is an unexpanded variable'],
  ])('is refused: %s', async (given, problem) => {
    expect((await refusal(inputs(given))).message).toContain(problem)
  })
})

it.each([
  ['web =', 'the URL of "web" is empty: is a variable unset?'],
  ['web =\napi = https://a', 'the URL of "web" is empty: is a variable unset?'],
  ['= https://a', 'the name in front of "=" is empty: is a variable unset?'],
  ['a = b = https://a', ': one URL per line'],
  // A part of a URL without its scheme is no name: something else would be probed.
  ['localhost:8080/?next=https://a', 'is not a URL'],
  ['app.example.com/health?next=https://a', 'is not a URL'],
])('%j is refused', async (given, problem) => {
  expect((await refusal({ url: given })).message).toContain(problem)
})
