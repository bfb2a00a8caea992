import type { Asked } from './asked.ts'
import type { Verdict } from './verdict.ts'
export function sentenceOf({ outcome, count }: Verdict, _: Asked): string {
  return `${outcome} by ${count.approvers.map(({ login }) => login).join(' and ')}`
}
