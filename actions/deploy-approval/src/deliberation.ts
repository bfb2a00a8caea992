import { cancellable } from '@deploy-safety/common/cancellation'
import { type Asked, isRival } from './asked.ts'
import { Conversation } from './conversation.ts'
import { electorateOf } from './electorate.ts'
import { type Issue, readIssue, readIssuesSince } from './github/issue.ts'
import { type Reading, readThread } from './github/thread-reader.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import type { Electorate } from './voting/standing.ts'
import { type Comment, remember } from './voting/thread.ts'
import { decide, type Verdict } from './voting/verdict.ts'

/** Two copies of GitHub's may be so far apart: a denial could be on its way. */
const settleMs = 3_000
// With the pauses between them, a lag of 15 s is borne.
const mostReads = 5

/** What was read before the first look. */
interface KnownAlready {
  readonly newerRequest?: number | undefined
  readonly electorate?: Electorate
}

/** One look after the other at an open request, until one of them decides it. */
export class Deliberation {
  readonly conversation: Conversation
  readonly #asked: Asked
  readonly #step: Step
  readonly #readElectorate: () => Promise<Electorate>
  #seen: ReadonlyMap<number, Comment> = new Map()
  #electorate: Electorate
  /** The issues that were opened since, as they were read before a verdict. */
  #newest: readonly Issue[] = []

  /** @param readElectorate reads who may vote now; it is asked before every verdict */
  constructor(asked: Asked, step: Step, readElectorate: () => Promise<Electorate>) {
    this.conversation = new Conversation(asked, step.client, step.edges.log)
    this.#asked = asked
    this.#step = step
    this.#readElectorate = readElectorate
    this.#electorate = electorateOf(asked)
  }

  get newest(): readonly Issue[] {
    return this.#newest
  }

  /** Reads everything and considers it. @param issue as it has just been read */
  async look(issue: Issue | undefined): Promise<Verdict> {
    return await this.consider(await this.#read(issue))
  }

  /** What would be a verdict has to be one a moment later too. @throws Stop, ActionError `cancelled` */
  async consider(reading: Reading, { newerRequest, electorate }: KnownAlready = {}): Promise<Verdict> {
    this.#electorate = electorate ?? this.#electorate
    this.#note(reading)
    const verdict = this.#decide(reading, newerRequest)
    if (verdict.outcome === 'pending') {
      await this.conversation.answer(reading.thread, verdict)
      return verdict
    }
    const { clock, signal, log } = this.#step.edges
    log.info(`${verdict.outcome} so far; reading everything again`)
    await cancellable(signal)(clock.sleep(settleMs, signal))
    this.#electorate = await this.#readElectorate()
    const isOurs = verdict.reasonCode === 'closed-by-hand' && verdict.by?.id === this.#asked.us.id
    const newer = await this.#newerRequest(isOurs)
    const settled = await this.#read()
    const final = this.#decide(settled, newer)
    await this.conversation.answer(settled.thread, final)
    return final
  }

  async #read(issue?: Issue): Promise<Reading> {
    const reading = await readThread(this.#step.client, this.#asked.place, issue)
    this.#note(reading)
    return reading
  }

  #note({ issue, thread }: Reading): void {
    this.#seen = remember(this.#seen, thread)
    this.conversation.hasRead(issue)
  }

  #decide({ thread }: Reading, newerRequest: number | undefined): Verdict {
    const { openedAtMs, deadlineMs, invitation, us } = this.#asked
    const { checklist, quorum, needsChecklist } = invitation
    const { client, edges } = this.#step
    const nowMs = client.time.now()
    const verdict = decide({
      terms: { openedAtMs, deadlineMs, items: checklist.length },
      electorate: this.#electorate,
      thread,
      seen: [...this.#seen.values()],
      ...{ quorum, needsChecklist, us, newerRequest, nowMs },
    })
    edges.reached({ asked: this.#asked, count: verdict.count, requests: client.requests, nowMs })
    return verdict
  }

  /** @param isExpected whether we closed this one, as we do for a newer one; the list of issues may lag behind */
  async #newerRequest(isExpected: boolean): Promise<number | undefined> {
    const { place, openedAtMs } = this.#asked
    const { client } = this.#step
    for (let read = 1; ; read += 1) {
      const issues = await readIssuesSince(client, place.repository, openedAtMs)
      this.#newest = issues
      const newer = newerThan(this.#asked, issues)
      const isListed = issues.some(({ number }) => number === place.number)
      if (newer !== undefined || (isListed && (!isExpected || read === mostReads))) return newer
      // One that is gone is in no list either.
      await readIssue(client, place)
      const message = `GitHub does not list issue #${place.number} among the newest of ${place.repository}`
      await client.bear(new Stop('api-error', message), { count: read, attempts: mostReads })
    }
  }
}

/** The number of a newer request for the same environment and gate. */
export function newerThan({ place, request, us }: Asked, issues: readonly Issue[]): number | undefined {
  return issues.find((issue) => issue.number > place.number && isRival(issue, request, us))?.number
}
