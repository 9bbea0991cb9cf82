#include "console/control/ports.h"

#include "shared/admin/portowner.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QTcpServer>

#include <algorithm>

namespace electric::console {

namespace {

constexpr int farthest = 200;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Ports)
};

quint16 portIn(const QString &value)
{
    return value.trimmed().section(QLatin1Char(':'), -1).toUShort();
}

} // namespace

PortUse useOfPort(quint16 port)
{
    QTcpServer trial;
    if (port == 0 || trial.listen(QHostAddress::Any, port) || trial.serverError() != QAbstractSocket::AddressInUseError)
        return {};
    static const QRegularExpression form(QStringLiteral("\\((\\d+)\\)$"));
    const QString owner = admin::ownerOfPort(port);
    return {true, owner, form.match(owner).captured(1).toLongLong()};
}

quint16 freePortAfter(quint16 port, const std::vector<quint16> &others, const PortLook &look)
{
    for (int next = port + 1; next <= std::min(65535, port + farthest); ++next) {
        const bool isOther = std::find(others.begin(), others.end(), quint16(next)) != others.end();
        if (!isOther && !look(quint16(next)).isTaken)
            return quint16(next);
    }
    return 0;
}

std::vector<ServicePort> portsOf(const SettingValues &settings)
{
    std::vector<ServicePort> all;
    for (const auto &[name, usual] : {std::pair {"HTTP_PORT", "5133"}, {"PG_PROXY_PORT", "65432"}}) {
        const QString setting = QString::fromLatin1(name);
        const QString value = settings.value(setting).trimmed();
        const bool isTunnel = value.compare(QLatin1String("http"), Qt::CaseInsensitive) == 0;
        if (const quint16 port = portIn(value.isEmpty() || isTunnel ? QString::fromLatin1(usual) : value); port != 0)
            all.push_back({setting, port});
    }
    return all;
}

QString withPort(const QString &value, quint16 port)
{
    return value.trimmed().startsWith(QLatin1String("http"), Qt::CaseInsensitive) ? QStringLiteral("http:%1").arg(port)
                                                                                  : QString::number(port);
}

QString inWords(const PortTrouble &trouble)
{
    return trouble.owner.isEmpty() ? Words::tr("Port %1 is held by a program of another user.").arg(trouble.port)
                                   : Words::tr("Port %1 is held by %2.").arg(trouble.port).arg(trouble.owner);
}

std::vector<PortTrouble> portTroubles(const SettingValues &settings, const PortLook &look, qint64 own)
{
    const std::vector<ServicePort> ports = portsOf(settings);
    std::vector<quint16> spoken;
    for (const ServicePort &one : ports)
        spoken.push_back(one.port);
    std::vector<PortTrouble> all;
    for (const ServicePort &one : ports) {
        const PortUse use = look(one.port);
        if (!use.isTaken || (own != 0 && use.pid == own))
            continue;
        all.push_back({one.setting, one.port, use.owner, freePortAfter(one.port, spoken, look)});
        spoken.push_back(all.back().proposed);
    }
    return all;
}

} // namespace electric::console
