// The least a health check can be: `node bare-get.cjs <url>`. CommonJS, to be a hard comparison: as an ES module it takes nearly twice as
// long, since `import … from 'node:http'` reads every export, and behind one of them is all of Node's fetch.
const { get } = require('node:http')

get(process.argv[2], { agent: false }, (response) => {
  response.resume()
  response.on('end', () => process.exit(response.statusCode === 200 ? 0 : 1))
})
