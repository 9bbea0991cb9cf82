#include "tests/bench/report.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace electric::bench {

namespace {

QByteArray number(std::optional<double> value)
{
    if (!value)
        return "-";
    return QByteArray::number(*value, 'f', *value < 100 ? 2 : 0);
}

} // namespace

void Report::add(const Figure &figure)
{
    QJsonObject object {
        {QStringLiteral("name"), figure.name}, {QStringLiteral("value"), figure.value}, {QStringLiteral("unit"), figure.unit}};
    if (figure.limit) {
        object.insert(QStringLiteral("limit"), *figure.limit);
        object.insert(QStringLiteral("limitName"), figure.limitName);
        object.insert(QStringLiteral("ofLimit"), figure.value / *figure.limit);
    }
    if (figure.cpuPerItem)
        object.insert(QStringLiteral("serviceCpuMicrosecondsPerItem"), *figure.cpuPerItem);
    if (figure.peak)
        object.insert(QStringLiteral("peakMegabytes"), *figure.peak);
    m_all.append(object);
    if (m_json)
        return;
    if (!m_headed)
        std::printf("%-46s %12s %-8s %12s %-28s %10s %9s\n", "what", "measured", "unit", "limit", "of what", "us CPU", "peak MB");
    m_headed = true;
    std::printf("%-46s %12s %-8s %12s %-28s %10s %9s\n", qPrintable(figure.name), number(figure.value).constData(), qPrintable(figure.unit),
        number(figure.limit).constData(), qPrintable(figure.limitName), number(figure.cpuPerItem).constData(),
        number(figure.peak).constData());
    std::fflush(stdout);
}

void Report::finish() const
{
    if (m_json)
        std::printf("%s", QJsonDocument(m_all).toJson().constData());
}

} // namespace electric::bench
