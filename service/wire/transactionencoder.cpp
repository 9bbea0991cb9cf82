#include "service/wire/transactionencoder.h"

#include "service/schema/sqlitedialect.h"
#include "service/wire/encoding.h"
#include "service/wire/rowencoder.h"

#include <satellite.pb.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace electric::wire {

namespace protocol = Electric::Satellite;

namespace {

void describe(protocol::SatOpMigrate::Table &out, const schema::Table &table)
{
    out.set_name(table.name.name);
    for (const schema::Column &column : table.columns) {
        auto *described = out.add_columns();
        described->set_name(column.name);
        described->set_sqlite_type(schema::sqliteType(column.type));
        described->mutable_pg_type()->set_name(column.type.name);
        for (const int dimension : column.type.array)
            described->mutable_pg_type()->add_array(dimension);
        for (const int size : column.type.size)
            described->mutable_pg_type()->add_size(size);
    }
    for (const schema::ForeignKey &key : table.foreignKeys) {
        if (key.columns.size() != 1)
            continue; // clients throw on compound keys here (spec/satellite.md §9.6); the statement has them all the same
        auto *described = out.add_fks();
        for (const std::string &column : key.columns)
            described->add_fk_cols(column);
        described->set_pk_table(key.target.name);
        for (const std::string &column : key.targetColumns)
            described->add_pk_cols(column);
    }
    for (const std::string &column : table.primaryKey)
        out.add_pks(column);
}

void appendStep(std::string &out, const std::string &version, const schema::MigrationStep &step, Dialect dialect)
{
    protocol::SatOpLog one;
    auto *migrate = one.add_ops()->mutable_migrate();
    migrate->set_version(version);
    for (const auto &statement : dialect == Dialect::Sqlite ? step.sqlite : step.postgres) {
        auto *described = migrate->add_stmts();
        described->set_type(protocol::SatOpMigrate::Stmt::Type(int(statement.type)));
        described->set_sql(statement.sql);
    }
    if (step.table) {
        describe(*migrate->mutable_table(), *step.table);
    } else if (step.enumeration) {
        migrate->mutable_enum_type()->set_name(step.enumeration->name.name);
        for (const std::string &value : step.enumeration->values)
            migrate->mutable_enum_type()->add_values(value);
    }
    one.AppendToString(&out);
}

void addMigration(LoggedTransaction &logged, const schema::Migration &migration)
{
    logged.isMigration = true;
    logged.migrationVersion = migration.version;
    for (const schema::MigrationStep &step : migration.steps) {
        if (step.table) // as it is in the catalogue after the migration, where its OID is known
            logged.migratedTables.push_back(migration.catalogueAfter ? migration.catalogueAfter->table(step.table->name) : step.table);
        for (const Dialect dialect : {Dialect::Sqlite, Dialect::Postgres})
            appendStep(logged.migrationWire[std::size_t(dialect)], migration.version, step, dialect);
    }
    std::erase(logged.migratedTables, nullptr);
}

class KnownTable
{
public:
    explicit KnownTable(std::shared_ptr<const schema::Table> table)
        : m_table(std::move(table)), m_encoder(*m_table), m_key(m_table->keyIndexes())
    { }

    void append(LoggedTransaction &logged, const changes::RowChange &change)
    {
        using Kind = changes::RowChange::Kind;
        if (change.kind == Kind::Delete && change.oldRow.isEmpty())
            return; // a row that cannot be named
        if (change.kind == Kind::Delete) {
            add(logged, Kind::Delete, change, [&] { m_encoder.appendDelete(logged.operationsWire, change.oldRow); });
        } else if (change.kind == Kind::Update && !change.isReferenced) {
            if (!movesKey(change))
                return add(logged, Kind::Update, change,
                    [&] { m_encoder.appendUpdate(logged.operationsWire, change.newRow, change.oldRow, change.tags); });
            // To clients a row is its key: another key is another row (spec/conflicts.md A8).
            add(logged, Kind::Delete, change, [&] { m_encoder.appendDelete(logged.operationsWire, change.oldRow); });
            add(logged, Kind::Insert, change, [&] { m_encoder.appendInsert(logged.operationsWire, change.newRow, change.tags); });
        } else if (change.kind == Kind::Truncate) {
            add(logged, Kind::Truncate, change, [] {});
        } else {
            // A referenced row is new to whoever gets it: an insert, which clients take as upsert.
            add(logged, change.kind, change, [&] { m_encoder.appendInsert(logged.operationsWire, change.newRow, change.tags); });
        }
    }

private:
    template <typename Encode>
    void add(LoggedTransaction &logged, changes::RowChange::Kind kind, const changes::RowChange &change, const Encode &encode)
    {
        LoggedOperation operation;
        operation.kind = kind;
        operation.isReferenced = change.isReferenced;
        operation.table = m_table.get();
        operation.begin = logged.operationsWire.size();
        encode();
        operation.end = logged.operationsWire.size();
        logged.operations.push_back(operation);
    }

    [[nodiscard]] bool movesKey(const changes::RowChange &change) const
    {
        return std::any_of(m_key.begin(), m_key.end(), [&change](std::size_t column) {
            return column < change.oldRow.size() && column < change.newRow.size() && change.oldRow.at(column) != change.newRow.at(column);
        });
    }

    const std::shared_ptr<const schema::Table> m_table;
    RowEncoder m_encoder;
    const std::vector<std::size_t> m_key;
};

void addChanges(LoggedTransaction &logged, const changes::Transaction &transaction)
{
    std::unordered_map<std::uint32_t, std::optional<KnownTable>> tables;
    for (const changes::RowChange &change : transaction.changes) {
        auto [found, isNew] = tables.try_emplace(change.tableOid);
        if (isNew) {
            if (auto table = logged.catalogue->table(change.tableOid))
                found->second.emplace(std::move(table));
        }
        if (found->second) // else not for clients
            found->second->append(logged, change);
    }
}

} // namespace

LoggedTransactionPtr encodeTransaction(
    const changes::Transaction &transaction, schema::CataloguePtr catalogue, const schema::Migration *migration)
{
    auto logged = std::make_shared<LoggedTransaction>();
    logged->xid = transaction.xid;
    logged->lsn = transaction.lsn;
    logged->timestampMs = transaction.timestampMs;
    logged->origin = transaction.origin;
    logged->catalogue = std::move(catalogue);
    if (migration)
        addMigration(*logged, *migration);
    addChanges(*logged, transaction);
    logged->operations.shrink_to_fit();
    logged->operationsWire.shrink_to_fit();
    return logged;
}

LoggedTransactionPtr encodeMigration(const schema::Migration &migration)
{
    auto logged = std::make_shared<LoggedTransaction>();
    logged->xid = migration.txid;
    logged->timestampMs = migration.timestampMs;
    logged->origin = changes::postgresOrigin;
    logged->catalogue = migration.catalogueAfter;
    addMigration(*logged, migration);
    return logged;
}

} // namespace electric::wire
