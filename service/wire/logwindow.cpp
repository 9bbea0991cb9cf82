#include "service/wire/logwindow.h"

#include <algorithm>

namespace electric::wire {

namespace {

std::uint64_t costOf(const LoggedTransaction &transaction)
{
    return sizeof transaction + transaction.origin.size() + transaction.operationsWire.capacity()
        + transaction.operations.capacity() * sizeof(LoggedOperation) + transaction.migrationWire[0].size()
        + transaction.migrationWire[1].size();
}

} // namespace

void LogWindow::reset(Lsn position)
{
    m_dropped += m_transactions.size();
    if (m_position > Lsn {})
        ++m_dropped; // a number for what is missing: who was at the end has lost something too
    m_transactions.clear();
    m_bytes = 0;
    m_first = m_last = m_position = position;
}

void LogWindow::append(LoggedTransactionPtr transaction)
{
    m_last = transaction->lsn;
    m_position = std::max(m_position, m_last);
    m_bytes += costOf(*transaction);
    m_transactions.push_back(std::move(transaction));
    trim();
}

void LogWindow::advance(Lsn position)
{
    m_position = std::max(m_position, position);
    trim();
}

void LogWindow::trim()
{
    const auto isTooFar = [this](Lsn lsn) { return m_position.value - lsn.value > m_limits.distance; };
    while (!m_transactions.empty() && (m_bytes > m_limits.bytes || isTooFar(m_transactions.front()->lsn))) {
        if (m_transactions.size() == 1 && !isTooFar(m_transactions.front()->lsn))
            break; // the newest stays, however large: its readers are about to come
        m_first = m_transactions.front()->lsn;
        m_bytes -= costOf(*m_transactions.front());
        m_transactions.pop_front();
        ++m_dropped;
    }
    if (isTooFar(m_first))
        m_first = Lsn {m_position.value - m_limits.distance}; // what is left commits later
}

std::uint64_t LogWindow::numberAfter(Lsn lsn) const
{
    const auto found = std::upper_bound(m_transactions.begin(), m_transactions.end(), lsn,
        [](Lsn one, const LoggedTransactionPtr &transaction) { return one < transaction->lsn; });
    return m_dropped + std::uint64_t(found - m_transactions.begin());
}

LoggedTransactionPtr LogWindow::at(std::uint64_t number) const
{
    if (number >= endNumber() || isDropped(number))
        return nullptr;
    return m_transactions[number - m_dropped];
}

} // namespace electric::wire
