#pragma once

#include <QString>

#include <functional>

class QMenu;

namespace electric::console {

// The language that the console speaks. English is that of the sources; System means the desktop's, if the console knows it.
enum class Language { System, English, German };

[[nodiscard]] Language rememberedLanguage();
void remember(Language language);

// Installs the translations of the console and of Qt's own dialogs, and has numbers and dates written as that language does. Texts are
// made when widgets are, so this comes before the first of them.
void speak(Language language);

// A submenu with the languages as exclusive entries. What is chosen is remembered and takes effect at the next start, which `note` and an
// entry of the menu say.
void addLanguageMenu(QMenu &menu, std::function<void(const QString &)> note);

} // namespace electric::console
