#pragma once

#include <QStringList>

class QWidget;

// Visible texts of labels, buttons, boxes, tabs and the navigation that have less room than they need.
[[nodiscard]] QStringList cutTexts(const QWidget &window);

// Mnemonics that more than one visible widget, or a widget and a menu of the menu bar, claims.
[[nodiscard]] QStringList repeatedMnemonics(const QWidget &window);
