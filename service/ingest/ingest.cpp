#include "service/ingest/ingest.h"

#include "service/changes/transactionassembler.h"
#include "service/pg/replicationstream.h"

namespace electric::ingest {

namespace {

const std::string publication = "electric_publication"; // spec/postgres.md §0
constexpr std::chrono::milliseconds patience {1000};
constexpr std::size_t mostUndeliveredBytes = 64U << 20;

} // namespace

Ingest::Ingest(QObject *parent) : QObject(parent), m_backlog(mostUndeliveredBytes)
{
    qRegisterMetaType<electric::Lsn>();
    qRegisterMetaType<electric::Failure>();
    qRegisterMetaType<electric::changes::TransactionPtr>();
}

Ingest::~Ingest()
{
    stop();
}

void Ingest::start(const pg::ConnectionOptions &options, const std::string &slot)
{
    stop();
    m_stopping = false;
    m_interrupt.lower();
    m_backlog.clear();
    m_confirmed = 0;
    m_thread.reset(QThread::create([this, options, slot] { run(options, slot); }));
    m_thread->setObjectName(QStringLiteral("ingest"));
    m_thread->start();
}

void Ingest::stop()
{
    if (!m_thread)
        return;
    m_stopping = true;
    m_interrupt.raise();
    m_backlog.clear(); // wakes the thread if it waits for room
    m_thread->wait();
    m_thread.reset();
}

void Ingest::run(const pg::ConnectionOptions &options, const std::string &slot)
{
    auto stream = pg::ReplicationStream::open(options, slot, publication, m_interrupt);
    if (!stream) {
        if (!m_stopping)
            Q_EMIT lost(stream.error());
        return;
    }
    Q_EMIT streaming(stream->serverPosition());
    changes::TransactionAssembler assembler(stream->recentXid());
    const auto ended = read(*stream, assembler);
    if (!ended && !m_stopping)
        Q_EMIT lost(ended.error());
}

Result<void> Ingest::read(pg::ReplicationStream &stream, changes::TransactionAssembler &assembler)
{
    while (!m_stopping) {
        stream.confirm(Lsn {m_confirmed.load(std::memory_order_relaxed)});
        const auto event = stream.next(patience);
        if (!event)
            return fail(event.error());
        if (const auto *const position = std::get_if<pg::ReplicationStream::Position>(&*event)) {
            if (!assembler.isInTransaction())
                Q_EMIT positionReached(position->upTo);
        } else if (const auto *const data = std::get_if<pg::ReplicationStream::Data>(&*event)) {
            if (auto done = onData(data->message, stream, assembler); !done)
                return done;
        }
    }
    return {};
}

Result<void> Ingest::onData(std::string_view bytes, pg::ReplicationStream &stream, changes::TransactionAssembler &assembler)
{
    auto message = changes::pgoutput::decode(bytes);
    if (!message)
        return fail(message.error());
    auto transaction = assembler.on(std::move(*message));
    if (!transaction)
        return fail(transaction.error());
    if (!*transaction)
        return {};
    m_backlog.add(assembler.openBytes());
    Q_EMIT committed(std::move(*transaction));
    return waitForRoom(stream);
}

Result<void> Ingest::waitForRoom(pg::ReplicationStream &stream)
{
    while (!m_backlog.waitForRoom(patience) && !m_stopping) {
        stream.confirm(Lsn {m_confirmed.load(std::memory_order_relaxed)});
        if (auto alive = stream.keepAlive(); !alive)
            return alive;
    }
    return {};
}

} // namespace electric::ingest
