/** What guards a service in place of which it responds: a login page, or a challenge for people. */

type Rule = readonly [name: string, matches: (url: URL) => boolean]

/** A host, or every host below a domain. */
const at =
  (...hosts: readonly string[]) =>
  ({ hostname }: URL) =>
    hosts.some((host) => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host))

const under =
  (...paths: readonly string[]) =>
  ({ pathname }: URL) =>
    paths.some((path) => pathname === path || pathname.startsWith(`${path}/`))

const loginPages: readonly Rule[] = [
  ['Cloudflare Access', (url) => at('.cloudflareaccess.com')(url) || under('/cdn-cgi/access/login')(url)],
  ['Vercel', (url) => at('vercel.com')(url) && under('/sso-api', '/login')(url)],
  ['oauth2-proxy', under('/oauth2/start', '/oauth2/sign_in')],
  ['Microsoft', at('login.microsoftonline.com', 'login.microsoftonline.us', 'login.live.com', '.b2clogin.com')],
  ['Google', at('accounts.google.com')],
  ['GitHub', (url) => at('github.com')(url) && under('/login')(url)],
  ['Okta', at('.okta.com', '.okta-emea.com', '.oktapreview.com')],
  ['Auth0', at('.auth0.com')],
  ['OneLogin', at('.onelogin.com')],
  ['Amazon Cognito', at('.amazoncognito.com')],
  // What every OpenID Connect, OAuth 2.0 and SAML provider is asked by, wherever it stands.
  ['an identity provider', ({ searchParams: asked }) => asked.has('client_id') && asked.has('response_type')],
  ['an identity provider', ({ searchParams: asked }) => asked.has('SAMLRequest')],
]

/** The login page at a URL, by the name of who runs it. */
export function loginPageAt(url: URL): string | undefined {
  return loginPages.find(([, matches]) => matches(url))?.[0]
}

const marks: readonly (readonly [header: string, value: RegExp, what: string])[] = [
  ['cf-mitigated', /./, 'a challenge of Cloudflare'],
  ['x-vercel-mitigated', /./, 'a challenge of Vercel'],
  ['x-amzn-waf-action', /./, 'a challenge of AWS WAF'],
  ['set-cookie', /(^|,)\s*_vercel_sso_nonce=/, 'the login of Vercel'],
  ['x-goog-iap-generated-response', /true/i, "the login of Google's Identity-Aware Proxy"],
]

/** What the headers of a response say that it is, whatever its status; undefined for one of the service. */
export function wallIn(headers: Readonly<Record<string, string>>): string | undefined {
  return marks.find(([header, value]) => Object.hasOwn(headers, header) && value.test(headers[header] ?? ''))?.[2]
}
