#include "service/wire/transactionencoder.h"

#include "service/schema/sqlitedialect.h"
#include "service/wire/encoding.h"
#include "service/wire/rowencoder.h"

#include <satellite.pb.h>

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

struct KnownTable {
    std::shared_ptr<const schema::Table> table;
    RowEncoder encoder;
};

void addChanges(LoggedTransaction &logged, const changes::Transaction &transaction)
{
    using Kind = changes::RowChange::Kind;
    std::unordered_map<std::uint32_t, std::optional<KnownTable>> tables;
    for (const changes::RowChange &change : transaction.changes) {
        auto [found, isNew] = tables.try_emplace(change.tableOid);
        if (isNew) {
            if (auto table = logged.catalogue->table(change.tableOid))
                found->second.emplace(KnownTable {table, RowEncoder(*table)});
        }
        if (!found->second || (change.kind == Kind::Delete && change.oldRow.isEmpty()))
            continue; // not for clients, or a row that cannot be named
        RowEncoder &encoder = found->second->encoder;
        LoggedOperation operation;
        operation.kind = change.kind;
        operation.isReferenced = change.isReferenced;
        operation.table = found->second->table.get();
        operation.begin = logged.operationsWire.size();
        if (change.kind == Kind::Delete)
            encoder.appendDelete(logged.operationsWire, change.oldRow);
        else if (change.kind == Kind::Update && !change.isReferenced)
            encoder.appendUpdate(logged.operationsWire, change.newRow, change.oldRow, change.tags);
        else if (change.kind != Kind::Truncate) // a referenced row is new to whoever gets it: an insert, which clients take as upsert
            encoder.appendInsert(logged.operationsWire, change.newRow, change.tags);
        operation.end = logged.operationsWire.size();
        logged.operations.push_back(operation);
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
