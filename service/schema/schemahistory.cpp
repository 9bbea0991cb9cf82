#include "service/schema/schemahistory.h"

#include "service/schema/ddl.h"

#include <algorithm>

namespace electric::schema {

namespace {

CataloguePtr completed(const CataloguePtr &catalogue, const std::map<TableName, std::uint32_t> &oids)
{
    auto next = std::make_shared<Catalogue>(*catalogue);
    bool isChanged = false;
    for (const auto &[name, table] : catalogue->tables()) {
        const auto found = oids.find(name);
        if (found == oids.end() || table->oid == found->second)
            continue;
        Table withOid = *table;
        withOid.oid = found->second;
        next->put(std::move(withOid));
        isChanged = true;
    }
    return isChanged ? next : catalogue;
}

} // namespace

std::shared_ptr<const Migration> SchemaHistory::migration(const std::string &version) const
{
    const auto found = std::find_if(m_migrations.begin(), m_migrations.end(), [&version](const auto &one) { return one->version == version; });
    return found == m_migrations.end() ? nullptr : *found;
}

Result<SchemaHistory::Ptr> SchemaHistory::applied(
    std::uint64_t txid, std::int64_t timestampMs, const std::string &version, std::vector<std::string> queries) const
{
    auto migration = std::make_shared<Migration>();
    auto catalogue = *m_catalogue;
    for (const std::string &query : queries) {
        auto change = applyDdl(catalogue, query);
        if (!change)
            return fail(change.error());
        catalogue = std::move(change->catalogue);
        std::move(change->steps.begin(), change->steps.end(), std::back_inserter(migration->steps));
    }
    catalogue.version = version;
    migration->version = version;
    migration->txid = txid;
    migration->timestampMs = timestampMs;
    migration->queries = std::move(queries);
    migration->catalogueAfter = std::make_shared<const Catalogue>(std::move(catalogue));
    auto next = std::make_shared<SchemaHistory>(*this);
    next->m_catalogue = migration->catalogueAfter;
    next->m_migrations.push_back(std::move(migration));
    return Ptr(std::move(next));
}

SchemaHistory::Ptr SchemaHistory::withOids(const std::map<TableName, std::uint32_t> &oids) const
{
    auto next = std::make_shared<SchemaHistory>(*this);
    next->m_catalogue = completed(m_catalogue, oids);
    if (next->m_catalogue == m_catalogue)
        return next;
    for (auto &migration : next->m_migrations) {
        auto copy = std::make_shared<Migration>(*migration);
        copy->catalogueAfter = migration->catalogueAfter == m_catalogue ? next->m_catalogue : completed(migration->catalogueAfter, oids);
        migration = std::move(copy);
    }
    return next;
}

} // namespace electric::schema
