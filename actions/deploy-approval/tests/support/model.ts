/** Somebody in a story. Alice and bob are listed by login, carol and erin by a team that erin joins too late. */
export type Who = 'alice' | 'bob' | 'carol' | 'erin' | 'dave' | 'mallory' | 'robot' | 'us'

/** What people write, by what it means. */
export const texts = {
  '/approve': 'approve',
  '/APPROVE fine by me': 'approve',
  '/deny': 'deny',
  '/Deny not yet\n/approve': 'deny',
  '/withdraw': 'withdraw',
  '/check 1': 'check 1',
  '/check 2 ': 'check 2',
  '/check 9': 'check 9',
  '/status': 'status',
  approve: '',
  'not now\n/approve': '',
  '/approve\u200b': '',
} as const

export type Text = keyof typeof texts

export type Deed =
  | { readonly kind: 'says'; readonly by: Who; readonly text: Text; readonly how: 'web' | 'email' | 'app' }
  | { readonly kind: 'edits'; readonly by: Who; readonly comment: number; readonly text: Text }
  | { readonly kind: 'deletes'; readonly by: Who; readonly comment: number }
  | { readonly kind: 'retitles' | 'rewrites' | 'closes' | 'reopens'; readonly by: Who }
  /** Leaves the team, or joins it. `vanishes`: the account is deleted. */
  | { readonly kind: 'leaves' | 'joins' | 'renames' | 'vanishes'; readonly by: Who }
  | { readonly kind: 'asks anew' }
  /** The action reads everything. */
  | { readonly kind: 'looks' }

/** Seconds since the issue was opened. */
export type Story = readonly (Deed & { readonly at: number })[]

export interface Rules {
  readonly quorum: number
  readonly items: number
  readonly needsChecklist: boolean
  readonly deadline: number
}

export type Expected =
  | 'approved'
  | 'request-altered'
  | 'closed-by-hand'
  | 'superseded'
  | 'denied-by-vote'
  | 'timed-out'
  | 'undecided'

interface Version {
  readonly text: Text
  readonly by: Who
  /** Where in the story. */
  readonly from: number
}

/** A comment with all that was done to it. */
interface Written {
  readonly by: Who
  readonly how: 'web' | 'email' | 'app'
  readonly at: number
  readonly versions: Version[]
  deleted: { readonly by: Who; readonly index: number } | undefined
}

const asked: readonly Who[] = ['alice', 'bob', 'carol']

/** What the contract says of a story that ends with a look. Written from its rules, sentence by sentence. */
export function expected(story: Story, rules: Rules): Expected {
  const now = story.at(-1)?.at ?? 0
  const comments = written(story)
  const positions = asked
    .filter((who) => isMember(story, who))
    .map((who) => positionOf(who, comments, { story, rules }))
  const ticked = Array.from({ length: rules.items }, (_, index) => `check ${index + 1}`).every((check) =>
    comments.some((comment) => asked.includes(comment.by) && meaningOf(comment, { story, rules }) === check),
  )
  const isNewer = story.some(({ kind }) => kind === 'asks anew')
  if (isAltered(story, comments)) return 'request-altered'
  if (story.some((deed) => deed.kind === 'closes' && !(deed.by === 'us' && isNewer))) return 'closed-by-hand'
  if (isNewer) return 'superseded'
  if (positions.includes('deny')) return 'denied-by-vote'
  const isReached = positions.filter((position) => position === 'approve').length >= rules.quorum
  if (isReached && (ticked || !rules.needsChecklist)) return 'approved'
  return now >= rules.deadline ? 'timed-out' : 'undecided'
}

function written(story: Story): Written[] {
  const comments: Written[] = []
  for (const [index, deed] of story.entries()) {
    if (deed.kind === 'says') {
      const versions = [{ text: deed.text, by: deed.by, from: index }]
      comments.push({ by: deed.by, how: deed.how, at: deed.at, versions, deleted: undefined })
    }
    if (deed.kind !== 'edits' && deed.kind !== 'deletes') continue
    const comment = comments[deed.comment]
    if (comment === undefined || comment.deleted !== undefined) continue
    if (deed.kind === 'deletes') comment.deleted = { by: deed.by, index }
    else if (comment.versions.at(-1)?.text !== deed.text)
      comment.versions.push({ text: deed.text, by: deed.by, from: index })
  }
  return comments
}

interface Past {
  readonly story: Story
  readonly rules: Rules
}

/** The last vote of a person wins. */
function positionOf(who: Who, comments: readonly Written[], past: Past): string {
  let position = ''
  for (const comment of comments.filter(({ by }) => by === who)) {
    const meaning = meaningOf(comment, past)
    if (meaning === 'approve' || meaning === 'deny') position = meaning
    if (meaning === 'withdraw') position = ''
    // Whoever has said no, even where it does not count, is not counted as a yes.
    if (meaning === 'a void no' && position === 'approve') position = ''
  }
  return position
}

/** What a comment of an entitled person is worth. */
function meaningOf(comment: Written, { story, rules }: Past): string {
  if (comment.how !== 'web' || comment.at < 0 || comment.at >= rules.deadline || !isMember(story, comment.by)) return ''
  const looks = looksAt(story, comment).filter((look) => !hasVanished(story.slice(0, look), comment.by))
  const [firstLook] = looks
  if (firstLook === undefined) return ''
  const first = versionsBy(firstLook, comment)
  const meant = texts[first[0]?.text ?? 'approve']
  const shown = [first.at(-1), comment.deleted === undefined ? comment.versions.at(-1) : undefined]
  const wasEdited = first.length > 1
  // A denial once seen stands.
  if (meant === 'deny' && !wasEdited) return 'deny'
  const isVoid = comment.versions.length > 1 || comment.deleted !== undefined || hasVanished(story, comment.by)
  if (!isVoid) return meant
  return shown.some((version) => version && /^(deny|withdraw)$/.test(texts[version.text])) ? 'a void no' : ''
}

/** Everything that people may not do, as far as it can be seen. */
function isAltered(story: Story, comments: readonly Written[]): boolean {
  if (story.some(({ kind }) => kind === 'retitles' || kind === 'rewrites')) return true
  return comments.some((comment) => {
    if (!asked.includes(comment.by)) return false
    const { deleted, by } = comment
    if (deleted !== undefined && deleted.by !== by && !hasVanished(story, by)) return true
    const looks = looksAt(story, comment).filter((look) => !hasVanished(story.slice(0, look), by))
    return looks.some((look) => versionsBy(look, comment).some((version) => version.by !== by))
  })
}

/** The looks that found a comment. */
function looksAt(story: Story, { versions, deleted }: Written): number[] {
  const from = versions[0]?.from ?? 0
  const to = deleted?.index ?? story.length
  return story.flatMap(({ kind }, index) => (kind === 'looks' && index > from && index < to ? [index] : []))
}

function versionsBy(look: number, { versions }: Written): Version[] {
  return versions.filter(({ from }) => from < look)
}

function hasVanished(story: Story, who: Who): boolean {
  return story.some((deed) => deed.kind === 'vanishes' && deed.by === who)
}

/** Alice and bob are in the list whatever happens; carol as long as she is in the team. */
function isMember(story: Story, who: Who): boolean {
  if (who === 'alice' || who === 'bob') return true
  const last = story.findLast((deed) => (deed.kind === 'leaves' || deed.kind === 'joins') && deed.by === 'carol')
  return who === 'carol' && last?.kind !== 'leaves'
}
