import fc from 'fast-check'

/** Any character, half surrogate pairs included. fast-check's own unit `binary` takes a second to be made. */
const anyCharacter = fc.oneof(
  fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
)

export function anyText(maxLength = 20): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter, maxLength })
}
