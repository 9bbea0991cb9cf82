#include "service/proxy/frameworks.h"

#include <algorithm>
#include <array>

namespace electric::proxy
{

namespace
{

// A new framework is a line here. Those whose versions do not sort by time (Alembic, Django) are left out on purpose:
// their migrations get an automatic version (spec/proxy.md §3.4).
constexpr std::array<Framework, 6> frameworks{{
    {"Ecto, ActiveRecord", "schema_migrations", "version", false},
    {"Prisma", "_prisma_migrations", "migration_name", true},
    {"@databases", "atdatabases_migrations_applied", "index", false},
    {"Knex", "knex_migrations", "name", true},
    {"Sequelize", "SequelizeMeta", "name", true},
    {"Flyway", "flyway_schema_history", "version", false},
}};

constexpr std::size_t maxVersion = 255;

} // namespace

const Framework *frameworkOf(std::string_view schema, std::string_view table, const std::vector<std::string> &columns)
{
    if (!schema.empty() && schema != "public")
        return nullptr;
    for (const Framework &framework : frameworks)
        if (framework.table == table && std::find(columns.begin(), columns.end(), framework.column) != columns.end())
            return &framework;
    return nullptr;
}

std::optional<std::string> versionIn(const Framework &framework, std::string_view value)
{
    if (framework.untilUnderscore) {
        const std::size_t end = value.find('_');
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
