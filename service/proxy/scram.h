#pragma once

#include <string>
#include <string_view>

// The computations of SCRAM-SHA-256 (RFC 5802, RFC 7677) that both sides share. Byte strings in, byte strings out.
namespace electric::proxy::scram {

constexpr int iterations = 4096; // Postgres' default and RFC 7677's minimum
constexpr int maxIterations = 1'000'000; // more is a peer that wants us to be busy
constexpr std::string_view mechanism = "SCRAM-SHA-256";

[[nodiscard]] std::string randomBytes(std::size_t count);
[[nodiscard]] std::string sha256(std::string_view data);
[[nodiscard]] std::string hmac(std::string_view key, std::string_view data);
[[nodiscard]] std::string exclusiveOr(std::string_view left, std::string_view right);
[[nodiscard]] std::string saltedPassword(std::string_view password, std::string_view salt, int rounds);
[[nodiscard]] bool equalInConstantTime(std::string_view left, std::string_view right);

[[nodiscard]] std::string toBase64(std::string_view bytes);
[[nodiscard]] std::string fromBase64(std::string_view text); // empty when it is none

// The value of the attribute `name` in "a=…,b=…", empty if absent.
[[nodiscard]] std::string_view attribute(std::string_view message, char name);

} // namespace electric::proxy::scram
