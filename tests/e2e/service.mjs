// Starts and stops the real service with a Postgres of its own, for one test file. Ports are free ones of loopback.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, chmod, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { until } from './client.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const program = process.env.ELECTRIC_SERVICE ?? path.resolve(here, '../../build/dev/bin/electric-service')

export async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

export class Service {
  static async start(environment = {}) {
    const service = new Service()
    service.home = await mkdtemp('/var/tmp/electric-e2e-')
    await chmod(service.home, 0o755)
    service.httpPort = await freePort()
    service.proxyPort = await freePort()
    service.environment = {
      PATH: process.env.PATH,
      HTTP_PORT: String(service.httpPort),
      PG_PROXY_PORT: String(service.proxyPort),
      PG_PROXY_PASSWORD: 'proxy-password',
      ELECTRIC_TELEMETRY: 'disabled',
      ELECTRIC_LISTEN_ADDRESS: '127.0.0.1',
      ...environment,
    }
    await service.run()
    return service
  }

  get url() { return `ws://127.0.0.1:${this.httpPort}` }
  get statusUrl() { return `http://127.0.0.1:${this.httpPort}/api/status` }
  get proxyUrl() { return `postgresql://postgres:proxy-password@127.0.0.1:${this.proxyPort}/electric` }

  async run() {
    this.output ??= ''
    this.process = spawn(program, ['serve', '--embedded', '--data-dir', path.join(this.home, 'data')], { env: this.environment })
    const child = this.process
    process.once('exit', () => child.kill()) // a test that is broken off leaves nothing behind
    this.process.stdout.on('data', (text) => (this.output += text))
    this.process.stderr.on('data', (text) => (this.output += text))
    this.exited = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })))
    await this.untilReady()
  }

  async untilReady() {
    await until('the service to be ready', async () => {
      if (this.process.exitCode !== null) throw Object.assign(new Error(`the service ended: ${this.output}`), { isFinal: true })
      return (await fetch(this.statusUrl)).status === 200
    }, { within: 60000 }).catch((error) => { throw new Error(`${error.message}\n${this.output}`) })
  }

  /** A connection straight to the embedded Postgres. */
  async database() {
    const state = JSON.parse(await readFile(path.join(this.home, 'data', 'embedded.json'), 'utf8'))
    const client = new pg.Client({ host: '127.0.0.1', port: state.port, user: 'postgres', password: state.password, database: 'electric' })
    client.on('error', () => {}) // Postgres is stopped under us by some tests
    await client.connect()
    return client
  }

  /** A connection through the migrations proxy. */
  async proxy() {
    const client = new pg.Client({ connectionString: this.proxyUrl })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async postgresPid() {
    return Number((await readFile(path.join(this.home, 'data', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
  }

  /** Who is connected, as the command line tells it. */
  sessions() {
    return execFileSync(program, ['sessions', '--json', '--service', `http-${this.httpPort}`], { env: this.environment, encoding: 'utf8' })
  }

  /** Ends the process by a signal and waits; milliseconds that it took. */
  async end(signal = 'SIGTERM') {
    const start = Date.now()
    this.process.kill(signal)
    const result = await this.exited
    return { ...result, milliseconds: Date.now() - start }
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end()
    await rm(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}
