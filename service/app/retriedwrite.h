#pragma once

#include "service/pg/connection.h"
#include "service/schema/catalogue.h"
#include "service/writes/clienttransaction.h"
#include "shared/admin/framing.h"
#include "shared/admin/values.h"

namespace electric::app {

// A refused write from its record, to be done again as of now. Under a client id of its own, so that neither the order of the client's
// later writes nor what it has acknowledged is touched, and so that its author gets the rows like everybody else.
[[nodiscard]] Result<writes::ClientTransaction> retriedWrite(const admin::RejectedWrite &write, const schema::Catalogue &catalogue);

// Takes away what the writer remembers of that client id.
[[nodiscard]] admin::Outcome clearRetry(pg::Connection &connection, qint64 id);

} // namespace electric::app
