import { cancellable } from '@deploy-safety/common/cancellation'
import { type Asked, isRival } from './asked.ts'
import { Conversation } from './conversation.ts'
import { electorateOf, readElectorate } from './electorate.ts'
import type { Client } from './github/client.ts'
import { readChangedIssue, readIssuesSince } from './github/issue.ts'
import { type Reading, readThread } from './github/thread-reader.ts'
import { pauseAfter } from './schedule.ts'
import type { Electorate } from './standing.ts'
import type { Edges, Step } from './step.ts'
import type { Comment } from './thread.ts'
import { decide, type Verdict } from './verdict.ts'
import { nothing } from './votes.ts'

/** Two copies of GitHub's may be so far apart: a denial could be on its way. */
const settleMs = 3_000
/** What a validator or a cache on the way hides is found by then. */
const pollsPerFullRead = 20
const shortestPauseMs = 1_000

/** Waits until a request is decided. */
export class Wait {
  readonly #asked: Asked
  readonly #client: Client
  readonly #edges: Edges
  /** Undefined: adaptive. */
  readonly #pollIntervalMs: number | undefined
  readonly #conversation: Conversation
  /** Every comment as it was when it was first read. */
  readonly #seen = new Map<number, Comment>()
  #electorate: Electorate
  #isReminded = false

  constructor(asked: Asked, { client, edges, inputs }: Step) {
    this.#asked = asked
    this.#client = client
    this.#edges = edges
    this.#pollIntervalMs = inputs.pollIntervalMs
    this.#conversation = new Conversation(asked, client, edges.log)
    this.#electorate = electorateOf(asked)
  }

  /** @throws Stop, ActionError `cancelled` */
  async verdict(): Promise<Verdict> {
    const { place } = this.#asked
    let latest: Verdict | undefined
    let etag: string | undefined
    await this.#conversation.showStatus(nothing)
    for (let poll = 1; ; poll += 1) {
      const isFull = poll % pollsPerFullRead === 0
      const changed = await readChangedIssue(this.#client, place, isFull ? undefined : etag)
      etag = changed?.etag ?? etag
      const isNew = changed !== undefined && !this.#conversation.isKnown(changed.issue)
      if (isNew || this.#leftMs() <= 0) {
        latest = await this.#look()
        if (latest.outcome !== 'pending') return latest
      }
      if (this.#isHalfTime()) await this.#remind(latest)
      await this.#sleep(this.#pauseMs())
    }
  }

  /** Reads everything; what would be a verdict has to be one a moment later too. */
  async #look(): Promise<Verdict> {
    const reading = await this.#read()
    const verdict = this.#decide(reading, undefined)
    if (verdict.outcome === 'pending') {
      await this.#conversation.answer(reading.thread, verdict.count)
      return verdict
    }
    this.#edges.log.info(`${verdict.outcome} so far; reading everything again`)
    await this.#sleep(settleMs)
    this.#electorate = await readElectorate(this.#client, this.#asked)
    const newer = await this.#newerRequest()
    const settled = await this.#read()
    const final = this.#decide(settled, newer)
    await this.#conversation.answer(settled.thread, final.count)
    return final
  }

  async #read(): Promise<Reading> {
    const reading = await readThread(this.#client, this.#asked.place, this.#edges)
    for (const comment of reading.thread.comments) {
      if (!this.#seen.has(comment.id)) this.#seen.set(comment.id, comment)
    }
    this.#conversation.hasRead(reading.issue)
    return reading
  }

  #decide({ thread }: Reading, newerRequest: number | undefined): Verdict {
    const { openedAtMs, deadlineMs, invitation, us } = this.#asked
    const { checklist, quorum, needsChecklist } = invitation
    const verdict = decide({
      terms: { openedAtMs, deadlineMs, items: checklist.length },
      electorate: this.#electorate,
      thread,
      seen: [...this.#seen.values()],
      ...{ quorum, needsChecklist, us, newerRequest },
      nowMs: this.#client.time.now(),
    })
    this.#edges.reached({
      asked: this.#asked,
      count: verdict.count,
      requests: this.#client.requests,
      nowMs: this.#client.time.now(),
    })
    return verdict
  }

  async #newerRequest(): Promise<number | undefined> {
    const { place, request, us, openedAtMs } = this.#asked
    const issues = await readIssuesSince(this.#client, place.repository, openedAtMs)
    return issues.find((issue) => issue.number > place.number && isRival(issue, request, us))?.number
  }

  #isHalfTime(): boolean {
    const { openedAtMs, deadlineMs } = this.#asked
    return !this.#isReminded && this.#leftMs() <= (deadlineMs - openedAtMs) / 2
  }

  async #remind(latest: Verdict | undefined): Promise<void> {
    this.#isReminded = true
    await this.#conversation.remind(latest?.count ?? nothing)
  }

  #leftMs(): number {
    return this.#asked.deadlineMs - this.#client.time.now()
  }

  #pauseMs(): number {
    const waitedMs = this.#client.time.now() - this.#asked.openedAtMs
    const isBudgetLow = this.#client.budget.isLow()
    const usual = pauseAfter(waitedMs, { intervalMs: this.#pollIntervalMs, isBudgetLow })
    return Math.max(shortestPauseMs, Math.min(usual, this.#leftMs()))
  }

  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#edges
    await cancellable(signal)(clock.sleep(ms, signal))
  }
}
