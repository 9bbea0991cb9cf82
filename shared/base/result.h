#pragma once

#include <string>
#include <tl/expected.hpp>

namespace electric {

// Why something could not be done, as a value that callers decide upon. Made where the trouble is met, carried up
// unchanged; whoever shows it to a person adds where it happened.
struct Failure {
    enum class Kind {
        Malformed, // input that breaks the rules of its format
        NotAllowed, // refused: password, token, rights, read-only
        NotFound, // what was named does not exist
        Conflict, // refused by the state of things: in use, constraint violated, already exists
        Unsupported, // understood, but not something that we do
        Limit, // more than we agree to take
        Unavailable, // the other side cannot be reached or went away; trying again later may help
        Timeout, // no answer in the agreed time
        Internal, // our own fault
    };

    Kind kind = Kind::Internal;
    std::string detail; // says what is wrong and, where we know it, what to do; never a secret, never row data
    std::string code {}; // SQLSTATE when Postgres said it, else empty
    std::string hint {}; // remedy in a sentence of its own, may be empty
};

template <typename T> using Result = tl::expected<T, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> fail(Failure::Kind kind, std::string detail, std::string hint = {})
{
    return tl::unexpected<Failure>(Failure {kind, std::move(detail), {}, std::move(hint)});
}

[[nodiscard]] inline tl::unexpected<Failure> fail(Failure failure)
{
    return tl::unexpected<Failure>(std::move(failure));
}

} // namespace electric
