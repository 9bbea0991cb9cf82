#pragma once

#include "console/models/series.h"

#include <QtCharts/QChartView>

class QDateTimeAxis;
class QLineSeries;
class QValueAxis;

namespace electric::console {

// Lines over time with the colours of the palette. It draws the series that it is given and keeps none.
class TimeChart final : public QChartView
{
    Q_OBJECT

public:
    enum class Unit { Bytes, PerSecond, Milliseconds, Count };
    enum class Line {
        Value,
        Limit, // dotted: it is never crossed
        Mark, // of a limit, worth a look; drawn only
    };

    explicit TimeChart(QWidget *parent = nullptr);

    void setUp(const QString &title, Unit unit, qint64 spanMs);
    void setSpan(qint64 ms); // that is shown, from the newest point back
    // A line for each; a legend when there are several.
    void addLine(const QString &name, Line line = Line::Value);
    void draw(const QList<const Series *> &series); // in the order of the lines
    void say(const QString &text); // below the title: how it is now

private:
    void changeEvent(QEvent *event) override;
    void takeColours();
    void scale(double greatest);
    [[nodiscard]] qint64 scaleTime(const QList<const Series *> &series); // where it begins

    QList<QLineSeries *> m_lines;
    QList<Line> m_kinds;
    QDateTimeAxis *m_time = nullptr;
    QValueAxis *m_value = nullptr;
    QString m_title;
    Unit m_unit = Unit::Bytes;
    qint64 m_spanMs = 0;
    double m_divisor = 1; // of bytes, for the axis
};

} // namespace electric::console
