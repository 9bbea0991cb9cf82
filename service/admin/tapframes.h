#pragma once

#include "shared/admin/values.h"

#include <string_view>

namespace electric::admin {

// One frame of a session for people to read: protobuf's own JSON, calls taken apart, tokens left out. Content is left out of frames that
// were shortened (`bytes` is what it had).
[[nodiscard]] TapFrame tapFrame(qint64 at, bool fromClient, std::string_view frame, qint64 bytes);

// What of a frame is worth carrying to tapFrame().
inline constexpr std::size_t longestTapped = 64 * 1024;

} // namespace electric::admin
