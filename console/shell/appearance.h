#pragma once

#include <QPalette>

class QActionGroup;
class QMenu;

namespace electric::console {

// Whether the console is light, dark, or as the desktop is.
enum class Appearance { System, Light, Dark };

[[nodiscard]] QPalette paletteOf(Appearance appearance); // of System: an unresolved one, which means the desktop's
void apply(Appearance appearance);

// System, Light, Dark as exclusive entries of the menu; what is chosen takes effect at once and is remembered.
void addAppearanceActions(QMenu &menu);
[[nodiscard]] Appearance rememberedAppearance();

} // namespace electric::console
