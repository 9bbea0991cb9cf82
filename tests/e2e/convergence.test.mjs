// Many apps write at the same time, go away and come back, rows are deleted under each other, the service is killed in between: in the
// end every app has what Postgres has. Random, but with a seed: CONVERGENCE_SEED and CONVERGENCE_OPERATIONS make other and longer runs.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until } from './client.mjs'
import { Service } from './service.mjs'

const tables = {
  lists: { id: 'UUID', name: 'TEXT', kind: 'TEXT' },
  items: { id: 'UUID', list_id: 'UUID', content: 'TEXT', rank: 'INT4', done: 'BOOL' },
}
const migration = [
  'CREATE TABLE lists (id uuid PRIMARY KEY, name text, kind text)',
  'ALTER TABLE lists ENABLE ELECTRIC',
  'CREATE TABLE items (id uuid PRIMARY KEY, list_id uuid REFERENCES lists (id) ON DELETE CASCADE, content text, rank int4, done bool)',
  'ALTER TABLE items ENABLE ELECTRIC',
]
const seed = Number(process.env.CONVERGENCE_SEED ?? 20261127)
const operations = Number(process.env.CONVERGENCE_OPERATIONS ?? 300)

// mulberry32: small, and the same everywhere.
function generator(state) {
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

describe(`apps that write at random (seed ${seed}, ${operations} operations)`, { timeout: 280_000 }, () => {
  const random = generator(seed)
  const pick = (list) => list[random(list.length)]
  let service, db
  const apps = [] // { client, truth, isConnected }

  const connect = async (app) => {
    await app.client.connect().catch(() => {}) // the library goes on trying by itself
    app.isConnected = true
  }
  const helpOut = (app) => {
    if (!app.client.isStranded) return
    app.client.disconnect()
    connect(app)
  }
  const all = { lists: 'SELECT id, name, kind FROM lists', items: 'SELECT id, list_id, content, rank, done FROM items' }
  const ofKind = (kind) => ({
    lists: `SELECT id, name, kind FROM lists WHERE kind = '${kind}'`,
    items: `SELECT id, list_id, content, rank, done FROM items WHERE list_id IN (SELECT id FROM lists WHERE kind = '${kind}')`,
  })
  const shapeOf = (kind) => ({ tablename: 'lists', where: `this.kind = '${kind}'`,
    include: [{ foreignKey: ['list_id'], select: { tablename: 'items' } }] })

  before(async () => {
    service = await Service.start({ AUTH_MODE: 'insecure' })
    const proxy = await service.proxy()
    for (const statement of migration) await proxy.query(statement)
    await proxy.end()
    db = await service.database()
    for (const [version, kind] of [['0.9'], ['0.10'], ['0.11', 'a'], ['0.12'], ['0.12', 'a'], ['0.12', 'b']]) {
      const client = await Client.open({ url: service.url, tables, version, user: `user-${apps.length}` })
      await client.sync(...(kind ? [shapeOf(kind)] : ['lists', 'items']))
      apps.push({ client, truth: kind ? ofKind(kind) : all, isConnected: true, version, kind })
    }
  })
  after(async () => {
    for (const { client } of apps) await client.close()
    await db?.end().catch(() => {})
    if (process.env.SHOW_LOG) console.log(service.output)
    await service?.stop()
  })

  const written = [] // by apps, and what befell them
  const note = (who, text) => written.push({ at: new Date().toISOString(), who, text })
  const known = (client, table) => client.rows(`SELECT id FROM ${table}`).map((row) => row.id)
  const byApp = async (app) => {
    const [sql, args] = somethingFor(app)
    note(apps.indexOf(app), `${sql} ${args}`)
    await app.client.write(sql, args)
  }
  const somethingFor = ({ client, kind }) => {
    const [lists, items] = [known(client, 'lists'), known(client, 'items')]
    const id = randomUUID()
    const what = random(10)
    if (what === 0 || lists.length < 2) return ['INSERT INTO lists VALUES (?, ?, ?)', [id, `list ${random(100)}`, kind ?? pick(['a', 'b', 'c'])]]
    if (what <= 3 || items.length < 2) return ['INSERT INTO items VALUES (?, ?, ?, ?, ?)', [id, pick(lists), `item ${random(100)}`, random(10), random(2)]]
    if (what === 4) return ['DELETE FROM items WHERE id = ?', [pick(items)]]
    if (what === 5) return ['UPDATE items SET list_id = ? WHERE id = ?', [pick(lists), pick(items)]]
    if (what === 6) return ['UPDATE lists SET kind = ? WHERE id = ?', [pick(['a', 'b', 'c']), pick(lists)]]
    if (what === 7) return ['UPDATE items SET done = ?, rank = ? WHERE id = ?', [random(2), random(10), pick(items)]]
    return ['UPDATE items SET content = ? WHERE id = ?', [`changed ${random(1000)}`, pick(items)]]
  }
  const bySql = async () => {
    const statements = [
      `UPDATE items SET rank = rank + 1 WHERE id IN (SELECT id FROM items ORDER BY md5(id::text || '${random(1000)}') LIMIT 5)`,
      `UPDATE lists SET kind = '${pick(['a', 'b', 'c'])}' WHERE id IN (SELECT id FROM lists ORDER BY md5(id::text || '${random(1000)}') LIMIT 2)`,
      `INSERT INTO items SELECT gen_random_uuid(), id, 'by sql', 1, true FROM lists ORDER BY md5(id::text || '${random(1000)}') LIMIT 3`,
      `DELETE FROM items WHERE id IN (SELECT id FROM items ORDER BY md5(id::text || '${random(1000)}') LIMIT 2)`,
      `DELETE FROM lists WHERE id IN (SELECT id FROM lists ORDER BY md5(id::text || '${random(1000)}') LIMIT 1)`,
    ]
    await db.query(pick(statements.slice(0, random(4) === 0 ? 5 : 4)))
  }
  const restart = async () => {
    note('service', 'killed')
    service.process.kill('SIGKILL')
    await service.exited
    await db.end().catch(() => {})
    await service.run()
    db = await service.database()
    note('service', 'here again')
  }

  // Of a row that is wrong somewhere: what Postgres has of it, and of its tags.
  const story = async (table, id, row) => {
    const ids = row.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)
    const of = async (place) => JSON.stringify((await db.query(`SELECT * FROM ${place} WHERE id = $1`, [id])).rows)
    return `of which Postgres has ${await of(table)}, tags ${await of(`electric.shadow__public__${table}`)}, history:\n${
      written.filter(({ who, text }) => who === 'service' || ids.some((one) => text.includes(one))).map(({ at, who, text }) => `  ${at} ${who}: ${text}`).join('\n')}`
  }
  const differences = async (app) => {
    const lines = []
    for (const [table, sql] of Object.entries(app.truth)) {
      const plain = (row) => JSON.stringify({ ...row, done: row.done === null || row.done === undefined ? row.done : Number(row.done) })
      const right = new Map((await db.query(sql)).rows.map((row) => [row.id, plain(row)]))
      const here = new Map(app.client.rows(`SELECT ${Object.keys(tables[table]).join(', ')} FROM ${table}`).map((row) => [row.id, plain(row)]))
      for (const [id, row] of right) if (here.get(id) !== row) lines.push(`${table} should have ${row}, has ${here.get(id)}, ${await story(table, id, row)}`)
      for (const [id, row] of here) if (!right.has(id)) lines.push(`${table} should not have ${row}, ${await story(table, id, row)}`)
    }
    return lines
  }

  it('have what Postgres has, in the end', async () => {
    for (let at = 1; at <= operations; ++at) {
      const app = pick(apps)
      if (random(4) === 0) await bySql()
      else await byApp(app)
      if (random(25) === 0) {
        // Not while the library tries by itself: it would complain of that attempt where nobody can catch it.
        if (app.isConnected && app.client.isConnected) {
          note('service', `app ${apps.indexOf(app)} leaves`)
          app.client.disconnect()
          app.isConnected = false
        } else if (!app.isConnected) {
          note('service', `app ${apps.indexOf(app)} comes`)
          await connect(app)
        }
      }
      if (at % Math.ceil(operations / 3) === 0) await restart()
      if (random(10) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    for (const app of apps) if (!app.isConnected) await connect(app)
    for (const app of apps) {
      await until(`what ${app.version} wrote to be stored`, () => {
        helpOut(app)
        if (app.client.pending() === 0) return true
        throw new Error(`connected: ${app.client.isConnected}, ${JSON.stringify(app.client.states.slice(-5))}, ` +
          `client ${app.client.id}, ${service.sessions()}, ` +
          JSON.stringify(app.client.rows('SELECT rowid, timestamp, tablename, optype, primaryKey FROM _electric_oplog')))
      }, { within: 60_000, every: 200 })
    }
    for (const [n, app] of apps.entries()) {
      await until(`app ${n} (${app.version}${app.kind ? `, kind ${app.kind}` : ''}) to agree with Postgres`, async () => {
        helpOut(app)
        const lines = await differences(app)
        if (lines.length) throw new Error(`${lines.length} rows, connected: ${app.client.isConnected}, ${JSON.stringify(app.client.states.slice(-3))}, ${
          JSON.stringify(JSON.parse(service.sessions()).sessions.filter((one) => one.client === app.client.id))}, log at ${
          (await db.query('SELECT pg_current_wal_lsn()')).rows[0].pg_current_wal_lsn}\n${lines.slice(0, 8).join('\n')}`)
        return true
      }, { within: 30_000, every: 500 })
    }
    const rejected = (await db.query('SELECT count(*)::int AS n FROM electric.rejected_writes')).rows[0].n
    assert.ok((await db.query('SELECT 1 FROM items')).rows.length > 10, 'something is left to compare')
    console.log(`# ${rejected} writes were refused on the way`)
  })
})
