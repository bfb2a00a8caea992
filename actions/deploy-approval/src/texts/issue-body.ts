import { cut } from '@deploy-safety/common/escape'
import type { Changes, Invitation } from '../invitation.ts'
import { type Request, renderMarker } from '../request.ts'
import { whys } from '../voting/constituency.ts'
import { factsTable } from './facts-table.ts'
import { code, enumerate, inert, mention } from './inert.ts'
import { isTitleOf } from './issue-title.ts'
import { longestText } from './own-comment.ts'
import { quotedMarkdown } from './quoted-markdown.ts'

const mostMentions = 50
const mostCommits = 20

/** The text of the issue: what is asked, of whom, and how to answer. What is too long for an issue is left out. */
export function renderBody(invitation: Invitation): string {
  const marker = renderMarker(invitation.request)
  const blocks = [
    head(invitation.request, invitation.repositoryUrl),
    quorum(invitation),
    people(invitation),
    commands(invitation),
  ]
  const optional = [checklist(invitation), changes(invitation), quotation(invitation)].filter((text) => text !== '')
  for (const block of optional) {
    const left = longestText - [...blocks, '', marker].join('\n\n').length - 2
    if (left > 100) blocks.push(cut(block, left))
  }
  return [...blocks, marker].join('\n\n')
}

/** Whether an issue shows what its marker says. */
export function showsFacts(
  request: Request,
  repositoryUrl: string,
  { title, body }: { readonly title: string; readonly body: string },
): boolean {
  return isTitleOf(request, title) && body.replaceAll('\r\n', '\n').startsWith(`${head(request, repositoryUrl)}\n`)
}

function head(request: Request, repositoryUrl: string): string {
  return `### Deployment waits for approval\n\n${factsTable(request, repositoryUrl)}`
}

function quorum({ quorum, quorumReason, needsChecklist }: Invitation): string {
  const count = quorum === 1 ? '**One person has to approve.**' : `**${quorum} people have to approve.**`
  const more = quorumReason === '' ? '' : ` One more than usual: ${inert(quorumReason)}.`
  return `${count}${more}${needsChecklist ? ' Before that, every item of the checklist has to be checked.' : ''}`
}

function people({ voters, excluded, initiators }: Invitation): string {
  const called = voters.slice(0, mostMentions).map(mention)
  const others = voters.length - called.length
  const listed = new Set(excluded.map(({ login }) => login))
  const starters = initiators.filter(({ id, login }) => !listed.has(login) && voters.every((voter) => voter.id !== id))
  const not = [
    ...excluded.map(({ login, why }) => `${inert(login)} (${whys[why]})`),
    ...starters.map(({ login }) => `${inert(login)} (${whys.initiator})`),
  ]
  return [
    `**May vote:** ${enumerate([...called, ...(others > 0 ? [`${others} more`] : [])])}`,
    ...(not.length === 0 ? [] : [`**May not vote:** ${cut(not.join(', '), 4_000)}`]),
  ].join('\n\n')
}

function commands({ checklist }: Invitation): string {
  return [
    '**To vote,** write a new comment that begins with one of these:',
    '',
    '| Comment | Meaning |',
    '| --- | --- |',
    '| `/approve` | You approve exactly this deployment. A note may follow. |',
    '| `/deny` | You deny it, which ends the request. Give the reason behind it. |',
    '| `/withdraw` | Your vote no longer counts. |',
    ...(checklist.length === 0 ? [] : ['| `/check 1` | You checked item 1 of the checklist. |']),
    '| `/status` | The status below is brought up to date. |',
    '',
    'Your last vote counts. An edited comment, a reply by e-mail or a reaction does not. Closing this issue, or changing its title or text, denies the deployment.',
  ].join('\n')
}

function checklist({ checklist: items }: Invitation): string {
  if (items.length === 0) return ''
  return ['**Checklist**', '', ...items.map((item, index) => `${index + 1}. ${inert(item)}`)].join('\n')
}

function changes({ changes, request, repositoryUrl }: Invitation): string {
  const { base, sha } = request
  if (base === '') return ''
  const link = `[${code(base.slice(0, 7))} … ${code(sha.slice(0, 7))}](${repositoryUrl}/compare/${base}...${sha})`
  return changes === undefined
    ? `**Changes:** ${link}`
    : [`**Changes:** ${link}, ${total(changes)}`, ...list(changes)].join('\n')
}

function total({ total, commits }: Changes): string {
  const authors = [...new Set(commits.map(({ author }) => author))]
  const by =
    authors.length > 10 ? `${authors.length} authors` : enumerate(authors.map((author) => inert(cut(author, 60))))
  return total === 0 ? 'no commits' : `${total === 1 ? '1 commit' : `${total} commits`} by ${by}`
}

function list({ total, commits }: Changes): string[] {
  const shown = commits.slice(0, mostCommits)
  const lines = shown.map(
    ({ sha, title, author }) => `- ${code(sha.slice(0, 7))} ${inert(cut(title, 120))} (${inert(cut(author, 60))})`,
  )
  const more = total - shown.length
  return ['', ...lines, ...(more > 0 ? [`- … and ${more} more`] : [])]
}

function quotation({ body }: Invitation): string {
  return body.trim() === '' ? '' : `**From the workflow:**\n\n${quotedMarkdown(body.trim())}`
}
