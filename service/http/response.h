#pragma once

#include "service/http/routes.h"

#include <string>
#include <utility>
#include <vector>

namespace electric::http {

// An answer with everything that goes over the wire beside it.
struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string body;
};

// `date` as HTTP writes it. Compresses what gains by it and the client accepts, tells allowed origins that they are,
// leaves the body out for HEAD.
[[nodiscard]] Response responseTo(
    const RequestHead &request, Answer answer, const std::vector<std::string> &allowedOrigins, std::string date);

} // namespace electric::http
