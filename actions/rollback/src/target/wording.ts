import { formatDuration } from '@deploy-safety/common/duration'
import type { Candidate } from '../provider.ts'

/** A version for people: `template:5b7569ff85 (revision 3, app:1.4.0)`. */
export function describe({ version, revision, images }: Candidate): string {
  const known = [...(revision === '' ? [] : [`revision ${revision}`]), ...images.map(shortImage)]
  return known.length === 0 ? version : `${version} (${known.join(', ')})`
}

/** A digest as people tell it from another one: its first 12 digits. */
export function shortImage(image: string): string {
  return image.replace(/(@sha256:[\da-f]{12})[\da-f]{52}$/, '$1…')
}

/** How long a version served, for the table. */
export function servedText({ servedMs }: Candidate): string {
  return servedMs === undefined || servedMs === 0 ? '' : `newest for ${formatDuration(servedMs)}`
}
