#pragma once

#include "service/schema/catalogue.h"
#include "service/wire/loggedtransaction.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace electric::satellite {

// Which transactions a session may have to do with. More than it wants is allowed, less is not.
struct Interest {
    struct Values { // changes of rows that have, or had, one of these in the column; empty text stands for NULL as well
        schema::TableName table;
        std::size_t column = 0;
        std::vector<std::string> values;
    };
    std::set<schema::TableName> tables; // every change
    std::vector<Values> values;
    std::string origin; // transactions of this client
};

// Finds the sessions that a transaction concerns, by table and by value, so that a change costs what its rows and its takers cost,
// however many others there are. Migrations concern everybody. Not thread-safe.
class Interests
{
public:
    class Reader
    {
    private:
        friend class Interests;
        Interest m_interest;
        std::uint64_t m_round = 0; // in which it was found last
    };

    void set(Reader &reader, Interest interest); // in place of what it was before
    void remove(Reader &reader);

    // Each once. Valid until the next call.
    const std::vector<Reader *> &match(const wire::LoggedTransaction &transaction);

private:
    using Readers = std::vector<Reader *>;
    struct TableReaders {
        Readers all;
        std::map<std::size_t, std::unordered_map<std::string, Readers>> byValue; // by column
    };
    void find(const Readers &readers);
    void find(const std::unordered_map<std::string, Readers> &readers, std::string_view value);

    std::map<schema::TableName, TableReaders> m_tables;
    std::unordered_map<std::string, Readers> m_byOrigin;
    std::set<Reader *> m_readers;
    Readers m_found;
    std::uint64_t m_round = 0;
};

} // namespace electric::satellite
