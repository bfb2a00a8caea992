import { type Asked, isRival } from './asked.ts'
import type { Client } from './github/client.ts'
import { writeComment } from './github/comment.ts'
import { closeIssue, readOpenIssues } from './github/issue.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import { ownComment } from './texts/own-comment.ts'

/**
 * Closes older open requests for the same environment and gate, those of this attempt aside. An older one that stays
 * open is still not approved: before its verdict it looks for newer ones.
 */
export async function supersede(asked: Asked, { client, edges, inputs }: Step): Promise<void> {
  const { place, request, us } = asked
  const open = await readOpenIssues(client, place.repository, inputs.labels[0] ?? '')
  const older = open.filter((issue) => issue.number < place.number && isRival(issue, request, us))
  for (const { number } of older) {
    try {
      await close(client, number, asked)
      edges.log.info(`closed the older request #${number}`)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      edges.log.warning(
        `The older request #${number} could not be closed: ${error.message}`,
        'deploy-approval: supersede',
      )
    }
  }
}

async function close(client: Client, number: number, { place, request }: Asked): Promise<void> {
  const old = { repository: place.repository, number }
  const text = `⚠️ **Superseded by #${place.number}.** Vote there; votes here no longer count.`
  await writeComment(client, old, ownComment({ kind: 'closing', key: request.nonce }, [text]))
  await closeIssue(client, old, 'not_planned')
}
