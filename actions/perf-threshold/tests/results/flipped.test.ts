import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contract } from '../../src/contract.ts'
import { filesOf, fixtures, read } from '../support/results/reading.ts'

const small = 60_000
const listed = await readdir(join(fixtures, 'real'), { recursive: true })
const files = listed
  .map((name) => join(fixtures, 'real', name))
  .filter((path) => statSync(path).isFile() && statSync(path).size < small && !path.endsWith('README.md'))

/** Bytes are changed, taken out or doubled, wherever that may be. */
it('a real result of which bytes are wrong is read or refused with a reason, and never breaks the reader', async () => {
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255), length: fc.nat(3) })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 5 }), async (path, edits) => {
      let bytes = readFileSync(path)
      for (const { at, byte, length } of edits) {
        const place = Math.floor(at * bytes.length)
        bytes = Buffer.concat([bytes.subarray(0, place), Buffer.alloc(length, byte), bytes.subarray(place + 1)])
      }
      const results = await read(join(filesOf({ result: bytes }), 'result'))
      if ('missing' in results) expect(Object.keys(contract.reasons)).toContain(results.missing)
      else expect(results.test.all.count).toBeDefined()
    }),
    { numRuns: 300 },
  )
})
