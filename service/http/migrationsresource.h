#pragma once

#include "service/http/routes.h"
#include "service/schema/schemahistory.h"

#include <mutex>
#include <optional>
#include <string>

namespace electric::http {

// GET /api/migrations (spec/http.md §5): what client generators ask for. Told of the schema by one thread, asked by
// any. Remembers its last archive, since generators that watch ask for the same one again and again.
class MigrationsResource
{
public:
    void publish(schema::SchemaHistory::Ptr history);

    [[nodiscard]] Answer answer(const std::string &query);

private:
    struct Made {
        schema::SchemaHistory::Ptr history;
        std::string query;
        Answer answer;
    };

    std::mutex m_mutex; // held for copies only
    schema::SchemaHistory::Ptr m_history; // null: not known yet
    std::optional<Made> m_last;
};

} // namespace electric::http
