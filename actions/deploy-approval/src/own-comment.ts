/** By what a comment of ours is known again. */
export interface Tag {
  readonly kind: 'status' | 'reply' | 'reminder' | 'closing'
  readonly key: string
}
export function renderTag({ kind, key }: Tag): string {
  return `<!-- deploy-approval ${kind} ${key} -->`
}
export function parseTag(body: string): Tag | undefined {
  const line = body.trimEnd().split('\n').at(-1) ?? ''
  const [, kind, key = ''] = /^<!-- deploy-approval (status|reply|reminder|closing) ([0-9a-z-]+) -->$/.exec(line) ?? []
  return kind === undefined ? undefined : { kind: kind as Tag['kind'], key }
}
