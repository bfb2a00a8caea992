import { cut } from '@deploy-safety/common/escape'
import type { Invitation } from '../invitation.ts'
import type { Request } from '../request.ts'

const longestTitle = 256

/** What a vote is bound to, short: `production v1.4.0 (abc1234)`. */
export function shortFacts({ environment, version, sha }: Pick<Request, 'environment' | 'version' | 'sha'>): string {
  return [environment, ...(version === '' ? [] : [version]), `(${sha.slice(0, 7)})`].join(' ')
}

/** The facts always stand behind what the workflow calls it: a title is plain text. */
export function renderTitle({ request, title }: Pick<Invitation, 'request' | 'title'>): string {
  const end = `: ${shortFacts(request)}`
  const visible = title
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return `${cut(visible || 'Approve deployment', longestTitle - end.length)}${end}`
}

/** Whether a title says what was asked for. */
export function isTitleOf(request: Request, title: string): boolean {
  return title.endsWith(`: ${shortFacts(request)}`)
}
