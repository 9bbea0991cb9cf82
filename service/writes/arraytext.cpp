#include "service/writes/arraytext.h"

#include "service/changes/transaction.h"

namespace electric::writes
{

std::string tagText(const changes::Tag &tag)
{
    std::string text = "(\"" + changes::formatUtc(tag.timestampMs) + "\",";
    if (tag.origin == changes::postgresOrigin)
        return text + ')';
    text += '"';
    for (const char c : tag.origin) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + "\")";
}

std::string tagArrayText(const std::vector<changes::Tag> &tags)
{
    ArrayText array;
    for (const changes::Tag &tag : tags)
        array.add(tagText(tag));
    return array.text();
}

bool isBefore(const changes::Tag &one, const changes::Tag &other)
{
    if (one.timestampMs != other.timestampMs)
        return one.timestampMs < other.timestampMs;
    const bool isPostgres = one.origin == changes::postgresOrigin;
    const bool isOtherPostgres = other.origin == changes::postgresOrigin;
    return isPostgres || isOtherPostgres ? !isPostgres : one.origin < other.origin;
}

} // namespace electric::writes
