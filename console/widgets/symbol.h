#pragma once

#include <QIcon>

namespace electric::console {

// One of our own icons (resources/icons/NAME.svg), always in the colour that the palette has for text: it follows the appearance, the
// selection and the enabled state by itself.
[[nodiscard]] QIcon symbol(const char *name);

} // namespace electric::console
