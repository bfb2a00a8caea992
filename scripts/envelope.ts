import type { Contract } from '@deploy-safety/common/contract'
import { schemaVersion } from '@deploy-safety/common/report'

/** The definitions that the report schema of every action has: the common fields, and which reason goes with which outcome. */
export function envelopeOf({ name, outcomes, reasons }: Contract): Readonly<Record<'envelope' | 'reasonCode', object>> {
  const codes = Object.entries(reasons)
  return {
    envelope: {
      type: 'object',
      required: ['schemaVersion', 'action', 'outcome', 'reasonCode', 'message', 'startedAt', 'elapsedMs'],
      properties: {
        schemaVersion: { const: schemaVersion },
        action: { const: name },
        outcome: { enum: Object.keys(outcomes) },
        reasonCode: { $ref: '#/$defs/reasonCode' },
        message: { type: 'string', description: 'The verdict in one sentence.' },
        nextStep: { type: 'string', description: 'What to do next; absent when there is nothing to do.' },
        startedAt: { type: 'string', description: 'Wall clock, ISO 8601 in UTC.' },
        elapsedMs: { type: 'integer', minimum: 0 },
      },
      allOf: Object.entries(outcomes).map(([outcome, ending]) => ({
        if: { type: 'object', properties: { outcome: { const: outcome } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: {
          type: 'object',
          properties: {
            reasonCode: { enum: codes.filter(([, reason]) => reason.outcomes.includes(outcome)).map(([code]) => code) },
          },
          ...(ending === 'succeeds' ? {} : { required: ['nextStep'] }),
        },
      })),
    },
    reasonCode: { enum: codes.map(([code]) => code) },
  }
}
