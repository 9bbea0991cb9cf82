#include "console/models/series.h"

#include <algorithm>

namespace electric::console {

Series::Series(qint64 spanMs, std::size_t mostPoints) : m_spanMs(spanMs), m_mostPoints(qMax(std::size_t(1), mostPoints)) { }

void Series::add(qint64 at, double value)
{
    const auto x = double(at);
    if (!m_points.empty() && x <= m_points.back().x())
        return;
    m_points.emplace_back(x, value);
    while (m_points.size() > m_mostPoints || m_points.front().x() < x - double(m_spanMs))
        m_points.pop_front();
}

void Series::addCounter(qint64 at, qint64 counter)
{
    if (m_lastCounter && at <= m_lastCounter->at)
        return;
    if (m_lastCounter && counter >= m_lastCounter->value)
        add(at, double(counter - m_lastCounter->value) * 1'000.0 / double(at - m_lastCounter->at));
    m_lastCounter = Counter {at, counter};
}

void Series::clear()
{
    m_points.clear();
    m_lastCounter.reset();
}

double Series::greatest() const
{
    const auto greatest = std::max_element(m_points.begin(), m_points.end(), [](QPointF a, QPointF b) { return a.y() < b.y(); });
    return greatest == m_points.end() ? 0 : greatest->y();
}

} // namespace electric::console
