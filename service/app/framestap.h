#pragma once

#include "service/admin/facts.h"
#include "service/app/sessionthreads.h"

namespace electric::app {

// Brings the frames of one session into the main thread, a bounded number at a time, until the returned object is destroyed.
[[nodiscard]] std::shared_ptr<void> tapFrames(
    SessionThreads &sessions, qint64 session, std::function<void(const admin::Facts::Tapped &)> onFrames);

} // namespace electric::app
