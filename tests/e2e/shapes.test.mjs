// Shapes of which only some rows are wanted, with real clients: what a client holds is what Postgres says, after rows came and went by
// their own change, by that of their parents, while it was away, and over a restart of the service.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client, randomUUID, until, versions } from './client.mjs'
import { Service } from './service.mjs'

const tables = {
  users: { id: 'UUID', name: 'TEXT' },
  projects: { id: 'UUID', owner_id: 'UUID', kind: 'TEXT' },
  issues: { id: 'UUID', project_id: 'UUID', title: 'TEXT', state: 'TEXT' },
}

const migration = [
  'CREATE TABLE users (id uuid PRIMARY KEY, name text)',
  'ALTER TABLE users ENABLE ELECTRIC',
  'CREATE TABLE projects (id uuid PRIMARY KEY, owner_id uuid REFERENCES users (id), kind text NOT NULL)',
  'ALTER TABLE projects ENABLE ELECTRIC',
  'CREATE TABLE issues (id uuid PRIMARY KEY, project_id uuid REFERENCES projects (id), title text, state text)',
  'ALTER TABLE issues ENABLE ELECTRIC',
]

// The projects of a kind with their open issues; the owners come by themselves.
const projectsOf = (kind) => ({
  tablename: 'projects',
  where: `this.kind = '${kind}'`,
  include: [{ foreignKey: ['project_id'], select: { tablename: 'issues', where: `this.state = 'open'` } }],
})
const truthOf = (kind) => ({
  projects: `SELECT id, owner_id, kind FROM projects WHERE kind = '${kind}'`,
  users: `SELECT id, name FROM users WHERE id IN (SELECT owner_id FROM projects WHERE kind = '${kind}')`,
  issues: `SELECT id, project_id, title, state FROM issues WHERE state = 'open' AND project_id IN (SELECT id FROM projects WHERE kind = '${kind}')`,
})

