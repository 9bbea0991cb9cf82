// What one row costs between the replication stream and a transaction: 100 000 rows in one, each with its shadow row, as a bulk insert
// on an electrified table makes them. Prints microseconds a row; the best of five runs.
#include "service/changes/transactionassembler.h"
#include "tests/unit/changes/messages.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace electric::changes;
using namespace electric::changes::test;

int main()
{
    constexpr int rows = 100'000;
    const std::string tags = "{\"(\\\"2023-06-15 11:18:05.372+00\\\",)\"}";
    std::vector<std::string> messages {begin(7), relation(10, "public", "items", {"id", "content", "note"}),
        relation(11, "electric", "shadow__public__items",
            {"id", "_tags", "_last_modified", "_is_a_delete_operation", "_tag", "_observed_tags", "_modified_columns_bit_mask", "_resolved",
                "_currently_reordering"})};
    for (int row = 0; row < rows; ++row) {
        const std::string id = "9f0e1c3a-0000-4000-8000-" + std::to_string(100'000'000'000 + row);
        messages.push_back(
            insert(11, {id, tags, "1", "f", "(\"2023-06-15 11:18:05.372+00\",)", "{}", "{t,t}", std::nullopt, std::nullopt}));
        messages.push_back(insert(10, {id, "some content of a usual length", std::nullopt}));
    }
    messages.push_back(commit(0x50));
    double decoding = 1e9;
    double all = 1e9;
    for (int run = 0; run < 5; ++run) {
        using Clock = std::chrono::steady_clock;
        const auto perRow = [](Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count() / rows; };
        auto start = Clock::now();
        for (const std::string &message : messages) {
            if (!pgoutput::decode(message))
                return 1;
        }
        decoding = std::min(decoding, perRow(Clock::now() - start));
        start = Clock::now();
        TransactionAssembler assembler(5);
        TransactionPtr transaction;
        for (const std::string &message : messages)
            transaction = assembler.on(*pgoutput::decode(message)).value();
        all = std::min(all, perRow(Clock::now() - start));
        if (!transaction || transaction->changes.size() != rows)
            return 1;
    }
    std::printf("decoding %.2f us/row (with its shadow row), decoding and assembling %.2f us/row\n", decoding, all);
    return 0;
}
