/** Modules of Node that many a check never needs, loaded on first use: each costs milliseconds of every start. */
export const https = () => process.getBuiltinModule('node:https')
export const tls = () => process.getBuiltinModule('node:tls')
export const zlib = () => process.getBuiltinModule('node:zlib')
export const dns = () => process.getBuiltinModule('node:dns')
export const crypto = () => process.getBuiltinModule('node:crypto')
