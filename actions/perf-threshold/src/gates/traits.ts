import type { Measure } from './gate.ts'

/** What a limit of a measure is written in. */
export type Unit = 'time' | 'share' | 'ratio' | 'growth' | 'rate' | 'whole' | 'plain'

export interface Traits {
  readonly unit: Unit
  /** What the measure can be at all; undefined: anything. */
  readonly range: readonly [least: number, most: number] | undefined
  /** Whether it has an endpoint, and can be compared with a baseline, or judged stretch by stretch. */
  readonly ofEndpoints: boolean
  readonly withBaseline: boolean
  readonly overTime: boolean
}

const ofRequests = { ofEndpoints: true, withBaseline: true, overTime: true } as const
const time: Traits = { unit: 'time', range: [0, Number.POSITIVE_INFINITY], ...ofRequests }
const whole: Traits = { unit: 'whole', range: [0, Number.POSITIVE_INFINITY], ...ofRequests }
const share: Traits = { unit: 'share', range: [0, 1], ...ofRequests }

const traits: Readonly<Record<Measure['kind'], Traits>> = {
  percentile: time,
  average: time,
  minimum: time,
  maximum: time,
  'error-rate': share,
  errors: whole,
  count: whole,
  throughput: { unit: 'rate', range: [0, Number.POSITIVE_INFINITY], ...ofRequests },
  apdex: { unit: 'ratio', range: [0, 1], ...ofRequests },
  'dropped-iterations': { ...share, ofEndpoints: false, withBaseline: false, overTime: false },
  drift: { unit: 'growth', range: undefined, ofEndpoints: true, withBaseline: false, overTime: false },
  prometheus: { unit: 'plain', range: undefined, ofEndpoints: false, withBaseline: false, overTime: false },
  alerts: { ...whole, ofEndpoints: false, withBaseline: false, overTime: false },
}

export function traitsOf(measure: Measure): Traits {
  return traits[measure.kind]
}
