#include "service/app/texttable.h"

#include <QRegularExpression>

#include <algorithm>

namespace electric::app {

namespace {

constexpr qsizetype widest = 60;

QString cell(const QStringList &row, qsizetype column)
{
    QString text = row.value(column);
    text.replace(
        QRegularExpression(QStringLiteral("[\\x00-\\x1f\\x7f]")), QStringLiteral(" ")); // what clients send must not steer a terminal
    return text.isEmpty() ? QStringLiteral("-") : text.size() > widest ? text.left(widest - 1) + QChar(0x2026) : text;
}

bool isNumber(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]+(\\.[0-9]+)?( (B|kB|MB|GB|ms|s|min|h|d))?|-)$"));
    return form.match(text).hasMatch();
}

} // namespace

QString TextTable::text() const
{
    if (m_rows.isEmpty())
        return {};
    QList<qsizetype> widths;
    QList<bool> toRight;
    for (qsizetype column = 0; column < m_head.size(); ++column) {
        qsizetype width = m_head[column].size();
        bool numbers = true;
        for (const QStringList &row : m_rows) {
            width = std::max(width, cell(row, column).size());
            numbers = numbers && isNumber(cell(row, column));
        }
        widths.append(width);
        toRight.append(numbers);
    }
    QString all;
    const auto addLine = [&](const QStringList &row) {
        QString line;
        for (qsizetype column = 0; column < m_head.size(); ++column) {
            const QString text = cell(row, column);
            line += (toRight[column] ? text.rightJustified(widths[column]) : text.leftJustified(widths[column])) + QStringLiteral("  ");
        }
        while (line.endsWith(QLatin1Char(' ')))
            line.chop(1);
        all += line + QLatin1Char('\n');
    };
    addLine(m_head);
    for (const QStringList &row : m_rows)
        addLine(row);
    return all;
}

QString bytesInWords(qint64 bytes)
{
    if (bytes < 1000)
        return QStringLiteral("%1 B").arg(bytes);
    double value = double(bytes);
    for (const char *const unit : {"kB", "MB", "GB"}) {
        value /= 1000;
        if (value < 1000 || unit[0] == 'G')
            return QStringLiteral("%1 %2").arg(value, 0, 'f', 1).arg(QLatin1String(unit));
    }
    return {};
}

QString timeInWords(qint64 milliseconds)
{
    const qint64 seconds = std::max<qint64>(0, milliseconds) / 1000;
    if (seconds < 120)
        return QStringLiteral("%1 s").arg(seconds);
    if (seconds < 7200)
        return QStringLiteral("%1 min").arg(seconds / 60);
    return seconds < 172800 ? QStringLiteral("%1 h").arg(seconds / 3600) : QStringLiteral("%1 d").arg(seconds / 86400);
}

} // namespace electric::app
