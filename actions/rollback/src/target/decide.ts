import type { Ending } from '../outcome.ts'
import type { Candidate, KnownGood, Snapshot } from '../provider.ts'
import { type Evidence, ladder, proofOf, type Rung, type Source, stillAbout } from './evidence.ts'
import { exclusionOf, type WhyNot } from './exclusion.ts'
import { isAmbiguous, names, type Reference } from './reference.ts'
import { describe } from './wording.ts'

/** What is wished for, for one subject. */
export interface Wish {
  readonly to: 'last-known-good' | 'previous' | Reference
  readonly expectedCurrent: Reference | undefined
  readonly deny: readonly Reference[]
  readonly sources: readonly Source[]
  readonly requireEvidence: boolean
}

/** A candidate as the table shows it. */
export interface Row {
  readonly version: string
  readonly revision: string
  readonly at: string
  readonly images: readonly string[]
  readonly chosen: boolean
  readonly whyNot: WhyNot | null
  readonly detail: string
}

export interface Decision {
  readonly verdict: Verdict
  readonly candidates: readonly Row[]
}

/** `await`: nothing is to be written, but what is live has to prove itself. */
export type Verdict =
  | { readonly kind: 'change'; readonly target: Candidate; readonly evidence: Rung }
  | { readonly kind: 'await'; readonly ending: Ending; readonly evidence: Rung }
  | { readonly kind: 'stop'; readonly ending: Ending }

/** A version that served for so long is taken to have been good, when nothing better is known. */
const provenMs = 600_000

/** Which version a subject goes back to, and why not to the others. */
export function decide(snapshot: Snapshot, wish: Wish, known: Evidence): Decision {
  const evidence = stillAbout(snapshot.candidates, known)
  const judged = judge(snapshot, wish, evidence)
  const verdict = verdictOn(snapshot, wish, { judged, evidence })
  const target = verdict.kind === 'change' ? verdict.target : undefined
  return { verdict, candidates: judged.map((one) => rowOf(one, one.candidate === target)) }
}

interface Judged {
  readonly candidate: Candidate
  /** In these two, whatever else speaks against it, not even its name helps. */
  readonly isDenied: boolean
  readonly cannotStart: boolean
  readonly whyNot: WhyNot | undefined
  readonly detail: string
  readonly proof: Source | undefined
}

function judge(snapshot: Snapshot, { deny, sources }: Wish, evidence: Evidence): Judged[] {
  return snapshot.candidates.map((candidate) => {
    const exclusion = exclusionOf(candidate, snapshot, { deny, evidence })
    return {
      candidate,
      isDenied: deny.some((reference) => names(reference, candidate)),
      cannotStart: candidate.obstacle?.whyNot === 'missing-dependency',
      whyNot: exclusion?.whyNot,
      detail: exclusion?.detail || (candidate.detail ?? ''),
      proof: proofOf(candidate.version, evidence, sources),
    }
  })
}

function rowOf({ candidate, whyNot, detail, proof }: Judged, chosen: boolean): Row {
  const { version, revision, at, images } = candidate
  const reason = whyNot ?? (chosen || proof !== undefined ? null : 'unproven')
  return { version, revision, at, images, chosen, whyNot: chosen ? null : reason, detail }
}

interface Material {
  readonly judged: readonly Judged[]
  readonly evidence: Evidence
}

function verdictOn(snapshot: Snapshot, wish: Wish, material: Material): Verdict {
  const { to } = wish
  const refusal = snapshot.refusal ?? staleCurrent(snapshot, wish)
  if (refusal !== undefined) return { kind: 'stop', ending: refusal }
  if (to === 'last-known-good' || to === 'previous') return automatic(snapshot, wish, material)
  return explicit(snapshot, { ...wish, to }, material.judged)
}

/** How it ends when something else is live than whoever started it has seen; undefined when it is not so. */
export function staleCurrent(
  { subject, current, candidates }: Snapshot,
  { expectedCurrent }: Pick<Wish, 'expectedCurrent'>,
): Ending | undefined {
  if (expectedCurrent === undefined) return undefined
  const live = candidates.find(({ version }) => version === current)
  const isClear = !isAmbiguous(expectedCurrent, candidates)
  if (live !== undefined && isClear && names(expectedCurrent, live)) return undefined
  const sentence = `${subject.name} runs ${live === undefined ? current : describe(live)}, expected-current is ${expectedCurrent.text}${isClear ? '' : ', which can be several versions'}`
  return { outcome: 'refused', reasonCode: 'stale-current', sentence }
}

