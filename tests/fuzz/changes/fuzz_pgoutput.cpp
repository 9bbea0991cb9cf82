// Postgres' stream says anything: messages, each with its length in one byte, into one assembler.
#include "service/changes/transactionassembler.h"
#include "tests/fuzz/driver.h"
#include "tests/unit/changes/messages.h"

namespace electric::fuzz {

using namespace changes;
using namespace changes::test;

namespace {

std::string chunked(const std::vector<std::string> &messages)
{
    std::string all;
    for (const std::string &message : messages) {
        all += char(message.size());
        all += message;
    }
    return all;
}

} // namespace

std::vector<std::string> seeds()
{
    const std::string items = relation(10, "public", "items", {"id", "content"});
    const std::string shadow = relation(11, "electric", "shadow__public__items", {"id", "_tags", "_tag"});
    const std::string ddl = relation(13, "electric", "ddl_commands", {"id", "txid", "txts", "query"});
    const std::string tag = "(\"2023-06-15 11:18:05.372+00\",c1)";
    const std::string tags = "{\"(\\\"2023-06-15 11:18:05.372+00\\\",c1)\"}";
    return {chunked({begin(7), items, shadow, insert(11, {"1", tags, tag}), insert(10, {"1", "x"}), commit(0x50)}),
        chunked({begin(7), items, update(10, {"1", "long"}, {"1", unchanged}), deletion(10, {"1", std::nullopt}), truncate({10}),
            commit(0x50)}),
        chunked({begin(7), shadow, update(11, {"1", tags, tag}, {"1", unchanged, tag}), commit(0x50), begin(8), commit(0x60)}),
        chunked({begin(7), ddl, insert(13, {"1", "700", "2023-06-15 11:18:05+00", "CREATE TABLE t"}), commit(0x50)}),
        chunked({begin(7), items, logicalMessage("electric.fk_chain_touch", "{\"oid\":10,\"tags\":\"{}\",\"row\":[\"1\",null]}"),
            commit(0x50)})};
}

void fuzzOne(std::string_view input)
{
    TransactionAssembler assembler(5);
    while (!input.empty()) {
        const std::size_t length = static_cast<unsigned char>(input.front());
        auto message = pgoutput::decode(input.substr(1, length));
        input.remove_prefix(std::min(input.size(), length + 1));
        if (!message)
            continue;
        const bool wasOpen = assembler.isInTransaction();
        const auto done = assembler.on(*std::move(message));
        if (done && *done) {
            require(wasOpen && !assembler.isInTransaction(), "a transaction comes of its commit only");
            require(!(*done)->origin.empty(), "every transaction has an origin");
        }
    }
}

} // namespace electric::fuzz
