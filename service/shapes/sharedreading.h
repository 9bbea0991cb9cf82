#pragma once

#include "service/shapes/snapshotsource.h"

#include <functional>
#include <memory>
#include <vector>

namespace electric::shapes {

// Somebody who asked for a snapshot, and how much of it has been given.
struct SnapshotTaker {
    SnapshotRequest request;
    std::function<void(SnapshotEvent)> deliver;
    std::size_t next = 0; // event of the reading that is given next
    int unconsumed = 0; // SnapshotRows that were given and not consumed
    bool isCancelled = false;
};
using SnapshotTakerPtr = std::shared_ptr<SnapshotTaker>;

// One reading of a snapshot and everybody who takes it. The first one is given pieces as they are read. Who asks for the same meanwhile
// follows: he is given the whole once it is read, if it is small; else he has to read for himself, since the slowest of many would
// otherwise hold up all others, or all of a large shape be kept. Decides only: knows no thread and no database.
class SharedReading
{
public:
    static constexpr std::size_t keptBytes = 2 * 1024 * 1024; // a larger snapshot is not shared

    enum class Sharing { Allowed, Refused };
    explicit SharedReading(SnapshotTakerPtr first, Sharing sharing = Sharing::Allowed);

    [[nodiscard]] const SnapshotRequest &request() const { return m_request; } // what is read
    [[nodiscard]] bool isWanted() const;
    [[nodiscard]] bool hasRoom() const; // for the next event; until then the reading should pause

    // Whether it answers what is asked as well, as far as can be known before it ends.
    [[nodiscard]] bool answers(const SnapshotRequest &request) const;
    void join(SnapshotTakerPtr taker) { m_followers.push_back(std::move(taker)); }

    // The next event was read. Returned are those who have to read for themselves after all.
    [[nodiscard]] std::vector<SnapshotTakerPtr> add(SnapshotEvent event);
    void fail(const Failure &why); // to everybody who has not got all
    void consumed(SnapshotTaker &taker); // one SnapshotRows

private:
    void give(SnapshotTaker &taker);
    [[nodiscard]] std::vector<SnapshotTakerPtr> stopSharing();
    [[nodiscard]] std::vector<SnapshotTakerPtr> giveToFollowers();
    [[nodiscard]] bool isNewEnough(const SnapshotRequest &request) const;

    const SnapshotRequest m_request;
    SnapshotTakerPtr m_first;
    std::vector<SnapshotTakerPtr> m_followers;
    std::vector<SnapshotEvent> m_events; // from the beginning while it is shared, else those that the first one has not been given
    SnapshotBegan m_began;
    std::size_t m_bytes = 0;
    bool m_isShared;
    bool m_hasEnded = false;
};

} // namespace electric::shapes
