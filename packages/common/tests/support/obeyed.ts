/**
 * What the runner would obey in a text that is printed, by its rules (platform facts 2.5) read as widely as they can be:
 * a lone CR starts a line too, leading white space is ignored, names are in any case, `##[` counts anywhere.
 */
export function obeyedIn(printed: string): string[] {
  return printed
    .split(/\r\n|\n|\r/)
    .filter((line) => /^[\s\x85]*::/.test(line) && /^::([a-z-]+)(\s.*)?::/i.test(line.replace(/^[\s\x85]+/, '')))
    .concat(printed.split(/\r\n|\n|\r/).filter((line) => line.includes('##[')))
}
