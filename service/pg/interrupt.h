#pragma once

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace electric::pg {

// Ends the waiting of a thread that blocks in poll(), from any other thread. Stays raised until lowered.
class Interrupt final
{
public:
    Interrupt() : m_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { }
    ~Interrupt() { close(m_descriptor); }
    Interrupt(const Interrupt &) = delete;
    Interrupt &operator=(const Interrupt &) = delete;

    void raise() const
    {
        const std::uint64_t one = 1;
        (void)!write(m_descriptor, &one, sizeof one);
    }
    void lower() const
    {
        std::uint64_t count = 0;
        (void)!read(m_descriptor, &count, sizeof count);
    }
    [[nodiscard]] int descriptor() const { return m_descriptor; } // readable while raised

private:
    int m_descriptor;
};

} // namespace electric::pg
