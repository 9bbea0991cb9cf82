#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace electric::console {

// The simple commands of a piece of shell, each as its words, quotes and backslashes worked in as sh does. Nothing is expanded: a
// $VARIABLE or `command` stays in the word as it was written. Comments, and whatever follows an unclosed quote, are taken as sh would.
[[nodiscard]] QList<QStringList> shellCommands(const QString &text);

// One word for sh that gives `text` again.
[[nodiscard]] QString shellQuoted(const QString &text);

// The variables that a value asks for: $NAME, ${NAME}, ${NAME:-…}. Those of a password with a dollar in it are among them.
[[nodiscard]] QStringList variablesIn(const QString &value);

} // namespace electric::console
