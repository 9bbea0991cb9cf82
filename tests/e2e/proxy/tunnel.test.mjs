// The migrations proxy through the HTTP port, with the real CLI.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { until } from '../client.mjs'
import { Service, freePort } from '../service.mjs'

const run = promisify(execFile)
const program = path.join(path.dirname(createRequire(import.meta.url).resolve('electric-sql/node')), '../../cli/main.js')

describe('proxy tunnel', () => {
  let service
  let tunnel
  let port

  before(async () => {
    service = await Service.start({ PG_PROXY_PORT: `http:${await freePort()}` })
    port = await freePort()
    tunnel = spawn(process.execPath, [program, 'proxy-tunnel', '--service', `http://127.0.0.1:${service.httpPort}`, '--local-port', String(port)],
      { cwd: path.resolve(import.meta.dirname, '..') }) // it wants a package.json where it runs
    let output = ''
    tunnel.stdout.on('data', (text) => (output += text))
    await until('the tunnel', () => output.includes('tunnel listening') || output.includes('Tunnel listening'))
  })
  after(async () => {
    tunnel?.kill()
    await service?.stop()
  })

  const url = () => `postgresql://postgres:proxy-password@127.0.0.1:${port}/electric`

  it('psql works through it', async () => {
    const { stdout } = await run('psql', ['-X', '-A', '-t', '-c', 'CREATE TABLE items (id uuid PRIMARY KEY)', '-c', 'ALTER TABLE items ENABLE ELECTRIC',
      '-c', "SELECT length(repeat('x', 3000000))", url()])
    assert.equal(stdout, 'CREATE TABLE\nELECTRIC ENABLE\n3000000\n')
  })

  it('several at once, each to its own session', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, async () => {
      const client = new pg.Client({ connectionString: url() })
      await client.connect()
      return client
    }))
    const pids = await Promise.all(clients.map(async (client) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid))
    assert.equal(new Set(pids).size, 8)
    const long = await clients[0].query("SELECT repeat('y', 10000000) AS text")
    assert.equal(long.rows[0].text.length, 10000000)
    await Promise.all(clients.map((client) => client.end()))
    const db = await service.database()
    await until('the sessions to end', async () =>
      (await db.query('SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = ANY ($1)', [pids])).rows[0].n === 0)
    await db.end()
  })

  it('is refused where it is not enabled', async () => {
    const other = await Service.start()
    const answer = await fetch(`http://127.0.0.1:${other.httpPort}/proxy`)
    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /not configured to accept WebSocket connections/)
    await other.stop()
  })
})
