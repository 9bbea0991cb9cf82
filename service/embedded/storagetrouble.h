#pragma once

#include "shared/base/result.h"

#include <QString>

#include <optional>

namespace electric::embedded {

// What a new cluster takes with its first database and log segments, and some air.
constexpr qint64 roomForNewCluster = 100'000'000;
// Postgres does not start with less: a log segment.
constexpr qint64 roomToStart = 16'000'000;

// Why nothing can be kept at `path`, in words that name the place and the remedy: something on the way is a file, the file system is
// read-only or has not `room` bytes left, or we may not write there. Nothing when no reason is seen. Looks only, changes nothing.
std::optional<Failure> storageTrouble(const QString &path, qint64 room);

// The same for something that has just failed, which `attempt` tells ("cannot write /a/b") and `why` explains when nothing better is seen.
Failure storageFailure(const QString &attempt, const QString &path, const QString &why);

} // namespace electric::embedded
