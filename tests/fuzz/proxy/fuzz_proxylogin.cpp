// The beginning of a connection on both sides of the proxy: startup packets, password exchange. The first byte says how the
// rest is cut.
#include "service/proxy/clientlogin.h"
#include "service/proxy/upstreamlogin.h"
#include "tests/fuzz/driver.h"

namespace electric::fuzz {

using namespace proxy;

namespace {

template <typename Login> void feed(Login &login, std::string_view input)
{
    const std::size_t part = input.empty() ? 1 : 1 + (static_cast<unsigned char>(input[0]) & 0x3fU);
    input = input.substr(std::min<std::size_t>(1, input.size()));
    while (!input.empty()) {
        login.feed(input.substr(0, part));
        input.remove_prefix(std::min(part, input.size()));
    }
}

} // namespace

std::vector<std::string> seeds()
{
    const std::string startup = startupMessage({{"user", "electric"}, {"database", "app"}, {"application_name", "psql"}});
    std::string newer = startup;
    newer[7] = 2; // protocol 3.2
    const std::string first = "n,,n=,r=fyko+d2lbbFgONRv9qkxdawL";
    const std::string sasl = message('p', std::string("SCRAM-SHA-256") + '\0' + uint32Bytes(std::uint32_t(first.size())) + first);
    const std::string final = message('p', "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    const auto authentication = [](std::uint32_t kind, std::string_view data) { return message('R', uint32Bytes(kind).append(data)); };
    return {"\x3f" + tlsRequest() + startup + sasl + final, "\x01" + startup + sasl, "\x3f" + newer,
        "\x07" + cancelRequest(std::string(8, 'k')),
        "\x3f" + authentication(10, std::string("SCRAM-SHA-256\0\0", 15)) + authentication(11, "r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
            + authentication(12, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        "\x05" + authentication(5, "salt") + authentication(0, {}) + message('S', std::string("TimeZone\0UTC\0", 13)) + readyForQuery('I'),
        "\x3f" + authentication(3, {}) + errorResponse({"FATAL", "28P01", "no"})};
}

void fuzzOne(std::string_view input)
{
    static const ScramVerifier verifier = ScramVerifier::derive("secret", "salt", 1);
    for (const bool offersTls : {false, true}) {
        ClientLogin client(verifier, offersTls);
        feed(client, input);
        require(client.state() != ClientLogin::State::Authenticated, "nobody gets in without the password");
    }
    pg::ConnectionOptions options;
    options.user = "postgres";
    options.password = "password";
    UpstreamLogin upstream(options, {}, false);
    feed(upstream, input);
    require(upstream.takeOutput().find("password") == std::string::npos, "the password is never said in clear");
}

} // namespace electric::fuzz
