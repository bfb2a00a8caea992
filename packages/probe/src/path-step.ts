/** The step of a JSONPath to the member of that name, spelled as RFC 9535 wants it. */
export function pathStep(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? `.${name}` : `['${name.replace(/[\\']/g, '\\$&')}']`
}
