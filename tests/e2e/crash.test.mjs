// The service killed at any moment, again and again, while apps and SQL sessions write: nothing is lost, nothing is doubled.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const tables = { items: { id: 'UUID', content: 'TEXT' } }
const kills = Number(process.env.ELECTRIC_KILLS ?? 5)

describe('the service killed while it works', { timeout: 60_000 + kills * 20_000 }, () => {
  let service
  const clients = []

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    await proxy.query('CREATE TABLE items (id uuid PRIMARY KEY, content text NOT NULL)')
    await proxy.query('ALTER TABLE items ENABLE ELECTRIC')
    await proxy.end()
    for (const user of ['a', 'b']) {
      const client = await Client.open({ url: service.url, tables, user })
      await client.sync('items')
      clients.push(client)
    }
  })
  after(async () => {
    for (const client of clients) await client.close()
    await service?.stop()
  })

  it(`${kills} kills lose and double nothing`, async () => {
    const written = new Map() // id → content as it must be at the end
    let goesOn = true
    const writers = clients.map(async (client, who) => {
      for (let i = 0; goesOn; i++) {
        const id = randomUUID()
        await client.write('INSERT INTO items (id, content) VALUES (?, ?)', [id, 'first'])
        await client.write('UPDATE items SET content = ? WHERE id = ?', [`${who}/${i}`, id])
        written.set(id, `${who}/${i}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400))
      await service.end('SIGKILL')
      await service.run()
    }
    goesOn = false
    await Promise.all(writers)
    for (const client of clients) await until('nothing pending', () => client.pending() === 0, { within: 30000 })
    const db = await service.database()
    const { rows } = await until('all rows in Postgres', async () => {
      const result = await db.query('SELECT id, content FROM items')
      return result.rows.length >= written.size && result
    })
    await db.end()
    assert.deepEqual(new Map(rows.map(({ id, content }) => [id, content])), written)
    for (const client of clients) {
      await until('all rows at the client', () => client.rows('SELECT 1 FROM items').length === written.size, { within: 30000 })
      for (const { id, content } of client.rows('SELECT id, content FROM items')) assert.equal(content, written.get(id))
    }
  })
})
