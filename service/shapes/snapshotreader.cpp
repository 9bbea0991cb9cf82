#include "service/shapes/snapshotreader.h"

#include "service/changes/tags.h"
#include "service/pg/copytext.h"
#include "service/shapes/snapshotquery.h"
#include "service/wire/rowencoder.h"

#include <array>

namespace electric::shapes {

namespace {

constexpr std::size_t pieceBytes = 64 * 1024;

// A row that has never been written since its table was electrified (spec/conflicts.md §1.1).
const std::array<std::string, 1> epochTags {"postgres_1@0"};

// Turns COPY's lines of one table into encoded operations.
class TableEncoder
{
public:
    TableEncoder(const schema::Table &table, bool keysOnly) : m_encoder(table), m_keysOnly(keysOnly) { }

    void append(std::string &out, std::string_view line)
    {
        const auto &fields = m_reader.read(line);
        m_row.clear();
        for (std::size_t at = m_keysOnly ? 0 : 1; at < fields.size(); ++at)
            m_row.push_back(fields[at] ? changes::Value {changes::Value::Kind::Text, *fields[at]} : changes::Value {});
        if (m_keysOnly) {
            m_encoder.appendGone(out, m_row);
            return;
        }
        const bool isTagged = !fields.empty() && fields[0] && *fields[0] != "{}";
        if (isTagged)
            m_encoder.appendInsert(out, m_row, m_tags.read(*fields[0]));
        else
            m_encoder.appendInsert(out, m_row, epochTags);
    }

private:
    wire::RowEncoder m_encoder;
    pg::CopyTextReader m_reader;
    changes::TagArrayReader m_tags;
    std::vector<changes::Value> m_row;
    const bool m_keysOnly;
};

} // namespace

void SnapshotReader::setDatabase(pg::ConnectionOptions options)
{
    m_options = std::move(options);
    m_snapshot.reset();
    m_marker.reset();
}

Result<void> SnapshotReader::ensureConnections()
{
    for (auto *const connection : {&m_snapshot, &m_marker}) {
        if (*connection && (*connection)->isUsable())
            continue;
        auto opened = pg::Connection::open(m_options, "electric snapshot");
        if (!opened)
            return fail(opened.error());
        connection->emplace(std::move(*opened));
    }
    return {};
}

Result<void> SnapshotReader::read(const SnapshotRequest &request, SnapshotSink &sink)
{
    if (!sink.isWanted())
        return {};
    if (auto ready = ensureConnections(); !ready)
        return ready;
    auto done = begin(sink);
    for (const auto &table : parentsFirst(request.tables)) {
        if (!done || !sink.isWanted())
            break;
        done = readTable(request, table, sink);
    }
    if (done && sink.isWanted())
        sink.deliver(SnapshotEnded {});
    if (auto ended = m_snapshot->execute("ROLLBACK"); !ended)
        m_snapshot.reset();
    return done;
}

Result<void> SnapshotReader::begin(SnapshotSink &sink)
{
    if (auto begun = m_snapshot->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun) {
        m_snapshot.reset();
        return begun;
    }
    auto rows = m_snapshot->query("SELECT pg_current_snapshot(), pg_current_wal_insert_lsn()");
    if (!rows)
        return fail(rows.error());
    const auto visibility = Visibility::parse(rows->text(0, 0));
    const auto upTo = Lsn::fromHex(rows->text(0, 1));
    if (!visibility || !upTo)
        return fail(Failure::Kind::Internal, "Postgres described its snapshot in a form that is not understood");
    sink.deliver(SnapshotBegan {*visibility, *upTo});
    // The stream must pass the snapshot's position even when nobody writes.
    auto marked = m_marker->query("SELECT pg_logical_emit_message(true, 'electric.position', '')");
    if (!marked) {
        m_marker.reset();
        return fail(marked.error());
    }
    return {};
}

Result<void> SnapshotReader::readTable(
    const SnapshotRequest &request, const std::shared_ptr<const schema::Table> &table, SnapshotSink &sink)
{
    TableEncoder encoder(*table, request.keysOnly);
    SnapshotRows piece;
    piece.tables.push_back(table);
    bool isFirst = true;
    const auto handOver = [&] {
        const bool wanted = sink.deliver(std::exchange(piece, SnapshotRows {}));
        piece.operations.reserve(pieceBytes + pieceBytes / 4);
        isFirst = false;
        return wanted;
    };
    const std::string sql = request.keysOnly ? copyKeys(*table, request.userId) : copyRows(*table, shadowTable(*table), request.userId);
    auto copied = m_snapshot->copyOut(sql, [&](std::string_view line) {
        encoder.append(piece.operations, line);
        ++piece.rows;
        return piece.operations.size() < pieceBytes || handOver();
    });
    if (!copied)
        return copied;
    if (piece.rows > 0 || isFirst)
        handOver();
    return {};
}

std::string SnapshotReader::shadowTable(const schema::Table &table)
{
    return "electric." + pg::quoteIdentifier("shadow__" + table.name.schema + "__" + table.name.name);
}

} // namespace electric::shapes
