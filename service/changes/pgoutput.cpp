#include "service/changes/pgoutput.h"

#include <optional>

namespace electric::changes::pgoutput {

namespace {

constexpr std::uint16_t mostColumns = 1600; // MaxTupleAttributeNumber

// Takes values off the front of a message; once it has run out, everything is zero and isBroken() says so.
class Reader
{
public:
    explicit Reader(std::string_view bytes) : m_rest(bytes) { }

    template <typename Integer> Integer integer()
    {
        std::uint64_t value = 0;
        for (const char c : take(sizeof(Integer)))
            value = value << 8 | static_cast<unsigned char>(c);
        return Integer(value);
    }
    char letter() { return char(integer<std::uint8_t>()); }

    std::string_view text() // ends with a zero byte
    {
        const auto end = m_rest.find('\0');
        if (end == std::string_view::npos) {
            m_isBroken = true;
            return {};
        }
        const auto found = take(end);
        take(1);
        return found;
    }

    std::string_view take(std::size_t count)
    {
        if (count > m_rest.size() || m_isBroken) {
            m_isBroken = true;
            return {};
        }
        const auto taken = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return taken;
    }

    void fail() { m_isBroken = true; }
    [[nodiscard]] bool isBroken() const { return m_isBroken; }
    [[nodiscard]] std::size_t left() const { return m_rest.size(); }

private:
    std::string_view m_rest;
    bool m_isBroken = false;
};

Tuple readTuple(Reader &reader)
{
    const auto columns = reader.integer<std::uint16_t>();
    if (columns > mostColumns)
        reader.fail();
    Tuple tuple;
    if (reader.isBroken())
        return tuple;
    tuple.reserve(columns, reader.left() > 5U * columns ? reader.left() - 5U * columns : 0);
    for (std::uint16_t column = 0; column < columns && !reader.isBroken(); ++column) {
        switch (reader.letter()) {
        case 'n': tuple.append({Value::Kind::Null, {}}); break;
        case 'u': tuple.append({Value::Kind::Unchanged, {}}); break;
        case 't': {
            const auto length = reader.integer<std::uint32_t>();
            tuple.append({Value::Kind::Text, reader.take(length)});
            break;
        }
        default: // binary was not asked for
            reader.fail();
        }
    }
    return tuple;
}

Message readBegin(Reader &reader)
{
    Begin begin;
    begin.finalLsn.value = reader.integer<std::uint64_t>();
    begin.commitMicroseconds = reader.integer<std::int64_t>();
    begin.xid = reader.integer<std::uint32_t>();
    return begin;
}

Message readCommit(Reader &reader)
{
    Commit commit;
    reader.integer<std::uint8_t>(); // flags, unused
    commit.lsn.value = reader.integer<std::uint64_t>();
    commit.endLsn.value = reader.integer<std::uint64_t>();
    reader.integer<std::int64_t>(); // the time again
    return commit;
}

Message readRelation(Reader &reader)
{
    Relation relation;
    relation.oid = reader.integer<std::uint32_t>();
    relation.schema = reader.text();
    relation.name = reader.text();
    reader.letter(); // replica identity
    const auto columns = reader.integer<std::uint16_t>();
    for (std::uint16_t column = 0; column < columns && !reader.isBroken(); ++column) {
        reader.integer<std::uint8_t>(); // flags: part of the key
        relation.columns.emplace_back(reader.text());
        reader.integer<std::uint32_t>(); // type
        reader.integer<std::int32_t>(); // its modifier
    }
    return relation;
}

Message readInsert(Reader &reader)
{
    Insert insert;
    insert.relation = reader.integer<std::uint32_t>();
    if (reader.letter() != 'N')
        reader.fail();
    insert.newRow = readTuple(reader);
    return insert;
}

Message readUpdate(Reader &reader)
{
    Update update;
    update.relation = reader.integer<std::uint32_t>();
    char part = reader.letter();
    if (part == 'K' || part == 'O') {
        update.isKeyOnly = part == 'K';
        update.oldRow = readTuple(reader);
        part = reader.letter();
    }
    if (part != 'N')
        reader.fail();
    update.newRow = readTuple(reader);
    return update;
}

Message readDelete(Reader &reader)
{
    Delete deletion;
    deletion.relation = reader.integer<std::uint32_t>();
    const char part = reader.letter();
    if (part != 'K' && part != 'O')
        reader.fail();
    deletion.isKeyOnly = part == 'K';
    deletion.oldRow = readTuple(reader);
    return deletion;
}

Message readTruncate(Reader &reader)
{
    Truncate truncate;
    const auto count = reader.integer<std::uint32_t>();
    const auto options = reader.integer<std::uint8_t>();
    truncate.cascade = (options & 1) != 0;
    truncate.restartIdentity = (options & 2) != 0;
    for (std::uint32_t at = 0; at < count && !reader.isBroken(); ++at)
        truncate.relations.push_back(reader.integer<std::uint32_t>());
    return truncate;
}

Message readLogicalMessage(Reader &reader)
{
    LogicalMessage message;
    message.isTransactional = (reader.integer<std::uint8_t>() & 1) != 0;
    message.lsn.value = reader.integer<std::uint64_t>();
    message.prefix = reader.text();
    const auto length = reader.integer<std::uint32_t>();
    message.content = reader.take(length);
    return message;
}

std::optional<Message> readKind(char kind, Reader &reader)
{
    switch (kind) {
    case 'B': return readBegin(reader);
    case 'C': return readCommit(reader);
    case 'R': return readRelation(reader);
    case 'I': return readInsert(reader);
    case 'U': return readUpdate(reader);
    case 'D': return readDelete(reader);
    case 'T': return readTruncate(reader);
    case 'M': return readLogicalMessage(reader);
    case 'O':
    case 'Y': return Ignored {};
    default: return std::nullopt;
    }
}

} // namespace

Result<Message> decode(std::string_view bytes)
{
    Reader reader(bytes);
    const char kind = reader.letter();
    auto message = readKind(kind, reader);
    if (reader.isBroken())
        return electric::fail(Failure::Kind::Malformed, "a message of the replication stream is cut short or damaged");
    if (!message)
        return electric::fail(Failure::Kind::Unsupported,
            "the replication stream has a message of kind " + std::to_string(int(kind)) + ", which was not asked for");
    return *std::move(message);
}

} // namespace electric::changes::pgoutput
