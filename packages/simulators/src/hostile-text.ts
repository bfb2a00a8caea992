/** Text that tries to be more than text: to the runner, to a terminal, to Markdown and to HTML. */
const hostileLines = [
  '::error::injected',
  '::error title=injected,file=app.js::injected',
  '::set-output name=outcome::healthy',
  '::add-mask::healthy',
  '::stop-commands::injected-token',
  '##[error]injected',
  'text ##[set-output name=outcome;]healthy',
  ' \t ::warning::injected behind white space',
  'a lone CR\r::error::cr',
  '::error:\u00ad:injected with a soft hyphen',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007',
  '\u202eright to left',
  '</details></table><script>alert(1)</script><img src="https://example.com/pixel.png">',
  '| a | b | `code` **bold** [link](https://example.com) ![image](https://example.com/pixel.png) @octocat #1',
  '```',
  '# Heading',
] as const

/** All of it, as a body. */
export const hostileText = `${hostileLines.join('\n')}\n`

/** What of it fits into a header: no line ends, and nothing beyond Latin-1. */
export const hostileHeaderValues = hostileLines.filter((line) => /^[\t\x20-\x7e]+$/.test(line))
