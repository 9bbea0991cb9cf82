#pragma once

#include "service/changes/tuple.h"
#include "service/schema/catalogue.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace electric::wire {

// Encodes rows of one table as operations of a SatOpLog, straight into a buffer: each call appends one complete `ops` field.
// Values come in Postgres text form and in the table's column order; missing ones at the end are taken as NULL, further ones are
// left out (a row from before or after a change of the table). About one pass over the bytes, no allocation a row.
// Not thread-safe: keeps buffers between calls.
class RowEncoder
{
public:
    explicit RowEncoder(const schema::Table &table);

    void appendInsert(std::string &out, std::span<const changes::Value> row, std::span<const std::string> tags);
    // An empty old row is left out.
    void appendUpdate(std::string &out, std::span<const changes::Value> newRow, std::span<const changes::Value> oldRow,
        std::span<const std::string> tags);
    void appendDelete(std::string &out, std::span<const changes::Value> oldRow);
    void appendGone(std::string &out, std::span<const changes::Value> row); // only its key is sent

    void appendInsert(std::string &out, const changes::Tuple &row, std::span<const std::string> tags);
    void appendUpdate(std::string &out, const changes::Tuple &newRow, const changes::Tuple &oldRow, std::span<const std::string> tags);
    void appendDelete(std::string &out, const changes::Tuple &oldRow);

private:
    enum class Form : std::uint8_t { Verbatim, HexBytes, ZonedTime };

    struct Part {
        int field;
        std::string_view row; // encoded SatOpRow
    };

    std::string_view encodeRow(std::string &buffer, std::span<const changes::Value> row, bool keyOnly = false) const;
    void appendOperation(
        std::string &out, int operation, std::initializer_list<Part> rows, int tagField, std::span<const std::string> tags) const;
    std::span<const changes::Value> unpack(std::vector<changes::Value> &values, const changes::Tuple &tuple) const;

    std::uint32_t m_relation;
    std::vector<Form> m_forms;
    std::vector<bool> m_isKey;
    std::string m_row;
    std::string m_oldRow;
    std::vector<changes::Value> m_values;
    std::vector<changes::Value> m_oldValues;
};

} // namespace electric::wire
