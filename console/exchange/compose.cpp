#include "console/exchange/publishedports.h"
#include "console/exchange/shellwords.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <vector>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::SettingsImport)
};

struct Line {
    int indent = 0;
    QString text;
};

// What one service of the file says.
struct Service {
    QString name;
    QString image;
    std::vector<Line> environment;
    QStringList ports;
    QStringList files;
};

std::vector<Line> linesOf(const QString &text)
{
    std::vector<Line> all;
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (QString line : lines) {
        while (line.endsWith(QLatin1Char('\r')) || line.endsWith(QLatin1Char(' ')))
            line.chop(1);
        int indent = 0;
        while (indent < line.size() && line[indent] == QLatin1Char(' '))
            ++indent;
        all.push_back({indent, line.mid(indent)});
    }
    return all;
}

bool isNothing(const Line &line)
{
    return line.text.isEmpty() || line.text.startsWith(QLatin1Char('#'));
}

// A scalar of YAML on one line: plain (a comment ends it), 'quoted' or "quoted".
QString scalar(const QString &given)
{
    const QString text = given.trimmed();
    if (text.startsWith(QLatin1Char('\''))) {
        static const QRegularExpression form(QStringLiteral("^'((?:[^']|'')*)'"));
        return form.match(text).captured(1).replace(QStringLiteral("''"), QStringLiteral("'"));
    }
    if (text.startsWith(QLatin1Char('"'))) {
        static const QRegularExpression form(QStringLiteral("^\"((?:[^\"\\\\]|\\\\.)*)\""));
        QString inner = form.match(text).captured(1);
        QString plain;
        for (qsizetype at = 0; at < inner.size(); ++at) {
            if (inner[at] != QLatin1Char('\\') || at + 1 == inner.size())
                plain += inner[at];
            else if (const QChar c = inner[++at]; c == QLatin1Char('n'))
                plain += QLatin1Char('\n');
            else
                plain += c == QLatin1Char('t') ? QLatin1Char('\t') : c;
        }
        return plain;
    }
    static const QRegularExpression comment(QStringLiteral("(^|\\s)#.*$"));
    return QString(text).remove(comment).trimmed();
}

// ${NAME:-value} and ${NAME-value} have one; $$ is a dollar.
QString withDefaults(QString value, QStringList &unknown)
{
    static const QRegularExpression form(QStringLiteral("\\$\\$|\\$\\{([A-Za-z_]\\w*)(?::?-([^}]*))?[^}]*\\}|\\$([A-Za-z_]\\w*)"));
    QString all;
    qsizetype end = 0;
    for (auto found = form.globalMatch(value); found.hasNext();) {
        const auto one = found.next();
        all += QStringView(value).sliced(end, one.capturedStart() - end);
        end = one.capturedEnd();
        if (one.captured() == QLatin1String("$$"))
            all += QLatin1Char('$');
        else if (one.hasCaptured(2))
            all += one.captured(2);
        else
            unknown << (one.hasCaptured(1) ? one.captured(1) : one.captured(3));
    }
    return all + QStringView(value).sliced(end);
}

// Reads the few keys that matter; indentation is all the grammar that this needs.
class ComposeReader
{
public:
    explicit ComposeReader(const QString &text) : m_lines(linesOf(text)) { }

    std::vector<Service> read()
    {
        std::vector<Service> all;
        int services = -1; // indentation of their names
        bool isWithin = false;
        for (m_at = 0; m_at < m_lines.size(); ++m_at) {
            const Line &line = m_lines[m_at];
            if (isNothing(line))
                continue;
            if (line.indent == 0) {
                isWithin = line.text.startsWith(QLatin1String("services:"));
                services = -1;
                continue;
            }
            if (!isWithin)
                continue;
            if (services < 0)
                services = line.indent;
            if (line.indent == services)
                all.push_back({line.text.section(QLatin1Char(':'), 0, 0), {}, {}, {}, {}});
            else if (!all.empty())
                takeKey(line, all.back());
        }
        return all;
    }

private:
    void takeKey(const Line &line, Service &of)
    {
        const QString key = line.text.section(QLatin1Char(':'), 0, 0);
        const QString value = scalar(line.text.section(QLatin1Char(':'), 1));
        if (key == QLatin1String("image"))
            of.image = value;
        else if (key == QLatin1String("environment"))
            of.environment = block(line.indent);
        else if (key == QLatin1String("ports"))
            of.ports = items(line.indent);
        else if (key == QLatin1String("env_file"))
            of.files = value.isEmpty() ? items(line.indent) : QStringList {value};
    }

