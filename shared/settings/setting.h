#pragma once

#include <span>

namespace electric::settings {

// One setting as people know it. All of them stand in one table (catalogue()), which feeds the reader, --help, docs/settings.md and the
// console's form.
struct Setting {
    enum class Type { Text, Url, Switch, Port, ProxyPort, Size, Choice, Telemetry };
    enum class Group { Core, WriteMode, Proxy, Authentication, Operation, Telemetry };

    const char *name;
    Group group;
    Type type;
    const char *fallback; // as text; empty: none
    const char *required; // when it must be given, in words; empty: never
    const char *choices; // Choice: words separated by blanks
    bool isSecret; // never shown; also read from the file that NAME_FILE names
    const char *help;
};

[[nodiscard]] std::span<const Setting> catalogue();
[[nodiscard]] const char *inWords(Setting::Group group);

} // namespace electric::settings
