#pragma once

#include "service/pg/connectionoptions.h"
#include "service/schema/bootstrap.h"
#include "service/schema/schemahistory.h"
#include "shared/base/result.h"

namespace electric::app {

// What a fresh connection to Postgres must give before replication can start.
struct Prepared {
    schema::Bootstrapped bootstrapped;
    schema::SchemaHistory::Ptr history;
};

// Brings the database into shape and reads the schema's history. Blocks for as long as Postgres takes; for a thread of its own.
[[nodiscard]] Result<Prepared> prepareDatabase(const pg::ConnectionOptions &options);

} // namespace electric::app
