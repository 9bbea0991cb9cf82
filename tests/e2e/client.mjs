// The real client library, driven from tests: one SQLite database, one connection to a service. Every byte on the wire
// comes from the npm package; nothing here knows the protocol.
import { createHmac, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import * as z from 'zod'

export const versions = ['0.9', '0.10', '0.11', '0.12']

// The parts of one version of the library that are used here.
async function libraryOf(version) {
  const name = version === '0.12' ? 'electric-sql' : `electric-sql-${version}`
  const [{ DbSchema }, debug, { electrify }] = await Promise.all(['client/model', 'debug', 'node'].map((path) => import(`${name}/${path}`)))
  debug.setLogLevel(process.env.CLIENT_LOG ?? 'SILENT')
  return { DbSchema, electrify }
}

const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token: unsigned without a key, else signed with HMAC. Claims are added to, or replace, iat and exp. */
export function makeToken(claims, key, alg = 'HS256') {
  const now = Math.floor(Date.now() / 1000)
  const body = `${part({ alg: key ? alg : 'none', typ: 'JWT' })}.${part({ iat: now - 1, exp: now + 3600, ...claims })}`
  if (!key) return `${body}.`
  return `${body}.${createHmac(`sha${alg.slice(2)}`, key).update(body).digest('base64url')}`
}

// What the client's data layer wants to know of a table: its columns' types, and argument checks, which accept all here.
function describeTable(columns) {
  const anything = z.object({ select: z.object({}).optional(), where: z.any().optional(), include: z.object({}).optional() })
  const checks = ['createSchema', 'createManySchema', 'findUniqueSchema', 'findSchema', 'updateSchema', 'updateManySchema',
    'upsertSchema', 'deleteSchema', 'deleteManySchema']
  return {
    fields: new Map(Object.entries(columns)),
    relations: [],
    modelSchema: z.object({}),
    ...Object.fromEntries(checks.map((name) => [name, anything])),
  }
}

/** `tables`: table name → {column: PG_TYPE}, as the newest library wants it. */
export async function describeTables(tables) {
  const { DbSchema } = await libraryOf('0.12')
  return new DbSchema(Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, describeTable(columns)])), [], [])
}

// A connection that breaks while the library waits to send makes it throw from a timer, which would end the test instead of reconnecting.
function outliveItsConnection(library) {
  const push = library.pushTransactions.bind(library)
  library.pushTransactions = (...args) => {
    try {
      return push(...args)
    } catch (error) {
      if (!/outbound replication has not started/.test(error.message)) throw error
    }
  }
}

export class Client {
  /** `tables`: table name → {column: PG_TYPE}. `file`: the database; gone at close() unless given. The library knows databases
   *  by their names, so two in memory would be one to it. */
  static async open({ url, tables, file, user = 'user-1', token, connect = true, version = '0.12' }) {
    const { DbSchema, electrify } = await libraryOf(version)
    const client = new Client()
    client.version = version
    client.isTemporary = file === undefined
    file ??= `/var/tmp/electric-e2e-client-${randomUUID()}.db`
    client.file = file
    client.token = token ?? makeToken({ sub: user })
    client.sqlite = new Database(file)
    client.sqlite.pragma('journal_mode = WAL')
    const schema = new DbSchema(Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, describeTable(columns)])), [], [])
    client.electric = await electrify(client.sqlite, schema, { url })
    outliveItsConnection(client.electric.satellite.client)
    client.states = []
    client.electric.notifier.subscribeToConnectivityStateChanges((change) => client.states.push(change.connectivityState))
    if (connect) await client.connect()
    return client
  }

  async connect() { await this.electric.connect(this.token) }
  get id() { return this.rows("SELECT value FROM _electric_meta WHERE key = 'clientId'")[0].value }
  disconnect() { this.electric.disconnect() }
  get isConnected() { return this.electric.isConnected }
  /** The library passes over a connection that breaks in the last moment of its handshake: it goes on to believe in it, and never tries again. */
  get isStranded() { return this.isConnected && !this.electric.satellite.client.isConnected() }

  /** Subscribes to whole tables, or to shapes {tablename, where, include}, and waits until their rows are here. */
  async sync(...tables) {
    const wanted = tables.map((one) => (typeof one === 'string' ? { tablename: one } : one))
    const shapes = this.version === '0.9' ? [{ selects: wanted }] : wanted
    const subscription = await this.electric.satellite.subscribe(shapes)
    await subscription.synced
    return subscription
  }

  rows(sql, ...args) { return this.sqlite.prepare(sql).all(...args) }

  /** Writes as an app does: through the adapter, noticed by the library. */
  async write(sql, args = []) {
    await this.electric.adapter.run({ sql, args })
    this.electric.potentiallyChanged()
  }

  /** Operations not yet acknowledged by the service. */
  pending() { return this.rows('SELECT count(*) AS n FROM _electric_oplog')[0].n }

  async close() {
    await this.electric.close().catch(() => {})
    this.sqlite.close()
    if (this.isTemporary) this.removeFile()
  }

  removeFile() {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.file + suffix, { force: true })
  }
}

/** Waits until `probe` gives something truthy; the message shows what it gave last. */
export async function until(what, probe, { within = 15000, every = 20 } = {}) {
  const end = Date.now() + within
  let last
  for (;;) {
    try {
      last = await probe()
      if (last) return last
    } catch (error) {
      if (error.isFinal) throw error
      last = error
    }
    if (Date.now() > end) throw new Error(`waited ${within} ms for ${what}; last: ${last instanceof Error ? last.stack : JSON.stringify(last)}`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}

export { randomUUID }
