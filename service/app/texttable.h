#pragma once

#include <QString>
#include <QStringList>

namespace electric::app {

// Rows in aligned columns for a terminal, under a head; columns of numbers are aligned to the right. Empty without rows.
class TextTable
{
public:
    explicit TextTable(QStringList head) : m_head(std::move(head)) { }

    void add(const QStringList &row) { m_rows.append(row); }
    [[nodiscard]] QString text() const;

private:
    const QStringList m_head;
    QList<QStringList> m_rows;
};

// "3.2 MB", "5 min", for people.
[[nodiscard]] QString bytesInWords(qint64 bytes);
[[nodiscard]] QString timeInWords(qint64 milliseconds);

} // namespace electric::app
