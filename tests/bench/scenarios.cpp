#include "tests/bench/scenarios.h"

#include "tests/bench/satelliteclient.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <numeric>

namespace electric::bench {

namespace {

// {"alg":"none"} . {"sub":"bench"} . : what a service in insecure mode takes.
const std::string insecureToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.";
const std::string content(100, 'x');

using Client = std::unique_ptr<SatelliteClient>;

Result<void> waitFor(const char *what, const std::vector<Client> &clients, const std::function<bool()> &done, int seconds = 300)
{
    QTimer wake; // lets the loop below look at its deadline
    wake.start(1000);
    const QDeadlineTimer deadline(seconds * 1000);
    while (!done()) {
        for (const Client &client : clients) {
            if (!client->trouble().isEmpty())
                return fail(Failure::Kind::Unavailable, std::string(what) + ": " + client->trouble().toStdString());
        }
        if (deadline.hasExpired())
            return fail(Failure::Kind::Timeout, std::string("no end of ") + what);
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return {};
}

Result<std::vector<Client>> connectClients(const Subject &subject, int count)
{
    std::vector<Client> clients;
    for (int at = 0; at < count; ++at) {
        clients.push_back(std::make_unique<SatelliteClient>(subject.url(), insecureToken));
        clients.back()->open();
    }
    auto ready = waitFor("connecting", clients,
        [&] { return std::all_of(clients.begin(), clients.end(), [](const Client &one) { return one->isReady(); }); });
    if (!ready)
        return fail(ready.error());
    return clients;
}

Result<void> makeTable(Subject &subject, const std::string &name)
{
    return subject.database().execute(
        "CREATE TABLE " + name + " (id uuid PRIMARY KEY, content text); CALL electric.electrify('" + name + "')");
}

Result<void> insertRows(Subject &subject, const std::string &table, int rows)
{
    return subject.database().execute(
        "INSERT INTO " + table + " SELECT gen_random_uuid(), repeat('x', 100) FROM generate_series(1, " + std::to_string(rows) + ")");
}

// A client that holds the whole table.
Result<std::vector<Client>> subscribed(Subject &subject, const QString &table, int count = 1)
{
    auto clients = connectClients(subject, count);
    if (!clients)
        return clients;
    const std::string name = table.toStdString();
    auto known = waitFor("the table's migration", *clients,
        [&] { return std::all_of(clients->begin(), clients->end(), [&](const Client &one) { return one->knowsTable(name); }); });
    if (!known)
        return fail(known.error());
    for (const Client &client : *clients)
        client->subscribe({table});
    auto done = waitFor("initial data", *clients,
        [&] { return std::all_of(clients->begin(), clients->end(), [](const Client &one) { return one->subscriptionsDone() == 1; }); });
    if (!done)
        return fail(done.error());
    return clients;
}

double seconds(qint64 sinceNs)
{
    return double(nowNs() - sinceNs) / 1e9;
}

// Rows a second that a plain logical decoding of the same changes gives: pg_recvlogical with pgoutput from `slot`, which was made
// before them, up to now.
Result<double> decodingSeconds(Subject &subject, const std::string &slot)
{
    auto position = subject.database().query("SELECT pg_current_wal_lsn()");
    if (!position)
        return fail(position.error());
    QProcess receiver;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PGPASSWORD"), QStringLiteral("password"));
    receiver.setProcessEnvironment(environment);
    receiver.setStandardOutputFile(QProcess::nullDevice());
    const qint64 begin = nowNs();
    receiver.start(QStringLiteral("pg_recvlogical"),
        {QStringLiteral("-h"), QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(subject.cluster().port()),
            QStringLiteral("-U"), QStringLiteral("postgres"), QStringLiteral("-d"), QStringLiteral("postgres"), QStringLiteral("-S"),
            QString::fromStdString(slot), QStringLiteral("--start"), QStringLiteral("--no-loop"), QStringLiteral("-E"),
            QString::fromStdString(std::string(position->text(0, 0))), QStringLiteral("-o"), QStringLiteral("proto_version=1"),
            QStringLiteral("-o"), QStringLiteral("publication_names=electric_publication"), QStringLiteral("-f"), QStringLiteral("-")});
    if (!receiver.waitForFinished(300'000) || receiver.exitCode() != 0)
        return fail(Failure::Kind::Internal, "pg_recvlogical failed: " + receiver.readAllStandardError().toStdString());
    const double took = seconds(begin);
    (void)subject.database().query("SELECT pg_drop_replication_slot($1)", {slot});
    return took;
}

Result<void> makeSlot(Subject &subject, const std::string &slot)
{
    auto made = subject.database().query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {slot});
    if (!made)
        return fail(made.error());
    return {};
}

double percentile(std::vector<double> &samples, double share)
{
    std::sort(samples.begin(), samples.end());
    return samples.empty() ? 0 : samples[std::min(samples.size() - 1, std::size_t(double(samples.size()) * share))];
}

// Milliseconds from just before an INSERT to the row at every client.
Result<std::vector<double>> sampleLatency(
    Subject &subject, const std::string &table, const std::vector<Client> &clients, int samples, std::vector<double> &inserts)
{
    std::vector<double> latencies;
    const auto rowsNow = [&clients] {
        return std::accumulate(clients.begin(), clients.end(), qint64(0), [](qint64 sum, const Client &one) { return sum + one->rows(); });
    };
    for (int at = 0; at < samples; ++at) {
        const qint64 wanted = rowsNow() + qint64(clients.size());
        const qint64 begin = nowNs();
        if (auto inserted = insertRows(subject, table, 1); !inserted)
            return fail(inserted.error());
        inserts.push_back(seconds(begin) * 1e3);
        if (auto seen = waitFor(
                "a row", clients, [&] { return rowsNow() >= wanted; }, 30);
            !seen)
            return fail(seen.error());
        latencies.push_back(seconds(begin) * 1e3);
    }
    return latencies;
}

} // namespace

Result<void> measureIdle(Subject &subject, const Scale &, Report &report)
{
    report.add({QStringLiteral("start to ready"), subject.readyMilliseconds(), QStringLiteral("ms"), {}, {}, {}, {}});
    report.add({QStringLiteral("resident memory, idle"), subject.residentMegabytes(), QStringLiteral("MB"), {}, {}, {}, {}});
    return {};
}

Result<void> measureInitial(Subject &subject, const Scale &scale, Report &report)
{
    if (auto made = makeTable(subject, "initial_rows"); !made)
        return made;
    if (auto inserted = insertRows(subject, "initial_rows", scale.rows); !inserted)
        return inserted;
    // A row of another table that comes after them tells when the log has passed all that: the snapshot is to be measured alone.
    if (auto made = makeTable(subject, "settled_rows"); !made)
        return made;
    auto clients = subscribed(subject, QStringLiteral("settled_rows"));
    if (!clients)
        return fail(clients.error());
    SatelliteClient &client = *clients->front();
    if (auto inserted = insertRows(subject, "settled_rows", 1); !inserted)
        return inserted;
    if (auto settled = waitFor("the log to settle", *clients, [&] { return client.rows() == 1; }); !settled)
        return settled;
    qint64 begin = nowNs();
    qint64 limitRows = 0;
    if (auto copied = subject.database().copyOut("COPY initial_rows TO STDOUT", [&](std::string_view) { return ++limitRows > 0; }); !copied)
        return copied;
    const double limit = double(limitRows) / seconds(begin);
    subject.resetPeak();
    const double cpu = subject.cpuSeconds();
    client.forgetFirstRow();
    begin = nowNs();
    client.subscribe({QStringLiteral("initial_rows")});
    if (auto done = waitFor("initial data", *clients, [&] { return client.subscriptionsDone() == 2; }); !done)
        return done;
    const double took = seconds(begin);
    if (client.rows() < scale.rows)
        return fail(Failure::Kind::Internal, "initial data lacks rows: " + std::to_string(client.rows()));
    report.add({QStringLiteral("initial sync of %1 rows").arg(scale.rows), scale.rows / took, QStringLiteral("rows/s"), limit,
        QStringLiteral("COPY TO STDOUT"), (subject.cpuSeconds() - cpu) * 1e6 / scale.rows, subject.peakMegabytes()});
    report.add({QStringLiteral("  first row after"), double(client.firstRowAt() - begin) / 1e6, QStringLiteral("ms"), {}, {}, {}, {}});
    return {};
}

Result<void> measureLatency(Subject &subject, const Scale &scale, Report &report)
{
    if (auto made = makeTable(subject, "latency_rows"); !made)
        return made;
    auto clients = subscribed(subject, QStringLiteral("latency_rows"));
    if (!clients)
        return fail(clients.error());
    std::vector<double> inserts;
    auto latencies = sampleLatency(subject, "latency_rows", *clients, scale.latencySamples, inserts);
    if (!latencies)
        return fail(latencies.error());
    report.add({QStringLiteral("INSERT to client, p50"), percentile(*latencies, 0.5), QStringLiteral("ms"), percentile(inserts, 0.5),
        QStringLiteral("the INSERT alone"), {}, {}});
    report.add({QStringLiteral("INSERT to client, p99"), percentile(*latencies, 0.99), QStringLiteral("ms"), percentile(inserts, 0.99),
        QStringLiteral("the INSERT alone"), {}, {}});
    return {};
}

Result<void> measureStream(Subject &subject, const Scale &scale, Report &report)
{
    if (auto made = makeTable(subject, "stream_rows"); !made)
        return made;
    auto clients = subscribed(subject, QStringLiteral("stream_rows"));
    if (!clients)
        return fail(clients.error());
    SatelliteClient &client = *clients->front();
    if (auto slot = makeSlot(subject, "bench_large"); !slot)
        return slot;
    subject.resetPeak();
    double cpu = subject.cpuSeconds();
    qint64 before = client.rows();
    qint64 begin = nowNs();
    if (auto inserted = insertRows(subject, "stream_rows", scale.rows); !inserted)
        return inserted;
    const double insertTook = seconds(begin);
    begin = nowNs();
    if (auto done = waitFor("the large transaction", *clients, [&] { return client.rows() >= before + scale.rows; }); !done)
        return done;
    const double largeTook = seconds(begin);
    const double largeCpu = (subject.cpuSeconds() - cpu) * 1e6 / scale.rows;
    const double largePeak = subject.peakMegabytes();
    auto decoding = decodingSeconds(subject, "bench_large");
    if (!decoding)
        return fail(decoding.error());
    report.add({QStringLiteral("one transaction of %1 rows").arg(scale.rows), scale.rows / largeTook, QStringLiteral("rows/s"),
        scale.rows / *decoding, QStringLiteral("pg_recvlogical"), largeCpu, largePeak});
    report.add({QStringLiteral("  the INSERT itself"), scale.rows / insertTook, QStringLiteral("rows/s"), {}, {}, {}, {}});

    if (auto slot = makeSlot(subject, "bench_small"); !slot)
        return slot;
    cpu = subject.cpuSeconds();
    before = client.transactions();
    begin = nowNs();
    for (int at = 0; at < scale.transactions; ++at) {
        if (auto inserted = insertRows(subject, "stream_rows", 1); !inserted)
            return inserted;
        if (at % 50 == 0)
            QCoreApplication::processEvents();
    }
    const double writing = seconds(begin);
    if (auto done = waitFor("the small transactions", *clients, [&] { return client.transactions() >= before + scale.transactions; });
        !done)
        return done;
    const double smallTook = seconds(begin);
    decoding = decodingSeconds(subject, "bench_small");
    if (!decoding)
        return fail(decoding.error());
    report.add({QStringLiteral("%1 transactions of one row").arg(scale.transactions), scale.transactions / smallTook,
        QStringLiteral("tx/s"), scale.transactions / writing, QStringLiteral("one session writing them"),
        (subject.cpuSeconds() - cpu) * 1e6 / scale.transactions, {}});
    return {};
}

Result<void> measureFanOut(Subject &subject, const Scale &scale, Report &report)
{
    if (auto made = makeTable(subject, "fan_rows"); !made)
        return made;
    if (auto inserted = insertRows(subject, "fan_rows", 1000); !inserted)
        return inserted;
    const double idle = subject.residentMegabytes();
    const qint64 begin = nowNs();
    auto clients = subscribed(subject, QStringLiteral("fan_rows"), scale.clients);
    if (!clients)
        return fail(clients.error());
    report.add({QStringLiteral("%1 clients hold the same 1,000 rows after").arg(scale.clients), seconds(begin) * 1e3, QStringLiteral("ms"),
        {}, {}, {}, subject.peakMegabytes()});
    report.add({QStringLiteral("  memory a client"), (subject.residentMegabytes() - idle) * 1024 / scale.clients, QStringLiteral("kB"), {},
        {}, {}, {}});
    std::vector<double> inserts;
    const double cpu = subject.cpuSeconds();
    const int samples = std::min(scale.latencySamples, 100);
    auto latencies = sampleLatency(subject, "fan_rows", *clients, samples, inserts);
    if (!latencies)
        return fail(latencies.error());
    const double cpuEach = (subject.cpuSeconds() - cpu) * 1e6 / samples / scale.clients;
    report.add({QStringLiteral("  INSERT to all of them, p50"), percentile(*latencies, 0.5), QStringLiteral("ms"), percentile(inserts, 0.5),
        QStringLiteral("the INSERT alone"), cpuEach, {}});
    report.add({QStringLiteral("  INSERT to all of them, p99"), percentile(*latencies, 0.99), QStringLiteral("ms"),
        percentile(inserts, 0.99), QStringLiteral("the INSERT alone"), {}, {}});
    return {};
}

Result<void> measureWrites(Subject &subject, const Scale &scale, Report &report)
{
    if (auto made = makeTable(subject, "written_rows"); !made)
        return made;
    auto clients = subscribed(subject, QStringLiteral("written_rows"));
    if (!clients)
        return fail(clients.error());
    SatelliteClient &client = *clients->front();
    const int large = scale.rows / 10;
    const auto measure = [&](const QString &name, int transactions, int rows, double limit, const QString &limitName) -> Result<void> {
        const double cpu = subject.cpuSeconds();
        const qint64 before = client.ownTransactions();
        const qint64 begin = nowNs();
        for (int at = 0; at < transactions; ++at)
            client.insertRows("written_rows", rows, content);
        if (auto done = waitFor("own writes to come back", *clients, [&] { return client.ownTransactions() >= before + transactions; });
            !done)
            return done;
        const double items = double(transactions) * rows;
        report.add(
            {name, items / seconds(begin), QStringLiteral("rows/s"), limit, limitName, (subject.cpuSeconds() - cpu) * 1e6 / items, {}});
        return {};
    };
    qint64 begin = nowNs();
    if (auto inserted = insertRows(subject, "written_rows", large); !inserted)
        return inserted;
    const double inBulk = large / seconds(begin);
    begin = nowNs();
    for (int at = 0; at < 500; ++at) {
        if (auto inserted = insertRows(subject, "written_rows", 1); !inserted)
            return inserted;
    }
    const double singly = 500 / seconds(begin);
    if (auto done = measure(
            QStringLiteral("a client's write of %1 rows and back").arg(large), 1, large, inBulk, QStringLiteral("one INSERT of as many"));
        !done)
        return done;
    return measure(QStringLiteral("%1 client writes of one row and back").arg(scale.transactions), scale.transactions, 1, singly,
        QStringLiteral("single INSERTs of one session"));
}

namespace {

constexpr int returningClients = 1000;

// Transactions of Postgres so far. It counts them with a delay, so this waits until the count stays.
Result<double> transactionsSoFar(Subject &subject)
{
    double before = -1;
    for (;;) {
        auto count = subject.database().query("SELECT sum(xact_commit + xact_rollback), pg_sleep(1.2) FROM pg_stat_database");
        if (!count)
            return fail(count.error());
        const double now = std::stod(std::string(count->text(0, 0)));
        if (now - before < 5) // our own, and what runs in the background
            return now;
        before = now;
    }
}

bool allHave(const std::vector<Client> &clients, qint64 rows)
{
    return std::all_of(clients.begin(), clients.end(), [rows](const Client &one) { return one->rows() >= rows; });
}

} // namespace

Result<void> measureResume(Subject &subject, const Scale &, Report &report)
{
    const char *const tables
        = "CREATE TABLE resume_lists (id uuid PRIMARY KEY, kind text);"
          " CREATE TABLE resume_items (id uuid PRIMARY KEY, list_id uuid REFERENCES resume_lists, content text);"
          " CALL electric.electrify('resume_lists'); CALL electric.electrify('resume_items');"
          " INSERT INTO resume_lists SELECT gen_random_uuid(), 'k' || i % 10 FROM generate_series(1, 100) i;"
          " INSERT INTO resume_items SELECT gen_random_uuid(), id, repeat('x', 100) FROM resume_lists, generate_series(1, 10)";
    const char *const oneMore = "INSERT INTO resume_items SELECT gen_random_uuid(), id, 'more' FROM resume_lists WHERE kind = 'k1' LIMIT 1";
    constexpr qint64 rowsEach = 10 + 100; // lists and their items
    if (auto made = subject.database().execute(tables); !made)
        return made;
    auto clients = connectClients(subject, returningClients);
    if (!clients)
        return fail(clients.error());
    auto known = waitFor("the tables' migrations", *clients,
        [&] { return std::all_of(clients->begin(), clients->end(), [&](const Client &one) { return one->knowsTable("resume_items"); }); });
    auto before = transactionsSoFar(subject);
    if (!known || !before)
        return known ? fail(before.error()) : known;
    subject.resetPeak();
    qint64 begin = nowNs();
    for (const Client &client : *clients)
        client->subscribe("resume_lists", "this.kind = 'k1'", "resume_items", "list_id");
    if (auto done = waitFor("initial data", *clients, [&] { return allHave(*clients, rowsEach); }); !done)
        return done;
    const double subscribed = seconds(begin) * 1e3;
    auto after = transactionsSoFar(subject);
    if (!after)
        return fail(after.error());
    report.add({QStringLiteral("%1 clients subscribe to the same filtered rows").arg(returningClients), subscribed, QStringLiteral("ms"),
        {}, {}, {}, subject.peakMegabytes()});
    report.add({QStringLiteral("  transactions of Postgres a client"), (*after - *before) / returningClients, {}, {}, {}, {}, {}});

    for (const Client &client : *clients)
        client->leave();
    if (auto restarted = subject.restart(); !restarted)
        return restarted;
    if (auto more = subject.database().execute(oneMore); !more)
        return more;
    before = transactionsSoFar(subject);
    if (!before)
        return fail(before.error());
    begin = nowNs();
    for (const Client &client : *clients)
        client->open();
    if (auto done = waitFor("what was missed", *clients, [&] { return allHave(*clients, rowsEach + 1); }); !done)
        return done;
    const double resumed = seconds(begin) * 1e3;
    after = transactionsSoFar(subject);
    if (!after)
        return fail(after.error());
    report.add({QStringLiteral("%1 clients resume after a restart").arg(returningClients), resumed, QStringLiteral("ms"), {}, {}, {},
        subject.peakMegabytes()});
    report.add({QStringLiteral("  transactions of Postgres a client"), (*after - *before) / returningClients, {}, {}, {}, {}, {}});
    return {};
}

} // namespace electric::bench
