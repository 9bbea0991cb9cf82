// Both ends of a conversation say anything. Chunks: a byte of which the lowest bit says who speaks and the rest how much.
#include "service/proxy/conversation.h"
#include "tests/fuzz/driver.h"

namespace electric::fuzz {

using namespace proxy;

namespace {

std::string chunked(bool isClient, std::string_view bytes)
{
    std::string all;
    while (!bytes.empty()) {
        const std::size_t part = std::min<std::size_t>(bytes.size(), 0x7f);
        all += char(part << 1U | (isClient ? 1U : 0U));
        all += bytes.substr(0, part);
        bytes.remove_prefix(part);
    }
    return all;
}

std::string row(std::string_view value)
{
    return message('D', uint16Bytes(1) + uint32Bytes(std::uint32_t(value.size())) + std::string(value));
}

} // namespace

std::vector<std::string> seeds()
{
    const std::string ready = readyForQuery('I');
    const std::string bound = message('B', std::string(8, '\0'));
    const std::string execute = message('E', std::string(5, '\0'));
    const std::string sync = message('S');
    return {chunked(true, query("SELECT 1")) + chunked(false, row("1") + commandComplete("SELECT 1") + ready),
        chunked(true, query("ALTER TABLE t ADD a int")) + chunked(false, row("t") + commandComplete("SELECT 1") + ready)
            + chunked(false, row("public") + commandComplete("SELECT 1") + ready + commandComplete("BEGIN") + readyForQuery('T')),
        chunked(true, query("BEGIN; DROP TABLE t; COMMIT"))
            + chunked(false, row("f") + ready + errorResponse({"ERROR", "42P01", "no"}) + ready),
        chunked(true, parse("s", "ALTER TABLE t ENABLE ELECTRIC", {}) + bound + execute + sync)
            + chunked(false, message('1') + message('2') + row("t") + commandComplete("CALL") + ready),
        chunked(true,
            parse("", "INSERT INTO schema_migrations (version) VALUES ($1)", {}) + bound + execute + sync
                + message('C', std::string("Ss\0", 3)))
            + chunked(false, message('1') + errorResponse({"ERROR", "23505", "no"}) + ready),
        chunked(true, query("COPY t FROM STDIN") + message('d', "1\n") + message('c'))
            + chunked(false, message('G', std::string(3, '\0')) + commandComplete("COPY 1") + ready),
        chunked(true, query("DO $$ BEGIN DROP TABLE t; END $$") + message('X')) + chunked(false, row("t") + ready + ready + ready)};
}

void fuzzOne(std::string_view input)
{
    for (const auto mode : {Conversation::Mode::Migrations, Conversation::Mode::Introspection}) {
        Conversation conversation(mode);
        for (std::string_view rest = input; !rest.empty() && !conversation.isOver();) {
            const auto head = static_cast<unsigned char>(rest[0]);
            const std::string_view part = rest.substr(1, head >> 1U);
            if ((head & 1U) != 0)
                conversation.fromClient(part);
            else
                conversation.fromServer(part);
            rest.remove_prefix(1 + part.size());
            (void)conversation.takeForClient();
            (void)conversation.takeForServer();
        }
        conversation.serverGone();
        require(conversation.isOver(), "the end of the database ends the conversation");
    }
}

} // namespace electric::fuzz
