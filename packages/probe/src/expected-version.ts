import { Malformed, quote } from '@deploy-safety/common/inputs'
import { howToExpand } from './url-mistake.ts'

/** Reads the version that must respond. No service ever responds with a variable that nobody expanded. @throws Malformed */
export function parseVersion(text: string): string {
  if (!/\$\{|\{\{|^\$\w+$|^%\w+%$/.test(text)) return text
  throw new Malformed(`${quote(text)} has an unexpanded variable in it`, howToExpand)
}
