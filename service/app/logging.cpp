#include "service/app/logging.h"

#include "service/admin/logbuffer.h"

#include <QDateTime>
#include <QLoggingCategory>

#include <atomic>
#include <cstdio>
#include <unistd.h>

namespace electric::app {

namespace {

std::atomic<admin::LogBuffer *> keeper = nullptr; // Qt knows one message handler, a plain function

struct Level {
    const char *name;
    const char *colour;
};

Level levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg: return {"debug", "\033[2m"};
    case QtInfoMsg: return {"info", ""};
    case QtWarningMsg: return {"warning", "\033[33m"};
    case QtCriticalMsg:
    case QtFatalMsg: break;
    }
    return {"error", "\033[31m"};
}

void writeLine(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    static const bool onTerminal = isatty(STDERR_FILENO) == 1;
    const Level level = levelOf(type);
    QByteArray text = message.toUtf8();
    text.replace('\n', "\\n"); // one event a line, whatever a peer sent
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QByteArray time = now.toString(Qt::ISODateWithMs).toLatin1();
    const char *const category = context.category ? context.category : "electric";
    if (admin::LogBuffer *const buffer = keeper.load())
        buffer->append(now.toMSecsSinceEpoch(), QString::fromLatin1(level.name), QString::fromLatin1(category), message);
    if (onTerminal && *level.colour)
        std::fprintf(
            stderr, "\033[2m%s\033[0m %s%-7s\033[0m %s: %s\n", time.constData(), level.colour, level.name, category, text.constData());
    else
        std::fprintf(stderr, "%s %-7s %s: %s\n", time.constData(), level.name, category, text.constData());
}

} // namespace

void keepLog(admin::LogBuffer *buffer)
{
    keeper.store(buffer);
}

void setLogLevel(const QString &level)
{
    const bool debug = level == QLatin1String("debug");
    const bool info = debug || level == QLatin1String("info") || level == QLatin1String("notice");
    const bool warning = info || level.startsWith(QLatin1String("warn"));
    const auto rule = [](const char *category, bool on) {
        return QStringLiteral("%1=%2\n").arg(QLatin1String(category), on ? QStringLiteral("true") : QStringLiteral("false"));
    };
    // Qt's HTTP server warns of each WebSocket that is refused before the service is ready, which is how it is meant to be.
    QLoggingCategory::setFilterRules(rule("electric.*.debug", debug) + rule("electric.*.info", info) + rule("electric.*.warning", warning)
        + rule("qt.httpserver.warning", debug));
}

void installLogging(const QString &level)
{
    qInstallMessageHandler(writeLine);
    setLogLevel(level);
}

} // namespace electric::app
