#include "service/writes/directwriter.h"
namespace electric::writes {
void DirectWriter::submit(ClientTransaction, std::function<void(Outcome)> done) { done({Outcome::Kind::Rejected, {}}); }
}
