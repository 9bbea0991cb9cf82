#include "tests/fuzz/driver.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace electric::fuzz {

namespace {

constexpr int mutationsInTests = 20'000;
constexpr std::chrono::seconds soak {60};
constexpr std::size_t maxInput = 4096;

std::string current; // what a crash is about

void tell(int signal)
{
    std::fprintf(stderr, "signal %d by this input, in hexadecimal digits:\n", signal);
    for (const char c : current)
        std::fprintf(stderr, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    std::fputc('\n', stderr);
    std::_Exit(1);
}

void run(std::string input)
{
    current = std::move(input);
    fuzzOne(current);
}

class Mutator
{
public:
    Mutator(std::vector<std::string> pool, unsigned seed) : m_pool(std::move(pool)), m_random(seed) { }

    std::string next()
    {
        std::string input = any();
        for (std::size_t i = 0, count = 1 + number(4); i < count; ++i)
            change(input);
        input.resize(std::min(input.size(), maxInput));
        return input;
    }

private:
    std::size_t number(std::size_t below) { return below == 0 ? 0 : m_random() % below; }
    const std::string &any() { return m_pool[number(m_pool.size())]; }

    void change(std::string &input)
    {
        static const std::string odd("\x00\x01\x04\x7f\x80\xff'\"$;()", 12);
        const std::size_t at = number(input.size() + 1);
        const std::size_t length = number(8);
        switch (number(6)) {
        case 0: // another byte
            if (at < input.size())
                input[at] = char(m_random());
            break;
        case 1: // a bit
            if (at < input.size())
                input[at] = char(input[at] ^ (1 << number(8)));
            break;
        case 2: input.insert(at, 1, odd[number(odd.size())]); break;
        case 3: input.erase(at, length); break;
        case 4: input.insert(at, input.substr(number(input.size() + 1), length)); break;
        default: { // part of another one
            const std::string &other = any();
            input.insert(at, other.substr(number(other.size() + 1), number(other.size() + 1)));
        }
        }
    }

    std::vector<std::string> m_pool;
    std::mt19937 m_random;
};

} // namespace

void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

} // namespace electric::fuzz

int main()
{
    using namespace electric::fuzz;
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS})
        std::signal(signal, tell);
    const std::vector<std::string> all = seeds();
    for (const std::string &one : all)
        run(one);
    const bool soaks = std::getenv("ELECTRIC_SOAK") != nullptr;
    Mutator mutator(all, soaks ? std::random_device {}() : 1U);
    const auto end = std::chrono::steady_clock::now() + soak;
    for (int i = 0; soaks ? std::chrono::steady_clock::now() < end : i < mutationsInTests; ++i)
        run(mutator.next());
    return 0;
}
