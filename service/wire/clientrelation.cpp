#include "service/wire/clientrelation.h"

#include "service/wire/valuecheck.h"

#include <satellite.pb.h>

namespace electric::wire {

namespace protocol = Electric::Satellite;

namespace {

// A name that a client gave, for a message: bounded.
std::string quoted(std::string_view name)
{
    return '"' + std::string(name.substr(0, 64)) + '"';
}

} // namespace

Result<ClientRelation> ClientRelation::resolve(const protocol::SatRelation &relation, const schema::Catalogue &catalogue)
{
    ClientRelation resolved;
    const std::string &schema = relation.schema_name();
    resolved.m_table = catalogue.table(schema::TableName {schema.empty() || schema == "main" ? "public" : schema, relation.table_name()});
    if (!resolved.m_table)
        return fail(Failure::Kind::Malformed, "the table " + quoted(relation.table_name()) + " is not electrified");
    const schema::Table &table = *resolved.m_table;
    resolved.m_width = std::size_t(relation.columns_size());
    resolved.m_source.resize(table.columns.size());
    for (int at = 0; at < relation.columns_size(); ++at) {
        const auto &column = relation.columns(at);
        const auto index = table.columnIndex(column.name());
        if (!index)
            return fail(Failure::Kind::Malformed, "the table " + quoted(relation.table_name()) + " has no column " + quoted(column.name()));
        if (resolved.m_source[*index])
            return fail(Failure::Kind::Malformed,
                "the relation of " + quoted(relation.table_name()) + " has twice the column " + quoted(column.name()));
        resolved.m_source[*index] = std::size_t(at);
        resolved.m_nullable.push_back(column.is_nullable());
    }
    for (const std::size_t key : table.keyIndexes()) {
        if (!resolved.m_source[key])
            return fail(Failure::Kind::Malformed,
                "the relation of " + quoted(relation.table_name()) + " lacks the key column " + quoted(table.columns[key].name));
    }
    return resolved;
}

protocol::SatRelation ClientRelation::described() const
{
    protocol::SatRelation relation;
    relation.set_schema_name(m_table->name.schema);
    relation.set_table_name(m_table->name.name);
    for (std::size_t at = 0; at < m_width; ++at)
        relation.add_columns()->set_is_nullable(m_nullable[at]);
    for (std::size_t index = 0; index < m_source.size(); ++index) {
        if (!m_source[index])
            continue;
        const schema::Column &known = m_table->columns[index];
        auto &column = *relation.mutable_columns(int(*m_source[index]));
        column.set_name(known.name);
        column.set_type(known.type.name);
        column.set_primarykey(m_table->isKey(known.name));
    }
    return relation;
}

Result<changes::Tuple> ClientRelation::decode(const protocol::SatOpRow &row, const schema::Catalogue &catalogue, bool mayBeNull) const
{
    using changes::Value;
    const std::string &mask = row.nulls_bitmask();
    if (std::size_t(row.values_size()) != m_width || mask.size() != (m_width + 7) / 8)
        return fail(Failure::Kind::Malformed, "a row of \"" + m_table->name.name + "\" has another number of values than its relation");
    changes::Tuple tuple;
    tuple.reserve(m_source.size(), row.ByteSizeLong());
    for (std::size_t column = 0; column < m_source.size(); ++column) {
        if (!m_source[column]) {
            tuple.append({Value::Kind::Unchanged, {}});
            continue;
        }
        const std::size_t at = *m_source[column];
        const std::string &bytes = row.values(int(at));
        const auto where = [&] { return " (column \"" + m_table->columns[column].name + "\" of \"" + m_table->name.name + "\")"; };
        if ((static_cast<unsigned char>(mask[at / 8]) & (0x80U >> at % 8)) != 0) {
            if (!bytes.empty())
                return fail(Failure::Kind::Malformed, "a value is given for NULL" + where());
            if (!mayBeNull && !m_nullable[at])
                return fail(Failure::Kind::Malformed, "NULL is given where the client said there is none" + where());
            tuple.append({Value::Kind::Null, {}});
            continue;
        }
        auto value = checkedValue(m_table->columns[column].type, bytes, catalogue);
        if (!value)
            return fail(Failure::Kind::Malformed, value.error().detail + where());
        tuple.append({Value::Kind::Text, *value});
    }
    return tuple;
}

} // namespace electric::wire
