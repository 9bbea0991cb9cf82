#include "console/pages/logs/logfilter.h"

namespace electric::console {

int rankOfLevel(const QString &level)
{
    static const QStringList levels {QStringLiteral("debug"), QStringLiteral("info"), QStringLiteral("warning"), QStringLiteral("error")};
    const auto rank = levels.indexOf(level);
    return rank < 0 ? 1 : int(rank);
}

bool LogFilter::matches(const admin::LogEntry &entry) const
{
    if (rankOfLevel(entry.level) < leastRank || !entry.category.startsWith(category))
        return false;
    if (!text.isEmpty() && !entry.text.contains(text, Qt::CaseInsensitive))
        return false;
    return pattern.pattern().isEmpty() || !pattern.isValid() || pattern.match(entry.text).hasMatch();
}

} // namespace electric::console
