#include <QTest>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include <set>

namespace {

const QString translations = QStringLiteral(SOURCE_DIRECTORY "/resources/translations/");

struct Message {
    QString context {};
    QString source {};
    QStringList forms {}; // one, or as many as the language has plural forms
    bool isPlural = false;
    bool isFinished = true;

    [[nodiscard]] QString name() const { return context + QStringLiteral(": ") + source; }
};

void readTranslation(QXmlStreamReader &xml, Message &into)
{
    into.isFinished = !xml.attributes().hasAttribute(QLatin1String("type"));
    if (!into.isPlural)
        return into.forms.append(xml.readElementText());
    while (xml.readNextStartElement())
        into.forms.append(xml.readElementText());
}

QList<Message> messagesIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Message> all;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.name() == QLatin1String("message"))
            all.append({.context = context, .isPlural = xml.attributes().hasAttribute(QLatin1String("numerus"))});
        else if (xml.name() == QLatin1String("source"))
            all.last().source = xml.readElementText();
        else if (xml.name() == QLatin1String("translation"))
            readTranslation(xml, all.last());
    }
    return xml.hasError() ? QList<Message> {} : all;
}

// What stands in place of values: each must be there as often. A plural form of one may leave the number out.
QStringList placesIn(const QString &text, bool withNumber)
{
    static const QRegularExpression place(QStringLiteral("%L?(?:\\d+|n)"));
    QStringList found;
    for (const auto &match : place.globalMatch(text)) {
        if (withNumber || !match.captured().endsWith(QLatin1Char('n')))
            found.append(match.captured());
    }
    found.sort();
    found.removeDuplicates(); // a sentence may name a value twice in one language and once in the other
    return found;
}

int mnemonicsIn(QString text)
{
    return int(text.remove(QStringLiteral("&&")).count(QLatin1Char('&')));
}

// "…", ":", "." and so on; nothing for a letter. A sentence that ends in a value ends in nothing.
QChar endOf(const QString &text)
{
    const QChar last = text.isEmpty() ? QChar() : text.back();
    return last.isPunct() && !QStringLiteral(")\"'“”").contains(last) ? last : QChar();
}

QString faultIn(const Message &message, const QString &form, bool isOne)
{
    const bool withNumber = message.isPlural && !isOne;
    if (form.isEmpty())
        return QStringLiteral("is empty");
    if (placesIn(form, withNumber) != placesIn(message.source, withNumber))
        return QStringLiteral("has other placeholders");
    if (mnemonicsIn(form) != mnemonicsIn(message.source))
        return QStringLiteral("has other mnemonics");
    if (endOf(form) != endOf(message.source))
        return QStringLiteral("ends otherwise");
    if (form.startsWith(QLatin1Char(' ')) != message.source.startsWith(QLatin1Char(' ')) || form.endsWith(QLatin1Char(' ')))
        return QStringLiteral("has other blanks at its ends");
    return {};
}

QStringList faultsIn(const QList<Message> &messages, int pluralForms)
{
    QStringList faults;
    for (const Message &message : messages) {
        if (!message.isFinished || message.forms.size() != (message.isPlural ? pluralForms : 1))
            faults.append(message.name() + QStringLiteral(" is unfinished"));
        for (int i = 0; i < message.forms.size(); ++i) {
            const QString fault = faultIn(message, message.forms[i], message.isPlural && i == 0);
            if (!fault.isEmpty())
                faults.append(QStringLiteral("%1: \"%2\" %3").arg(message.name(), message.forms[i], fault));
        }
    }
    return faults;
}

std::set<QString> namesOf(const QList<Message> &messages)
{
    std::set<QString> names;
    for (const Message &one : messages)
        names.insert(one.name());
    return names;
}

QStringList missingIn(const std::set<QString> &names, const std::set<QString> &all)
{
    QStringList missing;
    std::set_difference(all.begin(), all.end(), names.begin(), names.end(), std::back_inserter(missing));
    return missing;
}

} // namespace

// The files of the translations, as the sources and a reader want them. What to do about a failure: ./dev translations, then Qt Linguist.
class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTextIsTranslatedAsItsSourceIs_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("pluralForms");
        QTest::addRow("German") << translations + QStringLiteral("electric_de.ts") << 2;
        QTest::addRow("English plurals") << translations + QStringLiteral("electric_en.ts") << 2;
    }
    void everyTextIsTranslatedAsItsSourceIs()
    {
        QFETCH(QString, file);
        QFETCH(int, pluralForms);
        const QList<Message> messages = messagesIn(file);
        QVERIFY2(!messages.isEmpty(), qPrintable(file));
        const QStringList faults = faultsIn(messages, pluralForms);
        QVERIFY2(faults.isEmpty(), qPrintable(QLatin1Char('\n') + faults.join(QLatin1Char('\n'))));
    }

    void faultsAreFound_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("translation");
        QTest::addColumn<bool>("isGood");
        QTest::addRow("other order") << "%1 of %2" << QStringLiteral("aus %2: %1") << true;
        QTest::addRow("placeholder left out") << "%1 of %2"
                                              << "%1" << false;
        QTest::addRow("localized number") << "%L1 rows"
                                          << "%1 Zeilen" << false;
        QTest::addRow("mnemonic elsewhere") << "&Stop"
                                            << "&Beenden" << true;
        QTest::addRow("mnemonic lost") << "&Stop"
                                       << "Beenden" << false;
        QTest::addRow("ampersand") << "Keys && tokens" << QStringLiteral("Schlüssel && Tokens") << true;
        QTest::addRow("ellipsis lost") << QStringLiteral("Save…") << "Speichern" << false;
        QTest::addRow("full stop too many") << "Copied"
                                            << "Kopiert." << false;
    }
    void faultsAreFound()
    {
        QFETCH(QString, source);
        QFETCH(QString, translation);
        QTEST(faultIn({.source = source}, translation, false).isEmpty(), "isGood");
    }

    void theFileHasTheTextsOfTheSources()
    {
        QTemporaryDir directory;
        const QString fresh = directory.filePath(QStringLiteral("fresh.ts"));
        QProcess lupdate;
        lupdate.setWorkingDirectory(QStringLiteral(SOURCE_DIRECTORY));
        lupdate.start(QStringLiteral(LUPDATE),
            {QStringLiteral("console"), QStringLiteral("shared"), QStringLiteral("-I"), QStringLiteral("."), QStringLiteral("-silent"),
                QStringLiteral("-ts"), fresh});
        QVERIFY2(lupdate.waitForFinished(60'000) && lupdate.exitCode() == 0, lupdate.readAllStandardError().constData());
        const auto now = namesOf(messagesIn(fresh));
        const auto translated = namesOf(messagesIn(translations + QStringLiteral("electric_de.ts")));
        QCOMPARE(missingIn(translated, now), QStringList()); // ./dev translations
        QCOMPARE(missingIn(now, translated), QStringList());
    }

    // lupdate guesses the context of a text. A wrong guess is a text that is never found when the console runs.
    void noTextIsInTheContextOfANamespace()
    {
        const QList<Message> messages = messagesIn(translations + QStringLiteral("electric_de.ts"));
        for (const Message &one : messages) {
            const QString last = one.context.section(QStringLiteral("::"), -1);
            QVERIFY2(last.front().isUpper(), qPrintable(one.name() + QStringLiteral(": call tr of a class by its name")));
        }
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
