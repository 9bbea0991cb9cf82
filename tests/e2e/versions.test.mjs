// Every client line that is in use, side by side on one service: what one writes, all have.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until, versions } from './client.mjs'
import { Service } from './service.mjs'

const tables = {
  items: { id: 'UUID', content: 'TEXT', done: 'BOOL' },
  notes: { id: 'UUID', item_id: 'UUID', body: 'TEXT' },
}

describe('clients of 0.9, 0.10, 0.11 and 0.12', { timeout: 120_000 }, () => {
  let service, db
  const clients = {}

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    for (const statement of [
      'CREATE TABLE items (id uuid PRIMARY KEY, content text NOT NULL, done bool)',
      'ALTER TABLE items ENABLE ELECTRIC',
      'CREATE TABLE notes (id uuid PRIMARY KEY, item_id uuid NOT NULL REFERENCES items (id), body text)',
      'ALTER TABLE notes ENABLE ELECTRIC',
    ]) await proxy.query(statement)
    await proxy.end()
    db = await service.database()
    await db.query("INSERT INTO items SELECT gen_random_uuid(), 'old ' || i FROM generate_series(1, 50) i")
    for (const version of versions) {
      clients[version] = await Client.open({ url: service.url, tables, version, user: `user of ${version}` })
      await clients[version].sync('items', 'notes')
    }
  })
  after(async () => {
    for (const client of Object.values(clients)) await client.close()
    await db?.end().catch(() => {})
    await service?.stop()
  })

  const everywhere = async (what, sql, ...args) => {
    for (const version of versions) await until(`${what} at ${version}`, () => clients[version].rows(sql, ...args).length)
  }

  it('start with the rows that were there before', () => {
    for (const version of versions) assert.equal(clients[version].rows('SELECT count(*) AS n FROM items')[0].n, 50, version)
  })

  for (const version of versions) {
    it(`${version}: its inserts, updates and deletes reach Postgres and all others`, async () => {
      const writer = clients[version]
      const [item, note] = [randomUUID(), randomUUID()]
      await writer.write('INSERT INTO items (id, content, done) VALUES (?, ?, 0)', [item, `by ${version}`])
      await writer.write('INSERT INTO notes (id, item_id, body) VALUES (?, ?, ?)', [note, item, 'first'])
      await everywhere('the note', 'SELECT 1 FROM notes WHERE id = ?', note)
      await writer.write('UPDATE items SET done = 1 WHERE id = ?', [item])
      await everywhere('the update', 'SELECT 1 FROM items WHERE id = ? AND done = 1', item)
      assert.equal((await db.query('SELECT done FROM items WHERE id = $1', [item])).rows[0].done, true)
      await writer.write('DELETE FROM notes WHERE id = ?', [note])
      for (const one of versions) await until(`the delete at ${one}`, () => clients[one].rows('SELECT 1 FROM notes WHERE id = ?', note).length === 0)
      await until('nothing pending', () => writer.pending() === 0)
    })
  }

  it('updates of different columns of one row, made offline by each, are merged the same way everywhere', async () => {
    const id = randomUUID()
    await db.query("INSERT INTO items VALUES ($1, 'base', false)", [id])
    await everywhere('the row', 'SELECT 1 FROM items WHERE id = ?', id)
    for (const version of versions) clients[version].disconnect()
    for (const version of versions) await clients[version].write('UPDATE items SET content = ? WHERE id = ?', [`offline ${version}`, id])
    await db.query('UPDATE items SET done = true WHERE id = $1', [id])
    for (const version of versions) await clients[version].connect()
    for (const version of versions) await until(`nothing pending at ${version}`, () => clients[version].pending() === 0)
    const winner = (await db.query('SELECT content, done FROM items WHERE id = $1', [id])).rows[0]
    assert.equal(winner.done, true)
    await everywhere('the merged row', 'SELECT 1 FROM items WHERE id = ? AND content = ? AND done = 1', id, winner.content)
  })

  it('a migration reaches all', async () => {
    const proxy = await service.proxy()
    await proxy.query('ALTER TABLE items ADD COLUMN extra text')
    await proxy.end()
    const id = randomUUID()
    await db.query("INSERT INTO items (id, content, extra) VALUES ($1, 'after', 'more')", [id])
    await everywhere('the new column', 'SELECT 1 FROM items WHERE id = ? AND extra = ?', id, 'more')
  })

  it('all go on after a restart of the service', async () => {
    await service.end('SIGTERM')
    await db.end().catch(() => {})
    await service.run()
    db = await service.database()
    const id = randomUUID()
    await db.query("INSERT INTO items (id, content) VALUES ($1, 'after the restart')", [id])
    for (const version of versions) await until(`the row at ${version}`, () => clients[version].rows('SELECT 1 FROM items WHERE id = ?', id).length, { within: 30000 })
  })
})
