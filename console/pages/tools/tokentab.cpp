#include "console/pages/tools/tokentab.h"

#include "console/models/tokenwords.h"
#include "console/widgets/symbol.h"
#include "shared/auth/tokenmaker.h"
#include "shared/settings/settings.h"
#include "ui_tokentab.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QFontDatabase>

namespace electric::console {

using namespace std::chrono_literals;

namespace {

constexpr auto reviewPace = 1s;
constexpr int unsignedRow = 0; // of the algorithms
constexpr int symbolSize = 16;
const auto keyName = QStringLiteral("AUTH_JWT_KEY");

qint64 now()
{
    return QDateTime::currentSecsSinceEpoch();
}

// Written into the lines that are there, so that a selection and the place stay while the times go on.
void showLines(QTreeWidget &tree, int at, const QString &title, const QList<TokenLine> &lines, const QString &failing)
{
    QTreeWidgetItem *part = tree.topLevelItem(at);
    if (!part) {
        part = new QTreeWidgetItem(&tree);
        part->setFirstColumnSpanned(true);
        part->setExpanded(true);
    }
    part->setText(0, title);
    while (part->childCount() > lines.size())
        delete part->takeChild(part->childCount() - 1);
    for (int line = 0; line < lines.size(); ++line) {
        QTreeWidgetItem *const item = line < part->childCount() ? part->child(line) : new QTreeWidgetItem(part);
        const bool fails = lines[line].name == failing;
        item->setIcon(0, fails ? symbol("state-bad") : QIcon());
        const QStringList texts {
            lines[line].name, lines[line].value, fails ? TokenTab::tr("Not acceptable. %1").arg(lines[line].words) : lines[line].words};
        for (int column = 0; column < texts.size(); ++column) {
            item->setText(column, texts[column]);
            item->setToolTip(column, texts[column]);
        }
    }
}

} // namespace

TokenTab::TokenTab(QWidget *parent) : QWidget(parent), m_ui(std::make_unique<Ui::TokenTab>())
{
    setObjectName(QStringLiteral("token"));
    m_ui->setupUi(this);
    m_ui->token->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_ui->makeButton->setIcon(symbol("play"));
    m_ui->copyButton->setIcon(symbol("copy"));
    const int letter = fontMetrics().averageCharWidth();
    m_ui->content->setColumnWidth(0, letter * 22);
    m_ui->content->setColumnWidth(1, letter * 46);
    m_ui->said->hide();
    m_clock.setInterval(reviewPace);

    connect(&m_clock, &QTimer::timeout, this, [this] {
        if (isVisible())
            review();
    });
    connect(m_ui->profile, &QComboBox::activated, this, &TokenTab::takeProfile);
    connect(m_ui->algorithm, &QComboBox::currentIndexChanged, this, &TokenTab::review);
    connect(m_ui->isBase64, &QCheckBox::toggled, this, &TokenTab::review);
    for (const QLineEdit *const field : {m_ui->key, m_ui->nameSpace, m_ui->issuer, m_ui->audience, m_ui->user})
        connect(field, &QLineEdit::textChanged, this, &TokenTab::review);
    connect(m_ui->token, &QPlainTextEdit::textChanged, this, &TokenTab::review);
    connect(m_ui->makeButton, &QPushButton::clicked, this, &TokenTab::make);
    connect(m_ui->copyButton, &QPushButton::clicked, this, &TokenTab::copyToken);
    offerProfiles();
    m_clock.start();
    review();
}

TokenTab::~TokenTab() = default;

void TokenTab::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    offerProfiles();
}

void TokenTab::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        review(); // the symbols have the colour of the text
}

void TokenTab::offerProfiles()
{
    const QString chosen = m_ui->profile->currentIndex() > 0 ? m_ui->profile->currentText() : QString();
    m_ui->profile->clear();
    m_ui->profile->addItem(tr("None: as typed here"));
    m_ui->profile->addItems(profileNames());
    m_ui->profile->setCurrentIndex(chosen.isEmpty() ? 0 : qMax(0, m_ui->profile->findText(chosen)));
}

void TokenTab::takeProfile()
{
    say({});
    if (m_ui->profile->currentIndex() <= 0)
        return; // what is there may be changed
    const QString profile = m_ui->profile->currentText();
    const auto values = readProfile(profile);
    if (!values)
        return say(values.error());
    if (!fillIn(*values) || m_ui->algorithm->currentIndex() == unsignedRow || !m_ui->key->text().isEmpty())
        return;
    m_secrets.read(profile, {keyName}, [this, profile](const tl::expected<SettingValues, QString> &secrets) {
        if (profile != m_ui->profile->currentText() || !m_ui->key->text().isEmpty())
            return; // somebody was faster; what they typed counts
        if (secrets && secrets->contains(keyName))
            return m_ui->key->setText(secrets->value(keyName));
        say(secrets ? tr("The profile %1 has no key. Type it.").arg(profile)
                    : tr("The key of the profile %1 could not be read. %2. Type it.").arg(profile, secrets.error()));
    });
}

