#include "service/admin/shapepreview.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QScopeGuard>

#include <algorithm>

namespace electric::admin {

namespace {

constexpr qint64 patienceMs = 10'000;
constexpr qint64 largestShown = 64 << 10; // bytes of a row
constexpr qint64 mostShown = 4 << 20; // bytes of all rows
constexpr auto begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '2s'"; // one moment for all tables
constexpr auto queryCanceled = "57014";
constexpr auto lockNotAvailable = "55P03";

class Preview
{
public:
    Preview(pg::Connection &connection, int sample) : m_connection(connection), m_sample(sample) { m_clock.start(); }

    Result<PreviewedTable> of(const CheckedShape::Part &part)
    {
        PreviewedTable table = part.table;
        auto counted = ask(part.counting);
        if (!counted)
            return fail(counted.error());
        table.rows = number(*counted, 0);
        table.bytes = number(*counted, 1);
        auto rows = ask("SELECT row FROM (" + part.rows + ") AS shown WHERE size <= " + std::to_string(largestShown) + " LIMIT "
            + std::to_string(m_shown < mostShown ? m_sample : 0));
        if (!rows)
            return fail(rows.error());
        for (int row = 0; row < rows->count(); ++row) {
            const auto json = rows->text(row, 0);
            m_shown += qint64(json.size());
            table.sample.append(QJsonDocument::fromJson(QByteArray(json.data(), qsizetype(json.size()))).object());
        }
        return table;
    }

private:
    static qint64 number(const pg::Rows &rows, int column) { return std::stoll(std::string(rows.text(0, column))); }

    Result<pg::Rows> ask(const std::string &sql)
    {
        const qint64 left = std::max(patienceMs - m_clock.elapsed(), qint64(1)); // 0 would mean: for ever
        if (auto set = m_connection.execute("SET LOCAL statement_timeout = " + std::to_string(left)); !set)
            return fail(set.error());
        return m_connection.query(sql);
    }

    pg::Connection &m_connection;
    const int m_sample;
    QElapsedTimer m_clock;
    qint64 m_shown = 0;
};

ShapePreview refused(const Failure &why)
{
    ShapePreview preview;
    if (why.code == queryCanceled) {
        preview.error = QStringLiteral("The shape could not be counted within %1 seconds.").arg(patienceMs / 1000);
        preview.remedy = QStringLiteral("Narrow it with a where clause that an index serves, or try again when Postgres has less to do.");
    } else if (why.code == lockNotAvailable) {
        preview.error = QStringLiteral("Somebody holds a lock on a table of the shape.");
        preview.remedy = QStringLiteral("Try again when that transaction has ended (see pg_stat_activity).");
    } else {
        preview.error = QString::fromStdString(why.detail);
        preview.remedy = QString::fromStdString(why.hint);
    }
    return preview;
}

} // namespace

Result<ShapePreview> previewShape(pg::Connection &connection, const CheckedShape &shape, int sample)
{
    ShapePreview preview {0, 0, {}, shape.error, shape.remedy, shape.errorTable, shape.position};
    if (auto begun = connection.execute(begin); !begun)
        return fail(begun.error());
    const auto end = qScopeGuard([&connection] { (void)connection.execute("ROLLBACK"); });
    Preview look(connection, sample);
    for (const CheckedShape::Part &part : shape.parts) {
        auto table = look.of(part);
        if (!table && !connection.isUsable())
            return fail(table.error());
        if (!table)
            return refused(table.error());
        preview.rows += table->rows;
        preview.bytes += table->bytes;
        preview.tables.append(*std::move(table));
    }
    return preview;
}

} // namespace electric::admin
