import type { Log } from '@deploy-safety/common/log'
import { answersTo } from './answers.ts'
import type { Asked } from './asked.ts'
import type { Client } from './github/client.ts'
import { editComment, type RestComment, react, writeComment } from './github/comment.ts'
import type { Issue } from './github/issue.ts'
import type { Invitation } from './invitation.ts'
import { Stop } from './stop.ts'
import { enumerate } from './texts/inert.ts'
import { parseTag } from './texts/own-comment.ts'
import { renderReminder } from './texts/reminder.ts'
import { renderReply } from './texts/reply.ts'
import { progressOf } from './texts/sentence.ts'
import { renderStatus } from './texts/status-comment.ts'
import type { Thread } from './voting/thread.ts'
import type { Verdict } from './voting/verdict.ts'
import type { Count } from './voting/votes.ts'

/** After a failure we are silent for so long: GitHub may want it, and nobody who waits is held up. */
const silenceMs = 60_000

/**
 * What is said in an issue while it is open. None of it decides anything: where it fails, the wait goes on, and it is said
 * later. Nothing is sent twice blindly: a comment whose answer was lost changes the issue, which is then read.
 */
export class Conversation {
  readonly #asked: Asked
  readonly #client: Client
  readonly #log: Log
  #statusId: number | undefined
  /** What the status shows. */
  #shown = ''
  /** What the log shows. */
  #logged = ''
  #isReminded = false
  #silentUntilMs = 0
  /** Comments up to this id have been answered. */
  #answeredId = 0
  /** How the issue looks when nobody but us has done anything since it was read. */
  #known: Pick<Issue, 'comments' | 'updatedAtMs' | 'isOpen'> | undefined

  constructor(asked: Asked, client: Client, log: Log) {
    this.#asked = asked
    this.#client = client
    this.#log = log
  }

  /** Takes up what is said in the issue: by an earlier run, or in a comment whose answer was lost. */
  resume({ comments }: Thread): void {
    const { us } = this.#asked
    const own = comments.filter(({ author }) => author?.id === us.id)
    const tagged = own.flatMap(({ id, body }) => ({ id, ...parseTag(body) }))
    const status = tagged.find(({ kind }) => kind === 'status')
    this.#statusId = status?.id
    this.#answeredId = Math.max(this.#answeredId, Number(status?.key) || 0)
    this.#isReminded ||= tagged.some(({ kind }) => kind === 'reminder')
  }

  /** Whether an issue shows nothing but what is known already, such as our own comment. */
  isKnown({ comments, updatedAtMs, isOpen }: Issue): boolean {
    const known = this.#known
    return known?.comments === comments && known.updatedAtMs === updatedAtMs && known.isOpen === isOpen
  }

  hasRead({ comments, updatedAtMs, isOpen }: Issue): void {
    this.#known = { comments, updatedAtMs, isOpen }
  }

  /** Puts a sign under each new command, tells those who were ignored, and brings the status up to date. */
  async answer(thread: Thread, { outcome, count }: Pick<Verdict, 'outcome' | 'count'>): Promise<void> {
    this.resume(thread)
    const { us, request, place } = this.#asked
    const eligible = new Set(request.eligible)
    const answers = answersTo({ thread, count, eligible, us, answeredId: this.#answeredId })
    for (const { commentId, content } of answers.reactions) {
      await this.#say((client) => react(client, place.repository, { commentId, content }))
    }
    for (const reply of answers.replies) await this.#write(renderReply(reply))
    if (!this.#isSilent()) this.#answeredId = Math.max(this.#answeredId, ...thread.comments.map(({ id }) => id))
    const asksForStatus = answers.reactions.some(({ content }) => content === 'eyes')
    await this.showStatus(count, { outcome, again: asksForStatus })
  }

  /** Writes the status, or brings it up to date where it has changed. */
  async showStatus(count: Count, { outcome = 'pending', again = false }: Showing = {}): Promise<void> {
    const { invitation, deadlineMs, place } = this.#asked
    const key = `${outcome};${shownOf(count)}`
    if (key !== this.#logged) this.#log.info(loggedOf(count, invitation))
    this.#logged = key
    if (this.#isSilent() || (key === this.#shown && this.#statusId !== undefined && !again)) return
    const status = renderStatus({
      invitation,
      count,
      deadlineMs,
      outcome,
      answeredId: this.#answeredId,
    })
    const commentId = this.#statusId
    const written =
      commentId === undefined
        ? await this.#write(status)
        : await this.#note(0, (client) => editComment(client, place.repository, { commentId, body: status.body }))
    if (written === undefined) return
    this.#statusId = written.id
    this.#shown = key
  }

  /** Reminds those who are missing, once. */
  async remind(count: Count): Promise<void> {
    if (this.#isReminded) return
    const { invitation, deadlineMs } = this.#asked
    const reminder = renderReminder({ invitation, count, deadlineMs, nowMs: this.#client.time.now() })
    this.#isReminded = (await this.#write(reminder)) !== undefined
  }

  async #write(comment: Parameters<typeof writeComment>[2]): Promise<RestComment | undefined> {
    return await this.#note(1, (client) => writeComment(client, this.#asked.place, comment))
  }

  /** Remembers how the issue looks with what we wrote. */
  async #note(added: number, write: (client: Client) => Promise<RestComment>): Promise<RestComment | undefined> {
    const written = await this.#say(write)
    if (written !== undefined && this.#known !== undefined) {
      const { comments, updatedAtMs, isOpen } = this.#known
      this.#known = { isOpen, comments: comments + added, updatedAtMs: Math.max(updatedAtMs, written.updated_at) }
    }
    return written
  }

  #isSilent(): boolean {
    return this.#client.time.now() < this.#silentUntilMs
  }

  async #say<T>(write: (client: Client) => Promise<T>): Promise<T | undefined> {
    if (this.#isSilent()) return undefined
    try {
      return await write(this.#client.hasty(1))
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      this.#log.info(`not said in the issue: ${error.message}`)
      this.#silentUntilMs = this.#client.time.now() + silenceMs
      return undefined
    }
  }
}

interface Showing {
  readonly outcome?: Verdict['outcome']
  /** Whether somebody asked for it, so that it is written although nothing has changed. */
  readonly again?: boolean
}

/** `1 of 2 approvals (alice), denied by bob, 1 of 3 items checked` */
function loggedOf(count: Count, { quorum, checklist }: Invitation): string {
  return [
    progressOf(count, quorum),
    ...(count.deniedBy.length === 0 ? [] : [`denied by ${enumerate(count.deniedBy.map(({ login }) => login))}`]),
    ...(checklist.length === 0 ? [] : [`${count.checked.size} of ${checklist.length} items checked`]),
  ].join(', ')
}

/** What a status shows of a count. */
function shownOf({ approvers, deniedBy, checked }: Count): string {
  const ids = (people: readonly { readonly id: number }[]) => people.map(({ id }) => id).join()
  return `${ids(approvers)};${ids(deniedBy)};${[...checked].map(([item, { id }]) => `${item}:${id}`).join()}`
}
