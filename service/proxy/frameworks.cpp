#include "service/proxy/frameworks.h"

#include <algorithm>
#include <array>

namespace electric::proxy {

namespace {

// A new framework is a line here, and a word of its table's name in statements.cpp if none there fits. Those whose
// versions are not unique or do not sort by time (Django, Alembic, Liquibase) are left out on purpose: their migrations
// get an automatic version (spec/proxy.md §3.4).
constexpr auto before = Framework::Notes::Before;
constexpr auto after = Framework::Notes::Afterwards;
constexpr std::array<Framework, 23> frameworks {{
    {"Ecto", "schema_migrations", "version", "", before, "inserted_at"},
    {"golang-migrate", "schema_migrations", "version", "", before, "dirty"},
    {"ActiveRecord, dbmate", "schema_migrations", "version", ""},
    {"Prisma", "_prisma_migrations", "migration_name", "_", before},
    {"@databases", "atdatabases_migrations_applied", "index", "", before},
    {"Atlas", "atlas_schema_revisions", "version", "", before, {}, "atlas_schema_revisions"},
    {"Atlas in public", "atlas_schema_revisions", "version", "", before},
    {"Diesel", "__diesel_schema_migrations", "version", ""},
    {"Drizzle", "__drizzle_migrations", "created_at", "", after, {}, "drizzle"},
    {"EF Core", "__EFMigrationsHistory", "MigrationId", "_"},
    {"Flyway", "flyway_schema_history", "version", ""},
    {"Goose", "goose_db_version", "version_id", ""},
    {"Knex", "knex_migrations", "name", "_"},
    {"Kysely", "kysely_migration", "name", "_-"},
    {"Laravel", "migrations", "migration", ""},
    {"MikroORM", "mikro_orm_migrations", "name", ""},
    {"node-pg-migrate", "pgmigrations", "name", "_-"},
    {"Phinx", "phinxlog", "version", ""},
    {"Refinery", "refinery_schema_history", "version", ""},
    {"Sequel", "schema_migrations", "filename", "_"},
    {"Sequelize, Umzug", "SequelizeMeta", "name", "_-."},
    {"SQLx", "_sqlx_migrations", "version", ""},
    {"TypeORM", "migrations", "timestamp", ""},
}};

constexpr std::size_t maxVersion = 255;

} // namespace

const Framework *frameworkOf(std::string_view schema, std::string_view table, const std::vector<std::string> &columns)
{
    const auto has = [&](std::string_view column) { return std::find(columns.begin(), columns.end(), column) != columns.end(); };
    const auto fits = [&](const Framework &one) {
        return one.table == table && (schema.empty() || one.schema == schema) && has(one.column) && (one.sign.empty() || has(one.sign));
    };
    const auto found = std::find_if(frameworks.begin(), frameworks.end(), fits);
    return found == frameworks.end() ? nullptr : &*found;
}

std::optional<std::string> versionIn(const Framework &framework, std::string_view value)
{
    if (!framework.ends.empty()) {
        const std::size_t end = value.find_first_of(framework.ends);
        if (end == std::string_view::npos)
            return std::nullopt;
        value = value.substr(0, end);
    }
    const auto isPlain = [](unsigned char c) { return c > ' ' && c < 0x7f; };
    if (value.empty() || value.size() > maxVersion || !std::all_of(value.begin(), value.end(), isPlain))
        return std::nullopt;
    return std::string(value);
}

} // namespace electric::proxy
