import { quote } from '@deploy-safety/common/inputs'
import { formatNumber } from '@deploy-safety/common/number'
import type { Measure, Scope } from '../gates/gate.ts'
import type { Endpoint, LoadTest, Population } from '../load-test/load-test.ts'
import { isMissing, type Missing } from '../quantity.ts'
import { nameOf } from './measure.ts'

/** Whose requests are judged together. */
export interface Subject {
  readonly name: string | undefined
  /** Undefined: all. */
  readonly endpoints: readonly Endpoint[] | undefined
  readonly population: Population
}

export function subjectsOf(scope: Scope, test: LoadTest | Missing): readonly Subject[] | Missing {
  if ('missing' in test) return test
  if (scope.kind === 'all') return [{ name: undefined, endpoints: undefined, population: test.all }]
  if (scope.kind === 'each') {
    if (test.endpoints.length === 0) return { missing: 'unknown-endpoint', detail: 'the results name no endpoints' }
    return test.endpoints.map((endpoint) => ({
      name: quote(endpoint.name),
      endpoints: [endpoint],
      population: endpoint.population,
    }))
  }
  const { selector } = scope
  const names = selector.matching(test.endpoints.flatMap(({ name, shortName }) => [name, shortName]))
  const endpoints = test.endpoints.filter(({ name, shortName }) => names.has(name) || names.has(shortName))
  if (endpoints.length === 0) return unknownEndpoint(selector.source, test)
  const [first] = endpoints
  const name = first !== undefined && endpoints.length === 1 ? quote(first.name) : `${endpoints.length} endpoints`
  return [{ name, endpoints, population: test.merged(endpoints) }]
}

const latencies: readonly Measure['kind'][] = ['percentile', 'average', 'minimum', 'maximum', 'apdex', 'drift']

/** What must not be missed where latencies are those of failures, which are often the fastest answers. */
export function allFailed(measure: Measure, { population: { errors, count }, name }: Subject): string[] {
  if (!latencies.includes(measure.kind)) return []
  if (isMissing(errors) || isMissing(count) || count.low === 0 || errors.low < count.low) return []
  return [
    `All ${formatNumber(count.low)} requests${name === undefined ? '' : ` of ${name}`} failed: ${nameOf(measure)} is the latency of failures.`,
  ]
}

const namedInMessages = 5

function unknownEndpoint(source: string, { endpoints }: LoadTest): Missing {
  const names = endpoints.slice(0, namedInMessages).map(({ name }) => quote(name))
  const rest = endpoints.length > names.length ? ` and ${endpoints.length - names.length} more` : ''
  const known = names.length === 0 ? 'the results name no endpoints' : `the results have ${names.join(', ')}${rest}`
  return { missing: 'unknown-endpoint', detail: `no endpoint matches ${quote(source)}; ${known}` }
}
