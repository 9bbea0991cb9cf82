#include "service/ingest/ingest.h"

#include "service/changes/transactionassembler.h"
#include "service/pg/replicationstream.h"

namespace electric::ingest {

namespace {

const std::string publication = "electric_publication"; // spec/postgres.md §0
constexpr std::chrono::milliseconds patience {1000};
constexpr int mostUndelivered = 10'000;

} // namespace

Ingest::Ingest(QObject *parent) : QObject(parent)
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
    m_undelivered = 0;
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
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stream)
            m_stream->wake();
    }
    m_thread->wait();
    m_thread.reset();
}

void Ingest::run(const pg::ConnectionOptions &options, const std::string &slot)
{
    auto stream = pg::ReplicationStream::open(options, slot, publication);
    if (!stream) {
        if (!m_stopping)
            Q_EMIT lost(stream.error());
        return;
    }
    {
        const std::scoped_lock lock(m_mutex);
        m_stream = &*stream;
    }
    Q_EMIT streaming(stream->serverPosition());
    const auto ended = read(*stream);
    {
        const std::scoped_lock lock(m_mutex);
        m_stream = nullptr;
    }
    if (!ended && !m_stopping)
        Q_EMIT lost(ended.error());
}

Result<void> Ingest::read(pg::ReplicationStream &stream)
{
    changes::TransactionAssembler assembler(stream.recentXid());
    while (!m_stopping) {
        stream.confirm(Lsn {m_confirmed.load(std::memory_order_relaxed)});
        auto event = stream.next(patience);
        if (!event)
            return fail(event.error());
        if (const auto *const position = std::get_if<pg::ReplicationStream::Position>(&*event)) {
            if (!assembler.isInTransaction())
                Q_EMIT positionReached(position->upTo);
            continue;
        }
        const auto *const data = std::get_if<pg::ReplicationStream::Data>(&*event);
        if (!data)
            continue;
        auto message = changes::pgoutput::decode(data->message);
        if (!message)
            return fail(message.error());
        auto transaction = assembler.on(std::move(*message));
        if (!transaction)
            return fail(transaction.error());
        if (*transaction) {
            m_undelivered.fetch_add(1, std::memory_order_relaxed);
            Q_EMIT committed(*transaction);
            waitForReceiver();
        }
    }
    return {};
}

void Ingest::waitForReceiver() const
{
    while (m_undelivered.load(std::memory_order_relaxed) > mostUndelivered && !m_stopping)
        QThread::msleep(1);
}

} // namespace electric::ingest
