// Who gets in: the unmodified npm client with signed tokens.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, makeToken, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const key = 'a key of more than thirty-two bytes, for tests'
const tables = { items: { id: 'UUID', content: 'TEXT' }, secrets: { id: 'UUID', electric_user_id: 'TEXT' } }

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
    await proxy.query('CREATE TABLE secrets (id uuid PRIMARY KEY, electric_user_id text)')
    await proxy.query('ALTER TABLE secrets ENABLE ELECTRIC')
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

  it('rows with an owner go to that user only, those without one to all, at the start and later', async () => {
    const owners = async () => db.query("INSERT INTO secrets SELECT gen_random_uuid(), o FROM unnest(ARRAY['o''hara', 'other', '', NULL]) o")
    await owners()
    const client = await open(makeToken({ sub: "o'hara", iss: 'tests' }, key))
    await client.connect()
    await client.sync('secrets')
    const held = () => client.rows('SELECT electric_user_id AS o FROM secrets ORDER BY o').map((row) => row.o)
    assert.deepEqual(held(), [null, '', "o'hara"])
    await owners()
    await until('the later rows', () => held().length === 6)
    assert.deepEqual(held(), [null, null, '', '', "o'hara", "o'hara"])
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
