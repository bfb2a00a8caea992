import { parse } from 'yaml'

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[] }>>
}

/** The ids of the jobs that act is asked to run: all of the workflow, or one with everything it needs. */
export function expectedJobs(workflow: string, job?: string): string[] {
  const { jobs }: Workflow = parse(workflow)
  if (job === undefined) return Object.keys(jobs)
  const expected = new Set([job])
  for (const id of expected) {
    for (const needed of [jobs[id]?.needs ?? []].flat()) expected.add(needed)
  }
  return [...expected]
}
