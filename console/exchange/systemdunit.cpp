#include "console/exchange/settingsimport.h"

#include <QCoreApplication>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SettingsImport)
};

// The letter that a backslash makes of the next one, in Environment=.
QChar unescaped(QChar c)
{
    switch (c.unicode()) {
    case u'n': return QLatin1Char('\n');
    case u't': return QLatin1Char('\t');
    case u'r': return QLatin1Char('\r');
    case u's': return QLatin1Char(' ');
    default: return c;
    }
}

// The assignments of one Environment=: separated by blanks, each quoted as a whole or not at all.
QStringList assignmentsIn(const QString &text)
{
    QStringList all;
    QString word;
    QChar quote;
    bool isInWord = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        if (quote.isNull() && c.isSpace()) {
            if (isInWord)
                all << std::exchange(word, {});
            isInWord = false;
            continue;
        }
        isInWord = true;
        if (quote.isNull() && (c == QLatin1Char('"') || c == QLatin1Char('\'')))
            quote = c;
        else if (c == quote)
            quote = QChar();
        else if (c == QLatin1Char('\\') && at + 1 < text.size())
            word += unescaped(text[++at]);
        else
            word += c;
    }
    if (isInWord)
        all << word;
    return all;
}

// Logical lines: a backslash at the end takes the next one in, whose comments do not count.
QStringList linesOf(const QString &text)
{
    QStringList all;
    bool goesOn = false;
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (const QString &one : lines) {
        QString line = one.trimmed();
        const bool isComment = line.startsWith(QLatin1Char('#')) || line.startsWith(QLatin1Char(';'));
        if (isComment)
            continue;
        const bool more = line.endsWith(QLatin1Char('\\'));
        if (more)
            line.back() = QLatin1Char(' ');
        if (goesOn)
            all.back() += line;
        else
            all << line;
        goesOn = more;
    }
    return all;
}

class UnitReader
{
public:
    UnitReader(ImportedSettings &to, const FileReader &read) : m_to(to), m_read(read) { }

    void take(const QString &line)
    {
        if (line.startsWith(QLatin1Char('[')))
            return void(m_isService = line == QLatin1String("[Service]"));
        const qsizetype equals = line.indexOf(QLatin1Char('='));
        if (!m_isService || equals < 0)
            return;
        const QString key = line.left(equals).trimmed();
        const QString value = line.mid(equals + 1).trimmed();
        if (key == QLatin1String("Environment"))
            takeEnvironment(value);
        else if (key == QLatin1String("EnvironmentFile"))
            takeFile(value);
        else if (key == QLatin1String("PassEnvironment"))
            m_to.notes << Words::tr("%1 came from the environment of systemd itself; set it by hand.").arg(value);
        else if (key == QLatin1String("LoadCredential") || key == QLatin1String("LoadCredentialEncrypted"))
            m_to.notes << Words::tr("The credential %1 was left out.").arg(value.section(QLatin1Char(':'), 0, 0));
    }

    // systemd has the files win, wherever they stand.
    void finish() { m_to.settings.insert(m_fromFiles); }

private:
    void takeEnvironment(const QString &value)
    {
        if (value.isEmpty())
            return m_to.settings.clear(); // starts anew
        const QStringList all = assignmentsIn(value);
        for (const QString &one : all) {
            const qsizetype equals = one.indexOf(QLatin1Char('='));
            if (equals > 0)
                m_to.settings.insert(one.left(equals), withoutSpecifiers(one.left(equals), one.mid(equals + 1)));
        }
    }

    QString withoutSpecifiers(const QString &name, const QString &value)
    {
        const qsizetype percents = value.count(QLatin1Char('%')) - 2 * value.count(QLatin1String("%%"));
        if (percents > 0)
            m_to.notes << Words::tr("%1 contains a specifier of systemd, which was kept as it was written.").arg(name);
        return QString(value).replace(QLatin1String("%%"), QLatin1String("%"));
    }

    void takeFile(const QString &value)
    {
        if (value.isEmpty())
            return m_fromFiles.clear();
        const bool mayBeMissing = value.startsWith(QLatin1Char('-'));
        const QString path = value.mid(mayBeMissing ? 1 : 0);
        if (const auto text = m_read ? m_read(path) : std::nullopt)
            m_fromFiles.insert(parseEnvironmentFile(*text));
        else
            m_to.notes << Words::tr("The file %1 could not be read; import it as well.").arg(path);
    }

    ImportedSettings &m_to;
    const FileReader &m_read;
    SettingValues m_fromFiles;
    bool m_isService = false;
};

} // namespace

ImportedSettings importSystemdUnit(const QString &text, const FileReader &read)
{
    ImportedSettings all;
    UnitReader reader(all, read);
    const QStringList lines = linesOf(text);
    for (const QString &line : lines)
        reader.take(line);
    reader.finish();
    return all;
}

} // namespace electric::console
