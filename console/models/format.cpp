#include "console/models/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>

namespace electric::console::format {

namespace {

const auto unknown = QStringLiteral("–");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Format)
};

struct Unit {
    qint64 ms;
    const char *pattern;
};

constexpr std::array units {Unit {86'400'000, QT_TRANSLATE_NOOP("electric::console::Format", "%1 d")},
    Unit {3'600'000, QT_TRANSLATE_NOOP("electric::console::Format", "%1 h")},
    Unit {60'000, QT_TRANSLATE_NOOP("electric::console::Format", "%1 min")},
    Unit {1'000, QT_TRANSLATE_NOOP("electric::console::Format", "%1 s")}};

} // namespace

QString bytes(qint64 count)
{
    return count < 0 ? QString() : QLocale().formattedDataSize(count, count < 1024 ? 0 : 1);
}

QString bytes(std::optional<qint64> count)
{
    return count ? bytes(*count) : unknown;
}

QString bytesPerSecond(double rate)
{
    return Words::tr("%1/s").arg(bytes(qRound64(qMax(0.0, rate))));
}

QString count(qint64 number)
{
    return QLocale().toString(number);
}

QString rate(double perSecond)
{
    return QLocale().toString(perSecond, 'f', perSecond != 0 && perSecond < 10 ? 1 : 0);
}

QString percent(double share)
{
    if (share > 0 && share < 0.001)
        return Words::tr("less than %1%").arg(QLocale().toString(0.1, 'f', 1));
    return Words::tr("%1%").arg(QLocale().toString(share * 100, 'f', share > 0 && share < 0.01 ? 1 : 0));
}

QString duration(qint64 ms)
{
    if (ms < 1'000)
        return Words::tr("%1 ms").arg(count(qMax(qint64(0), ms)));
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
        if (ms < units[unit].ms)
            continue;
        const QString first = Words::tr(units[unit].pattern).arg(count(ms / units[unit].ms));
        const qint64 rest = ms % units[unit].ms;
        const bool hasSecond = unit + 1 < units.size() && rest >= units[unit + 1].ms;
        return hasSecond ? first + QLatin1Char(' ') + Words::tr(units[unit + 1].pattern).arg(rest / units[unit + 1].ms) : first;
    }
    return unknown;
}

QString moment(qint64 at)
{
    if (at <= 0)
        return unknown;
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
    if (time.date() == QDate::currentDate())
        return QLocale().toString(time.time(), QStringLiteral("HH:mm:ss"));
    return QLocale().toString(time, QLocale::ShortFormat);
}

QString fullMoment(qint64 at)
{
    if (at <= 0)
        return unknown;
    return QDateTime::fromMSecsSinceEpoch(at).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

} // namespace electric::console::format
