import { describe, expect, it } from 'vitest'
import { displayUrl, recordOf } from '../src/response.ts'
import { responseOf } from './support/made.ts'

describe('recordOf', () => {
  it('keeps the beginning of the body instead of the body', () => {
    const record = recordOf(responseOf({ status: 503, body: 'x'.repeat(2_000) }))
    expect(record).toMatchObject({ status: 503, address: '127.0.0.1:80' })
    expect(record).not.toHaveProperty('body')
    expect(record.excerpt).toBe(`${'x'.repeat(999)}…`)
  })

  it('keeps a short body whole, and never half a character', () => {
    expect(recordOf(responseOf({ body: '{"status":"grün 🚀"}' })).excerpt).toBe('{"status":"grün 🚀"}')
    expect(recordOf(responseOf({ body: '🚀'.repeat(1_000) })).excerpt).toMatch(/^🚀+…$/u)
  })
})

describe('displayUrl', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com/'],
    ['http://127.0.0.1:8080/a/b', 'http://127.0.0.1:8080/a/b'],
    ['https://app.example.com/h?token=hunter22&x=1&x=2#part', 'https://app.example.com/h?token=…&x=…&x=…'],
    ['https://app.example.com/h?', 'https://app.example.com/h'],
    ['http://user:hunter22@app.example.com/', 'http://app.example.com/'],
  ])('shows %s as %s', (url, shown) => {
    expect(displayUrl(new URL(url))).toBe(shown)
  })
})
