interface Tags {
  readonly expected: unknown
  readonly status: unknown
}

/** Whether each request failed, as k6 tells it: by the tag, or by the status if no request has the tag. 2: nobody knows. */
export function failuresOf(all: readonly Tags[]): number[] {
  const isTag = ({ expected }: Tags) => expected === 'true' || expected === 'false'
  const isTagged = all.some(isTag)
  return all.map((tags) => {
    if (isTag(tags)) return tags.expected === 'true' ? 0 : 1
    const { status } = tags
    if (isTagged || typeof status !== 'string' || !/^\d+$/.test(status)) return 2
    return Number(status) >= 400 || Number(status) === 0 ? 1 : 0
  })
}
