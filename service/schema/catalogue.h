#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace electric::schema {

struct TableName {
    std::string schema = "public";
    std::string name;

    friend auto operator<=>(const TableName &, const TableName &) = default;
};

// A column's type under Postgres' internal short name: int8, varchar, timestamptz, or an enum's name. `array` has one entry
// a dimension (-1: unbounded), `size` the length or precision as in varchar(255) (spec/satellite.md §8.2).
struct ColumnType {
    std::string name;
    std::vector<std::int32_t> array;
    std::vector<std::int32_t> size;
    bool isEnum = false;

    friend bool operator==(const ColumnType &, const ColumnType &) = default;
};

struct Column {
    std::string name;
    ColumnType type;
    bool nullable = true;

    friend bool operator==(const Column &, const Column &) = default;
};

struct ForeignKey {
    enum class Action { NoAction, Restrict, Cascade, SetNull, SetDefault };

    std::string name;
    std::vector<std::string> columns;
    TableName target;
    std::vector<std::string> targetColumns;
    Action onDelete = Action::NoAction;
    Action onUpdate = Action::NoAction;

    friend bool operator==(const ForeignKey &, const ForeignKey &) = default;
};

// An electrified table as of one schema version. Immutable once in a Catalogue; the same object is shared by all versions
// in which the table is unchanged, so that pointer equality means "nothing to announce".
struct Table {
    TableName name;
    std::uint32_t oid = 0; // 0: not known yet
    std::vector<Column> columns; // in physical order
    std::vector<std::string> primaryKey; // in key order
    std::vector<ForeignKey> foreignKeys;

    [[nodiscard]] std::optional<std::size_t> columnIndex(std::string_view column) const;
    [[nodiscard]] bool isKey(std::string_view column) const;
    // Indexes of the primary key's columns, in key order.
    [[nodiscard]] std::vector<std::size_t> keyIndexes() const;
};

struct Enum {
    TableName name;
    std::vector<std::string> values;

    friend bool operator==(const Enum &, const Enum &) = default;
};

// All electrified tables and enums as of one migration version: a value, changed only by making the next one. Knows nothing
// of Postgres or of DDL texts.
class Catalogue
{
public:
    std::string version; // newest migration's version, empty: none yet

    [[nodiscard]] std::shared_ptr<const Table> table(const TableName &name) const;
    [[nodiscard]] std::shared_ptr<const Table> table(std::uint32_t oid) const;
    [[nodiscard]] const Enum *enumeration(std::string_view typeName) const; // "colour" or "public.colour"
    [[nodiscard]] const std::map<TableName, std::shared_ptr<const Table>> &tables() const { return m_tables; }
    [[nodiscard]] const std::vector<Enum> &enums() const { return m_enums; }

    void put(Table table); // adds or replaces by name
    void remove(const TableName &name);
    void put(Enum enumeration);

private:
    std::map<TableName, std::shared_ptr<const Table>> m_tables;
    std::unordered_map<std::uint32_t, std::shared_ptr<const Table>> m_byOid;
    std::vector<Enum> m_enums;
};

using CataloguePtr = std::shared_ptr<const Catalogue>;

} // namespace electric::schema
