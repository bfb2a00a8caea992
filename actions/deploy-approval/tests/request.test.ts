import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarker, type Request, renderMarker } from '../src/request.ts'

const request: Request = {
  ...{ mode: 'request', repository: 'octo-org/octo-app', runId: 77, attempt: 2 },
  workflowPath: '.github/workflows/deploy.yml',
  ...{ ref: 'refs/tags/v1.4.0', sha: 'c'.repeat(40), version: 'v1.4.0', environment: 'production', gate: 'Deploy' },
  ...{ base: 'b'.repeat(40), requestedBy: 'dave', deadline: '2026-03-01T11:00:00.000Z' },
  ...{ initiators: [4], eligible: [1, 2, 3], viaTeam: [3], policySha256: 'd'.repeat(64), nonce: 'e'.repeat(32) },
}

const json = (other: object) => `<!-- deploy-approval ${JSON.stringify({ ...request, ...other })} -->`

describe('a marker', () => {
  it('is read as it was written, as the last line of a text', () => {
    const marker = renderMarker(request)
    expect(marker.startsWith('<!-- deploy-approval {"mode":"request",')).toBe(true)
    for (const body of [
      marker,
      `Text\n\n${marker}`,
      `Text\r\n${marker}\r\n \n`,
      `<!-- deploy-approval {} -->\n${marker}`,
    ])
      expect(parseMarker(body)).toEqual(request)
  })

  it('can have nothing in it that ends its comment, whatever is asked for', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc
        .array(fc.constantFrom('-->', '--!>', '<!--', '<', '>', '-', '\n', '"', '\\', '{}', '\u2028'), { minLength: 1 })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, text, text, text, (environment, gate, ref, version) => {
        const other = {
          ...request,
          environment,
          gate,
          ref,
          version,
          requestedBy: version,
          base: ref,
          workflowPath: gate,
        }
        const marker = renderMarker(other)
        expect(marker.slice(5, -4)).not.toMatch(/[<>\n\r]/)
        expect(marker.slice('<!-- deploy-approval '.length, -4)).not.toContain('-')
        expect(parseMarker(`Text with <!-- and --> in it\n${marker}`)).toEqual(JSON.parse(JSON.stringify(other)))
      }),
    )
  })

  it('of the first run, attempt and person of all is read', () => {
    const first = { ...request, runId: 1, attempt: 1, eligible: [1], viaTeam: [], initiators: [1] }
    expect(parseMarker(renderMarker(first))).toEqual(first)
  })

  it('of a thousand people is read', () => {
    const many = { ...request, eligible: Array.from({ length: 1_000 }, (_, index) => index + 1) }
    expect(parseMarker(renderMarker(many))).toEqual(many)
  })
})

describe('no marker', () => {
  it.each([
    ['no text', ''],
    ['another last line', `${renderMarker(request)}\nmore`],
    ['text before it in its line', `x ${renderMarker(request)}`],
    ['text behind it in its line', `${renderMarker(request)} x`],
    ['a comment of another kind', '<!-- deploy-approval status 7 -->'],
    ['another beginning of the same length', renderMarker(request).replace('approval', 'approver')],
    ['another end of the same length', renderMarker(request).replace(' -->', '!-->')],
    ['half of it', renderMarker(request).slice(0, -20)],
    ['no JSON', '<!-- deploy-approval {x} -->'],
    ['a list', '<!-- deploy-approval [] -->'],
    ['null', '<!-- deploy-approval null -->'],
    ['nothing', '<!-- deploy-approval  -->'],
    ['an opening that is the end too', '<!-- deploy-approval -->'],
  ])('is %s', (_, body) => {
    expect(parseMarker(body)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['a field more', { approved: true }],
    ['another mode', { mode: 'check' }],
    ['a run that is no number', { runId: '77' }],
    ['a run of a fraction', { runId: 7.5 }],
    ['run 0', { runId: 0 }],
    ['a run beyond all numbers', { runId: 2 ** 53 }],
    ['attempt 0', { attempt: 0 }],
    ['a short sha', { sha: 'c'.repeat(39) }],
    ['a sha in capitals', { sha: 'C'.repeat(40) }],
    ['a long sha', { sha: 'c'.repeat(41) }],
    ['no environment', { environment: '' }],
    ['no gate', { gate: '' }],
    ['a deadline that is none', { deadline: 'tomorrow' }],
    ['a person without a number', { eligible: [1, 'alice'] }],
    ['a person with number 0', { eligible: [0] }],
    ['an initiator with number -1', { initiators: [-1] }],
    ['a member without a number', { viaTeam: [null] }],
    ['a short hash', { policySha256: 'd'.repeat(63) }],
    ['a short nonce', { nonce: 'e'.repeat(31) }],
    ['a nonce of other letters', { nonce: 'z'.repeat(32) }],
    ['a text without end', { gate: 'x'.repeat(1_025) }],
  ])('has %s', (_, other) => {
    expect(parseMarker(json(other))).toBeUndefined()
    expect(parseMarker(json({}))).toEqual(request)
  })

  it.each(Object.keys(request))('lacks %s', (name) => {
    expect(parseMarker(json({ [name]: undefined }))).toBeUndefined()
  })

  it('takes no time, however long it is', () => {
    const before = performance.now()
    for (const body of [' '.repeat(65_536), '\n'.repeat(65_536), `<!-- deploy-approval ${'['.repeat(65_000)} -->`])
      expect(parseMarker(body)).toBeUndefined()
    expect(performance.now() - before).toBeLessThan(500)
  })
})

describe('what cannot be a request', () => {
  it.each<[string, object]>([
    ['a gate without end', { gate: 'x'.repeat(1_025) }],
    ['no environment', { environment: '' }],
    ['a sha that is none', { sha: 'main' }],
  ])('is not written: %s', (_, other) => {
    expect(() => renderMarker({ ...request, ...other })).toThrow()
  })
})
