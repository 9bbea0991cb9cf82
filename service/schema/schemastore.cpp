#include "service/schema/schemastore.h"

#include "service/schema/cataloguejson.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <chrono>
#include <thread>

namespace electric::schema {

namespace {

constexpr int versionAttempts = 20;
constexpr std::chrono::milliseconds betweenAttempts {50};

std::vector<std::string> textsOf(std::string_view jsonArray)
{
    std::vector<std::string> texts;
    const auto array = QJsonDocument::fromJson(QByteArray(jsonArray.data(), qsizetype(jsonArray.size()))).array();
    for (const auto &one : array)
        texts.push_back(one.toString().toStdString());
    return texts;
}

} // namespace

Result<SchemaHistory::Ptr> loadHistory(pg::Connection &connection)
{
    auto rows
        = connection.query("SELECT s.version, coalesce(v.txid::text, '0'), coalesce(v.txts, 0) / 1000, array_to_json(s.migration_ddl),"
                           " coalesce(p.position, 0) FROM electric.schema s LEFT JOIN electric.migration_versions v USING (version)"
                           " LEFT JOIN electric.migration_positions p USING (version) ORDER BY s.id");
    if (!rows)
        return fail(rows.error());
    auto history = SchemaHistory::empty();
    for (int row = 0; row < rows->count(); ++row) {
        auto next = history->applied({std::stoull(std::string(rows->text(row, 1))), std::stoll(std::string(rows->text(row, 2))),
            std::string(rows->text(row, 0)), Lsn::fromDecimal(rows->text(row, 4)).value_or(Lsn {}), textsOf(rows->text(row, 3))});
        if (!next)
            return fail(Failure::Kind::Malformed,
                "the migration " + std::string(rows->text(row, 0)) + " in electric.schema: " + next.error().detail);
        history = *next;
    }
    return resolveOids(connection, *history);
}

Result<VersionedTransaction> versionOf(pg::Connection &connection, const std::string &txid, const std::string &txts)
{
    for (int attempt = 0; attempt < versionAttempts; ++attempt) {
        auto rows = connection.query(
            "SELECT version, txts / 1000 FROM electric.migration_versions WHERE txid = $1::xid8 AND txts = $2::int8", {txid, txts});
        if (!rows)
            return fail(rows.error());
        if (rows->count() == 1)
            return VersionedTransaction {std::string(rows->text(0, 0)), std::stoll(std::string(rows->text(0, 1)))};
        std::this_thread::sleep_for(betweenAttempts);
    }
    return fail(Failure::Kind::NotFound, "no version is stored for the migration of transaction " + txid);
}

Result<SchemaHistory::Ptr> resolveOids(pg::Connection &connection, const SchemaHistory &history)
{
    auto rows = connection.query("SELECT n.nspname, c.relname, c.oid FROM electric.electrified e JOIN pg_class c ON c.oid = e.oid"
                                 " JOIN pg_namespace n ON n.oid = c.relnamespace");
    if (!rows)
        return fail(rows.error());
    std::map<TableName, std::uint32_t> oids;
    for (int row = 0; row < rows->count(); ++row)
        oids[{std::string(rows->text(row, 0)), std::string(rows->text(row, 1))}]
            = std::uint32_t(std::stoul(std::string(rows->text(row, 2))));
    return history.withOids(oids);
}

Result<void> saveVersion(pg::Connection &connection, const Migration &migration, const Catalogue &catalogue)
{
    QJsonArray queries;
    for (const std::string &query : migration.queries)
        queries.append(QString::fromStdString(query));
    auto saved
        = connection.query("WITH placed AS (INSERT INTO electric.migration_positions VALUES ($1, $4) ON CONFLICT DO NOTHING)"
                           " INSERT INTO electric.schema (version, schema, migration_ddl)"
                           " VALUES ($1, $2::jsonb, ARRAY(SELECT jsonb_array_elements_text($3::jsonb))) ON CONFLICT (version) DO NOTHING",
            {migration.version, catalogueJson(catalogue), QJsonDocument(queries).toJson(QJsonDocument::Compact).toStdString(),
                migration.position.toDecimal()});
    if (!saved)
        return fail(saved.error());
    return {};
}

Result<SchemaHistory::Ptr> adoptMissedMigrations(pg::Connection &connection, const SchemaHistory::Ptr &history, Lsn position)
{
    auto rows = connection.query("SELECT v.version, v.txid, v.txts / 1000, json_agg(d.query ORDER BY d.id)"
                                 " FROM electric.ddl_commands d JOIN electric.migration_versions v USING (txid, txts)"
                                 " WHERE v.version NOT IN (SELECT s.version FROM electric.schema s)"
                                 " GROUP BY v.version, v.txid, v.txts ORDER BY min(d.id)");
    if (!rows)
        return fail(rows.error());
    auto current = history;
    for (int row = 0; row < rows->count(); ++row) {
        const std::string version(rows->text(row, 0));
        auto next = current->applied({std::stoull(std::string(rows->text(row, 1))), std::stoll(std::string(rows->text(row, 2))), version,
            position, textsOf(rows->text(row, 3))});
        if (!next)
            return fail(Failure::Kind::Malformed, "the migration " + version + " in electric.ddl_commands: " + next.error().detail);
        auto resolved = resolveOids(connection, **next);
        if (!resolved)
            return fail(resolved.error());
        current = *resolved;
        if (auto saved = saveVersion(connection, *current->migrations().back(), *current->catalogue()); !saved)
            return fail(saved.error());
    }
    return current;
}

} // namespace electric::schema