// Read as the service reads them; only the key may be missing, since it may be in the key ring.
bool TokenTab::fillIn(SettingValues values)
{
    const bool hasKey = !values.value(keyName).trimmed().isEmpty();
    if (values.value(QStringLiteral("AUTH_MODE")).trimmed() != QLatin1String("insecure") && !hasKey)
        values.insert(keyName, QStringLiteral("-"));
    const auto auth = settings::readAuthSettings(values);
    if (!auth) {
        say(settings::problemsAsText(auth.error()).trimmed());
        return false;
    }
    m_ui->algorithm->setCurrentIndex(auth->isSecure ? m_ui->algorithm->findText(auth->algorithm) : unsignedRow);
    m_ui->key->setText(hasKey ? QString::fromUtf8(auth->key) : QString());
    m_ui->isBase64->setChecked(auth->keyIsBase64);
    m_ui->nameSpace->setText(auth->nameSpace);
    m_ui->issuer->setText(auth->issuer);
    m_ui->audience->setText(auth->audience);
    return true;
}

auth::AuthConfig TokenTab::config() const
{
    auth::AuthConfig config;
    config.isSecure = m_ui->algorithm->currentIndex() != unsignedRow;
    config.algorithm = m_ui->algorithm->currentText().toStdString();
    config.key = m_ui->key->text()
                     .replace(QChar::LineSeparator, QLatin1Char('\n'))
                     .replace(QChar::ParagraphSeparator, QLatin1Char('\n'))
                     .toStdString();
    config.keyIsBase64 = m_ui->isBase64->isChecked();
    config.nameSpace = m_ui->nameSpace->text().trimmed().toStdString();
    config.issuer = m_ui->issuer->text().trimmed().toStdString();
    config.audience = m_ui->audience->text().trimmed().toStdString();
    return config;
}

void TokenTab::make()
{
    static constexpr std::chrono::seconds units[] = {60s, 3'600s, 86'400s}; // as the choice has them
    const qint64 lasting = m_ui->lasting->value() * units[std::size_t(m_ui->lastingUnit->currentIndex())].count();
    const auto token = auth::makeToken(config(), m_ui->user->text().toStdString(), now(), lasting);
    if (!token)
        return say(
            tr("No token was made: %1. %2").arg(QString::fromStdString(token.error().detail), QString::fromStdString(token.error().hint)));
    say({});
    m_ui->token->setPlainText(QString::fromStdString(*token));
    Q_EMIT noted(tr("Made a token for %1").arg(m_ui->user->text()));
}

void TokenTab::review()
{
    const bool isSigned = m_ui->algorithm->currentIndex() != unsignedRow;
    const bool isHmac = m_ui->algorithm->currentText().startsWith(QLatin1String("HS"));
    m_ui->key->setEnabled(isSigned);
    m_ui->isBase64->setEnabled(isHmac);
    m_ui->key->setPlaceholderText(!isSigned ? tr("Tokens are not signed")
            : isHmac                        ? tr("The shared secret")
                                            : tr("PEM; a private key makes tokens, a public one verifies them"));
    const bool canMake = !m_ui->user->text().trimmed().isEmpty() && (!isSigned || !m_ui->key->text().isEmpty());
    m_ui->makeButton->setEnabled(canMake);
    m_ui->makeButton->setToolTip(
        canMake ? tr("Puts a new token into the field below") : tr("A token needs a user, and a key to sign with"));
    m_ui->copyButton->setEnabled(!m_ui->token->toPlainText().trimmed().isEmpty());
    showContent();
}

void TokenTab::showContent()
{
    const QString token = m_ui->token->toPlainText().trimmed();
    const auto config = this->config();
    const char *icon = "state-off";
    QString words;
    QString failing;
    if (token.isEmpty()) {
        words = tr("Make a token, or paste one: it is taken apart here, and verified.");
    } else if (config.isSecure && config.key.empty()) {
        words = tr("Give the key, or choose a profile, to verify the token.");
    } else {
        const TokenVerdict verdict = verdictOn(token, config, now());
        icon = verdict.isGood ? "state-good" : "state-bad";
        words = verdict.words;
        failing = verdict.claim;
    }
    m_ui->verdictIcon->setPixmap(symbol(icon).pixmap(symbolSize));
    if (m_ui->verdict->text() != words)
        m_ui->verdict->setText(words);
    const auto content = auth::readToken(token.toStdString());
    if (!content)
        return m_ui->content->clear();
    showLines(*m_ui->content, 0, tr("Header"), headerInWords(content->header), failing);
    showLines(*m_ui->content, 1, tr("Claims"), claimsInWords(content->claims, now()), failing);
}

void TokenTab::copyToken()
{
    QApplication::clipboard()->setText(m_ui->token->toPlainText().trimmed());
    Q_EMIT noted(tr("Copied the token"));
}

void TokenTab::say(const QString &text)
{
    if (text.isEmpty())
        m_ui->said->clear();
    else
        m_ui->said->say(Notice::Kind::Warning, text);
}

} // namespace electric::console
