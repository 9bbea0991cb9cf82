#include "service/shapes/snapshotreader.h"

#include "service/changes/tags.h"
#include "service/pg/copytext.h"
#include "service/shapes/rowkey.h"
#include "service/shapes/snapshotquery.h"
#include "service/wire/rowencoder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <thread>
#include <unordered_set>

namespace electric::shapes {

namespace {

constexpr std::size_t pieceBytes = 64 * 1024;
constexpr std::chrono::seconds longestVisibilityLag {10}; // a backend that is stopped between its commit record and its end
constexpr std::chrono::milliseconds visibilityPoll {1};

// A row that has never been written since its table was electrified (spec/conflicts.md §1.1).
const std::array<std::string, 1> epochTags {"postgres_1@0"};

// Takes COPY's lines of one table apart, and makes encoded operations of them.
class TableEncoder
{
public:
    TableEncoder(const schema::Table &table, bool keysOnly) : m_encoder(table), m_keysOnly(keysOnly) { }

    // Valid until the next call, and as long as the line.
    std::span<const changes::Value> read(std::string_view line)
    {
        m_fields = &m_reader.read(line);
        m_row.clear();
        for (std::size_t at = m_keysOnly ? 0 : 1; at < m_fields->size(); ++at)
            m_row.push_back((*m_fields)[at] ? changes::Value {changes::Value::Kind::Text, *(*m_fields)[at]} : changes::Value {});
        return m_row;
    }
    // Of the row that was read last.
    void append(std::string &out)
    {
        if (m_keysOnly) {
            m_encoder.appendGone(out, m_row);
            return;
        }
        const auto &fields = *m_fields;
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
    const std::vector<std::optional<std::string_view>> *m_fields = nullptr;
    std::vector<changes::Value> m_row;
    const bool m_keysOnly;
};

// Collects rows, and hands them over in pieces.
class Pieces
{
public:
    explicit Pieces(SnapshotSink &sink) : m_sink(sink) { }

    SnapshotRows piece;

    void begin(const std::shared_ptr<const schema::Table> &table)
    {
        piece.tables.push_back(table);
        m_isAnnounced = false;
    }
    bool handOverWhenFull() { return piece.operations.size() + m_placeBytes < pieceBytes || handOver(); }
    void end()
    {
        if (piece.rows > 0 || !m_isAnnounced)
            handOver();
    }
    void addFound(FoundRow found)
    {
        m_placeBytes += found.row.byteCount() + sizeof(FoundRow);
        piece.found.push_back(std::move(found));
    }

private:
    bool handOver()
    {
        const bool wanted = m_sink.deliver(std::exchange(piece, SnapshotRows {}));
        piece.operations.reserve(pieceBytes + pieceBytes / 4);
        m_placeBytes = 0;
        m_isAnnounced = true;
        return wanted;
    }

