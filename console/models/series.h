#pragma once

#include <QList>
#include <QPointF>

#include <deque>
#include <optional>

namespace electric::console {

// One quantity over the last while, for a chart. Old points go by age and by number; drawing is left to the page.
class Series final
{
public:
    explicit Series(qint64 spanMs, std::size_t mostPoints = 2'000);

    void add(qint64 at, double value); // what is not later than the last point is passed over
    // Adds the rate in 1/s since the last call. A counter that fell belongs to a service that started anew: no point then.
    void addCounter(qint64 at, qint64 counter);
    // The next counter has no predecessor: nothing is known of the time between.
    void breakOff() { m_lastCounter.reset(); }
    void clear();

    [[nodiscard]] bool isEmpty() const { return m_points.empty(); }
    [[nodiscard]] std::size_t size() const { return m_points.size(); }
    [[nodiscard]] QPointF first() const { return m_points.empty() ? QPointF() : m_points.front(); }
    [[nodiscard]] QPointF last() const { return m_points.empty() ? QPointF() : m_points.back(); }
    [[nodiscard]] double greatest() const; // 0 when empty
    [[nodiscard]] QList<QPointF> points() const { return {m_points.begin(), m_points.end()}; }

private:
    struct Counter {
        qint64 at = 0;
        qint64 value = 0;
    };

    const qint64 m_spanMs;
    const std::size_t m_mostPoints;
    std::deque<QPointF> m_points; // x: ms since 1970
    std::optional<Counter> m_lastCounter;
};

} // namespace electric::console