    // The lines that belong to a key of this indentation; a list may stand at the same one.
    std::vector<Line> block(int indent)
    {
        std::vector<Line> all;
        while (m_at + 1 < m_lines.size()) {
            const Line &next = m_lines[m_at + 1];
            const bool isItem = next.indent == indent && next.text.startsWith(QLatin1String("- "));
            if (!next.text.isEmpty() && next.indent <= indent && !isItem && !(isNothing(next)))
                break;
            all.push_back(next);
            ++m_at;
        }
        return all;
    }

    QStringList items(int indent)
    {
        QStringList all;
        for (const Line &line : block(indent)) {
            if (line.text.startsWith(QLatin1String("- ")))
                all << scalar(line.text.mid(2));
        }
        return all;
    }

    std::vector<Line> m_lines;
    std::size_t m_at = 0;
};

// A block scalar (NAME: |), whose lines stand deeper than its name; `at` ends on the last of them.
QString blockScalar(const std::vector<Line> &lines, std::size_t &at, bool isFolded)
{
    const int outer = lines[at].indent;
    int inner = -1;
    QStringList all;
    while (at + 1 < lines.size() && (lines[at + 1].text.isEmpty() || lines[at + 1].indent > outer)) {
        const Line &line = lines[++at];
        if (inner < 0)
            inner = line.indent;
        all << QString(std::max(0, line.indent - inner), QLatin1Char(' ')) + line.text;
    }
    while (!all.isEmpty() && all.back().isEmpty())
        all.removeLast();
    return all.join(isFolded ? QLatin1Char(' ') : QLatin1Char('\n')) + QLatin1Char('\n');
}

void takeEnvironment(const std::vector<Line> &lines, ImportedSettings &to)
{
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (isNothing(lines[at]))
            continue;
        const bool isItem = lines[at].text.startsWith(QLatin1String("- "));
        const QString text = isItem ? scalar(lines[at].text.mid(2)) : lines[at].text;
        const qsizetype split = text.indexOf(isItem ? QLatin1Char('=') : QLatin1Char(':'));
        const QString name = scalar(split < 0 ? text : text.left(split));
        const QString given = split < 0 ? QString() : text.mid(split + 1).trimmed();
        if (given.isEmpty() || given.startsWith(QLatin1Char('#'))) {
            to.notes << Words::tr("%1 has no value in the file: it was taken from the shell's environment.").arg(name);
            continue;
        }
        const bool isBlock = !isItem && (given[0] == QLatin1Char('|') || given[0] == QLatin1Char('>'));
        QString value = isBlock ? blockScalar(lines, at, given[0] == QLatin1Char('>')) : isItem ? given : scalar(given);
        if (isBlock && given.endsWith(QLatin1Char('-')))
            value.chop(1);
        QStringList unknown;
        if (const QString complete = withDefaults(value, unknown); unknown.isEmpty() || !complete.isEmpty())
            to.settings.insert(name, complete);
        if (!unknown.isEmpty())
            to.notes << Words::tr("%1 takes its value from %2, which is not in the file; complete it by hand.")
                            .arg(name, QLatin1Char('$') + unknown.join(QStringLiteral(", $")));
    }
}

const Service *chooseElectric(const std::vector<Service> &all)
{
    const auto isOurs = [](const Service &one) { return one.image.contains(QLatin1String("electricsql/electric")); };
    const auto isNamedSo = [](const Service &one) { return one.name.contains(QLatin1String("electric")); };
    auto found = std::find_if(all.begin(), all.end(), isOurs);
    if (found == all.end())
        found = std::find_if(all.begin(), all.end(), isNamedSo);
    if (found == all.end() && all.size() == 1)
        found = all.begin();
    return found == all.end() ? nullptr : &*found;
}

} // namespace

ImportedSettings importCompose(const QString &text)
{
    ImportedSettings all;
    const std::vector<Service> services = ComposeReader(text).read();
    const Service *const ours = chooseElectric(services);
    if (!ours) {
        all.notes << Words::tr("The file has no service that is Electric, by its image or its name.");
        return all;
    }
    if (services.size() > 1)
        all.notes << Words::tr("Read from the service %1. Names of other services are known to containers only: see that DATABASE_URL "
                               "names a host that this computer reaches.")
                         .arg(ours->name);
    takeEnvironment(ours->environment, all);
    for (const QString &file : ours->files)
        all.notes << Words::tr("The file %1 was not read; import it as well.").arg(file);
    applyPublishedPorts(ours->ports, all);
    noteContainerHosts(all);
    return all;
}

} // namespace electric::console
