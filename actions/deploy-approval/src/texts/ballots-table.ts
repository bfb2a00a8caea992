import { cut } from '@deploy-safety/common/escape'
import { type Cell, table } from '@deploy-safety/common/markdown'
import type { Vote } from '../voting/votes.ts'
import { whyOf } from './why-not.ts'

interface Columns {
  readonly person: (login: string) => Cell
  /** With a link to the comment. */
  readonly command: (text: string, commentId: number) => Cell
  readonly details: (text: string) => Cell
}

const longestNote = 200

/** Who wrote which command when, and why it did not count where it did not. */
export function ballotsTable(votes: readonly Vote[], { person, command, details }: Columns): string {
  const rows = votes.map(({ comment, command: said, counted, why }) => {
    const note = counted && 'note' in said ? cut(said.note, longestNote) : ''
    return [
      person(comment.author?.login ?? 'deleted account'),
      command(said.kind === 'check' ? `check ${said.item}` : said.kind, comment.id),
      new Date(comment.createdAtMs).toISOString().slice(0, 19).replace('T', ' '),
      details(note || whyOf(why)),
    ]
  })
  return table(['Who', 'Command', 'At (UTC)', 'Details'], rows)
}
