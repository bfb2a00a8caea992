import type { CommonReason } from '@deploy-safety/common/contract'
import type { contract } from './contract.ts'

export type ReasonCode = keyof typeof contract.reasons

/** What a load test, or what is known of it, lacks: why a threshold, or a run, did not pass. */
export type Finding = Exclude<ReasonCode, 'ok' | CommonReason>

/** Why a threshold, or a run, did not pass: by what was found, or because the run did not come to its end. */
export type Obstacle = Finding | CommonReason
