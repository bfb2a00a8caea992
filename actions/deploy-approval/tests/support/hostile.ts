import fc from 'fast-check'

const fragments = [
  ...[
    '@mallory',
    '@octo-org/team',
    '&#64;mallory',
    '&commat;x',
    '#1',
    'GH-1',
    'octo-org/octo-app#1',
    'https://evil.example/x',
    'www.evil.example',
  ],
  ...[
    '<b>',
    '</details>',
    '<img src=x>',
    '<!--',
    '-->',
    '<script>',
    '![x](y)',
    '[x](javascript:y)',
    '[x]: http://y',
    '<https://evil.example>',
  ],
  ...[
    '`',
    '```',
    '~~~',
    '|',
    '\\',
    '\n',
    '\r',
    '\r\n\r\n',
    '    ',
    '\t',
    '>',
    '# ',
    '- ',
    '1. ',
    '---',
    '===',
    '***',
    '__',
    '~~',
    '$$',
    '[^1]',
    '[^1]: x',
  ],
  ...[
    '/approve',
    '::add-mask::x',
    '##[error]',
    '\u202e',
    '\u200b',
    '\u0000',
    '\u001b[31m',
    '\ud800',
    '😀',
    'a@b.example',
    ':tada:',
    '&',
    '&amp;',
    '&lt;',
  ],
]

/** Text of somebody who means ill, or has never heard of Markdown. */
export const hostile = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 4 }), fc.constant(' ')), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
