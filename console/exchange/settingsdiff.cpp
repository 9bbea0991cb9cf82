#include "console/exchange/settingsdiff.h"

#include "console/control/profilerules.h"
#include "shared/settings/setting.h"

#include <QSet>

#include <algorithm>

namespace electric::console {

namespace {

// The values mean the same when they are written otherwise: 1, yes and on are true, 2G is 2G with a blank.
bool isSame(const settings::Setting &setting, const QString &a, const QString &b)
{
    static const QStringList on {QStringLiteral("true"), QStringLiteral("1"), QStringLiteral("yes"), QStringLiteral("on"),
        QStringLiteral("t"), QStringLiteral("y"), QStringLiteral("enable"), QStringLiteral("enabled")};
    if (setting.type == settings::Setting::Type::Switch && !a.isEmpty() && !b.isEmpty())
        return on.contains(a.trimmed().toLower()) == on.contains(b.trimmed().toLower());
    return a.trimmed() == b.trimmed();
}

} // namespace

std::vector<SettingChange> changesBy(const SettingValues &then, const SettingValues &now)
{
    std::vector<SettingChange> all;
    QSet<QString> seen;
    const auto add = [&](const QString &name, bool isSecret, bool isKnown) {
        seen.insert(name);
        if (then.contains(name) && then.value(name) != now.value(name))
            all.push_back({name, now.value(name), then.value(name), isSecret, isKnown});
    };
    for (const settings::Setting &setting : settings::catalogue()) {
        add(QString::fromLatin1(setting.name), setting.isSecret, true);
        if (setting.isSecret)
            add(QString::fromLatin1(setting.name) + QStringLiteral("_FILE"), false, true);
    }
    QStringList others = then.keys();
    others.sort();
    for (const QString &name : std::as_const(others)) {
        if (!seen.contains(name))
            add(name, true, false); // it may be a secret of something else
    }
    return all;
}

SettingValues merged(const SettingValues &now, const SettingValues &then)
{
    SettingValues all = now;
    for (const SettingChange &one : changesBy(then, now)) {
        if (one.isKnown)
            all.insert(one.name, one.then);
    }
    all.removeIf([](const auto &one) { return one.value().isEmpty(); });
    return all;
}

std::vector<SettingChange> changesAtRestart(const SettingValues &profile, const QList<admin::SettingInForce> &inForce)
{
    std::vector<SettingChange> all;
    for (const settings::Setting &setting : settings::catalogue()) {
        const QString name = QString::fromLatin1(setting.name);
        const auto found = std::find_if(inForce.begin(), inForce.end(), [&name](const auto &one) { return one.name == name; });
        if (found == inForce.end())
            continue;
        const bool isOwn = found->origin == QLatin1String("environment"); // was set; else it is what comes without
        if (setting.isSecret) {
            const bool willBeSet = !profile.value(name).isEmpty() || profile.contains(name + QStringLiteral("_FILE"));
            if (willBeSet != (isOwn && found->isSet))
                all.push_back({name, isOwn && found->isSet ? QStringLiteral("…") : QString(), willBeSet ? QStringLiteral("…") : QString(),
                    true, true});
        } else if (const QString then = effectiveValue(profile, name); !isSame(setting, found->value, then)) {
            all.push_back({name, found->value, then, false, true});
        }
    }
    return all;
}

bool needsRestart(const QString &name)
{
    static const QStringList without {QStringLiteral("LOG_LEVEL"), QStringLiteral("DATABASE_USE_IPV6"),
        QStringLiteral("PROXY_TRACING_ENABLE"), QStringLiteral("ELECTRIC_TELEMETRY")};
    return !without.contains(name);
}

} // namespace electric::console
