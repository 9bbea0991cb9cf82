#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace electric::proxy {

// A step of a conversation written as straight code: it stops at co_await and goes on when the answer is there. Lazy,
// owned by whoever awaits it; destroying it in the middle ends it. One thread, no exceptions.
template <typename T> class [[nodiscard]] Task
{
public:
    struct promise_type {
        std::coroutine_handle<> continuation = std::noop_coroutine();
        std::optional<T> value;

        Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept
        {
            struct Continue {
                bool await_ready() noexcept { return false; }
                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept
                {
                    return done.promise().continuation;
                }
                void await_resume() noexcept { }
            };
            return Continue {};
        }
        void return_value(T result) { value = std::move(result); }
        void unhandled_exception() { std::terminate(); }
    };

    Task() = default;
    Task(Task &&other) noexcept : m_handle(std::exchange(other.m_handle, {})) { }
    Task &operator=(Task &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    Task(const Task &) = delete;
    Task &operator=(const Task &) = delete;
    ~Task()
    {
        if (m_handle)
            m_handle.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting)
    {
        m_handle.promise().continuation = awaiting;
        return m_handle;
    }
    T await_resume() { return std::move(*m_handle.promise().value); }

    [[nodiscard]] bool isRunning() const { return m_handle && !m_handle.done(); }
    void start() { m_handle.resume(); }

private:
    explicit Task(std::coroutine_handle<promise_type> handle) : m_handle(handle) { }

    std::coroutine_handle<promise_type> m_handle;
};

} // namespace electric::proxy
