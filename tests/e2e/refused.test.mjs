// Writes that Postgres refuses: put on record, the author's rows put right, nobody else held up. With every client line.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until, versions } from './client.mjs'
import { Service } from './service.mjs'

const tables = { items: { id: 'UUID', content: 'TEXT' } }

describe('a write that Postgres refuses', { timeout: 120_000 }, () => {
  let service, db
  const clients = {}

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    await proxy.query('CREATE TABLE items (id uuid PRIMARY KEY, content text NOT NULL)')
    await proxy.query('ALTER TABLE items ENABLE ELECTRIC')
    await proxy.end()
    db = await service.database()
    await db.query(`CREATE FUNCTION no_bad() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.content = 'bad' THEN RAISE EXCEPTION 'bad content'; END IF; RETURN NEW; END $$`)
    await db.query('CREATE TRIGGER no_bad BEFORE INSERT OR UPDATE ON items FOR EACH ROW EXECUTE FUNCTION no_bad()')
    for (const version of versions) {
      clients[version] = await Client.open({ url: service.url, tables, version, user: version })
      await clients[version].sync('items')
    }
  })
  after(async () => {
    for (const client of Object.values(clients)) await client.close()
    await db?.end().catch(() => {})
    await service?.stop()
  })

  for (const version of versions) {
    it(`${version}: an update goes back to what Postgres has, and is on record`, async () => {
      const client = clients[version]
      const id = randomUUID()
      await db.query("INSERT INTO items VALUES ($1, 'good')", [id])
      await until('the row', () => client.rows('SELECT 1 FROM items WHERE id = ?', id).length)
      await client.write("UPDATE items SET content = 'bad' WHERE id = ?", [id])
      await until('the old value', () => client.rows("SELECT 1 FROM items WHERE id = ? AND content = 'good'", id).length)
      await until('nothing pending', () => client.pending() === 0)
      const { rows } = await db.query('SELECT user_id, sqlstate, message FROM electric.rejected_writes ORDER BY id DESC LIMIT 1')
      assert.deepEqual(rows[0], { user_id: version, sqlstate: 'P0001', message: 'bad content' })
    })

    it(`${version}: an insert is taken away, and later writes go on`, async () => {
      const client = clients[version]
      const [bad, good] = [randomUUID(), randomUUID()]
      await client.write("INSERT INTO items VALUES (?, 'bad')", [bad])
      await until('nothing pending', () => client.pending() === 0)
      await client.write("INSERT INTO items VALUES (?, 'fine')", [good])
      await until('the later row in Postgres', async () => (await db.query('SELECT 1 FROM items WHERE id = $1', [good])).rowCount)
      await until('the refused row to go', () => client.rows('SELECT 1 FROM items WHERE id = ?', bad).length === 0)
      assert.equal((await db.query('SELECT 1 FROM items WHERE id = $1', [bad])).rowCount, 0)
      for (const other of versions) await until(`the later row at ${other}`, () => clients[other].rows('SELECT 1 FROM items WHERE id = ?', good).length)
    })
  }
})
