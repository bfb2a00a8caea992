import { expect, it } from 'vitest'
import { present } from '../src/present.ts'
import { outcomeOf, requests, testOf } from './support/outcome.ts'

it('numbers in outputs are such as shells and their tools read', () => {
  const failedOnce = requests(200_000, (index) => ({ latencyMs: 1e-7, failed: index === 0 }))
  const even = requests(4, (index) => ({ latencyMs: 100 + index / 4 }))
  expect(present(outcomeOf('p95 < 1s', testOf(failedOnce))).outputs).toMatchObject({
    'error-rate': '0.000005',
    'p95-ms': '0.0000001',
    samples: '200000',
  })
  expect(present(outcomeOf('p95 < 1s', testOf(even))).outputs).toMatchObject({
    'error-rate': '0',
    'p50-ms': '100.375',
    samples: '4',
  })
})
