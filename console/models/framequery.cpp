#include "console/models/framequery.h"

#include <QCoreApplication>

#include <algorithm>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::FrameQuery)
};

struct Word {
    QString text;
    bool isNegated = false;
    bool isQuoted = false; // from its beginning: then it has no key
};

std::optional<qint64> sizeFrom(QString text)
{
    qint64 unit = 1;
    if (!text.isEmpty()) {
        const auto place = QStringLiteral("kmg").indexOf(text.back().toLower());
        for (qsizetype step = 0; step <= place; ++step)
            unit *= 1024;
        if (place >= 0)
            text.chop(1);
    }
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    constexpr double most = 1e15;
    if (!isNumber || !(number >= 0) || number * double(unit) > most)
        return std::nullopt;
    return qint64(number * double(unit));
}

QList<Word> wordsOf(const QString &text)
{
    QList<Word> words;
    Word word;
    bool isOpen = false; // within quotes
    bool isBegun = false;
    const auto end = [&] {
        if (isBegun && !word.text.isEmpty())
            words << word;
        word = {};
        isBegun = false;
    };
    for (const QChar c : text) {
        if (c == QLatin1Char('"')) {
            word.isQuoted = word.isQuoted || (!isOpen && word.text.isEmpty());
            isOpen = !isOpen;
            isBegun = true;
        } else if (c.isSpace() && !isOpen) {
            end();
        } else if (c == QLatin1Char('-') && !isBegun) {
            word.isNegated = true;
            isBegun = true;
        } else {
            word.text += c;
            isBegun = true;
        }
    }
    end();
    return words;
}

} // namespace

tl::expected<FrameQuery::Term, QString> FrameQuery::termOf(QString word, bool isQuoted)
{
    const auto colon = isQuoted ? -1 : word.indexOf(QLatin1Char(':'));
    const QString key = colon < 0 ? QString() : word.left(colon).toLower();
    const QString value = word.mid(colon + 1);
    if (key == QLatin1String("dir")) {
        if (value == QLatin1String("in"))
            return Term {Term::Kind::Incoming, false, {}, 0};
        if (value == QLatin1String("out"))
            return Term {Term::Kind::Outgoing, false, {}, 0};
        return tl::unexpected(Words::tr("dir: is followed by in or out, as in dir:in."));
    }
    if (key == QLatin1String("type")) {
        if (value.isEmpty())
            return tl::unexpected(Words::tr("type: is followed by a part of a type, as in type:SatOpLog."));
        return Term {Term::Kind::Type, false, value, 0};
    }
    if (key == QLatin1String("larger") || key == QLatin1String("smaller")) {
        const auto bytes = sizeFrom(value);
        if (!bytes)
            return tl::unexpected(Words::tr("%1: is followed by a size, as in %1:1k or %1:200.").arg(key));
        return Term {key == QLatin1String("larger") ? Term::Kind::Larger : Term::Kind::Smaller, false, {}, *bytes};
    }
    return Term {Term::Kind::Text, false, std::move(word), 0};
}

tl::expected<FrameQuery, QString> FrameQuery::parse(const QString &text)
{
    FrameQuery query;
    for (const Word &word : wordsOf(text)) {
        auto term = termOf(word.text, word.isQuoted);
        if (!term)
            return tl::unexpected(term.error());
        term->isNegated = word.isNegated;
        query.m_terms << *std::move(term);
    }
    return query;
}

bool FrameQuery::matches(const admin::TapFrame &frame, const std::function<QString()> &text) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) { return holds(term, frame, text) != term.isNegated; });
}

bool FrameQuery::holds(const Term &term, const admin::TapFrame &frame, const std::function<QString()> &text)
{
    const bool isIncoming = frame.direction == QLatin1String("in");
    switch (term.kind) {
    case Term::Kind::Incoming: return isIncoming;
    case Term::Kind::Outgoing: return !isIncoming;
    case Term::Kind::Type: return frame.type.contains(term.text, Qt::CaseInsensitive);
    case Term::Kind::Larger: return frame.bytes > term.bytes;
    case Term::Kind::Smaller: return frame.bytes < term.bytes;
    case Term::Kind::Text: break;
    }
    return text().contains(term.text, Qt::CaseInsensitive);
}

} // namespace electric::console