    SnapshotSink &m_sink;
    std::size_t m_placeBytes = 0;
    bool m_isAnnounced = false;
};

// Which rows were read already, of tables that are read more than once.
class SeenRows
{
public:
    explicit SeenRows(const SnapshotRequest &request)
    {
        for (const Selection &selection : request.selections)
            for (const std::size_t layer : layersOf(selection))
                ++m_reads[selection.shape->layers[layer].table->name];
    }
    // True for the first time.
    bool add(const schema::Table &table, std::span<const changes::Value> row)
    {
        if (m_reads[table.name] < 2)
            return true;
        const auto key = packKey(row, table.keyIndexes());
        return key && m_seen[table.name].insert(*key).second;
    }

private:
    std::map<schema::TableName, int> m_reads;
    std::map<schema::TableName, std::unordered_set<std::string>> m_seen;
};

changes::Tuple onlyColumns(std::span<const changes::Value> row, const std::vector<bool> &columns)
{
    changes::Tuple kept;
    for (std::size_t at = 0; at < row.size(); ++at)
        kept.append(at < columns.size() && columns[at] ? row[at] : changes::Value {});
    return kept;
}

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
    auto done = begin(request, sink);
    for (const auto &table : parentsFirst(request.tables)) {
        if (!done || !sink.isWanted())
            break;
        done = readTable(request, table, sink);
    }
    if (done && sink.isWanted())
        done = readSelections(request, sink);
    if (done && sink.isWanted())
        sink.deliver(SnapshotEnded {});
    if (auto ended = m_snapshot->execute("ROLLBACK"); !ended)
        m_snapshot.reset();
    return done;
}

Result<SnapshotBegan> SnapshotReader::take()
{
    if (auto begun = m_snapshot->execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); !begun) {
        m_snapshot.reset();
        return fail(begun.error());
    }
    auto rows = m_snapshot->query("SELECT pg_current_snapshot(), pg_current_wal_insert_lsn()");
    if (!rows)
        return fail(rows.error());
    const auto visibility = Visibility::parse(rows->text(0, 0));
    const auto upTo = Lsn::fromHex(rows->text(0, 1));
    if (!visibility || !upTo)
        return fail(Failure::Kind::Internal, "Postgres described its snapshot in a form that is not understood");
    return SnapshotBegan {*visibility, *upTo};
}

Result<void> SnapshotReader::begin(const SnapshotRequest &request, SnapshotSink &sink)
{
    const auto deadline = std::chrono::steady_clock::now() + longestVisibilityLag;
    auto taken = take();
    const auto showsAll = [&] {
        return std::all_of(request.alreadyStreamed.begin(), request.alreadyStreamed.end(),
            [&](std::uint64_t xid) { return taken->visibility.shows(xid); });
    };
    while (taken && !showsAll()) {
        if (std::chrono::steady_clock::now() > deadline)
            return fail(Failure::Kind::Timeout, "a transaction that was streamed is still not visible to other sessions");
        if (auto ended = m_snapshot->execute("ROLLBACK"); !ended)
            return ended;
        std::this_thread::sleep_for(visibilityPoll);
        taken = take();
    }
    if (!taken)
        return fail(taken.error());
    sink.deliver(*taken);
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
    Pieces pieces(sink);
    pieces.begin(table);
    const std::string sql
        = request.keysOnly ? copyKeys(*table, request.userId, request.excluded) : copyRows(*table, shadowTable(*table), request.userId);
    auto copied = m_snapshot->copyOut(sql, [&](std::string_view line) {
        (void)encoder.read(line);
        encoder.append(pieces.piece.operations);
        ++pieces.piece.rows;
        return pieces.handOverWhenFull();
    });
    if (copied)
        pieces.end();
    return copied;
}

Result<void> SnapshotReader::readSelections(const SnapshotRequest &request, SnapshotSink &sink)
{
    SeenRows seen(request);
    Pieces pieces(sink);
    for (std::size_t at = 0; at < request.selections.size(); ++at) {
        const Selection &selection = request.selections[at];
        for (const std::size_t layer : layersOf(selection)) {
            const auto &table = selection.shape->layers[layer].table;
            const auto places = placeColumns(*selection.shape, layer);
            TableEncoder encoder(*table, request.keysOnly);
            pieces.begin(table);
            const auto onLine = [&](std::string_view line) {
                const auto row = encoder.read(line);
                FoundRow found {at, layer, onlyColumns(row, places), pieces.piece.operations.size(), 0};
                if (seen.add(*table, row))
                    encoder.append(pieces.piece.operations);
                found.end = pieces.piece.operations.size();
                pieces.addFound(std::move(found));
                ++pieces.piece.rows;
                return pieces.handOverWhenFull();
            };
            auto copied = m_snapshot->copyOut(copyLayer(request, selection, layer, shadowTable(*table)), onLine);
            if (!copied)
                return copied;
            if (!sink.isWanted())
                return {};
        }
    }
    pieces.end();
    return {};
}

std::string SnapshotReader::shadowTable(const schema::Table &table)
{
    return "electric." + pg::quoteIdentifier("shadow__" + table.name.schema + "__" + table.name.name);
}

} // namespace electric::shapes
