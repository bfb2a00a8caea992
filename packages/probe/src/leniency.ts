/**
 * As lenient as curl and browsers, since their users see the page: headers of any usual size, control characters in
 * them, folded lines, bare line feeds, Content-Length beside chunks. What this lets pass is dangerous where connections
 * are shared, as between a proxy and its servers; ours carry one request and are then closed.
 */
export const responseLeniency = { maxHeaderSize: 256 * 1_024, insecureHTTPParser: true } as const
