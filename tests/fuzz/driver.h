#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a fuzzer of ours defines. driver.cpp has the main program: it runs the seeds and mutations of them, the same ones each
// time, so that ctest can; with ELECTRIC_SOAK=1 others for a minute. An input that ends the program is printed.
namespace electric::fuzz {

std::vector<std::string> seeds();
void fuzzOne(std::string_view input); // aborts when something is wrong

// Aborts with a word on what did not hold.
void require(bool holds, const char *what);

} // namespace electric::fuzz
