/** What the request says of a person. `left`: eligible when it was opened, and since then no longer in the list. */
export type Standing = 'eligible' | 'left' | 'initiator' | 'commit-author' | 'stranger'

/** Who may vote, by id. */
export interface Electorate {
  /** At the time of the request, exclusions made. */
  readonly eligible: ReadonlySet<number>
  /** Those of them who still are. */
  readonly remaining: ReadonlySet<number>
  /** Where these are excluded. */
  readonly initiators: ReadonlySet<number>
  /** Who authored or committed what is to be deployed, where these are excluded. */
  readonly commitAuthors: ReadonlySet<number>
}

export function standingOf(id: number, { eligible, remaining, initiators, commitAuthors }: Electorate): Standing {
  if (eligible.has(id)) return remaining.has(id) ? 'eligible' : 'left'
  if (initiators.has(id)) return 'initiator'
  return commitAuthors.has(id) ? 'commit-author' : 'stranger'
}
