#include "service/app/framestap.h"

#include "service/admin/tapframes.h"

#include <QDateTime>

#include <mutex>

namespace electric::app {

namespace {

constexpr std::size_t mostFrames = 256; // that wait for the main thread

struct RawFrame {
    qint64 at = 0;
    bool fromClient = false;
    std::string frame; // its beginning only, when it is long
    qint64 bytes = 0;
    bool isEarlier = false;
};

// Filled in a session's thread, emptied in the main thread.
class FrameQueue : public std::enable_shared_from_this<FrameQueue>
{
public:
    FrameQueue(SessionThreads &context, std::function<void(const admin::Facts::Tapped &)> onFrames)
        : m_context(context), m_onFrames(std::move(onFrames))
    { }

    void add(RawFrame frame)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_frames.size() >= mostFrames)
            ++m_dropped;
        else
            m_frames.push_back(std::move(frame));
        passSoon();
    }
    void end()
    {
        const std::scoped_lock lock(m_mutex);
        m_ended = true;
        passSoon();
    }
    void stop() { m_onFrames = nullptr; } // in the main thread
    [[nodiscard]] bool hasEnded()
    {
        const std::scoped_lock lock(m_mutex);
        return m_ended;
    }

private:
    void passSoon()
    {
        if (!std::exchange(m_isPassing, true)) // the context ends the session threads before it ends itself
            QMetaObject::invokeMethod(
                &m_context, [self = shared_from_this()] { self->pass(); }, Qt::QueuedConnection);
    }
    void pass()
    {
        std::vector<RawFrame> frames;
        admin::Facts::Tapped tapped;
        {
            const std::scoped_lock lock(m_mutex);
            frames = std::exchange(m_frames, {});
            tapped.dropped = std::exchange(m_dropped, 0);
            tapped.ended = m_ended;
            m_isPassing = false;
        }
        if (!m_onFrames)
            return;
        for (const RawFrame &one : frames) {
            tapped.frames.append(admin::tapFrame(one.at, one.fromClient, one.frame, one.bytes));
            tapped.frames.last().isEarlier = one.isEarlier;
        }
        m_onFrames(tapped);
    }

    SessionThreads &m_context;
    std::function<void(const admin::Facts::Tapped &)> m_onFrames; // of the main thread
    std::mutex m_mutex;
    std::vector<RawFrame> m_frames;
    qint64 m_dropped = 0;
    bool m_isPassing = false;
    bool m_ended = false;
};

} // namespace

std::shared_ptr<void> tapFrames(SessionThreads &sessions, qint64 session, std::function<void(const admin::Facts::Tapped &)> onFrames)
{
    auto queue = std::make_shared<FrameQueue>(sessions, std::move(onFrames));
    // Gone with the last copy of the tap: the session has ended, or was not found.
    const std::shared_ptr<void> life(nullptr, [queue](void *) { queue->end(); });
    const auto tap = [queue, life](bool fromClient, std::string_view frame, bool isEarlier) {
        const std::size_t kept = frame.size() > admin::longestTapped ? 1 : frame.size();
        queue->add({QDateTime::currentMSecsSinceEpoch(), fromClient, std::string(frame.substr(0, kept)), qint64(frame.size()), isEarlier});
    };
    sessions.tap(session, tap, [](bool) {});
    return {nullptr, [queue, session, &sessions](void *) {
                queue->stop();
                if (!queue->hasEnded()) // else another's tap may be there by now
                    sessions.tap(session, {}, [](bool) {});
            }};
}

} // namespace electric::app
