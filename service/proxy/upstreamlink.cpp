#include "service/proxy/upstreamlink.h"

#include "service/proxy/messages.h"
#include "service/proxy/socketbytes.h"

#include <QFile>
#include <QLocalSocket>
#include <QSslConfiguration>
#include <QSslSocket>

namespace electric::proxy {

namespace {

constexpr qint64 readAhead = 1 << 20; // bytes of the database's that wait for a slow client

} // namespace

UpstreamLink::UpstreamLink(const pg::ConnectionOptions &options, QObject *parent) : QObject(parent), m_options(options)
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(options.connectTimeout);
    connect(&m_deadline, &QTimer::timeout, this, [this] { giveUp(QStringLiteral("it does not answer")); });
}

void UpstreamLink::open()
{
    m_deadline.start();
    if (!m_options.host.empty() && m_options.host[0] == '/')
        openLocal();
    else
        openTcp();
}

void UpstreamLink::openLocal()
{
    m_local = new QLocalSocket(this);
    m_device = m_local;
    m_local->setReadBufferSize(readAhead);
    connect(m_local, &QLocalSocket::connected, this, &UpstreamLink::ready);
    connect(m_local, &QLocalSocket::readyRead, this, &UpstreamLink::readyRead);
    connect(m_local, &QLocalSocket::bytesWritten, this, &UpstreamLink::bytesWritten);
    connect(m_local, &QLocalSocket::errorOccurred, this, [this] { giveUp(m_local->errorString()); });
    connect(m_local, &QLocalSocket::disconnected, this, &UpstreamLink::closed);
    m_local->connectToServer(QString::fromStdString(m_options.host) + QStringLiteral("/.s.PGSQL.") + QString::number(m_options.port));
}

void UpstreamLink::openTcp()
{
    m_tcp = new QSslSocket(this);
    m_device = m_tcp;
    m_tcp->setReadBufferSize(readAhead);
    const bool wantsTls = m_options.sslMode != "disable" && m_options.sslMode != "allow";
    connect(m_tcp, &QAbstractSocket::connected, this, [this, wantsTls] {
        m_tcp->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_tcp->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
        m_awaitsTls = wantsTls;
        if (wantsTls)
            write(tlsRequest());
        else
            ready();
    });
    connect(m_tcp, &QSslSocket::encrypted, this, &UpstreamLink::ready);
    connect(m_tcp, &QIODevice::readyRead, this, [this] {
        if (m_awaitsTls)
            onTlsAnswer();
        else if (m_isOpen)
            Q_EMIT readyRead();
    });
    connect(m_tcp, &QIODevice::bytesWritten, this, &UpstreamLink::bytesWritten);
    connect(m_tcp, &QAbstractSocket::errorOccurred, this, [this] { giveUp(m_tcp->errorString()); });
    connect(m_tcp, &QAbstractSocket::disconnected, this, &UpstreamLink::closed);
    m_tcp->connectToHost(QString::fromStdString(m_options.host), m_options.port);
}

void UpstreamLink::onTlsAnswer()
{
    char answer = 0;
    if (!m_tcp->getChar(&answer))
        return;
    m_awaitsTls = false;
    if (m_tcp->bytesAvailable() > 0) // bytes in clear before TLS are somebody else's (CVE-2021-23222)
        return giveUp(QStringLiteral("unexpected bytes before TLS"));
    if (answer == 'N' && m_options.sslMode == "prefer")
        return ready();
    if (answer != 'S')
        return giveUp(QStringLiteral("it does not offer TLS, which sslmode demands"));
    // As libpq: only verify-ca and verify-full look at the certificate, "require" if there is a root certificate.
    const bool hasRoot = !m_options.sslRootCert.empty() && m_options.sslRootCert != "system";
    const bool full = m_options.sslMode == "verify-full";
    const bool verifies = full || m_options.sslMode == "verify-ca" || (m_options.sslMode == "require" && hasRoot);
    m_tcp->setPeerVerifyMode(verifies ? QSslSocket::VerifyPeer : QSslSocket::VerifyNone);
    if (hasRoot) {
        QSslConfiguration configuration = m_tcp->sslConfiguration();
        configuration.setCaCertificates(QSslCertificate::fromPath(QString::fromStdString(m_options.sslRootCert)));
        m_tcp->setSslConfiguration(configuration);
    }
    if (verifies && !full)
        connect(m_tcp, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
            for (const QSslError &error : errors)
                if (error.error() != QSslError::HostNameMismatch)
                    return;
            m_tcp->ignoreSslErrors();
        });
    m_tcp->startClientEncryption();
}

void UpstreamLink::ready()
{
    m_deadline.stop();
    m_isOpen = true;
    Q_EMIT opened();
}

void UpstreamLink::giveUp(const QString &why)
{
    m_deadline.stop();
    if (m_isOpen || m_isOver) // afterwards closed() tells it
        return;
    m_isOver = true;
    Q_EMIT failed(why);
}

void UpstreamLink::write(const std::string &bytes)
{
    if (m_device != nullptr)
        sendNow(*m_device, bytes);
}

std::string_view UpstreamLink::read()
{
    return m_device == nullptr ? std::string_view() : readSome(*m_device);
}

qint64 UpstreamLink::bytesToWrite() const
{
    if (m_tcp != nullptr)
        return m_tcp->bytesToWrite() + m_tcp->encryptedBytesToWrite();
    return m_device == nullptr ? 0 : m_device->bytesToWrite();
}

bool UpstreamLink::isProtected() const
{
    return m_local != nullptr || (m_tcp != nullptr && m_tcp->isEncrypted());
}

void UpstreamLink::close()
{
    m_isOver = true;
    if (m_local != nullptr)
        m_local->disconnectFromServer();
    else if (m_tcp != nullptr)
        m_tcp->disconnectFromHost();
}

} // namespace electric::proxy
