#pragma once

#include <QString>

namespace electric::admin {
class LogBuffer;
}

namespace electric::app {

// Sends everything that is logged through Qt's categories to standard error, one event a line:
//   2026-11-23T03:00:00.123Z warning electric.ingest: the connection to Postgres was lost
// Colours only on a terminal. Levels are those of LOG_LEVEL: debug, info, warning, error.
void installLogging(const QString &level);

// Keeps what is logged in this buffer too, which must outlive the program's threads; null: no more. Thread-safe.
void keepLog(admin::LogBuffer *buffer);

// Changes the level at run time. Thread-safe.
void setLogLevel(const QString &level);

} // namespace electric::app
