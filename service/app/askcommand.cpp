#include "service/app/askcommand.h"

#include "service/app/askoutput.h"
#include "service/app/doctor.h"
#include "shared/admin/client.h"
#include "shared/admin/json.h"
#include "shared/admin/socketpath.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace electric::app {

namespace {

using admin::Error;
using admin::Outcome;
using What = AskCommand::What;

void print(const QString &text)
{
    std::fputs(text.toUtf8().constData(), stdout);
    std::fflush(stdout);
}

int complain(const QString &message, const QString &remedy, int status)
{
    std::fprintf(stderr, "electric-service: %s\n", message.toUtf8().constData());
    if (!remedy.isEmpty())
        std::fprintf(stderr, "  %s\n", remedy.toUtf8().constData());
    return status;
}

int statusOf(const Error &error)
{
    return error.code == Error::Unreachable || error.code == Error::TimedOut || error.code == Error::WrongVersion ? AskUnreachable
                                                                                                                  : AskProblem;
}

QString jsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) + QLatin1Char('\n');
}

int printFindings(const QList<admin::Finding> &findings, bool json)
{
    print(json ? jsonText({{QStringLiteral("findings"), admin::toArray(findings)}}) : findingsText(findings));
    const bool isBad
        = std::any_of(findings.begin(), findings.end(), [](const admin::Finding &one) { return one.severity == QLatin1String("error"); });
    return isBad ? AskProblem : AskDone;
}

// The socket to connect to, or the exit status when it cannot be told.
tl::expected<QString, int> choose(const QString &service)
{
    if (service.contains(QLatin1Char('/')))
        return service;
    const auto running = admin::discover();
    if (service.isEmpty() && running.size() == 1)
        return running.front().path;
    for (const admin::RunningService &one : running) {
        if (one.name == service)
            return one.path;
    }
    QStringList names;
    for (const admin::RunningService &one : running)
        names << one.name;
    if (names.isEmpty())
        return tl::unexpected(
            complain(QStringLiteral("no service is running"), QStringLiteral("Start one with: electric-service serve"), AskUnreachable));
    return tl::unexpected(complain(
        service.isEmpty() ? QStringLiteral("several services are running") : QStringLiteral("there is no service \"%1\"").arg(service),
        QStringLiteral("Say which with --service: ") + names.join(QStringLiteral(", ")), AskUnreachable));
}

// One question on one connection, until it is answered or, for streams, interrupted.
class Asking final : public QObject
{
public:
    explicit Asking(const AskCommand &command) : m_command(command)
    {
        connect(&m_client, &admin::Client::connected, this, &Asking::begin);
        connect(&m_client, &admin::Client::disconnected, this, [this](const Error &why) {
            if (m_command.what == What::Stop && m_isStopping)
                finish(AskDone); // it has ended
            else
                refuse(why);
        });
    }

    int run(const QString &path)
    {
        QTimer::singleShot(0, this, [this, path] { m_client.connectTo(path); });
        return QCoreApplication::exec();
    }

private:
    void begin()
    {
        switch (m_command.what) {
        case What::Status:
            return ask(QStringLiteral("status"), {}, statusText, [](const QJsonObject &result) {
                return result.value(QLatin1String("state")).toString() == QLatin1String("ready") ? AskDone : AskProblem;
            });
        case What::Sessions: return ask(QStringLiteral("sessions"), {}, sessionsText);
        case What::Replication: return ask(QStringLiteral("replication"), {}, replicationText);
        case What::Rejected: return askRejected();
        case What::Logs:
            return m_command.follow ? follow(QStringLiteral("logs"), logParams("backlog"), logText)
                                    : ask(QStringLiteral("logs"), logParams("limit"), logText);
        case What::Tap: return follow(QStringLiteral("tap"), {{QStringLiteral("session"), m_command.session}}, framesText);
        case What::Check:
            return m_client.call(QStringLiteral("check"), {}, [this](const Outcome &outcome) {
                if (!outcome)
                    return refuse(outcome.error());
                finish(printFindings(admin::listFrom<admin::Finding>(outcome->value(QLatin1String("findings"))), m_command.json));
            });
        case What::Stop:
            m_isStopping = true; // and the connection will end with it
            return m_client.call(QStringLiteral("stop"), {}, [](const Outcome &) {});
        }
    }

    void askRejected()
    {
        const auto nothing = [](const QJsonObject &) { return QString(); };
        if (m_command.retry != 0)
            return ask(QStringLiteral("rejected.retry"), {{QStringLiteral("id"), m_command.retry}}, nothing);
        if (m_command.discard != 0)
            return ask(QStringLiteral("rejected.discard"), {{QStringLiteral("id"), m_command.discard}}, nothing);
        ask(QStringLiteral("rejected.list"), {}, rejectedText);
    }

    [[nodiscard]] QJsonObject logParams(const char *count) const
    {
        QJsonObject params {{QString::fromLatin1(count), m_command.lines}};
        const std::pair<const char *, QString> texts[] {
            {"level", m_command.level}, {"category", m_command.category}, {"text", m_command.text}};
        for (const auto &[name, value] : texts) {
            if (!value.isEmpty())
                params[QString::fromLatin1(name)] = value;
        }
        return params;
    }

    using ToText = std::function<QString(const QJsonObject &)>;
    using ToStatus = std::function<int(const QJsonObject &)>;

    void ask(
        const QString &method, const QJsonObject &params, const ToText &toText,
        const ToStatus &toStatus = [](const QJsonObject &) { return AskDone; })
    {
        m_client.call(method, params, [this, toText, toStatus](const Outcome &outcome) {
            if (!outcome)
                return refuse(outcome.error());
            print(m_command.json ? jsonText(*outcome) : toText(*outcome));
            finish(toStatus(*outcome));
        });
    }

    void follow(const QString &stream, const QJsonObject &params, const ToText &toText)
    {
        const auto onEvent = [this, toText](const QJsonObject &data, qint64 dropped) {
            if (dropped > 0)
                std::fprintf(stderr, "(%lld left out)\n", static_cast<long long>(dropped));
            if (m_command.json)
                printItems(data);
            else
                print(toText(data));
            if (data.value(QLatin1String("ended")).toBool())
                finish(AskDone);
        };
        m_client.subscribe(stream, params, onEvent, [this](const Error &why) { refuse(why); });
    }

    // One a line.
    static void printItems(const QJsonObject &data)
    {
        for (const char *const name : {"entries", "frames"}) {
            const QJsonArray items = data.value(QLatin1String(name)).toArray();
            for (const QJsonValue &one : items)
                print(jsonText(one.toObject()));
        }
    }

    void refuse(const Error &why) { finish(complain(why.message, why.remedy, statusOf(why))); }

    void finish(int status)
    {
        m_client.disconnect(this);
        QCoreApplication::exit(status);
    }

    const AskCommand m_command;
    admin::Client m_client;
    bool m_isStopping = false;
};

} // namespace

int ask(const AskCommand &command, int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    // The doctor is asked most when nothing runs yet.
    if (command.what == What::Check && (command.environment || (command.service.isEmpty() && admin::discover().empty())))
        return printFindings(doctor(settings::processEnvironment(), {}), command.json);
    const auto path = choose(command.service);
    return path ? Asking(command).run(*path) : path.error();
}

} // namespace electric::app
