// Apps that keep their data in a local Postgres: the same client library with its node-postgres driver, beside one with SQLite.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { Client, describeTables, makeToken, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const tables = {
  lists: { id: 'UUID', name: 'TEXT' },
  items: { id: 'UUID', list_id: 'UUID', content: 'TEXT', done: 'BOOL', at: 'TIMESTAMPTZ', amount: 'FLOAT8', big: 'INT8', data: 'JSONB', raw: 'BYTEA' },
  notes: { id: 'UUID', kind: 'TEXT' },
}
const migration = [
  'CREATE TABLE lists (id uuid PRIMARY KEY, name text)',
  'ALTER TABLE lists ENABLE ELECTRIC',
  `CREATE TABLE items (id uuid PRIMARY KEY, list_id uuid REFERENCES lists (id), content text NOT NULL, done bool, at timestamptz,
     amount float8, big int8, data jsonb, raw bytea)`,
  'ALTER TABLE items ENABLE ELECTRIC',
  'CREATE TABLE notes (id uuid PRIMARY KEY, kind text)',
  'ALTER TABLE notes ENABLE ELECTRIC',
]

describe('an app on a local Postgres', { timeout: 120_000 }, () => {
  let service, db, local, reader, electric, sqlite
  const rows = async (sql, values = []) => (await reader.query(sql, values)).rows

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    for (const statement of migration) await proxy.query(statement)
    await proxy.end()
    db = await service.database()
    await db.query('CREATE DATABASE app')
    const address = { host: db.host, port: db.port, user: db.user, password: db.password, database: 'app' }
    local = new pg.Client(address)
    reader = new pg.Client(address) // the library's own connection may be within a transaction
    await Promise.all([local.connect(), reader.connect()])
    const { electrify } = await import('electric-sql/node-postgres')
    electric = await electrify(local, await describeTables(tables), { url: service.url })
    await electric.connect(makeToken({ sub: 'user-1' }))
    sqlite = await Client.open({ url: service.url, tables, user: 'user-2' })
  })
  after(async () => {
    await electric?.close().catch(() => {})
    await sqlite?.close()
    await local?.end().catch(() => {})
    await reader?.end().catch(() => {})
    await db?.end().catch(() => {})
    if (process.env.SHOW_LOG) console.log(service.output)
    await service?.stop()
  })

  it('gets migrations in its dialect, and the rows that were there before', async () => {
    const list = randomUUID()
    await db.query(`INSERT INTO lists VALUES ($1, 'groceries')`, [list])
    await db.query(`INSERT INTO items (id, list_id, content, done, at, amount, big, data, raw) VALUES
      ($1, $2, 'milk', true, '2024-02-29 12:00:00.123456+00', 1.5, 9007199254740993, '{"a": [1, null]}', '\\x00ff')`, [randomUUID(), list])
    for (const client of [electric.satellite, sqlite.electric.satellite]) {
      const subscription = await client.subscribe([{ tablename: 'items' }])
      await subscription.synced
    }
    const columns = 'content, done, at, amount, big::text AS big, data, raw'
    assert.deepEqual(await rows(`SELECT ${columns} FROM items`), (await db.query(`SELECT ${columns} FROM items`)).rows)
    assert.equal((await rows('SELECT name FROM lists'))[0].name, 'groceries')
  })

  it('writes and sees what others write', async () => {
    const id = randomUUID()
    await electric.adapter.run({ sql: `INSERT INTO items (id, content, done, at, data) VALUES ($1, $2, false, '2024-01-01 00:00:00+00', '{"k": 1}')`,
      args: [id, `it's "quoted" ünïcode`] })
    electric.potentiallyChanged()
    await until('the row in Postgres', async () => (await db.query('SELECT 1 FROM items WHERE id = $1 AND done = false', [id])).rows.length)
    await until('the row at the app on SQLite', () => sqlite.rows('SELECT 1 FROM items WHERE id = ?', id).length)
    await sqlite.write('UPDATE items SET content = ? WHERE id = ?', ['from SQLite', id])
    await until('the change', async () => (await rows(`SELECT 1 FROM items WHERE id = $1 AND content = 'from SQLite'`, [id])).length)
    await db.query('DELETE FROM items WHERE id = $1', [id])
    await until('the deletion', async () => (await rows('SELECT 1 FROM items WHERE id = $1', [id])).length === 0)
    await until('its log to empty', async () => (await rows('SELECT 1 FROM _electric_oplog')).length === 0)
  })

  it('follows a migration while it is connected', async () => {
    const proxy = await service.proxy()
    await proxy.query('ALTER TABLE items ADD COLUMN note varchar')
    await proxy.end()
    await db.query(`UPDATE items SET note = 'new'`)
    await until('the new column', async () => (await rows('SELECT note FROM items').catch(() => [])).some((row) => row.note === 'new'))
  })

  it('rows come and go with a filtered shape', async () => {
    const [a, b] = [randomUUID(), randomUUID()]
    await db.query(`INSERT INTO notes VALUES ($1, 'mine'), ($2, 'other')`, [a, b])
    const subscription = await electric.satellite.subscribe([{ tablename: 'notes', where: `this.kind = 'mine'` }])
    await subscription.synced
    const ids = async () => (await rows('SELECT id FROM notes')).map((row) => row.id)
    assert.deepEqual(await ids(), [a])
    await db.query(`UPDATE notes SET kind = CASE id WHEN $1 THEN 'other' ELSE 'mine' END`, [a])
    await until('one to leave and the other to come', async () => (await ids()).join() === b)
  })
})
