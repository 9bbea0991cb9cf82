#pragma once

#include <memory>

namespace electric {

// Deleter that makes an owner out of a C library's handle: std::unique_ptr<PGconn, Freed<PQfinish>>.
template <auto Free> struct Freed {
    template <typename T> void operator()(T *handle) const { Free(handle); }
};

} // namespace electric