describe('a filtered shape', { timeout: 280_000 }, () => {
  let service, db
  const clients = []
  const open = async (options = {}) => {
    const client = await Client.open({ url: service.url, tables, ...options })
    clients.push(client)
    return client
  }

  // What differs between the client's tables and Postgres', a line each; empty when nothing does.
  const differences = async (client, truth) => {
    const lines = []
    for (const [table, sql] of Object.entries(truth)) {
      const right = new Map((await db.query(sql)).rows.map((row) => [row.id, JSON.stringify(row)]))
      const columns = Object.keys(tables[table]).join(', ')
      const here = new Map(client.rows(`SELECT ${columns} FROM ${table}`).map((row) => [row.id, JSON.stringify(row)]))
      for (const [id, row] of right) if (here.get(id) !== row) lines.push(`${table} should have ${row}, has ${here.get(id)}`)
      for (const [id, row] of here) if (!right.has(id)) lines.push(`${table} should not have ${row}`)
    }
    return lines
  }
  const agrees = (client, truth, what = 'the client to agree with Postgres') =>
    until(what, async () => {
      const lines = await differences(client, truth)
      if (lines.length) throw new Error(lines.slice(0, 10).join('\n'))
      return true
    })

  const family = async (kind, issues = 2) => {
    const [user, project] = [randomUUID(), randomUUID()]
    await db.query(`INSERT INTO users VALUES ($1, 'owner')`, [user])
    await db.query('INSERT INTO projects VALUES ($1, $2, $3)', [project, user, kind])
    await db.query(`INSERT INTO issues SELECT gen_random_uuid(), $1, 'issue ' || i, CASE WHEN i % 3 = 0 THEN 'closed' ELSE 'open' END
                    FROM generate_series(1, $2::int) i`, [project, issues])
    return { user, project }
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

  for (const version of versions.filter((one) => one !== '0.9')) {
    it(`${version}: begins with the rows that match, and what hangs on them`, async () => {
      await family('begin', 5)
      await family('other', 5)
      const client = await open({ version })
      await client.sync(projectsOf('begin'))
      assert.deepEqual(await differences(client, truthOf('begin')), [])
      assert.ok(client.rows('SELECT 1 FROM issues').length >= 4)
    })

    it(`${version}: what was written over its own write while it was away is what it has in the end`, async () => {
      const kind = `overwritten-${version}`
      const { project } = await family(kind, 2)
      const file = `/var/tmp/electric-e2e-client-${randomUUID()}.db`
      const first = await Client.open({ url: service.url, tables, version, file })
      await first.sync(projectsOf(kind))
      first.disconnect()
      await first.write(`UPDATE issues SET title = 'mine' WHERE title = 'issue 1'`)
      await until('the library to give the write its time', () =>
        first.pending() > 0 && first.rows('SELECT timestamp FROM _electric_oplog').every(({ timestamp }) => timestamp))
      // As a device that loses what it stored last: its write is in Postgres, but it does not know.
      const older = `${file}.older`
      first.sqlite.prepare('VACUUM INTO ?').run(older)
      await first.connect()
      await until('the write to be stored', () => first.pending() === 0)
      await db.query(`UPDATE issues SET title = 'theirs' WHERE project_id = $1 AND title = 'mine'`, [project])
      await first.close()
      first.removeFile()

      const client = await open({ version, file: older })
      client.isTemporary = true
      await until('the write to come back', () => client.pending() === 0)
      await agrees(client, truthOf(kind))
      assert.equal(client.rows(`SELECT 1 FROM issues WHERE title = 'theirs'`).length, 1)
    })

    it(`${version}: rows come and go by their own changes and by those of their parents`, async () => {
      const kind = `moves-${version}`
      const { project } = await family(kind, 3)
      const outside = await family('elsewhere', 3)
      const client = await open({ version })
      await client.sync(projectsOf(kind))
      const truth = truthOf(kind)
      const steps = [
        [`UPDATE issues SET state = 'closed' WHERE project_id = $1 AND title = 'issue 1'`, [project]],
        [`UPDATE issues SET state = 'open' WHERE project_id = $1`, [project]],
        [`UPDATE projects SET kind = $2 WHERE id = $1`, [outside.project, kind]],
        [`UPDATE issues SET title = title || '!' WHERE project_id = $1`, [outside.project]],
        [`UPDATE projects SET owner_id = (SELECT owner_id FROM projects WHERE id = $2) WHERE id = $1`, [project, outside.project]],
        [`UPDATE projects SET kind = 'elsewhere' WHERE id = $1`, [project]],
        [`UPDATE issues SET project_id = $2 WHERE project_id = $1`, [project, outside.project]],
        [`DELETE FROM issues WHERE project_id = $1 AND title LIKE 'issue 2%'`, [outside.project]],
        [`UPDATE projects SET owner_id = NULL WHERE kind = $1`, [kind]],
        [`UPDATE projects SET kind = 'elsewhere' WHERE kind = $1`, [kind]],
      ]
      for (const [sql, values] of steps) {
        await db.query(sql, values)
        await agrees(client, truth, `the client to agree after ${sql}`)
      }
      assert.equal(client.rows('SELECT 1 FROM projects').length + client.rows('SELECT 1 FROM issues').length, 0)
    })

    it(`${version}: a client that was away is brought up to date, also by a service that was started again`, async () => {
      const kind = `away-${version}`
      const [stays, leaves, comes] = [await family(kind, 4), await family(kind, 4), await family('elsewhere', 4)]
      const client = await open({ version })
      await client.sync(projectsOf(kind))
      await db.query(`UPDATE issues SET title = 'seen' WHERE project_id = $1`, [stays.project])
      await agrees(client, truthOf(kind))
      const resets = () => client.states.filter((state) => state.status === 'error').length
      for (const restart of [false, true]) {
        client.disconnect()
        await db.query(`UPDATE projects SET kind = 'elsewhere' WHERE id = $1`, [leaves.project])
        await db.query(`UPDATE projects SET kind = $2 WHERE id = $1`, [comes.project, kind])
        await db.query(`UPDATE issues SET state = 'closed' WHERE project_id = $1 AND title = 'seen'`, [stays.project])
        await db.query(`DELETE FROM issues WHERE project_id = $1 AND title = 'issue 1'`, [comes.project])
        await db.query(`UPDATE projects SET owner_id = $2 WHERE id = $1`, [stays.project, leaves.user])
        if (restart) {
          await service.process.kill('SIGKILL')
          await service.exited
          await db.end().catch(() => {})
          await service.run()
          db = await service.database()
        }
        await client.connect()
        await agrees(client, truthOf(kind), 'the client that was away to agree')
        await db.query(`UPDATE issues SET title = title || '+', state = 'open' WHERE project_id IN ($1, $2)`, [stays.project, comes.project])
        await agrees(client, truthOf(kind), 'the client to follow again')
        const [previous] = [leaves.project]
        leaves.project = comes.project
        comes.project = previous
      }
      assert.equal(resets(), 0)
    })
  }

  it('an app that writes out of its own shape loses the row', async () => {
    const { project } = await family('own', 2)
    const client = await open()
    await client.sync(projectsOf('own'))
    await client.write(`UPDATE issues SET state = 'closed' WHERE title = 'issue 1'`)
    await until('the write to arrive', async () =>
      (await db.query(`SELECT 1 FROM issues WHERE project_id = $1 AND state = 'closed'`, [project])).rows.length)
    await agrees(client, truthOf('own'))
    await until('the oplog to empty', () => client.pending() === 0)
  })

  it('a row that two shapes show stays until the last of them is left', async () => {
    await family('both', 4)
    const client = await open()
    const first = await client.sync(projectsOf('both'))
    await client.sync({ tablename: 'issues', where: `this.title = 'issue 1'` })
    await client.electric.satellite.unsubscribe([first.key])
    await agrees(client, { issues: `SELECT id, project_id, title, state FROM issues WHERE title = 'issue 1'`, ...{ } })
    // What the remaining rows point at stays as well.
    await agrees(client, {
      projects: `SELECT id, owner_id, kind FROM projects WHERE id IN (SELECT project_id FROM issues WHERE title = 'issue 1')`,
      users: `SELECT id, name FROM users WHERE id IN (SELECT owner_id FROM projects WHERE id IN (SELECT project_id FROM issues WHERE title = 'issue 1'))`,
    })
  })

  it('ends equal to Postgres while somebody writes without a pause', async () => {
    const kinds = ['busy', 'idle']
    const projects = []
    for (let i = 0; i < 6; ++i) projects.push(await family(kinds[i % 2], 3))
    let going = true
    const pick = (list) => list[Math.floor(Math.random() * list.length)]
    const writer = (async () => {
      const one = await service.database()
      while (going) {
        const [a, b] = [pick(projects), pick(projects)]
        const [sql, values] = pick([
          [`UPDATE projects SET kind = $2 WHERE id = $1`, [a.project, pick(kinds)]],
          [`UPDATE projects SET owner_id = $2 WHERE id = $1`, [a.project, b.user]],
          [`UPDATE issues SET project_id = $2 WHERE id IN (SELECT id FROM issues WHERE project_id = $1 LIMIT 1)`, [a.project, b.project]],
          [`UPDATE issues SET state = CASE state WHEN 'open' THEN 'closed' ELSE 'open' END WHERE project_id = $1`, [a.project]],
          [`INSERT INTO issues VALUES (gen_random_uuid(), $1, 'new', 'open')`, [a.project]],
          [`DELETE FROM issues WHERE id IN (SELECT id FROM issues WHERE project_id = $1 LIMIT 1)`, [a.project]],
        ])
        await one.query(sql, values)
      }
      await one.end()
    })()
    const watching = []
    try {
      for (let i = 0; i < 10; ++i) {
        const client = await open({ version: pick(['0.10', '0.11', '0.12']), user: `user-${i}` })
        await client.sync(projectsOf('busy'))
        watching.push(client)
        if (i % 3 === 0) {
          client.disconnect()
          await new Promise((resolve) => setTimeout(resolve, 50))
          await client.connect()
        }
      }
    } finally {
      going = false
      await writer
    }
    for (const client of watching) await agrees(client, truthOf('busy'), `client ${client.version} to agree`)
  })

  it('says what is wrong with a shape', async () => {
    const client = await open()
    const wrong = async (shape) => client.sync(shape).then(() => 'accepted', (error) => error.message)
    assert.match(await wrong({ tablename: 'issues', where: 'this.nothing = 1' }), /At location \d+/)
    assert.match(await wrong({ tablename: 'issues', where: `this.title = 'a'; DROP TABLE issues` }), /.+/)
    assert.notEqual(await wrong({ tablename: 'issues', where: `this.title = 'a'; DROP TABLE issues` }), 'accepted')
  })
})
