#include "console/pages/sessions/sessionspage.h"

#include "console/models/format.h"
#include "console/pages/sessions/knownclientsdialog.h"
#include "console/pages/sessions/subscriptiontree.h"
#include "console/widgets/columns.h"
#include "console/widgets/emptyhint.h"
#include "console/widgets/symbol.h"
#include "console/widgets/tables.h"
#include "ui_sessionspage.h"

#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QSortFilterProxyModel>

namespace electric::console {

SessionsPage::SessionsPage(ServiceLink &link, QWidget *parent)
    : Page(link, parent), m_ui(std::make_unique<Ui::SessionsPage>()), m_stream(link, QStringLiteral("sessions"), this)
{
    setObjectName(QStringLiteral("sessions"));
    m_ui->setupUi(this);
    m_ui->away->followLink(link);
    m_ui->trouble->setDismissible(true);
    m_ui->frames->setLink(link);
    tables::prepare(m_ui->table, &m_model, m_ui->filter);
    m_ui->table->sortByColumn(0, Qt::AscendingOrder);
    auto *columns = new Columns(m_ui->table, QStringLiteral("sessions"), {0, 1, 11});
    m_ui->columnsButton->setMenu(columns->menu());
    m_ui->splitter->setSizes({220, 380});
    m_ui->subscriptions->header()->setDefaultSectionSize(220);
    m_hint = new EmptyHint(m_ui->table);

    connect(&m_stream, &LiveStream::arrived, this, &SessionsPage::onArrived);
    connect(&link, &ServiceLink::stateChanged, this, &SessionsPage::onLinkChanged);
    connect(m_ui->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SessionsPage::onChosen);
    connect(m_ui->filter, &QLineEdit::textChanged, this, &SessionsPage::review);
    connect(m_ui->disconnectButton, &QPushButton::clicked, this, &SessionsPage::disconnectSession);
    connect(m_ui->forgetButton, &QPushButton::clicked, this, [this] {
        if (chosen())
            askToForget(chosen()->client);
    });
    connect(m_ui->clientsButton, &QPushButton::clicked, this, &SessionsPage::showClients);
    connect(m_ui->frames, &FrameInspector::noted, this, &Page::noted);
    m_stream.followVisibilityOf(this);
    review();
}

SessionsPage::~SessionsPage() = default;

QString SessionsPage::title() const
{
    return tr("&Sessions");
}

QIcon SessionsPage::icon() const
{
    return symbol("sessions");
}

void SessionsPage::present(const QVariantMap &what)
{
    m_ui->filter->setText(what.value(QStringLiteral("filter")).toString());
}

void SessionsPage::onArrived(const QJsonObject &event)
{
    m_model.assign(admin::listFrom<admin::Session>(event.value(QLatin1String("sessions"))));
    review();
}

void SessionsPage::onLinkChanged()
{
    if (!m_link.isConnected())
        m_model.assign({}); // nobody knows who is connected now
    review();
}

void SessionsPage::onChosen()
{
    const QModelIndex index = tables::selected(m_ui->table);
    m_session = index.isValid() ? m_model.rows()[index.row()].id : 0;
    m_subscriptions = -1;
    m_ui->subscriptions->clear();
    m_ui->frames->setSession(m_session, m_session ? chosen()->client : QString());
    review();
}

const admin::Session *SessionsPage::chosen() const
{
    return m_model.find(m_session);
}

void SessionsPage::review()
{
    const bool canAct = chosen() && m_link.isConnected();
    m_ui->disconnectButton->setEnabled(canAct);
    m_ui->forgetButton->setEnabled(canAct && !chosen()->client.isEmpty());
    if (!m_link.isConnected())
        m_hint->say(tr("Sessions are shown here as soon as the service answers."));
    else if (m_model.rowCount() > 0)
        m_hint->say(tr("No session matches the filter. Press Escape in the filter to see all."));
    else
        m_hint->say(tr("Nobody is connected. Point an app at this service: its URL is on the overview page."));
    showDetails();
}

void SessionsPage::showDetails()
{
    const admin::Session *session = chosen();
    m_ui->subscriptions->setVisible(session);
    if (!session) {
        m_ui->details->setText(m_session ? tr("The session has ended.") : tr("Choose a session to see what it asked for."));
        return;
    }
    QStringList lines {tr("Client %1 of user %2, from %3, connected since %4")
                           .arg(session->client, session->user, session->address, format::fullMoment(session->since)),
        tr("Protocol %1, dialect %2, last message at %3, token valid until %4")
            .arg(session->version, session->dialect.isEmpty() ? QStringLiteral("–") : session->dialect,
                format::moment(session->lastMessageAt), format::moment(session->expiresAt.value_or(0))),
        tr("Position %1, acknowledged %2; %3 behind, %4 waiting in the socket")
            .arg(session->position, session->acknowledged, format::bytes(session->lagBytes), format::bytes(session->waitingBytes)),
        tr("Rows held by shapes that follow foreign keys: %1, which take %2 of memory")
            .arg(format::count(session->heldRows), format::bytes(session->heldBytes)),
        tr("Transactions not acknowledged: %1; on their way: writes %2, deliveries %3")
            .arg(format::count(session->unacknowledged), format::count(session->writesInFlight), format::count(session->deliveries))};
    if (const QString text = lines.join(QLatin1Char('\n')); text != m_ui->details->text())
        m_ui->details->setText(text);
    if (session->subscriptions != m_subscriptions) {
        m_subscriptions = session->subscriptions;
        readSubscriptions();
    }
}

void SessionsPage::readSubscriptions()
{
    const qint64 session = m_session;
    m_link.call(QStringLiteral("session.subscriptions"), {{QStringLiteral("session"), session}}, this,
        [this, session](const admin::Outcome &outcome) {
            if (session != m_session)
                return;
            if (outcome)
                showSubscriptions(
                    *m_ui->subscriptions, admin::listFrom<admin::Subscription>(outcome->value(QLatin1String("subscriptions"))));
            else if (outcome.error().code != admin::Error::NotFound) // it has just ended
                m_ui->trouble->tell(tr("The subscriptions could not be read."), outcome.error());
        });
}

void SessionsPage::disconnectSession()
{
    if (!chosen())
        return;
    const QString client = chosen()->client;
    m_link.call(QStringLiteral("session.disconnect"), {{QStringLiteral("session"), m_session}}, this,
        [this, client](const admin::Outcome &outcome) {
            if (outcome)
                Q_EMIT noted(tr("Disconnected %1").arg(client));
            else
                m_ui->trouble->tell(tr("The session could not be disconnected."), outcome.error());
        });
}

void SessionsPage::showClients()
{
    m_clients = new KnownClientsDialog(m_link, this);
    m_clients->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_clients, &KnownClientsDialog::forgetWanted, this, &SessionsPage::askToForget);
    m_clients->open();
}

void SessionsPage::askToForget(const QString &client)
{
    QWidget *asking = m_clients ? static_cast<QWidget *>(m_clients) : this;
    auto *box = new QMessageBox(
        QMessageBox::Warning, tr("Forget the client"), tr("Forget the client %1?").arg(client), QMessageBox::Cancel, asking);
    box->setInformativeText(tr("It is disconnected, and gets all its data afresh when it comes again."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    const QPushButton *yes = box->addButton(tr("&Forget"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(yes, &QPushButton::clicked, this, [this, client] { forget(client); });
    box->open();
}

void SessionsPage::forget(const QString &client)
{
    m_link.call(QStringLiteral("client.forget"), {{QStringLiteral("client"), client}}, this, [this, client](const admin::Outcome &outcome) {
        if (outcome)
            Q_EMIT noted(tr("Forgot %1").arg(client));
        else
            m_ui->trouble->tell(tr("The client could not be forgotten."), outcome.error());
        if (m_clients)
            m_clients->refresh();
    });
}

} // namespace electric::console
