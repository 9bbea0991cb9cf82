#include "service/http/compression.h"

#include "service/http/requesthead.h"

#include <zlib.h>

namespace electric::http {

namespace {

constexpr int windowBits = 15; // zlib's largest
constexpr int asGzip = 16; // added to it: a gzip header instead of zlib's

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether the parameters behind a coding are q=0, q=0.0 and so on.
bool isRefused(std::string_view parameters)
{
    const auto weight = parameters.find("q=");
    return weight != std::string_view::npos && parameters.find_first_of("123456789", weight) == std::string_view::npos;
}

} // namespace

std::optional<Encoding> acceptedEncoding(std::string_view header)
{
    while (!header.empty()) {
        const auto comma = header.find(',');
        const std::string_view item = header.substr(0, comma);
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        const auto semicolon = item.find(';');
        if (semicolon != std::string_view::npos && isRefused(item.substr(semicolon)))
            continue;
        const std::string coding = lowerCase(trimmed(item.substr(0, semicolon)));
        if (coding == "gzip" || coding == "x-gzip")
            return Encoding::Gzip;
        if (coding == "deflate")
            return Encoding::Deflate;
    }
    return std::nullopt;
}

std::string_view nameOf(Encoding encoding)
{
    return encoding == Encoding::Gzip ? "gzip" : "deflate";
}

std::string compressed(std::string_view body, Encoding encoding)
{
    z_stream stream {};
    const int bits = windowBits + (encoding == Encoding::Gzip ? asGzip : 0);
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    std::string out(deflateBound(&stream, uLong(body.size())), '\0');
    std::string in(body); // zlib's interface takes no constants
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(done ? stream.total_out : 0);
    deflateEnd(&stream);
    return out;
}

} // namespace electric::http
