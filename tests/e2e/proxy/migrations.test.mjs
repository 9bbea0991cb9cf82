// Migrations as tools run them: node-postgres and psql through the proxy, and what generators of clients then get.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { until } from '../client.mjs'
import { Service } from '../service.mjs'

const run = promisify(execFile)
const cli = path.join(path.dirname(createRequire(import.meta.url).resolve('electric-sql/node')), '../../cli')
const decompress = createRequire(import.meta.url)('decompress') // as the real CLI does

describe('migrations', () => {
  let service
  let client

  before(async () => {
    service = await Service.start()
    client = await service.proxy()
  })
  after(async () => {
    await client?.end()
    await service?.stop()
  })

  const migrations = (query) => fetch(`http://127.0.0.1:${service.httpPort}/api/migrations?${query}`)
  const files = async (response) => {
    const all = await decompress(Buffer.from(await response.arrayBuffer()))
    return Object.fromEntries(all.map((file) => [file.path, file.data.toString()]))
  }
  const versions = async () => [...new Set(Object.keys(await files(await migrations('dialect=sqlite'))).map((name) => name.split('/')[0]))]

  it('there are none at first', async () => {
    assert.equal((await migrations('dialect=sqlite')).status, 204)
  })

  it('a script with a transaction and a version row of its framework runs as one query', async () => {
    await client.query(`
      CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
      BEGIN;
      CREATE TABLE projects (id uuid PRIMARY KEY, name text); -- a comment; with a semicolon
      ALTER TABLE projects ENABLE ELECTRIC;
      INSERT INTO schema_migrations (version) VALUES ('20240101120000');
      COMMIT;`)
    await until('the migration', async () => (await versions()).includes('20240101120000'))
  })

  it('statement by statement, with parameters and prepared statements', async () => {
    await client.query('BEGIN')
    await client.query('CREATE TABLE issues (id uuid PRIMARY KEY, title text, project_id uuid REFERENCES projects (id))')
    await client.query({ name: 'enable', text: 'ALTER TABLE issues ENABLE ELECTRIC' })
    await client.query('INSERT INTO schema_migrations (version) VALUES ($1)', ['20240102120000'])
    await client.query('COMMIT')
    await until('the migration', async () => (await versions()).includes('20240102120000'))
    const { rows } = await client.query('SELECT $1::int + $2::int AS sum, $3::text[] AS list', [1, 2, ['a', 'b']])
    assert.deepEqual(rows, [{ sum: 3, list: ['a', 'b'] }])
  })

  it('queries that are not waited for keep their order', async () => {
    const sent = Array.from({ length: 50 }, (_, i) => client.query(i === 25 ? 'ALTER TABLE issues ADD COLUMN state text' : `SELECT ${i} AS i`))
    const results = await Promise.all(sent)
    assert.deepEqual(results.map((result, i) => result.rows[0]?.i ?? -i), results.map((_, i) => (i === 25 ? -25 : i)))
  })

  it('refusals say what, why and what to do', async () => {
    await assert.rejects(client.query('ALTER TABLE issues DROP COLUMN title'), (error) => {
      assert.equal(error.code, 'EX010')
      assert.match(error.message, /"title" of electrified table "public"\."issues"/)
      assert.match(error.detail, /additive/)
      assert.ok(error.hint)
      return true
    })
    await assert.rejects(client.query('ELECTRIC GRANT ALL ON issues TO admin'), (error) => error.code === '42601' && error.position === '33')
    await assert.rejects(client.query("ELECTRIC GRANT ALL ON issues TO 'admin'"), (error) => error.code === 'EX001')
    assert.equal((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  })

  it('notifications and notices come through', async () => {
    const heard = new Promise((resolve) => client.once('notification', (message) => resolve(message.payload)))
    const noticed = new Promise((resolve) => client.once('notice', (notice) => resolve(notice.message)))
    await client.query(`LISTEN news; DO $$ BEGIN RAISE NOTICE 'hello'; END $$; NOTIFY news, 'extra'`)
    assert.equal(await heard, 'extra')
    assert.equal(await noticed, 'hello')
  })

  it('a long statement is cancelled', async () => {
    const other = await service.proxy()
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
    const long = assert.rejects(client.query('SELECT pg_sleep(60)'), (error) => error.code === '57014')
    await until('the statement to be cancelled', async () =>
      (await other.query(`SELECT pg_cancel_backend(pid) AS done FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%pg_sleep%'`, [rows[0].pid])).rows[0]?.done)
    await long
    await other.end()
  })

  it('psql runs scripts with COPY', async () => {
    const script = path.join(service.home, 'script.sql')
    await writeFile(script, '\\set ON_ERROR_STOP on\nBEGIN;\nCREATE TABLE plain (id int, note text);\nCOPY plain FROM STDIN;\n1\tone\n2\ttwo\n\\.\nCOMMIT;\nSELECT count(*) FROM plain;\nCOPY plain TO STDOUT;\n')
    const { stdout } = await run('psql', ['-X', '-q', '-A', '-t', '-f', script, service.proxyUrl])
    assert.equal(stdout, '2\n1\tone\n2\ttwo\n')
  })

  it('generators get archives that the real CLI unpacks', async () => {
    await until('all migrations', async () => (await versions()).length === 3)
    const sqlite = await files(await migrations('dialect=sqlite'))
    assert.match(sqlite['20240101120000/migration.sql'], /^CREATE TABLE "projects" \(\n {2}"id" TEXT NOT NULL,/)
    const metadata = JSON.parse(sqlite['20240102120000/metadata.json'])
    assert.deepEqual(Object.keys(metadata), ['format', 'ops', 'protocol_version', 'version'])
    assert.equal(metadata.version, '20240102120000')
    const postgres = await files(await migrations('dialect=postgresql'))
    assert.match(postgres['20240102120000/migration.sql'], /CREATE TABLE issues \(/)
    const later = await files(await migrations('dialect=sqlite&version=20240102120000'))
    assert.equal(Object.keys(later).length, 2)
    const last = Object.keys(later)[0].split('/')[0]
    assert.equal((await migrations(`dialect=sqlite&version=${last}`)).status, 204)
    assert.equal((await migrations('dialect=mysql')).status, 403)
  })

  // `generate` needs an engine of Prisma's that cannot be had without the internet; what it does before, it does.
  it('the real CLI gets them and builds its migrations of them', async () => {
    const folder = await mkdtemp(path.join(service.home, 'generated-'))
    await writeFile(path.join(folder, 'package.json'), '{"name": "app", "dependencies": {"electric-sql": "0.12.1"}}')
    const environment = { ...process.env, PRISMA_ENGINES_MIRROR: 'http://127.0.0.1:9', CI: '1' }
    await run(process.execPath, [path.join(cli, 'main.js'), 'generate', '--debug', '--service', `http://127.0.0.1:${service.httpPort}`,
      '--proxy', service.proxyUrl], { cwd: folder, env: environment, timeout: 60000 }).catch((error) => error)
    const unpacked = (await readdir(folder)).find((name) => name.startsWith('.electric_migrations_tmp_'))
    const { loadMigrations } = await import(path.join(cli, 'migrations/builder.js'))
    const { sqliteBuilder, pgBuilder } = await import(path.join(cli, '../migrators/query-builder/index.js'))
    for (const [name, builder] of [['migrations', sqliteBuilder], ['pg-migrations', pgBuilder]]) {
      const built = await loadMigrations(path.join(folder, unpacked, name), builder)
      assert.equal(built.length, 3)
      assert.ok(built[0].statements.some((statement) => /CREATE TABLE "?projects"?/.test(statement)))
    }
  })
})
