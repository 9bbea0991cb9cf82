#include "shared/settings/settings.h"

#include "shared/settings/setting.h"

#include <QFile>
#include <QHostAddress>
#include <QProcessEnvironment>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <optional>

namespace electric::settings {

namespace {

const QStringList onWords {QStringLiteral("true"), QStringLiteral("1"), QStringLiteral("yes"), QStringLiteral("on"), QStringLiteral("t"),
    QStringLiteral("y"), QStringLiteral("enable"), QStringLiteral("enabled")};
const QStringList offWords {QStringLiteral("false"), QStringLiteral("0"), QStringLiteral("no"), QStringLiteral("off"), QStringLiteral("f"),
    QStringLiteral("n"), QStringLiteral("disable"), QStringLiteral("disabled")};

// Gives the values one by one and collects what is wrong with them.
class Reader
{
public:
    Reader(const QHash<QString, QString> &environment, const QHash<QString, QString> &otherDefaults)
        : m_environment(environment), m_otherDefaults(otherDefaults)
    { }

    std::vector<Problem> problems;

    void wrong(const char *name, const QString &what, const QString &accepted)
    {
        problems.push_back({QString::fromLatin1(name), what, accepted});
    }

    [[nodiscard]] bool isSet(const char *name) { return !given(name).isEmpty(); }

    QString text(const char *name)
    {
        const QString value = given(name);
        return value.isEmpty() ? fallback(name) : value;
    }

    bool flag(const char *name)
    {
        const QString word = text(name).trimmed().toLower();
        if (!onWords.contains(word) && !offWords.contains(word))
            wrong(name, QStringLiteral("is neither on nor off"), QStringLiteral("true or false (also yes, no, on, off, 1, 0)"));
        return onWords.contains(word);
    }

    quint16 port(const char *name) { return portOf(name, text(name).trimmed()); }

    quint16 portOf(const char *name, const QString &value)
    {
        static const QRegularExpression digits(QStringLiteral("^[0-9]{1,5}$"));
        const uint number = value.toUInt();
        if (!digits.match(value).hasMatch() || number == 0 || number > 65535)
            wrong(name, QStringLiteral("is not a port"), QStringLiteral("a number from 1 to 65535"));
        return quint16(number);
    }

    quint64 size(const char *name)
    {
        static const QRegularExpression form(QStringLiteral("^\\s*([0-9]+(?:\\.[0-9]+)?)\\s*([kKmMgG]?)\\s*$"));
        const auto match = form.match(text(name));
        const double bytes = std::floor(match.captured(1).toDouble() * factor(match.captured(2)));
        if (!match.hasMatch() || bytes < 1 || bytes > 1e18) {
            wrong(name, QStringLiteral("is not a size"),
                QStringLiteral("a positive number of bytes, with a suffix k, m, g (thousands) or K, M, G (1024)"));
            return 1;
        }
        return quint64(bytes);
    }

    QString choice(const char *name)
    {
        const QString value = text(name).trimmed();
        const QStringList words = QString::fromLatin1(settingOf(name).choices).split(QLatin1Char(' '));
        if (!value.isEmpty() && !words.contains(value))
            wrong(name, QStringLiteral("is not one of the possible values"), words.join(QStringLiteral(", ")));
        return value;
    }

private:
    void unreadable(const QString &key, const QFile &file)
    {
        const QString name = key + QStringLiteral("_FILE");
        if (std::none_of(problems.begin(), problems.end(), [&](const Problem &one) { return one.name == name; }))
            problems.push_back({name, QStringLiteral("names a file that cannot be read: ") + file.errorString(),
                QStringLiteral("a readable file with the secret")});
    }

    static double factor(const QString &suffix)
    {
        static const QHash<QString, double> factors {{QString(), 1.0}, {QStringLiteral("k"), 1e3}, {QStringLiteral("K"), 1024.0},
            {QStringLiteral("m"), 1e6}, {QStringLiteral("M"), 1048576.0}, {QStringLiteral("g"), 1e9}, {QStringLiteral("G"), 1073741824.0}};
        return factors.value(suffix);
    }