/** What a person names goes before all evidence, but not before `deny`, nor to where its pods could not start. */
function explicit(
  { subject, current, candidates }: Snapshot,
  { to, requireEvidence }: Wish & { readonly to: Reference },
  judged: readonly Judged[],
): Verdict {
  if (isAmbiguous(to, candidates)) {
    const sentence = `${to.text} can be several versions of ${subject.name}: by name, by revision or by image tag`
    const nextStep = `Write revision:${to.text}, tag:${to.text}, or the identity from the table.`
    return { kind: 'stop', ending: { outcome: 'no-target', reasonCode: 'target-not-found', sentence, nextStep } }
  }
  const named = judged.filter(({ candidate }) => names(to, candidate))
  const live = named.find(({ candidate, whyNot }) => candidate.version === current || whyNot === 'same-content')
  const [first] = named
  if (first === undefined) {
    return noTarget('target-not-found', `${subject.name} has no version ${to.text} among ${counted(candidates.length)}`)
  }
  if (live !== undefined) {
    const sentence = `${subject.name} already runs ${live.candidate.version === current ? '' : 'the content of '}${describe(live.candidate)}`
    return {
      kind: 'await',
      ending: { outcome: 'nothing-to-do', reasonCode: 'already-current', sentence },
      evidence: 'explicit',
    }
  }
  const { candidate, isDenied, cannotStart, proof } = named.find((one) => !one.isDenied) ?? first
  if (isDenied) return noTarget('all-excluded', `${describe(candidate)} of ${subject.name} is in deny`)
  if (cannotStart) {
    const sentence = `${describe(candidate)} of ${subject.name} cannot start: ${candidate.obstacle?.detail}`
    return { kind: 'stop', ending: { outcome: 'refused', reasonCode: 'dependency-missing', sentence } }
  }
  if (requireEvidence && proof === undefined && !candidate.serves) {
    return noTarget('no-evidence', `Nothing says that ${describe(candidate)} of ${subject.name} was good`)
  }
  return { kind: 'change', target: candidate, evidence: 'explicit' }
}

function automatic(snapshot: Snapshot, wish: Wish, { judged, evidence }: Material): Verdict {
  const { subject, broughtBack, current, candidates } = snapshot
  if (broughtBack !== undefined) {
    const sentence = `${subject.name} was already brought back: ${broughtBack}`
    const ending = { outcome: 'nothing-to-do', reasonCode: 'already-rolled-back', sentence } as const
    return { kind: 'await', ending, evidence: 'cluster' }
  }
  const serving = whatServes(snapshot, judged)
  if (serving !== undefined) return { kind: 'change', target: serving, evidence: 'serving' }
  const eligible = judged.filter(({ whyNot }) => whyNot === undefined)
  const found = wish.to === 'previous' ? previous(eligible, wish) : lastKnownGood(eligible, wish, evidence)
  if (found !== undefined) return { kind: 'change', ...found }
  if (candidates.every(({ version }) => version === current)) {
    return noTarget('no-history', `${subject.name} has no version but the one that runs`)
  }
  if (eligible.length > 0) {
    return noTarget('no-evidence', `Nothing says that one of ${counted(eligible.length)} of ${subject.name} was good`)
  }
  return noTarget('all-excluded', `Each of ${counted(candidates.length - 1)} of ${subject.name} is excluded`)
}

type Found = { readonly target: Candidate; readonly evidence: Rung } | undefined

/** The current version never went live, and another one serves: whoever uses the service notices nothing. */
function whatServes({ current, candidates }: Snapshot, judged: readonly Judged[]): Candidate | undefined {
  if (candidates.some(({ version, serves }) => version === current && serves)) return undefined
  const usable = judged.filter(({ whyNot, isDenied, cannotStart }) => {
    return (whyNot === undefined || whyNot === 'rolled-back-from') && !isDenied && !cannotStart
  })
  return usable.find(({ candidate }) => candidate.serves)?.candidate
}

function previous(eligible: readonly Judged[], { requireEvidence }: Wish): Found {
  const found = eligible.find(({ proof }) => proof !== undefined || !requireEvidence)
  return found && { target: found.candidate, evidence: found.proof ?? 'provider' }
}

function lastKnownGood(eligible: readonly Judged[], { sources, requireEvidence }: Wish, evidence: Evidence): Found {
  for (const source of ladder.filter((one) => sources.includes(one))) {
    const found =
      source === 'provider' ? longServing(eligible, requireEvidence) : newestGood(eligible, evidence[source] ?? [])
    if (found !== undefined) return { target: found.candidate, evidence: source }
  }
  return undefined
}

function newestGood(eligible: readonly Judged[], known: readonly KnownGood[]): Judged | undefined {
  for (const { version } of known) {
    const found = eligible.find(({ candidate }) => candidate.version === version)
    if (found !== undefined) return found
  }
  return undefined
}

/** The newest that served ten minutes, else the one that served longest. It is a guess, and is called unproven. */
function longServing(eligible: readonly Judged[], requireEvidence: boolean): Judged | undefined {
  if (requireEvidence) return undefined
  const servedMs = ({ candidate }: Judged) => candidate.servedMs ?? -1
  const [longest] = eligible
    .filter((one) => servedMs(one) >= 0)
    .toSorted((one, other) => servedMs(other) - servedMs(one))
  return eligible.find((one) => servedMs(one) >= provenMs) ?? longest
}

function noTarget(
  reasonCode: 'no-history' | 'all-excluded' | 'no-evidence' | 'target-not-found',
  sentence: string,
): Verdict {
  return { kind: 'stop', ending: { outcome: 'no-target', reasonCode, sentence } }
}

function counted(count: number): string {
  return count === 1 ? '1 version' : `${count} versions`
}
