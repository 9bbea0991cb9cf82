#pragma once

#include "service/pg/connection.h"
#include "service/shapes/snapshotsource.h"

#include <optional>

namespace electric::shapes {

// Takes the events of one snapshot. deliver() may block (back-pressure) and answers whether more are wanted.
class SnapshotSink
{
public:
    virtual ~SnapshotSink() = default;
    virtual bool deliver(SnapshotEvent event) = 0;
    [[nodiscard]] virtual bool isWanted() const = 0;
};

// Reads snapshots one after the other, on one thread, over connections that it keeps and replaces when they break.
class SnapshotReader
{
public:
    void setDatabase(pg::ConnectionOptions options);

    // Began, rows in pieces of about 64 KiB, ended. A failure is returned, not delivered.
    Result<void> read(const SnapshotRequest &request, SnapshotSink &sink);

private:
    Result<void> ensureConnections();
    Result<void> begin(const SnapshotRequest &request, SnapshotSink &sink);
    Result<SnapshotBegan> take();
    Result<void> readTable(const SnapshotRequest &request, const std::shared_ptr<const schema::Table> &table, SnapshotSink &sink);
    Result<void> readSelections(const SnapshotRequest &request, SnapshotSink &sink);
    static std::string shadowTable(const schema::Table &table);

    pg::ConnectionOptions m_options;
    std::optional<pg::Connection> m_snapshot; // holds the transaction
    std::optional<pg::Connection> m_marker; // makes the stream pass the snapshot's position
};

} // namespace electric::shapes
