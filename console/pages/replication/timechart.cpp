#include "console/pages/replication/timechart.h"

#include <QDateTime>
#include <QDateTimeAxis>
#include <QEvent>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>

#include <array>
#include <cmath>
#include <limits>

namespace electric::console {

namespace {

struct Scale {
    double divisor;
    const char *name;
};

constexpr std::array scales {Scale {1, QT_TRANSLATE_NOOP("electric::console::TimeChart", "bytes")}, Scale {1024.0, "KiB"},
    Scale {1024.0 * 1024, "MiB"}, Scale {1024.0 * 1024 * 1024, "GiB"}, Scale {1024.0 * 1024 * 1024 * 1024, "TiB"}};

constexpr int penWidth = 2;
constexpr double headroom = 1.05; // a line at the very edge is not seen

// 1, 2 or 4 times a power of ten, not less than the value: half of it is a short number too.
double niceCeiling(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 4.0}) {
        if (value <= step * power)
            return step * power;
    }
    return 10 * power;
}

} // namespace

TimeChart::TimeChart(QWidget *parent) : QChartView(parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFocusPolicy(Qt::NoFocus); // what it says is in its accessible description and beside it
    setMinimumSize(220, 200);
    m_time = new QDateTimeAxis(chart());
    m_time->setFormat(QStringLiteral("HH:mm"));
    m_time->setTickCount(3);
    m_value = new QValueAxis(chart());
    m_value->setTickCount(3);
    m_value->setMin(0);
    chart()->addAxis(m_time, Qt::AlignBottom);
    chart()->addAxis(m_value, Qt::AlignLeft);
    chart()->setMargins({4, 4, 4, 4});
    chart()->setBackgroundRoundness(0);
    chart()->legend()->setAlignment(Qt::AlignBottom);
    takeColours();
}

void TimeChart::setUp(const QString &title, Unit unit, qint64 spanMs)
{
    m_title = title;
    m_unit = unit;
    m_spanMs = spanMs;
    setAccessibleName(title);
    say({});
    draw({});
}

void TimeChart::addLine(const QString &name, bool isLimit)
{
    auto *line = new QLineSeries(chart());
    line->setName(name);
    chart()->addSeries(line);
    line->attachAxis(m_time);
    line->attachAxis(m_value);
    m_lines << line;
    m_isLimit << isLimit;
    chart()->legend()->setVisible(m_lines.size() > 1);
    takeColours();
}

void TimeChart::draw(const QList<const Series *> &series)
{
    double greatest = 0;
    for (const Series *one : series)
        greatest = qMax(greatest, one->greatest());
    scale(greatest);
    for (qsizetype line = 0; line < qMin(series.size(), m_lines.size()); ++line) {
        QList<QPointF> points = series[line]->points();
        for (QPointF &point : points)
            point.ry() /= m_divisor;
        m_lines[line]->replace(points);
    }
    scaleTime(series);
}

// As far back as there is something, a minute at least.
void TimeChart::scaleTime(const QList<const Series *> &series)
{
    constexpr qint64 leastMs = 60'000;
    double newest = 0;
    double oldest = std::numeric_limits<double>::max();
    for (const Series *one : series) {
        if (one->isEmpty())
            continue;
        newest = qMax(newest, one->last().x());
        oldest = qMin(oldest, one->first().x());
    }
    const qint64 end = newest > 0 ? qint64(newest) : QDateTime::currentMSecsSinceEpoch();
    const qint64 length = newest > 0 ? qBound(leastMs, qint64(newest - oldest), m_spanMs) : leastMs;
    m_time->setFormat(length < 5 * leastMs ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
    m_time->setRange(QDateTime::fromMSecsSinceEpoch(end - length), QDateTime::fromMSecsSinceEpoch(end));
}

void TimeChart::scale(double greatest)
{
    std::size_t chosen = 0;
    if (m_unit == Unit::Bytes) {
        while (chosen + 1 < scales.size() && greatest >= scales[chosen + 1].divisor)
            ++chosen;
    }
    m_divisor = scales[chosen].divisor;
    const double top = niceCeiling(qMax(greatest / m_divisor * headroom, 1.0));
    m_value->setMax(top);
    m_value->setLabelFormat(top < 2 ? QStringLiteral("%.1f") : QStringLiteral("%.0f"));
    m_value->setTitleText(m_unit == Unit::Bytes ? tr(scales[chosen].name) : tr("per second"));
}

void TimeChart::say(const QString &text)
{
    setAccessibleDescription(text);
    chart()->setTitle(text.isEmpty() ? m_title : tr("%1: %2").arg(m_title, text));
}

void TimeChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        takeColours();
}

void TimeChart::takeColours()
{
    if (!m_time)
        return;
    const QPalette &colours = palette();
    const QBrush text = colours.brush(QPalette::Text);
    chart()->setBackgroundBrush(colours.brush(QPalette::Base));
    chart()->setTitleBrush(text);
    chart()->legend()->setLabelColor(text.color());
    const QList<QAbstractAxis *> axes {m_time, m_value};
    for (QAbstractAxis *axis : axes) {
        axis->setLabelsBrush(text);
        axis->setTitleBrush(text);
        axis->setLinePenColor(colours.color(QPalette::Mid));
        axis->setGridLineColor(colours.color(QPalette::Midlight));
    }
    const std::array roles {QPalette::Highlight, QPalette::LinkVisited};
    std::size_t drawn = 0;
    for (qsizetype line = 0; line < m_lines.size(); ++line) {
        if (m_isLimit[line])
            m_lines[line]->setPen(QPen(text, 1, Qt::DashLine));
        else
            m_lines[line]->setPen(QPen(colours.color(roles[drawn++ % roles.size()]), penWidth));
    }
}

} // namespace electric::console
