#pragma once

#include <QSet>
#include <QStringList>
#include <QTranslator>

// Notes which texts of ours are asked for that the German translation does not have. Installed last, it is asked first, and leaves the
// answer to the others.
class Untranslated final : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *context, const char *source, const char *comment, int n) const override
    {
        if (m_german.isEmpty())
            (void)m_german.load(QStringLiteral(":/translations/electric_de.qm"));
        const QString where = QString::fromLatin1(context);
        const bool isQts = where.startsWith(QLatin1Char('Q')) || where == QLatin1String("CloseButton");
        if (!isQts && m_german.translate(context, source, comment, n).isNull())
            m_texts.insert(where + QStringLiteral(": ") + QString::fromUtf8(source));
        return {};
    }
    [[nodiscard]] QStringList texts() const
    {
        QStringList all(m_texts.begin(), m_texts.end());
        all.sort();
        return all;
    }

private:
    mutable QTranslator m_german;
    mutable QSet<QString> m_texts;
};
