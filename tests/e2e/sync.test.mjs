// One real app syncing: the unmodified npm client, the real service, the real Postgres, migrations through the proxy.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const tables = {
  items: { id: 'UUID', content: 'TEXT', done: 'BOOL', at: 'TIMESTAMPTZ', amount: 'FLOAT8', big: 'INT8', data: 'JSONB', raw: 'BYTEA' },
  notes: { id: 'UUID', item_id: 'UUID', body: 'TEXT' },
}

const migration = [
  `CREATE TABLE items (id uuid PRIMARY KEY, content text NOT NULL, done bool, at timestamptz, amount float8, big int8, data jsonb, raw bytea)`,
  `ALTER TABLE items ENABLE ELECTRIC`,
  `CREATE TABLE notes (id uuid PRIMARY KEY, item_id uuid NOT NULL REFERENCES items (id), body text)`,
  `ALTER TABLE notes ENABLE ELECTRIC`,
]

describe('a real app', { timeout: 120_000 }, () => {
  let service, db
  const clients = []
  const open = async (options = {}) => {
    const client = await Client.open({ url: service.url, tables, ...options })
    clients.push(client)
    return client
  }

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    for (const statement of migration) await proxy.query(statement)
    await proxy.end()
    db = await service.database()
  })
  after(async () => {
    for (const client of clients) await client.close()
    await db?.end().catch(() => {})
    if (process.env.SHOW_LOG) console.log(service.output)
    await service?.stop()
  })

  it('gets the migrations and the rows that were there before', async () => {
    await db.query(`INSERT INTO items (id, content) SELECT gen_random_uuid(), 'old ' || i FROM generate_series(1, 100) i`)
    const client = await open()
    await client.sync('items')
    assert.equal(client.rows('SELECT count(*) AS n FROM items')[0].n, 100)
  })

  it('sees what psql inserts, updates and deletes', async () => {
    const client = await open()
    await client.sync('items')
    const id = randomUUID()
    await db.query(`INSERT INTO items VALUES ($1, 'one', true, '2024-02-29 12:00:00.123456+00', 1.5, 9007199254740993, '{"a": [1, null]}', '\\x00ff')`, [id])
    const row = await until('the insert', () => client.rows('SELECT * FROM items WHERE id = ?', id)[0])
    assert.equal(row.done, 1)
    assert.equal(row.at, '2024-02-29 12:00:00.123456Z')
    assert.equal(row.amount, 1.5)
    assert.deepEqual(JSON.parse(row.data), { a: [1, null] })
    assert.deepEqual([...row.raw], [0, 255])
    assert.equal(client.rows('SELECT CAST(big AS TEXT) AS big FROM items WHERE id = ?', id)[0].big, '9007199254740993')
    await db.query(`UPDATE items SET content = 'two', done = NULL WHERE id = $1`, [id])
    await until('the update', () => client.rows('SELECT 1 FROM items WHERE id = ? AND content = ? AND done IS NULL', id, 'two').length)
    await db.query('DELETE FROM items WHERE id = $1', [id])
    await until('the delete', () => client.rows('SELECT 1 FROM items WHERE id = ?', id).length === 0)
  })

  it('two clients and Postgres see each other', async () => {
    const [a, b] = [await open({ user: 'a' }), await open({ user: 'b' })]
    await a.sync('items', 'notes')
    await b.sync('items', 'notes')
    const [item, note] = [randomUUID(), randomUUID()]
    await a.write('INSERT INTO items (id, content, done, data) VALUES (?, ?, 1, ?)', [item, "it's \"quoted\" ünïcode", '{"k":"v"}'])
    await a.write('INSERT INTO notes (id, item_id, body) VALUES (?, ?, ?)', [note, item, 'first'])
    await until('the note at b', () => b.rows('SELECT 1 FROM notes WHERE id = ?', note).length)
    // The stream can be ahead of what other sessions see, by a moment.
    const row = await until('the row in Postgres', async () => (await db.query('SELECT content, done, data FROM items WHERE id = $1', [item])).rows[0])
    assert.deepEqual(row, { content: "it's \"quoted\" ünïcode", done: true, data: { k: 'v' } })
    await b.write('UPDATE items SET content = ? WHERE id = ?', ['from b', item])
    await until('the update at a', () => a.rows('SELECT 1 FROM items WHERE id = ? AND content = ?', item, 'from b').length)
    await a.write('DELETE FROM notes WHERE id = ?', [note])
    await until('the delete at b', () => b.rows('SELECT 1 FROM notes WHERE id = ?', note).length === 0)
    await until('the delete in Postgres', async () => (await db.query('SELECT 1 FROM notes WHERE id = $1', [note])).rowCount === 0)
    await until('nothing pending', () => a.pending() === 0 && b.pending() === 0)
  })

  it('offline writes are delivered and merged column by column after reconnecting', async () => {
    const [a, b] = [await open({ user: 'a' }), await open({ user: 'b' })]
    const id = randomUUID()
    await db.query(`INSERT INTO items (id, content, done) VALUES ($1, 'base', false)`, [id])
    await a.sync('items')
    await b.sync('items')
    a.disconnect()
    await a.write('UPDATE items SET content = ? WHERE id = ?', ['offline', id])
    await b.write('UPDATE items SET done = 1 WHERE id = ?', [id])
    await until('the online write', async () => (await db.query('SELECT done FROM items WHERE id = $1', [id])).rows[0].done)
    await a.connect()
    await until('both columns in Postgres', async () => {
      const { rows } = await db.query('SELECT content, done FROM items WHERE id = $1', [id])
      return rows[0].content === 'offline' && rows[0].done === true
    })
    for (const client of [a, b])
      await until('both columns at the clients', () => client.rows('SELECT 1 FROM items WHERE id = ? AND content = ? AND done = 1', id, 'offline').length)
    await until('nothing pending', () => a.pending() === 0)
  })

  it('a migration while clients are connected arrives with its rows', async () => {
    const client = await open()
    await client.sync('items')
    const proxy = await service.proxy()
    await proxy.query('ALTER TABLE items ADD COLUMN extra text')
    await proxy.end()
    const id = randomUUID()
    await db.query(`INSERT INTO items (id, content, extra) VALUES ($1, 'after', 'new column')`, [id])
    const row = await until('the row', () => client.rows('SELECT * FROM items WHERE id = ?', id)[0])
    assert.equal(row.extra, 'new column')
  })

  it('goes on after a restart of the service, and nothing is lost or doubled after kill -9', async () => {
    const client = await open()
    await client.sync('items')
    const before = client.rows('SELECT count(*) AS n FROM items')[0].n
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      const writing = (async () => {
        for (let i = 0; i < 20; i++) await client.write('INSERT INTO items (id, content) VALUES (?, ?)', [randomUUID(), `${signal} ${i}`])
      })()
      const ended = await service.end(signal)
      if (signal === 'SIGTERM') {
        assert.equal(ended.code, 0)
        assert.ok(ended.milliseconds < 3000, `the stop took ${ended.milliseconds} ms`)
      }
      await writing
      await db.end().catch(() => {})
      await service.run()
      db = await service.database()
      await db.query(`INSERT INTO items (id, content) VALUES (gen_random_uuid(), $1)`, [`after ${signal}`])
      await until('the row written after the restart', () => client.rows('SELECT 1 FROM items WHERE content = ?', `after ${signal}`).length, { within: 30000 })
      await until('nothing pending', () => client.pending() === 0, { within: 30000 })
    }
    const { rows } = await db.query('SELECT count(*)::int AS n FROM items')
    assert.equal(rows[0].n, before + 42)
    await until('the same number at the client', () => client.rows('SELECT count(*) AS n FROM items')[0].n === before + 42)
  })

  it('goes on after a crash of Postgres without a restart of the service', async () => {
    const client = await open()
    await client.sync('items')
    process.kill(await service.postgresPid(), 'SIGQUIT')
    await db.end().catch(() => {})
    db = await until('Postgres to be back', () => service.database())
    await until('the service to be ready', async () => (await fetch(service.statusUrl)).status === 200)
    const id = randomUUID()
    await db.query(`INSERT INTO items (id, content) VALUES ($1, 'after the crash')`, [id])
    await until('the row', () => client.rows('SELECT 1 FROM items WHERE id = ?', id).length, { within: 30000 })
    await client.write('UPDATE items SET content = ? WHERE id = ?', ['and back', id])
    await until('the update in Postgres', async () => (await db.query('SELECT 1 FROM items WHERE id = $1 AND content = $2', [id, 'and back'])).rowCount)
  })

  it('an app can keep its database between runs and catches up', async () => {
    const file = `/var/tmp/electric-e2e-${randomUUID()}.db`
    const first = await Client.open({ url: service.url, tables, file, user: 'kept' })
    await first.sync('items')
    await first.close()
    await db.query(`INSERT INTO items (id, content) VALUES (gen_random_uuid(), 'while away')`)
    const second = await Client.open({ url: service.url, tables, file, user: 'kept' })
    await second.sync('items')
    await until('the row', () => second.rows(`SELECT 1 FROM items WHERE content = 'while away'`).length)
    await second.close()
    second.removeFile()
  })
})
