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
    const auto found
        = std::find_if(m_migrations.begin(), m_migrations.end(), [&version](const auto &one) { return one->version == version; });
    return found == m_migrations.end() ? nullptr : *found;
}

CataloguePtr SchemaHistory::catalogueAt(Lsn position) const
{
    const auto later
        = std::find_if(m_migrations.begin(), m_migrations.end(), [position](const auto &one) { return one->position > position; });
    if (later == m_migrations.end())
        return m_catalogue;
    return later == m_migrations.begin() ? std::make_shared<const Catalogue>() : (*std::prev(later))->catalogueAfter;
}

Result<SchemaHistory::Ptr> SchemaHistory::applied(Captured captured) const
{
    auto migration = std::make_shared<Migration>();
    auto catalogue = *m_catalogue;
    for (const std::string &query : captured.queries) {
        auto change = applyDdl(catalogue, query);
        if (!change)
            return fail(change.error());
        catalogue = std::move(change->catalogue);
        std::move(change->steps.begin(), change->steps.end(), std::back_inserter(migration->steps));
    }
    catalogue.version = captured.version;
    migration->version = std::move(captured.version);
    migration->position = captured.position;
    migration->txid = captured.txid;
    migration->timestampMs = captured.timestampMs;
    migration->queries = std::move(captured.queries);
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
