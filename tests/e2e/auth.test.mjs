// Who gets in: the unmodified npm client with signed tokens.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, makeToken, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const key = 'a key of more than thirty-two bytes, for tests'
const tables = { items: { id: 'UUID', content: 'TEXT' } }

describe('secure mode', { timeout: 120_000 }, () => {
  let service, db
  const clients = []
  const open = async (token) => {
    const client = await Client.open({ url: service.url, tables, token, connect: false })
    clients.push(client)
    return client
  }

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'secure', AUTH_JWT_ALG: 'HS256', AUTH_JWT_KEY: key, AUTH_JWT_ISS: 'tests' })
    const proxy = await service.proxy()
    await proxy.query('CREATE TABLE items (id uuid PRIMARY KEY, content text NOT NULL)')
    await proxy.query('ALTER TABLE items ENABLE ELECTRIC')
    await proxy.end()
    db = await service.database()
  })
  after(async () => {
    for (const client of clients) await client.close()
    await db?.end().catch(() => {})
    await service?.stop()
  })

  it('a token signed with the key syncs both ways', async () => {
    const client = await open(makeToken({ sub: 'u1', iss: 'tests' }, key))
    await client.connect()
    await client.sync('items')
    const id = randomUUID()
    await client.write('INSERT INTO items (id, content) VALUES (?, ?)', [id, 'mine'])
    await until('the row in Postgres', async () => (await db.query('SELECT 1 FROM items WHERE id = $1', [id])).rowCount)
  })

  const past = Math.floor(Date.now() / 1000) - 60
  for (const [what, token] of [
    ['signed with another key', makeToken({ sub: 'u1', iss: 'tests' }, `${key}!`)],
    ['that is not signed', makeToken({ sub: 'u1', iss: 'tests' })],
    ['of another algorithm', makeToken({ sub: 'u1', iss: 'tests' }, key, 'HS512')],
    ['of another issuer', makeToken({ sub: 'u1', iss: 'others' }, key)],
    ['that has expired', makeToken({ sub: 'u1', iss: 'tests', exp: past }, key)],
  ]) {
    it(`a token ${what} is refused, and the log tells the reason but not the token`, async () => {
      const told = service.output.length
      const client = await open(token)
      await assert.rejects(client.connect())
      await until('the reason in the log', () => /token refused: the token/.test(service.output.slice(told)))
      assert.equal(service.output.includes(token.split('.')[1]), false)
      assert.equal(client.isConnected, false)
    })
  }

  it('a connection ends with its token, and goes on with a new one', async () => {
    const soon = Math.floor(Date.now() / 1000) + 3
    const client = await open(makeToken({ sub: 'u2', iss: 'tests', exp: soon }, key))
    await client.connect()
    await client.sync('items')
    await until('the connection to end', () => client.states.some((state) => state.status === 'disconnected'), { within: 15000 })
    client.token = makeToken({ sub: 'u2', iss: 'tests' }, key)
    await client.connect()
    const id = randomUUID()
    await db.query('INSERT INTO items VALUES ($1, $2)', [id, 'after renewal'])
    await until('the row', () => client.rows('SELECT 1 FROM items WHERE id = ?', id).length)
  })
})
