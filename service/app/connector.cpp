#include "service/app/connector.h"

#include <QLoggingCategory>

namespace electric::app {

Q_LOGGING_CATEGORY(lcConnector, "electric.postgres", QtInfoMsg)

namespace {

// One line, whatever libpq or Postgres says in several.
std::string inWords(const Failure &failure)
{
    const auto sentence = [](const std::string &text) {
        QString line = QString::fromStdString(text).simplified();
        if (!line.isEmpty() && !line.endsWith(QLatin1Char('.')) && !line.endsWith(QLatin1Char('?')))
            line += QLatin1Char('.');
        return line;
    };
    return QString(sentence(failure.detail) + QLatin1Char(' ') + sentence(failure.hint)).trimmed().toStdString();
}

} // namespace

Connector::Connector(pg::ConnectionOptions options, http::Readiness &readiness, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_readiness(readiness), m_ingest(std::make_unique<ingest::Ingest>())
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Connector::attempt);
    connect(m_ingest.get(), &ingest::Ingest::streaming, this, &Connector::onStreaming);
    connect(m_ingest.get(), &ingest::Ingest::lost, this, &Connector::onLost);
}

Connector::~Connector()
{
    stop();
}

void Connector::start()
{
    stand(http::Readiness::State::Initialization, "connecting to Postgres");
    attempt();
}

void Connector::stop()
{
    m_isStopping = true;
    m_retry.stop();
    m_ingest->stop();
    if (m_preparing) {
        m_preparing->wait();
        m_preparing.reset();
    }
}

void Connector::retire(const std::string &why)
{
    stop();
    stand(http::Readiness::State::Initialization, why);
}

void Connector::attempt()
{
    if (m_isStopping || m_preparing)
        return;
    m_preparing.reset(QThread::create([this, options = m_options] {
        auto result = prepareDatabase(options);
        QMetaObject::invokeMethod(
            this, [this, result = std::move(result)] { onPrepared(result); }, Qt::QueuedConnection);
    }));
    m_preparing->setObjectName(QStringLiteral("prepare"));
    m_preparing->start();
}

void Connector::onPrepared(Result<Prepared> result)
{
    m_preparing->wait();
    m_preparing.reset();
    if (m_isStopping)
        return;
    if (!result) {
        retry(result.error());
        return;
    }
    stand(http::Readiness::State::EstablishingReplConn, "starting replication");
    m_slot = result->bootstrapped.slotName;
    Q_EMIT prepared(*result);
}

void Connector::startStream()
{
    if (!m_isStopping)
        m_ingest->start(m_options, m_slot);
}

void Connector::onStreaming(Lsn serverPosition)
{
    m_isStreaming = true;
    stand(http::Readiness::State::Subscribing, "catching up with the log");
    Q_EMIT streaming(serverPosition);
}

void Connector::onCaughtUp()
{
    if (!m_isStreaming) // of a stream that is gone
        return;
    m_backoff.reset();
    m_lastTold.clear();
    stand(http::Readiness::State::Ready);
    qCInfo(lcConnector).noquote() << "ready";
    Q_EMIT ready();
}

void Connector::restart(const QString &why)
{
    m_ingest->stop();
    retry({Failure::Kind::Unavailable, why.toStdString(), {}, {}});
}

void Connector::onLost(const Failure &failure)
{
    retry(failure);
}

void Connector::retry(const Failure &failure)
{
    m_isStreaming = false;
    if (m_isStopping)
        return;
    const std::string words = inWords(failure);
    stand(http::Readiness::State::Initialization, failure.detail, failure.hint);
    const auto pause = m_backoff.next();
    if (std::exchange(m_lastTold, words) != words)
        qCWarning(lcConnector).noquote() << QString::fromStdString(words) << "It is tried again until it works.";
    else
        qCDebug(lcConnector).noquote() << "still:" << QString::fromStdString(words);
    m_retry.start(pause);
}

void Connector::stand(http::Readiness::State state, const std::string &reason, const std::string &remedy)
{
    m_readiness.set(state, reason, remedy);
    Q_EMIT standingChanged();
}

} // namespace electric::app
