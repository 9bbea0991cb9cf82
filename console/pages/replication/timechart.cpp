#include "console/pages/replication/timechart.h"

#include <QDateTime>
#include <QDateTimeAxis>
#include <QEvent>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>

#include <algorithm>
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

constexpr std::array durations {Scale {1, QT_TRANSLATE_NOOP("electric::console::TimeChart", "ms")},
    Scale {1e3, QT_TRANSLATE_NOOP("electric::console::TimeChart", "s")},
    Scale {60e3, QT_TRANSLATE_NOOP("electric::console::TimeChart", "min")},
    Scale {3600e3, QT_TRANSLATE_NOOP("electric::console::TimeChart", "h")}};

constexpr int penWidth = 2;
constexpr double headroom = 1.05; // a line at the very edge is not seen

// As light, so that it is seen as well.
QColor oppositeOf(const QColor &colour)
{
    constexpr int turn = 165; // degrees
    return QColor::fromHsl((qMax(0, colour.hslHue()) + turn) % 360, colour.hslSaturation(), colour.lightness());
}

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
    chart()->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries); // as the line is drawn
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

void TimeChart::setSpan(qint64 ms)
{
    m_spanMs = ms;
}

void TimeChart::addLine(const QString &name, Line kind)
{
    auto *line = new QLineSeries(chart());
    line->setName(name);
    chart()->addSeries(line);
    line->attachAxis(m_time);
    line->attachAxis(m_value);
    m_lines << line;
    m_kinds << kind;
    chart()->legend()->setVisible(m_lines.size() > 1);
    takeColours();
}

void TimeChart::draw(const QList<const Series *> &series)
{
    const auto begin = double(scaleTime(series));
    QList<QList<QPointF>> shown;
    double greatest = 0;
    for (const Series *one : series) {
        QList<QPointF> points = one->points();
        const auto first = std::find_if(points.cbegin(), points.cend(), [begin](QPointF point) { return point.x() >= begin; });
        points.erase(points.cbegin(), first);
        for (const QPointF &point : std::as_const(points))
            greatest = qMax(greatest, point.y());
        shown << points;
    }
    scale(greatest);
    for (qsizetype line = 0; line < qMin(shown.size(), m_lines.size()); ++line) {
        for (QPointF &point : shown[line])
            point.ry() /= m_divisor;
        m_lines[line]->replace(shown[line]);
    }
}

// As far back as there is something, a minute at least.
qint64 TimeChart::scaleTime(const QList<const Series *> &series)
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
    return end - length;
}

void TimeChart::scale(double greatest)
{
    std::size_t chosen = 0;
    const auto enlarge = [&](const auto &units) {
        while (chosen + 1 < units.size() && greatest >= units[chosen + 1].divisor)
            ++chosen;
        m_divisor = units[chosen].divisor;
        m_value->setTitleText(tr(units[chosen].name));
    };
    m_divisor = 1;
    switch (m_unit) {
    case Unit::Bytes: enlarge(scales); break;
    case Unit::Milliseconds: enlarge(durations); break;
    case Unit::PerSecond: m_value->setTitleText(tr("per second")); break;
    case Unit::Count: m_value->setTitleText(tr("number")); break;
    }
    const double top = niceCeiling(qMax(greatest / m_divisor * headroom, 1.0));
    m_value->setMax(top);
    m_value->setLabelFormat(top < 2 ? QStringLiteral("%.1f") : QStringLiteral("%.0f"));
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
    // Told apart by the kind of the line too, not by the colour alone.
    const QColor first = colours.color(QPalette::Link); // made to be read on the ground
    const std::array pens {QPen(first, penWidth), QPen(oppositeOf(first), penWidth, Qt::DashLine)};
    std::size_t drawn = 0;
    for (qsizetype line = 0; line < m_lines.size(); ++line) {
        switch (m_kinds[line]) {
        case Line::Value: m_lines[line]->setPen(pens[drawn++ % pens.size()]); break;
        case Line::Limit: m_lines[line]->setPen(QPen(text, penWidth, Qt::DotLine)); break;
        case Line::Mark: m_lines[line]->setPen(QPen(colours.brush(QPalette::PlaceholderText), 1, Qt::DashDotLine)); break;
        }
    }
}

} // namespace electric::console
