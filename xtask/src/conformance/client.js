'use strict'

// Runs the steps of a plan with the official client. The plan is read as JSON from standard input. The output consists of
// lines of JSON: first the operations of the client, then the result of each step, with the requests that were sent.

const crypto = require('crypto')
const http = require('http')
const https = require('https')

// The requests that were sent since the last step. They are recorded in Node's modules, independent of the library that
// the client uses, which must be loaded after this. The `http.get` of this script is not recorded.
const sent = []
for (const protocol of [http, https]) {
  const request = protocol.request
  protocol.request = function (...args) {
    const outgoing = request.apply(protocol, args)
    outgoing.once('finish', () => {
      // Without the query, which may contain a token.
      const url = `${outgoing.protocol}//${outgoing.getHeader('host')}${outgoing.path.split('?')[0]}`
      sent.push({ method: outgoing.method, url })
    })
    return outgoing
  }
}

const KM = require('@pm2/js-api')
const Namespace = require('@pm2/js-api/src/namespace')

// The client waits forever for a token that it cannot get. A call that takes longer than this has failed.
const TIMEOUT_MS = 30000

function write (line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

async function readInput () {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

// The names of all operations below a namespace, such as `user.otp.enable`.
function operationsOf (namespace, prefix) {
  return Object.keys(namespace).reduce((names, key) => {
    const value = namespace[key]
    if (typeof value === 'function') return names.concat(prefix + key)
    return value instanceof Namespace ? names.concat(operationsOf(value, `${prefix}${key}.`)) : names
  }, [])
}

// Returns a part of an earlier response. A segment of the path is a key, an index, or an object with the fields that an
// item of an array must have.
function pick (responses, { $response: name, path }) {
  if (!responses.has(name)) throw new Error(`no response of ${name}`)
  return path.reduce((value, segment) => {
    const matches = item => Object.keys(segment).every(key => item[key] === segment[key])
    const next = value === null || value === undefined ? undefined
      : typeof segment === 'object' ? value.find(matches) : value[segment]
    if (next === undefined) throw new Error(`the response of ${name} has no ${JSON.stringify(segment)}`)
    return next
  }, responses.get(name))
}

// Returns the one-time password of a base32 key according to RFC 6238, with SHA-1, six digits and 30 seconds.
function oneTimePassword (key) {
  const digits = Array.from(key.replace(/=/g, ''), letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter))
  const bits = digits.map(digit => digit.toString(2).padStart(5, '0')).join('')
  const bytes = (bits.match(/.{8}/g) || []).map(byte => parseInt(byte, 2))
  const counter = Buffer.alloc(8)
  counter.writeUInt32BE(Math.floor(Date.now() / 30000), 4)
  const hash = crypto.createHmac('sha1', Buffer.from(bytes)).update(counter).digest()
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff
  return String(number % 1000000).padStart(6, '0')
}

// Returns an argument with its placeholders replaced.
function resolve (responses, argument) {
  if (Array.isArray(argument)) return argument.map(item => resolve(responses, item))
  if (argument === null || typeof argument !== 'object') return argument
  if ('$response' in argument) return pick(responses, argument)
  if ('$one_time_password' in argument) return oneTimePassword(resolve(responses, argument.$one_time_password))
  return Object.keys(argument).reduce((resolved, key) => {
    resolved[key] = resolve(responses, argument[key])
    return resolved
  }, {})
}

function fetch (url) {
  return new Promise((resolve, reject) => {
    http.get(url, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => { text += chunk }).on('error', reject)
      response.on('end', () => {
        const { statusCode: status, headers } = response
        try {
          resolve({ status, headers, data: JSON.parse(text) })
        } catch (error) {
          reject(error)
        }
      })
    }).on('error', reject)
  })
}

function call (km, operation, args) {
  const names = operation.split('.')
  const namespace = names.slice(0, -1).reduce((value, name) => (value || {})[name], km)
  const method = (namespace || {})[names[names.length - 1]]
  if (typeof method !== 'function') throw new Error('the client has no such operation')
  return method.apply(namespace, args)
}

// Runs a step and returns its response. For a status outside of 2xx, the client rejects with the response.
async function runStep (km, url, responses, step) {
  const response = step.fetch ? fetch(url + step.fetch) : call(km, step.call, resolve(responses, step.arguments))
  return response.catch(error => {
    const response = error && error.status ? error : (error || {}).response
    if (response) return response
    throw error
  })
}

function withTimeout (promise) {
  let timer
  const timeout = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no response'), { isTimeout: true })), TIMEOUT_MS)
  })
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer))
}

async function main () {
  const { url, refresh_token, steps } = await readInput() // eslint-disable-line camelcase
  const km = new KM({ services: { API: url, OAUTH: url } })
  write({ operations: operationsOf(km, '') })
  km.use('standalone', { refresh_token })
  const responses = new Map()
  for (const [index, step] of steps.entries()) {
    let result
    let isTimeout = false
    try {
      const { status, headers, data } = await withTimeout(runStep(km, url, responses, step))
      responses.set(step.call || step.fetch, data)
      result = { status, content_type: headers['content-type'], body: data }
    } catch (error) {
      result = { error: String((error && error.message) || error) }
      isTimeout = Boolean(error && error.isTimeout)
    }
    const requests = sent.splice(0).map(({ method, url: target }) => {
      return { method, path: target.startsWith(`${url}/`) ? target.slice(url.length) : target }
    })
    write({ result: { step: index, requests, ...result } })
    if (isTimeout) break
  }
}

main().then(() => 0, error => {
  console.error(error)
  return 1
}).then(code => process.stdout.write('', () => process.exit(code)))
