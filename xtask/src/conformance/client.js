'use strict'

// Carries out a plan with the official client. The plan comes in as JSON; what came of it goes out as lines of JSON:
// first the client's operations, then one line per step, with the requests that were sent for it. Nothing is judged here.

const crypto = require('crypto')
const http = require('http')
const https = require('https')

// The requests that were sent since the last step, noted where Node sends them, whatever library the client uses.
// It has to be loaded after this. Our own `http.get` is not among them.
const sent = []
for (const protocol of [http, https]) {
  const request = protocol.request
  protocol.request = function (...args) {
    const outgoing = request.apply(protocol, args)
    outgoing.once('finish', () => {
      // Without the query, which may hold a token.
      const url = `${outgoing.protocol}//${outgoing.getHeader('host')}${outgoing.path.split('?')[0]}`
      sent.push({ method: outgoing.method, url })
    })
    return outgoing
  }
}

const KM = require('@pm2/js-api')
const Namespace = require('@pm2/js-api/src/namespace')

// The client waits without end for a token that it cannot get. Whatever takes this long never comes.
const PATIENCE = 30000

function write (line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

async function readInput () {
  let text = ''
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece
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

// A part of an earlier answer. A step of the path is a key, an index, or fields that an element of a list has.
function pick (answers, { $answer: name, path }) {
  if (!answers.has(name)) throw new Error(`${name} has no answer`)
  return path.reduce((value, step) => {
    const fits = entry => Object.keys(step).every(key => entry[key] === step[key])
    const next = value === null || value === undefined ? undefined
      : typeof step === 'object' ? value.find(fits) : value[step]
    if (next === undefined) throw new Error(`the answer of ${name} has no ${JSON.stringify(step)}`)
    return next
  }, answers.get(name))
}

// The one-time password of a key in base 32, as RFC 6238 has it: SHA-1, six digits, thirty seconds.
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

// An argument with what the plan leaves open filled in.
function fill (answers, argument) {
  if (Array.isArray(argument)) return argument.map(entry => fill(answers, entry))
  if (argument === null || typeof argument !== 'object') return argument
  if ('$answer' in argument) return pick(answers, argument)
  if ('$one_time_password' in argument) return oneTimePassword(fill(answers, argument.$one_time_password))
  return Object.keys(argument).reduce((filled, key) => {
    filled[key] = fill(answers, argument[key])
    return filled
  }, {})
}

function fetch (url) {
  return new Promise((resolve, reject) => {
    http.get(url, response => {
      let text = ''
      response.setEncoding('utf8').on('data', piece => { text += piece }).on('error', reject)
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

// The answer to a step. The client rejects with the answer itself where its status is not 2xx.
async function carryOut (km, url, answers, step) {
  const answer = step.fetch ? fetch(url + step.fetch) : call(km, step.call, fill(answers, step.arguments))
  return answer.catch(refusal => {
    const response = refusal && refusal.status ? refusal : (refusal || {}).response
    if (response) return response
    throw refusal
  })
}

function withPatience (promise) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer came'), { isLate: true })), PATIENCE)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

async function main () {
  const { url, refresh_token, steps } = await readInput() // eslint-disable-line camelcase
  const km = new KM({ services: { API: url, OAUTH: url } })
  write({ operations: operationsOf(km, '') })
  km.use('standalone', { refresh_token })
  const answers = new Map()
  for (const [index, step] of steps.entries()) {
    let answer
    let isLate = false
    try {
      const { status, headers, data } = await withPatience(carryOut(km, url, answers, step))
      answers.set(step.call || step.fetch, data)
      answer = { status, content_type: headers['content-type'], body: data }
    } catch (error) {
      answer = { error: String((error && error.message) || error) }
      isLate = Boolean(error && error.isLate)
    }
    const requests = sent.splice(0).map(({ method, url: target }) => {
      return { method, path: target.startsWith(`${url}/`) ? target.slice(url.length) : target }
    })
    write({ answer: { step: index, requests, ...answer } })
    if (isLate) break
  }
}

main().then(() => 0, error => {
  console.error(error)
  return 1
}).then(code => process.stdout.write('', () => process.exit(code)))
