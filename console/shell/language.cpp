#include "console/shell/language.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QMenu>
#include <QSettings>
#include <QTranslator>

#include <array>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Language)
};

const QString key = QStringLiteral("language");

// The names in the settings file, which are those of ISO 639.
constexpr std::array<std::pair<Language, const char *>, 3> codes {
    {{Language::System, "system"}, {Language::English, "en"}, {Language::German, "de"}}};

// The system's own locale if it has the language: it knows the country, and what its user has set.
QLocale localeOf(Language language)
{
    const QLocale system = QLocale::system();
    if (language == Language::System)
        return system;
    const auto wanted = language == Language::German ? QLocale::German : QLocale::English;
    return system.language() == wanted ? system : QLocale(wanted);
}

// False when there is no such translation, which for Qt's own texts only means that its package is not installed.
bool install(const QLocale &locale, const QString &name, const QString &directory)
{
    auto *translator = new QTranslator(qApp);
    if (translator->load(locale, name, QStringLiteral("_"), directory))
        return QCoreApplication::installTranslator(translator);
    delete translator;
    return false;
}

} // namespace

Language rememberedLanguage()
{
    const QString code = QSettings().value(key).toString();
    for (const auto &[language, name] : codes) {
        if (code == QLatin1String(name))
            return language;
    }
    return Language::System;
}

void remember(Language language)
{
    for (const auto &[one, name] : codes) {
        if (one == language)
            QSettings().setValue(key, QString::fromLatin1(name));
    }
}

void speak(Language language)
{
    const QLocale locale = localeOf(language);
    QLocale::setDefault(locale);
    install(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    if (!install(locale, QStringLiteral("electric"), QStringLiteral(":/translations")))
        install(QLocale(QLocale::English), QStringLiteral("electric"), QStringLiteral(":/translations")); // for its plural forms
}

void addLanguageMenu(QMenu &menu, std::function<void(const QString &)> note)
{
    QMenu *languages = menu.addMenu(Words::tr("Lan&guage"));
    auto *group = new QActionGroup(languages);
    const Language now = rememberedLanguage();
    // Languages are named in themselves, so that one finds one's own whatever the console speaks.
    const std::array<std::pair<Language, QString>, 3> all {{{Language::System, Words::tr("&As the system is")},
        {Language::English, QStringLiteral("&English")}, {Language::German, QStringLiteral("&Deutsch")}}};
    for (const auto &[language, text] : all) {
        QAction *action = languages->addAction(text);
        action->setCheckable(true);
        action->setChecked(language == now);
        action->setData(int(language));
        group->addAction(action);
    }
    languages->addSeparator();
    QAction *hint = languages->addAction(Words::tr("Takes effect at the next start"));
    hint->setEnabled(false);
    QObject::connect(group, &QActionGroup::triggered, languages, [note = std::move(note)](const QAction *chosen) {
        remember(Language(chosen->data().toInt()));
        note(Words::tr("The language changes at the next start of the console"));
    });
}

} // namespace electric::console
