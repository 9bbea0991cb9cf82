#include "console/shell/appearance.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QStyle>
#include <QStyleFactory>

#include <array>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Appearance)
};

struct Tones {
    QColor window, base, alternate, text, faint, button, accent, onAccent, link, line, shadow;
};

QPalette paletteFrom(const Tones &t)
{
    QPalette palette;
    const std::array<std::pair<QPalette::ColorRole, QColor>, 18> all {
        {{QPalette::Window, t.window}, {QPalette::WindowText, t.text}, {QPalette::Base, t.base}, {QPalette::AlternateBase, t.alternate},
            {QPalette::Text, t.text}, {QPalette::PlaceholderText, t.faint}, {QPalette::Button, t.button}, {QPalette::ButtonText, t.text},
            {QPalette::BrightText, t.text}, {QPalette::Highlight, t.accent}, {QPalette::HighlightedText, t.onAccent},
            {QPalette::Link, t.link}, {QPalette::LinkVisited, t.link}, {QPalette::ToolTipBase, t.button}, {QPalette::ToolTipText, t.text},
            {QPalette::Mid, t.line}, {QPalette::Dark, t.line}, {QPalette::Shadow, t.shadow}}};
    for (const auto &[role, colour] : all)
        palette.setColor(role, colour);
    palette.setColor(QPalette::Light, t.button.lighter(110));
    palette.setColor(QPalette::Midlight, t.button);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, t.faint);
    palette.setColor(QPalette::Disabled, QPalette::Base, t.window); // a field that cannot be used looks so before it is tried
    return palette;
}

// Text on its background has at least 7:1 of contrast, faint text 4.5:1 (WCAG 2.1).
const Tones lightTones {.window = QColor(0xf4f5f7),
    .base = QColor(0xffffff),
    .alternate = QColor(0xf0f2f5),
    .text = QColor(0x1b1f24),
    .faint = QColor(0x5f6770),
    .button = QColor(0xeaecef),
    .accent = QColor(0x0b57b0),
    .onAccent = QColor(0xffffff),
    .link = QColor(0x0b57b0),
    .line = QColor(0xc3c8ce),
    .shadow = QColor(0x9aa1a9)};
const Tones darkTones {.window = QColor(0x1e2126),
    .base = QColor(0x16181c),
    .alternate = QColor(0x1b1e23),
    .text = QColor(0xe8eaed),
    .faint = QColor(0x9aa1ab),
    .button = QColor(0x2b2f36),
    .accent = QColor(0x1f56a0),
    .onAccent = QColor(0xffffff),
    .link = QColor(0x8ab8ff),
    .line = QColor(0x454b54),
    .shadow = QColor(0x0a0b0d)};

const QString key = QStringLiteral("appearance");

} // namespace

QPalette paletteOf(Appearance appearance)
{
    switch (appearance) {
    case Appearance::Light: return paletteFrom(lightTones);
    case Appearance::Dark: return paletteFrom(darkTones);
    case Appearance::System: break;
    }
    return {};
}

void apply(Appearance appearance)
{
    QApplication::setPalette(paletteOf(appearance));
}

Appearance rememberedAppearance()
{
    const int value = QSettings().value(key, int(Appearance::System)).toInt();
    return value == int(Appearance::Light) || value == int(Appearance::Dark) ? Appearance(value) : Appearance::System;
}

void addAppearanceActions(QMenu &menu)
{
    auto *group = new QActionGroup(&menu);
    const std::array<std::pair<Appearance, QString>, 3> all {{{Appearance::System, Words::tr("&As the system is")},
        {Appearance::Light, Words::tr("&Light")}, {Appearance::Dark, Words::tr("&Dark")}}};
    for (const auto &[appearance, text] : all) {
        QAction *action = menu.addAction(text);
        action->setCheckable(true);
        action->setChecked(appearance == rememberedAppearance());
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, group, [appearance = appearance] {
            QSettings().setValue(key, int(appearance));
            apply(appearance);
        });
    }
}

} // namespace electric::console
