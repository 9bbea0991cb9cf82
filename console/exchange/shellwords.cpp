#include "console/exchange/shellwords.h"

#include <QRegularExpression>

namespace electric::console {

namespace {

class Splitter
{
public:
    explicit Splitter(const QString &text) : m_text(text) { }

    QList<QStringList> split()
    {
        while (m_at < m_text.size())
            step();
        endCommand();
        return m_commands;
    }

private:
    void step()
    {
        const QChar c = m_text[m_at++];
        if (c == QLatin1Char('\''))
            return takeSingle();
        if (c == QLatin1Char('"'))
            return takeDouble();
        if (c == QLatin1Char('\\'))
            return takeEscaped();
        if (c == QLatin1Char('#') && !m_isInWord)
            return skipComment();
        if (QStringLiteral("\n;&|").contains(c))
            return endCommand();
        if (c.isSpace())
            return endWord();
        take(c);
    }

    void take(QChar c)
    {
        m_word += c;
        m_isInWord = true;
    }

    void takeSingle()
    {
        m_isInWord = true;
        while (m_at < m_text.size() && m_text[m_at] != QLatin1Char('\''))
            m_word += m_text[m_at++];
        ++m_at;
    }

    void takeDouble()
    {
        m_isInWord = true;
        for (; m_at < m_text.size() && m_text[m_at] != QLatin1Char('"'); ++m_at) {
            const bool escapes
                = m_text[m_at] == QLatin1Char('\\') && m_at + 1 < m_text.size() && QStringLiteral("$`\"\\\n").contains(m_text[m_at + 1]);
            if (escapes && m_text[++m_at] == QLatin1Char('\n'))
                continue;
            m_word += m_text[m_at];
        }
        ++m_at;
    }

    void takeEscaped()
    {
        if (m_at < m_text.size() && m_text[m_at] == QLatin1Char('\r'))
            ++m_at; // pasted from Windows
        if (m_at >= m_text.size())
            return;
        if (const QChar c = m_text[m_at++]; c != QLatin1Char('\n')) // else the line goes on
            take(c);
    }

    void skipComment()
    {
        while (m_at < m_text.size() && m_text[m_at] != QLatin1Char('\n'))
            ++m_at;
    }

    void endWord()
    {
        if (m_isInWord)
            m_command << m_word;
        m_word.clear();
        m_isInWord = false;
    }

    void endCommand()
    {
        endWord();
        if (!m_command.isEmpty())
            m_commands << m_command;
        m_command.clear();
    }

    const QString &m_text;
    qsizetype m_at = 0;
    QString m_word;
    bool m_isInWord = false;
    QStringList m_command;
    QList<QStringList> m_commands;
};

} // namespace

QList<QStringList> shellCommands(const QString &text)
{
    return Splitter(text).split();
}

QString shellQuoted(const QString &text)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=@%+,-]+$"));
    if (plain.match(text).hasMatch())
        return text;
    return QLatin1Char('\'') + QString(text).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QStringList variablesIn(const QString &value)
{
    static const QRegularExpression form(QStringLiteral("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)"));
    QStringList names;
    for (auto all = form.globalMatch(value); all.hasNext();)
        names << all.next().captured(1);
    names.removeDuplicates();
    return names;
}

} // namespace electric::console
