#pragma once

#include "tests/bench/report.h"
#include "tests/bench/subject.h"

namespace electric::bench {

struct Scale {
    int rows = 100'000;
    int transactions = 5'000;
    int latencySamples = 500;
    int clients = 100;
};

// Each makes what it needs, measures, and adds its figures. A failure says what went wrong and where.
Result<void> measureIdle(Subject &subject, const Scale &scale, Report &report);
Result<void> measureInitial(Subject &subject, const Scale &scale, Report &report);
Result<void> measureLatency(Subject &subject, const Scale &scale, Report &report);
Result<void> measureStream(Subject &subject, const Scale &scale, Report &report);
Result<void> measureFanOut(Subject &subject, const Scale &scale, Report &report);
Result<void> measureResume(Subject &subject, const Scale &scale, Report &report); // a thousand clients that come at once
Result<void> measureWrites(Subject &subject, const Scale &scale, Report &report);
Result<void> measureMerging(Subject &subject, const Scale &scale, Report &report);
Result<void> measureTriggers(Subject &subject, const Scale &scale, Report &report);

} // namespace electric::bench
