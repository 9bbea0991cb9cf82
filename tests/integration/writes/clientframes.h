#pragma once

#include "service/wire/clientwrites.h"

namespace electric::writes::test {

// What the service reads of a client's transaction that came as frames of Satellite: it is encoded as a client does it and decoded as a
// session does. Each operation has a relation of its own, without the columns that are Unchanged.
wire::ClientWriteDecoder::Decoded overTheWire(const ClientTransaction &transaction, const schema::Catalogue &catalogue);

} // namespace electric::writes::test