    static const Setting &settingOf(const char *name)
    {
        const auto all = catalogue();
        return *std::find_if(all.begin(), all.end(), [name](const Setting &one) { return qstrcmp(one.name, name) == 0; });
    }

    [[nodiscard]] QString fallback(const char *name) const
    {
        return m_otherDefaults.value(QString::fromLatin1(name), QString::fromLatin1(settingOf(name).fallback));
    }

    // What was given for it, or in the file that NAME_FILE names; empty when neither.
    [[nodiscard]] QString given(const char *name)
    {
        const QString key = QString::fromLatin1(name);
        const QString value = m_environment.value(key);
        if (!value.trimmed().isEmpty() || !settingOf(name).isSecret)
            return value.trimmed().isEmpty() ? QString() : value;
        QFile file(m_environment.value(key + QStringLiteral("_FILE")));
        if (file.fileName().isEmpty())
            return {};
        if (!file.open(QIODevice::ReadOnly)) {
            unreadable(key, file);
            return {};
        }
        QString content = QString::fromUtf8(file.readAll());
        if (content.endsWith(QLatin1Char('\n')))
            content.chop(1);
        return content;
    }

    const QHash<QString, QString> &m_environment;
    const QHash<QString, QString> &m_otherDefaults;
};

void readDatabase(Reader &reader, Settings &settings)
{
    const QString example = QStringLiteral("postgresql://user:password@host:5432/database");
    const QString url = reader.text("DATABASE_URL").trimmed();
    if (url.isEmpty()) {
        reader.wrong("DATABASE_URL", QStringLiteral("is not set"), example);
    } else if (const auto parsed = DatabaseUrl::parse(url)) {
        settings.database = *parsed;
    } else {
        reader.wrong("DATABASE_URL", parsed.error(), example);
    }
    const bool required = reader.flag("DATABASE_REQUIRE_SSL");
    QString &mode = settings.database.sslMode;
    const bool isStrong = mode == QLatin1String("require") || mode.startsWith(QLatin1String("verify"));
    if (reader.isSet("DATABASE_REQUIRE_SSL") || mode.isEmpty())
        mode = required ? (isStrong ? mode : QStringLiteral("require")) : (mode.isEmpty() || isStrong ? QStringLiteral("prefer") : mode);
    reader.flag("DATABASE_USE_IPV6");
}

void readWriteMode(Reader &reader, Settings &settings)
{
    const QString mode = reader.choice("ELECTRIC_WRITE_TO_PG_MODE");
    settings.writeMode = mode == QLatin1String("direct_writes") ? WriteMode::DirectWrites : WriteMode::LogicalReplication;
    settings.publisherHost = reader.text("LOGICAL_PUBLISHER_HOST");
    settings.publisherPort = reader.port("LOGICAL_PUBLISHER_PORT");
    if (mode == QLatin1String("logical_replication"))
        reader.wrong("ELECTRIC_WRITE_TO_PG_MODE",
            reader.isSet("ELECTRIC_WRITE_TO_PG_MODE")
                ? QStringLiteral("is logical_replication, which this version does not do yet")
                : QStringLiteral("is not set; the default, logical_replication, is not done by this version yet"),
            QStringLiteral("direct_writes, which needs no superuser"));
}

void readProxy(Reader &reader, Settings &settings)
{
    settings.proxyPassword = reader.text("PG_PROXY_PASSWORD");
    if (settings.proxyPassword.isEmpty())
        reader.wrong("PG_PROXY_PASSWORD", QStringLiteral("is not set"), QStringLiteral("a password of your choice"));
    QString port = reader.text("PG_PROXY_PORT").trimmed();
    if (port.startsWith(QLatin1String("http"), Qt::CaseInsensitive)) {
        settings.proxyTunnel = true;
        port = port.compare(QLatin1String("http"), Qt::CaseInsensitive) == 0 ? QStringLiteral("65432")
            : port.mid(4).startsWith(QLatin1Char(':'))                       ? port.mid(5)
                                                                             : port;
    }
    settings.proxyPort = reader.portOf("PG_PROXY_PORT", port);
    settings.proxyTlsCertificate = reader.text("PG_PROXY_TLS_CERT");
    settings.proxyTlsKey = reader.text("PG_PROXY_TLS_KEY");
    if (settings.proxyTlsCertificate.isEmpty() != settings.proxyTlsKey.isEmpty())
        reader.wrong(settings.proxyTlsKey.isEmpty() ? "PG_PROXY_TLS_KEY" : "PG_PROXY_TLS_CERT", QStringLiteral("is not set"),
            QStringLiteral("a PEM file, as its counterpart names one"));
    reader.flag("PROXY_TRACING_ENABLE");
}

void readAuthentication(Reader &reader, Settings &settings)
{
    AuthSettings &auth = settings.auth;
    auth.isSecure = reader.choice("AUTH_MODE") != QLatin1String("insecure");
    auth.algorithm = reader.choice("AUTH_JWT_ALG");
    auth.key = reader.text("AUTH_JWT_KEY").toUtf8();
    auth.keyIsBase64 = reader.flag("AUTH_JWT_KEY_IS_BASE64_ENCODED");
    auth.nameSpace = reader.text("AUTH_JWT_NAMESPACE");
    auth.issuer = reader.text("AUTH_JWT_ISS");
    auth.audience = reader.text("AUTH_JWT_AUD");
    if (auth.isSecure) {
        const QString remedy = QStringLiteral("; AUTH_MODE=insecure is enough for development");
        if (auth.algorithm.isEmpty())
            reader.wrong("AUTH_JWT_ALG", QStringLiteral("is not set"), QStringLiteral("for example HS256") + remedy);
        if (auth.key.isEmpty())
            reader.wrong("AUTH_JWT_KEY", QStringLiteral("is not set"), QStringLiteral("the key that tokens are signed with") + remedy);
        return;
    }
    for (const char *const name : {"AUTH_JWT_ALG", "AUTH_JWT_KEY", "AUTH_JWT_KEY_IS_BASE64_ENCODED", "AUTH_JWT_ISS", "AUTH_JWT_AUD"}) {
        if (reader.isSet(name))
            reader.wrong(name, QStringLiteral("has no meaning with AUTH_MODE=insecure"), QStringLiteral("nothing, or AUTH_MODE=secure"));
    }
}

void readOperation(Reader &reader, Settings &settings)
{
    settings.httpPort = reader.port("HTTP_PORT");
    settings.listenAddress = reader.text("ELECTRIC_LISTEN_ADDRESS").trimmed();
    if (!settings.listenAddress.isEmpty() && QHostAddress(settings.listenAddress).isNull())
        reader.wrong("ELECTRIC_LISTEN_ADDRESS", QStringLiteral("is not an IP address"), QStringLiteral("for example 127.0.0.1 or ::1"));
    settings.listenIpv6 = reader.flag("ELECTRIC_USE_IPV6");
    settings.instanceId = reader.text("ELECTRIC_INSTANCE_ID").trimmed();
    settings.logLevel = reader.choice("LOG_LEVEL");
    settings.walWindow = reader.size("ELECTRIC_RESUMABLE_WAL_WINDOW");
    settings.txnCacheSize = reader.size("ELECTRIC_TXN_CACHE_SIZE");
    settings.limits
        = {reader.size("ELECTRIC_MAX_FRAME_SIZE"), reader.size("ELECTRIC_MAX_SUBSCRIPTIONS"), reader.size("ELECTRIC_MAX_SHAPE_MEMORY"),
            reader.size("ELECTRIC_SEND_BUFFER"), reader.size("ELECTRIC_SIGN_IN_SECONDS"), reader.size("ELECTRIC_SIGN_IN_FAILURES")};
    settings.features = reader.text("ELECTRIC_FEATURES");
    settings.allowedOrigins = reader.text("ELECTRIC_ALLOWED_ORIGINS").simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    reader.flag("ELECTRIC_TELEMETRY");
}

QString wrapped(const QString &text, int indent, int width = 100)
{
    QString all;
    QString line;
    const QStringList words = text.split(QLatin1Char(' '));
    for (const QString &word : words) {
        if (!line.isEmpty() && indent + line.size() + 1 + word.size() > width) {
            all += QString(indent, QLatin1Char(' ')) + line + QLatin1Char('\n');
            line.clear();
        }
        line += (line.isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return all + QString(indent, QLatin1Char(' ')) + line + QLatin1Char('\n');
}

QString remarks(const Setting &setting)
{
    QStringList all;
    if (*setting.required)
        all << QStringLiteral("required ") + QString::fromLatin1(setting.required);
    if (*setting.fallback)
        all << QStringLiteral("default ") + QString::fromLatin1(setting.fallback);
    if (*setting.choices)
        all << QStringLiteral("one of ") + QString::fromLatin1(setting.choices).replace(QLatin1Char(' '), QStringLiteral(", "));
    if (setting.isSecret)
        all << QStringLiteral("secret; %1_FILE may name a file with it").arg(QString::fromLatin1(setting.name));
    return all.join(QStringLiteral("; "));
}

} // namespace

tl::expected<Settings, std::vector<Problem>> readSettings(
    const QHash<QString, QString> &environment, const QHash<QString, QString> &otherDefaults)
{
    Reader reader(environment, otherDefaults);
    Settings settings;
    readDatabase(reader, settings);
    readWriteMode(reader, settings);
    readProxy(reader, settings);
    readAuthentication(reader, settings);
    readOperation(reader, settings);
    if (!reader.problems.empty())
        return tl::unexpected<std::vector<Problem>>(std::move(reader.problems));
    return settings;
}

tl::expected<AuthSettings, std::vector<Problem>> readAuthSettings(const QHash<QString, QString> &environment)
{
    const QHash<QString, QString> noOthers;
    Reader reader(environment, noOthers);
    Settings settings;
    readAuthentication(reader, settings);
    if (!reader.problems.empty())
        return tl::unexpected<std::vector<Problem>>(std::move(reader.problems));
    return settings.auth;
}

QHash<QString, QString> processEnvironment()
{
    QHash<QString, QString> all;
    const auto environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names)
        all.insert(name, environment.value(name));
    return all;
}

QString problemsAsText(const std::vector<Problem> &problems)
{
    QString text = problems.size() == 1 ? QStringLiteral("One setting is not right:\n\n")
                                        : QStringLiteral("%1 settings are not right:\n\n").arg(problems.size());
    for (const Problem &problem : problems)
        text += QStringLiteral("  %1 %2.\n      Accepted: %3.\n").arg(problem.name, problem.what, problem.accepted);
    return text + QStringLiteral("\nSettings are environment variables; electric-service help lists them all.\n");
}

QString settingsHelp()
{
    QString text;
    std::optional<Setting::Group> group;
    for (const Setting &setting : catalogue()) {
        if (group != setting.group)
            text += QStringLiteral("\n%1\n").arg(QString::fromLatin1(inWords(setting.group)));
        group = setting.group;
        text += QStringLiteral("  %1\n").arg(QString::fromLatin1(setting.name)) + wrapped(QString::fromLatin1(setting.help), 6);
        if (const QString remark = remarks(setting); !remark.isEmpty())
            text += wrapped(QStringLiteral("(") + remark + QStringLiteral(")"), 6);
    }
    return text;
}

QString settingsPage()
{
    QString text = QStringLiteral(
        "# Settings\n\nAll settings are environment variables. An empty value counts as not set. This page is made from the "
        "catalogue in\n`shared/settings`.\n");
    std::optional<Setting::Group> group;
    for (const Setting &setting : catalogue()) {
        if (group != setting.group)
            text += QStringLiteral("\n## %1\n\n| name | meaning | |\n| --- | --- | --- |\n")
                        .arg(QString::fromLatin1(inWords(setting.group)));
        group = setting.group;
        text += QStringLiteral("| `%1` | %2 | %3 |\n")
                    .arg(QString::fromLatin1(setting.name), QString::fromLatin1(setting.help), remarks(setting));
    }
    return text;
}

} // namespace electric::settings
