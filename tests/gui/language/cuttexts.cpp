#include "tests/gui/language/cuttexts.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QTabBar>

namespace {

// A text that may shrink on purpose has an ignored width.
bool mayShrink(const QWidget &widget)
{
    return widget.sizePolicy().horizontalPolicy() == QSizePolicy::Ignored;
}

bool isCut(const QLabel &label)
{
    if (label.text().isEmpty() || mayShrink(label))
        return false;
    return label.wordWrap() ? label.height() < label.heightForWidth(label.width()) : label.width() < label.sizeHint().width();
}

bool isCut(const QAbstractButton &button)
{
    return !button.text().isEmpty() && button.width() < button.sizeHint().width();
}

bool isCut(const QLineEdit &line)
{
    const QString shown = line.text().isEmpty() ? line.placeholderText() : QString(); // what is typed may be longer than the field
    return line.fontMetrics().horizontalAdvance(shown) > line.contentsRect().width();
}

bool isCut(const QComboBox &box)
{
    constexpr int arrow = 24;
    return !box.isEditable() && !mayShrink(box) && box.width() < box.fontMetrics().horizontalAdvance(box.currentText()) + arrow;
}

bool isCut(const QTabBar &tabs)
{
    return tabs.width() < tabs.sizeHint().width();
}

bool isCut(const QListWidget &list)
{
    constexpr int margins = 8; // the item view's around the icon and the text
    for (int row = 0; row < list.count(); ++row) {
        const int needed = list.fontMetrics().horizontalAdvance(list.item(row)->text()) + list.iconSize().width() + margins;
        if (list.viewport()->width() < needed)
            return true;
    }
    return false;
}

QString nameOf(const QLabel &label)
{
    return label.text();
}
QString nameOf(const QAbstractButton &button)
{
    return button.text();
}
QString nameOf(const QLineEdit &line)
{
    return line.placeholderText();
}
QString nameOf(const QWidget &widget)
{
    return widget.accessibleName() + QLatin1Char(' ') + widget.objectName();
}

template <typename T> void collect(const QWidget &window, QStringList &cut)
{
    const auto all = window.findChildren<T *>();
    for (const T *one : all) {
        if (one->isVisible() && isCut(*one))
            cut.append(nameOf(*one) + QStringLiteral(" (%1 of %2)").arg(one->width()).arg(one->sizeHint().width()));
    }
}

} // namespace

QStringList cutTexts(const QWidget &window)
{
    QStringList cut;
    collect<QLabel>(window, cut);
    collect<QAbstractButton>(window, cut);
    collect<QLineEdit>(window, cut);
    collect<QComboBox>(window, cut);
    collect<QTabBar>(window, cut);
    collect<QListWidget>(window, cut);
    return cut;
}

QStringList repeatedMnemonics(const QWidget &window)
{
    QStringList repeated;
    QHash<QString, QString> taken;
    const auto claim = [&taken, &repeated](const QString &text) {
        const QString key = QKeySequence::mnemonic(text).toString();
        if (key.isEmpty())
            return;
        if (taken.contains(key))
            repeated.append(QStringLiteral("%1: %2, %3").arg(key, taken[key], text));
        taken.insert(key, text);
    };
    for (const auto *bar : window.findChildren<QMenuBar *>()) {
        for (const QAction *menu : bar->actions())
            claim(menu->text());
    }
    for (const auto *button : window.findChildren<QAbstractButton *>()) {
        if (button->isVisible())
            claim(button->text());
    }
    for (const auto *label : window.findChildren<QLabel *>()) {
        if (label->isVisible() && label->buddy())
            claim(label->text());
    }
    for (const auto *tabs : window.findChildren<QTabBar *>()) {
        for (int tab = 0; tabs->isVisible() && tab < tabs->count(); ++tab)
            claim(tabs->tabText(tab));
    }
    return repeated;
}
