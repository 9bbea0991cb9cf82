#include "console/exchange/publishedports.h"

#include <QCoreApplication>

#include <array>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SettingsImport)
};

const QString listenAddress = QStringLiteral("ELECTRIC_LISTEN_ADDRESS");

struct Published {
    QString address;
    quint16 host = 0;
    quint16 container = 0;
};

std::optional<Published> read(const QString &text)
{
    const QString ports = text.section(QLatin1Char('/'), 0, 0);
    if (text.endsWith(QLatin1String("/udp")))
        return {};
    const qsizetype container = ports.lastIndexOf(QLatin1Char(':'));
    const qsizetype host = container <= 0 ? -1 : ports.lastIndexOf(QLatin1Char(':'), container - 1);
    Published all {
        host < 0 ? QString() : ports.left(host), ports.mid(host + 1, container - host - 1).toUShort(), ports.mid(container + 1).toUShort()};
    if (container < 0) // any port of the host: then the same is as good
        all.host = all.container;
    if (all.address.startsWith(QLatin1Char('[')) && all.address.endsWith(QLatin1Char(']')))
        all.address = all.address.mid(1, all.address.size() - 2);
    return all.host == 0 || all.container == 0 ? std::nullopt : std::optional(all);
}

// The setting that has the service listen on the container's port, with that port as it would be set.
struct Listening {
    QString name;
    QString prefix; // PG_PROXY_PORT=http:PORT
    quint16 port = 0;
};

std::array<Listening, 3> listening(const SettingValues &settings)
{
    std::array<Listening, 3> all {{{QStringLiteral("HTTP_PORT"), {}, 5133}, {QStringLiteral("PG_PROXY_PORT"), {}, 65432},
        {QStringLiteral("LOGICAL_PUBLISHER_PORT"), {}, 5433}}};
    for (Listening &one : all) {
        const QString value = settings.value(one.name).trimmed();
        if (const qsizetype colon = value.indexOf(QLatin1Char(':')); colon >= 0)
            one.prefix = value.left(colon + 1);
        if (const quint16 port = value.mid(one.prefix.size()).toUShort(); port != 0)
            one.port = port;
    }
    return all;
}

} // namespace

void applyPublishedPorts(const QStringList &published, ImportedSettings &to)
{
    const auto known = listening(to.settings);
    QStringList addresses;
    for (const QString &text : published) {
        const auto ports = read(text);
        const auto *setting = ports
            ? std::find_if(known.begin(), known.end(), [&ports](const Listening &one) { return one.port == ports->container; })
            : known.end();
        if (setting == known.end()) {
            to.notes << Words::tr("The published port %1 was left out: it leads to no port of Electric.").arg(text);
            continue;
        }
        if (to.settings.contains(setting->name) || ports->host != setting->port)
            to.settings.insert(setting->name, setting->prefix + QString::number(ports->host));
        if (ports->host != setting->port)
            to.notes << Words::tr("%1 is %2, the port of this computer that led to %3 in the container.")
                            .arg(setting->name, QString::number(ports->host), QString::number(setting->port));
        addresses << ports->address;
    }
    addresses.removeDuplicates();
    if (addresses.size() == 1 && !addresses[0].isEmpty() && addresses[0] != QLatin1String("0.0.0.0"))
        to.settings.insert(listenAddress, addresses[0]);
    else if (addresses.size() > 1)
        to.notes << Words::tr("The ports were published at several addresses; set %1 if not all may reach the service.").arg(listenAddress);
}

void noteContainerHosts(ImportedSettings &in)
{
    for (auto one = in.settings.cbegin(); one != in.settings.cend(); ++one) {
        if (one->contains(QLatin1String("host.docker.internal")) || one->contains(QLatin1String("host.containers.internal")))
            in.notes << Words::tr("%1 names this computer as a container sees it; outside of one it is localhost.").arg(one.key());
    }
}

} // namespace electric::console
