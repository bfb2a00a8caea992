import type { Log } from '@deploy-safety/common/log'
import { answersTo } from './answers.ts'
import type { Asked } from './asked.ts'
import type { Client } from './github/client.ts'
import { editComment, type RestComment, react, writeComment } from './github/comment.ts'
import type { Issue } from './github/issue.ts'
import type { Invitation } from './invitation.ts'
import { parseTag } from './own-comment.ts'
import type { Person } from './people.ts'
import { renderReminder } from './reminder.ts'
import { renderReply } from './reply.ts'
import { renderStatus } from './status-comment.ts'
import { Stop } from './stop.ts'
import type { Thread } from './thread.ts'
import type { Count } from './votes.ts'

/** What is said in an issue while it is open. None of it decides anything: where it fails, the wait goes on. */
export class Conversation {
  readonly #asked: Asked
  readonly #client: Client
  readonly #log: Log
  #statusId: number | undefined
  #shown = ''
  /** Comments up to this id have been answered. */
  #answeredId = 0
  /** How the issue looks when nobody but us has done anything since it was read. */
  #known: Pick<Issue, 'comments' | 'updatedAtMs' | 'isOpen'> | undefined

  constructor(asked: Asked, client: Client, log: Log) {
    this.#asked = asked
    this.#client = client
    this.#log = log
  }

  /** Takes up what was said by an earlier run. */
  resume({ comments }: Thread): void {
    const { us } = this.#asked
    for (const { id, author, body } of comments) {
      const tag = author?.id === us.id ? parseTag(body) : undefined
      if (tag?.kind !== 'status') continue
      this.#statusId = id
      this.#answeredId = Number(tag.key) || 0
    }
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
  async answer(thread: Thread, count: Count): Promise<void> {
    const { us, request, place } = this.#asked
    const eligible = new Set(request.eligible)
    const answers = answersTo({ thread, count, eligible, us, answeredId: this.#answeredId })
    for (const { commentId, content } of answers.reactions) {
      await this.#say((client) => react(client, place.repository, { commentId, content }))
    }
    for (const reply of answers.replies) await this.#write(renderReply(reply))
    this.#answeredId = Math.max(this.#answeredId, ...thread.comments.map(({ id }) => id))
    const asksForStatus = answers.reactions.some(({ content }) => content === 'eyes')
    await this.showStatus(count, { again: asksForStatus })
  }

  /** Writes the status, or brings it up to date where it has changed. */
  async showStatus(count: Count, { again = false }: { again?: boolean } = {}): Promise<void> {
    const { invitation, deadlineMs, place } = this.#asked
    const key = shownOf(count)
    if (key === this.#shown && !again) return
    if (key !== this.#shown) this.#log.info(progressOf(count, invitation))
    this.#shown = key
    const status = renderStatus({
      invitation,
      count,
      deadlineMs,
      nowMs: this.#client.time.now(),
      answeredId: this.#answeredId,
    })
    const commentId = this.#statusId
    if (commentId === undefined) this.#statusId = (await this.#write(status))?.id
    else await this.#note(0, (client) => editComment(client, place.repository, { commentId, body: status.body }))
  }

  /** Reminds those who are missing. */
  async remind(count: Count): Promise<void> {
    const { invitation, deadlineMs } = this.#asked
    await this.#write(renderReminder({ invitation, count, deadlineMs, nowMs: this.#client.time.now() }))
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

  async #say<T>(write: (client: Client) => Promise<T>): Promise<T | undefined> {
    try {
      return await write(this.#client.hasty())
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      this.#log.info(`not said in the issue: ${error.message}`)
      return undefined
    }
  }
}

/** `1 of 2 approvals (alice), 1 of 3 items checked` */
function progressOf({ approvers, deniedBy, checked }: Count, { quorum, checklist }: Invitation): string {
  const names = (people: readonly Person[]) => people.map(({ login }) => login).join(', ')
  return [
    `${approvers.length} of ${quorum} approvals${approvers.length === 0 ? '' : ` (${names(approvers)})`}`,
    ...(deniedBy.length === 0 ? [] : [`denied by ${names(deniedBy)}`]),
    ...(checklist.length === 0 ? [] : [`${checked.size} of ${checklist.length} items checked`]),
  ].join(', ')
}

/** What a status shows of a count. */
function shownOf({ approvers, deniedBy, checked }: Count): string {
  const ids = (people: readonly { readonly id: number }[]) => people.map(({ id }) => id).join()
  return `${ids(approvers)};${ids(deniedBy)};${[...checked].map(([item, { id }]) => `${item}:${id}`).join()}`
}
